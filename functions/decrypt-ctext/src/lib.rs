//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs get JSON.

mod endpoint;
mod escape;
mod json_walk;
mod page;
mod payload_table;

use payload_models::Models;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Matched, Request, Response},
    problem::Problem,
    query::Query,
};

pub use endpoint::Endpoint;

/// Answers a request. `models` are those that codes may have.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(
    state: &AppState,
    models: Models,
    request: &Request,
    matched: Matched<'_, Endpoint>,
) -> Result<Answer, Problem> {
    let compact = match matched.endpoint {
        Endpoint::ExplainProblem => return gateway::explain_problem(matched.parameter).map(Answer::from),
        Endpoint::OpenCompact => Some(matched.parameter),
        Endpoint::OpenFull => None,
    };
    // Other parameters are ignored, because apps that pass links on add their own.
    let code = scan::open(state, models, &mut Query::parse(&request.query), compact).await?;
    let (name, model) = (code.name, (models.0.len() > 1).then_some(code.model_name()));
    let response = gateway::negotiated(if request.prefers_page() {
        gateway::page(page::opened(&code), &scan::page::POLICY)
    } else {
        gateway::json(code.payload.into_json())
    });
    Ok(Answer::about(name, model, response))
}

/// Answers a request with the problem that it met. `prefix` is what the deployment has put before the paths of
/// endpoints.
#[must_use]
pub fn refuse(request: &Request, problem: &Problem, prefix: &str) -> Response {
    gateway::negotiated(if request.prefers_page() {
        gateway::problem_page(problem, scan::page::problem(problem), &scan::page::POLICY)
    } else {
        gateway::problem(request, problem, prefix)
    })
}
