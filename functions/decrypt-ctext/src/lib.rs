//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs get JSON.

mod endpoint;
mod escape;
mod json_walk;
pub mod lookup;
mod page;
mod payload_table;
mod usage;

use code_store::CodeStore;
use payload_models::Models;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Matched, Request, Response},
    problem::Problem,
    query::Query,
};

use crate::{
    lookup::{Knowledge, Lookup},
    usage::Usage,
};

pub use endpoint::Endpoint;

/// Answers a request. `models` are those that codes may have.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(
    state: &AppState,
    models: Models,
    lookup: &Lookup<impl CodeStore>,
    request: &Request,
    matched: Matched<'_, Endpoint>,
) -> Result<Answer, Problem> {
    let compact = match matched.endpoint {
        Endpoint::ExplainProblem => return gateway::explain_problem(matched.parameter).map(Answer::from),
        Endpoint::OpenCompact => Some(matched.parameter),
        Endpoint::OpenFull => None,
    };
    // Other parameters are ignored, because apps that pass links on add their own.
    let mut query = Query::parse(&request.query);
    let code = scan::open(state, models, &mut query, compact).await?;
    let knowledge = lookup.look_up(&code).await?;
    let usage = Usage::of(&code, &knowledge, query.take(scan::RECEIPT_PARAMETER)?.as_deref());
    let (name, model) = (code.name, (models.0.len() > 1).then_some(code.model_name()));
    let response = if request.prefers_page() {
        page::opened(&code, &usage, lookup.is_open_to_all)
    } else if usage.reveals_payload() {
        gateway::json(code.payload.into_json())
    } else {
        gateway::no_content()
    };
    let mut answer = Answer::about(name, model, usage.noted_in(gateway::negotiated(response)));
    answer.is_unchecked = knowledge == Knowledge::Unknown;
    Ok(answer)
}

/// Answers a request with the problem that it met. `prefix` is what the deployment has put before the paths of
/// endpoints.
#[must_use]
pub fn refuse(request: &Request, problem: &Problem, prefix: &str) -> Response {
    scan::page::refuse(request, problem, prefix)
}
