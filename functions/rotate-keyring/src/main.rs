//! The Lambda function that Secrets Manager calls to rotate the keyring.

use std::{env, process::ExitCode};

use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use rotate_keyring::{Event, handle, log};
use service::{logging, metrics::Metrics, settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    logging::exit_code(run(metrics).await)
}

async fn run(metrics: Option<Metrics>) -> Result<(), Error> {
    let secret = settings::rotated_secret(|name| env::var(name).ok())?;
    let rotation = async |event: LambdaEvent<Event>| {
        let taken = handle(&secret, secret.id(), &event.payload).await;
        log(&event.context.request_id, &event.payload, &taken, metrics.as_ref());
        taken
            .map(drop)
            .map_err(|error| Diagnostic { error_type: error.name().to_owned(), error_message: error.to_string() })
    };
    // Without the tracing layer of `lambda_runtime::run`: the log line has its request id.
    Runtime::new(service_fn(rotation)).run().await
}
