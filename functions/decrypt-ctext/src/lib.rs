//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs get JSON.

mod endpoint;
mod escape;
mod json_walk;
mod link_text;
mod page;
mod payload_table;

use std::{borrow::Cow, collections::BTreeSet};

use payload_models::{MODELS, Model};
use percent_encoding::percent_decode_str;
use sealed_qr::{Ctext, OpenError, UnixTime, link::CTEXT_PARAMETER};
use service::{
    app_state::AppState,
    gateway::{self, CodeModel, Matched, Request, Response},
    problem::Problem,
    query::{InvalidQuery, Query},
};

pub use endpoint::Endpoint;

/// The parameter with the name of the payload model that a code must have.
const EXPECT_PARAMETER: &str = "expect";
/// In place of the name of a model: the code was made before there were models, and does not say what it is.
const NO_MODEL: &str = "none";

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
    let expected = expected_model(request)?;
    let ctext = Ctext::parse(&link_text::clean(&text)).map_err(OpenError::from)?;
    let keyring = state.keyring.keyring_with(ctext.key_id()).await?;
    let layout = |number| Model::numbered(number).map(Model::layout);
    let payload = ctext.open(&keyring, UnixTime::now(), layout)?;
    let name = payload.model().and_then(Model::numbered).map_or(NO_MODEL, Model::name);
    if expected.is_some_and(|expected| expected != name) {
        return Err(Problem::OtherModel);
    }
    let response = gateway::negotiated(if request.prefers_page() {
        gateway::page(page::opened(&payload, ctext.expires_at()), &page::POLICY)
    } else {
        gateway::json(payload.into_json())
    });
    Ok(gateway::of_model(response, CodeModel { name, is_one_of_several: MODELS.len() > 1 }))
}

/// The name of the payload model that the caller expects a code to have.
fn expected_model(request: &Request) -> Result<Option<Cow<'_, str>>, InvalidQuery> {
    let name = Query::parse(&request.query).take(EXPECT_PARAMETER)?;
    match name {
        Some(name) if !Model::is_name(&name) => {
            let names: BTreeSet<_> = MODELS.iter().map(Model::name).collect();
            let expected = names.into_iter().collect::<Vec<_>>().join(" or ");
            Err(InvalidQuery::Value { name: EXPECT_PARAMETER, expected })
        }
        name => Ok(name),
    }
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
