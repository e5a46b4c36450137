//! Lambda's HTTP: the events of API Gateway HTTP APIs and function URLs in, their answers out. Nothing else
//! in this crate knows Lambda's types.

mod accept;
mod endpoint;
mod event;
mod request_log;
mod response;

use std::time::Instant;

use lambda_http::{Error, LambdaEvent, service_fn};
use lambda_runtime::{Diagnostic, Runtime};
use tracing::Level;

use self::request_log::Answered;
use crate::{
    metrics::{Field, Line, Metric, Metrics},
    problem::Problem,
    startup::Deployment,
};

pub use mediatype::MediaType;

pub use endpoint::Endpoint;
pub use event::{Event, Request};
pub use response::{PagePolicy, Response, json, negotiated, page, picture, problem, problem_page};

/// Answers invocations with `handler`, and its problems with `refuse`, until Lambda ends the process, and leaves a
/// log line for each, with `metrics` if there are any to be had.
///
/// # Errors
/// The Lambda runtime API is out of reach.
pub async fn serve<H>(
    deployment: &Deployment,
    metrics: Option<Metrics>,
    handler: H,
    refuse: fn(&Request, &Problem) -> Response,
) -> Result<(), Error>
where
    H: AsyncFn(&Deployment, &Request) -> Result<Response, Problem>,
{
    if let Some(metrics) = &metrics {
        let fields = [("duration_us", Field::Number(metrics.started_at().elapsed().as_micros() as u64))];
        metrics.write(&Line { level: Level::INFO, message: "ready", fields: &fields, metrics: &[Metric::ColdStart] });
    }
    // Without the layer of `lambda_runtime::run`: its span around each invocation costs more than the line it adds to.
    Runtime::new(service_fn(async |invocation: LambdaEvent<Event>| {
        let request_id = &invocation.context.request_id;
        match invocation.payload {
            Event::Http(request) => {
                let start = Instant::now();
                let result = handler(deployment, &request).await;
                let answered = Answered {
                    request_id,
                    endpoint: request.endpoint(deployment.public_base_url.as_ref()),
                    result: &result,
                    duration: start.elapsed(),
                    keyring_age: deployment.keyring.age(),
                    refresh: deployment.keyring.take_refresh(),
                };
                answered.log(metrics.as_ref());
                Ok(response::to_gateway(result.unwrap_or_else(|problem| refuse(&request, &problem))))
            }
            Event::Other => {
                tracing::warn!(request_id, "the event is no HTTP request");
                Err(Diagnostic {
                    error_type: "UnknownEvent".to_owned(),
                    error_message: "This function answers HTTP requests as API Gateway HTTP APIs (payload format 2.0) \
                                    and function URLs send them. The files in events/ are samples: \
                                    cargo lambda invoke create-qr --data-file events/create-qr.json"
                        .to_owned(),
                })
            }
        }
    }))
    .run()
    .await
}
