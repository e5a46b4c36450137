//! Lambda's HTTP: the events of API Gateway HTTP APIs and function URLs in, their answers out. Nothing else
//! in this crate knows Lambda's types.

mod event;
mod response;

use std::future::Future;

use lambda_http::{Error, LambdaEvent, service_fn};
use lambda_runtime::Diagnostic;

pub use event::{Event, Request};
pub use response::{Response, answer, json, picture};

/// Answers invocations with `handler` until Lambda ends the process.
///
/// # Errors
/// The Lambda runtime API is out of reach.
pub async fn serve<H, F>(handler: H) -> Result<(), Error>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response> + Send,
{
    lambda_runtime::run(service_fn(async |invocation: LambdaEvent<Event>| match invocation.payload {
        Event::Http(request) => Ok(response::to_gateway(handler(request).await)),
        Event::Other => Err(Diagnostic {
            error_type: "UnknownEvent".to_owned(),
            error_message: "This function answers HTTP requests as API Gateway HTTP APIs (payload format 2.0) and \
                            function URLs send them. The files in events/ are samples: \
                            cargo lambda invoke create-qr --data-file events/create-qr.json"
                .to_owned(),
        }),
    }))
    .await
}
