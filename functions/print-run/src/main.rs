//! The Lambda function that makes the codes of print runs, step by step.

use std::{env, process::ExitCode, time::Instant};

use creation::payload_model::DEPLOYED;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use print_run::{Event, PrintRuns, StepRecord, handle, s3::S3};
use service::{app_state::AppState, event_bus::EventBus, invocation, logging, metrics::Metrics};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    logging::exit_code(run(metrics).await)
}

async fn run(metrics: Option<Metrics>) -> Result<(), Error> {
    let variable = |name: &str| env::var(name).ok();
    let models = DEPLOYED.configured(variable)?;
    let (bus, objects) = (EventBus::configured(variable, metrics.clone()), S3::from_environment(variable)?);
    let service = PrintRuns { state: AppState::from_environment().await?, models, bus, objects };
    let step = async |event: LambdaEvent<Event>| {
        let (request_id, start) = (event.context.request_id, Instant::now());
        let result = invocation::within(request_id.clone(), handle(&service, &event.payload)).await;
        StepRecord {
            request_id: &request_id,
            event: &event.payload,
            result: &result,
            duration: start.elapsed(),
            has_models: service.models.names().len() > 1,
            refresh: service.state.keyring.take_refresh().await,
        }
        .log(metrics.as_ref());
        result
            .map(|done| done.to_json())
            .map_err(|failure| Diagnostic { error_type: failure.name().to_owned(), error_message: failure.to_string() })
    };
    Runtime::new(service_fn(step)).run().await
}
