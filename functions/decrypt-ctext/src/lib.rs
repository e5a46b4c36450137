//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs get JSON.

mod endpoint;
mod escape;
mod json_walk;
mod link_text;
mod page;
mod payload_table;

use percent_encoding::percent_decode_str;
use sealed_qr::{Ctext, OpenError, UnixTime, link::CTEXT_PARAMETER};
use service::{
    app_state::AppState,
    gateway::{self, Matched, Request, Response},
    problem::Problem,
    query::{InvalidQuery, Query},
};

pub use endpoint::Endpoint;

/// Answers a request.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(state: &AppState, request: &Request, matched: Matched<'_, Endpoint>) -> Result<Response, Problem> {
    let text = match matched.endpoint {
        Endpoint::ExplainProblem => return gateway::explain_problem(matched.parameter),
        Endpoint::OpenCompact => percent_decode_str(matched.parameter).decode_utf8_lossy(),
        // Other parameters are ignored, because apps that pass links on add their own.
        Endpoint::OpenFull => {
            let missing = InvalidQuery::Missing { name: CTEXT_PARAMETER };
            Query::parse(&request.query).take_ignoring_case(CTEXT_PARAMETER)?.ok_or(missing)?
        }
    };
    let ctext = Ctext::parse(&link_text::clean(&text)).map_err(OpenError::from)?;
    let keyring = state.keyring.keyring_with(ctext.key_id()).await?;
    let payload = ctext.open(&keyring, UnixTime::now(), |_| None)?;
    Ok(gateway::negotiated(if request.prefers_page() {
        gateway::page(page::opened(&payload, ctext.expires_at()), &page::POLICY)
    } else {
        gateway::json(payload.into_json())
    }))
}

/// Answers a request with the problem that it met. `prefix` is what the deployment has put before the paths of
/// endpoints.
#[must_use]
pub fn refuse(request: &Request, problem: &Problem, prefix: &str) -> Response {
    gateway::negotiated(if request.prefers_page() {
        gateway::problem_page(problem, page::problem(problem), &page::POLICY)
    } else {
        gateway::problem(request, problem, prefix)
    })
}
