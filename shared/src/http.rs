//! Lambda's HTTP: the events of API Gateway HTTP APIs and function URLs in, their answers out. Nothing else
//! in this crate knows Lambda's types.

mod accept;
mod event;
mod response;

use lambda_http::{Error, LambdaEvent, service_fn};
use lambda_runtime::{Diagnostic, Runtime};

use crate::problem::Problem;

pub use mediatype::MediaType;

pub use event::{Event, Request};
pub use response::{PagePolicy, Response, json, negotiated, page, picture, problem, problem_page};

/// Answers invocations with `handler`, and its problems with `refuse`, until Lambda ends the process, and leaves a
/// log line for each.
///
/// # Errors
/// The Lambda runtime API is out of reach.
pub async fn serve<H>(handler: H, refuse: fn(&Request, &Problem) -> Response) -> Result<(), Error>
where
    H: AsyncFn(&Request) -> Result<Response, Problem>,
{
    // Without the layer of `lambda_runtime::run`: its span around each invocation costs more than the line it adds to.
    Runtime::new(service_fn(async |invocation: LambdaEvent<Event>| match invocation.payload {
        Event::Http(request) => {
            let result = handler(&request).await;
            log(&invocation.context.request_id, &result);
            Ok(response::to_gateway(result.unwrap_or_else(|problem| refuse(&request, &problem))))
        }
        Event::Other => Err(Diagnostic {
            error_type: "UnknownEvent".to_owned(),
            error_message: "This function answers HTTP requests as API Gateway HTTP APIs (payload format 2.0) and \
                            function URLs send them. The files in events/ are samples: \
                            cargo lambda invoke create-qr --data-file events/create-qr.json"
                .to_owned(),
        }),
    }))
    .run()
    .await
}

fn log(request_id: &str, result: &Result<Response, Problem>) {
    match result {
        Ok(response) => tracing::info!(request_id, status = response.status().as_u16(), "answered"),
        Err(problem) => {
            let (status, slug, reason) = (problem.status(), problem.slug(), problem.reason());
            tracing::info!(request_id, status, problem = slug, reason, "refused");
        }
    }
}
