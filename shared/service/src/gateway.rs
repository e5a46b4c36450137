//! Requests and answers of API Gateway HTTP APIs and function URLs.

mod accept;
mod request;
mod request_log;
mod response;
mod route;

use std::time::Instant;

use lambda_http::{Error, LambdaEvent, service_fn};
use lambda_runtime::{Diagnostic, Runtime};
use tracing::Level;

use self::request_log::RequestRecord;
use crate::{
    app_state::AppState,
    invocation,
    metrics::{Field, LogRecord, Metric, Metrics},
    problem::Problem,
};

pub use mediatype::MediaType;

pub use request::{Event, Request};
pub use response::{
    Answer, CODE_NAME, PagePolicy, Response, as_file, as_problem, explain_problem, file, in_language, integrity, json,
    negotiated, no_content, page, picture, problem, public, see_other, text, with_headers,
};
pub use route::{Endpoint, Matched, Route};

/// Turns the problem that a request met into an answer. The text is what the deployment has put before the paths of
/// endpoints.
pub trait Refuse: Fn(&Request, &Problem, &str) -> Response {}

impl<F: Fn(&Request, &Problem, &str) -> Response> Refuse for F {}

/// Answers one request with `handler`, and its problems with `refuse`.
pub async fn answer<E: Endpoint>(
    state: &AppState,
    request: &Request,
    handler: impl AsyncFn(&AppState, &Request, Matched<'_, E>) -> Result<Answer, Problem>,
    refuse: impl Refuse,
) -> Response {
    let outcome = handle(state, request, &handler).await;
    outcome.into_response(request, refuse)
}

/// Answers invocations until Lambda ends the process, and writes a log line for each. The line contains metrics if
/// `metrics` is given. `answered` is called at the end of each.
///
/// # Errors
/// The Lambda runtime API cannot be reached.
pub async fn serve<E: Endpoint>(
    state: &AppState,
    metrics: Option<Metrics>,
    handler: impl AsyncFn(&AppState, &Request, Matched<'_, E>) -> Result<Answer, Problem>,
    refuse: impl Refuse,
    answered: impl Fn(),
) -> Result<(), Error> {
    if let Some(metrics) = &metrics {
        let duration = u64::try_from(metrics.started_at().elapsed().as_micros()).unwrap_or(u64::MAX);
        let fields = [("duration_us", Field::Number(duration))];
        metrics.write(&LogRecord {
            level: Level::INFO,
            message: "ready",
            fields: &fields,
            metrics: &[Metric::ColdStart],
        });
    }
    // Without the tracing layer of `lambda_runtime::run`: its span around each invocation costs more than our log line.
    Runtime::new(service_fn(async |invocation: LambdaEvent<Event>| {
        let request_id = &invocation.context.request_id;
        let answer = match invocation.payload {
            Event::Http(request) => {
                let start = Instant::now();
                let outcome = invocation::within(request_id.clone(), handle(state, &request, &handler)).await;
                let record = RequestRecord {
                    request_id,
                    route: outcome.route,
                    result: &outcome.result,
                    duration: start.elapsed(),
                    keyring_age: state.keyring.age().await,
                    refresh: state.keyring.take_refresh().await,
                };
                record.log(metrics.as_ref());
                Ok(response::to_gateway(outcome.into_response(&request, &refuse)))
            }
            Event::Other => {
                tracing::warn!(request_id, "the event is not an HTTP request");
                Err(Diagnostic {
                    error_type: "UnknownEvent".to_owned(),
                    error_message:
                        "This function expects an HTTP request event as API Gateway HTTP APIs (payload format \
                                    2.0) and function URLs send it. The files in events/ are samples: \
                                    cargo lambda invoke create-qr --data-file events/create-qr.json"
                            .to_owned(),
                })
            }
        };
        answered();
        answer
    }))
    .run()
    .await
}

/// What became of a request.
struct Outcome<'a> {
    /// The route of its endpoint, if there is one with its method and path.
    route: Option<Route>,
    /// What the deployment has put before the path of the endpoint.
    prefix: &'a str,
    result: Result<Answer, Problem>,
}

impl Outcome<'_> {
    fn into_response(self, request: &Request, refuse: impl Refuse) -> Response {
        let refused = |problem| refuse(request, &problem, self.prefix);
        let response = self.result.map_or_else(refused, |answer| answer.response);
        response::for_request(request, response)
    }
}

/// Routes a request and hands it to the handler.
async fn handle<'a, E: Endpoint>(
    state: &AppState,
    request: &'a Request,
    handler: &impl AsyncFn(&AppState, &Request, Matched<'_, E>) -> Result<Answer, Problem>,
) -> Outcome<'a> {
    let base = state.public_base_url.as_ref();
    match route::find::<E>(request, base) {
        Ok(matched) => Outcome {
            route: Some(matched.endpoint.route()),
            prefix: matched.prefix,
            result: handler(state, request, matched).await,
        },
        Err(problem) => {
            let prefix = request.splits(base).last().map_or("", |(prefix, _)| prefix);
            Outcome { route: None, prefix, result: Err(problem) }
        }
    }
}
