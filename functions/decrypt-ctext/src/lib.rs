//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs get JSON.

mod beginning;
mod endpoint;
mod escape;
mod json_walk;
mod link_text;
mod page;
mod payload_table;

use std::borrow::Cow;

use payload_models::{Model, Models};
use percent_encoding::percent_decode_str;
use sealed_qr::{Ctext, OpenError, Opened, UnixTime, link::CTEXT_PARAMETER};
use service::{
    app_state::AppState,
    gateway::{self, Answer, Matched, Request, Response},
    problem::Problem,
    query::{InvalidQuery, Query},
};
use time::OffsetDateTime;

pub use endpoint::Endpoint;

/// The parameter with the name of the payload model that a code must have.
const EXPECT_PARAMETER: &str = "expect";
/// In place of the name of a model: the code was made before there were models, and does not say what it is.
const NO_MODEL: &str = "none";

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
    // Other parameters are ignored, because apps that pass links on add their own.
    let mut query = Query::parse(&request.query);
    let text = match matched.endpoint {
        Endpoint::ExplainProblem => return gateway::explain_problem(matched.parameter).map(Answer::from),
        Endpoint::OpenCompact => percent_decode_str(matched.parameter).decode_utf8_lossy(),
        Endpoint::OpenFull => {
            let missing = InvalidQuery::Missing { name: CTEXT_PARAMETER };
            query.take_ignoring_case(CTEXT_PARAMETER)?.ok_or(missing)?
        }
    };
    let expected = expected_model(&mut query, models)?;
    let ctext = Ctext::parse(&text).or_else(|_| Ctext::parse(&link_text::clean(&text))).map_err(OpenError::from)?;
    let keyring = state.keyring.keyring_with(ctext.key_id()).await?;
    let Opened { payload, terms } = ctext.open(&keyring, UnixTime::now(), |number| models.layout(number))?;
    let model = payload.model().and_then(|number| models.numbered(number));
    let name = model.map_or(NO_MODEL, Model::name);
    if expected.is_some_and(|expected| expected != name) {
        return Err(Problem::OtherModel);
    }
    if let Some(begins) = model.and_then(Model::valid_from).and_then(|member| beginning::of(&payload, member))
        && begins > OffsetDateTime::now_utc()
    {
        return Err(Problem::NotYetValid(begins));
    }
    let response = gateway::negotiated(if request.prefers_page() {
        gateway::page(page::opened(&payload, terms.expires_at), &page::POLICY)
    } else {
        gateway::json(payload.into_json())
    });
    Ok(Answer::about(ctext.name(), (models.0.len() > 1).then_some(name), response))
}

/// The name of the payload model that the caller expects a code to have.
fn expected_model<'a>(query: &mut Query<'a>, models: Models) -> Result<Option<Cow<'a, str>>, InvalidQuery> {
    let Some(expected) = query.take(EXPECT_PARAMETER)? else { return Ok(None) };
    let names = models.names();
    if names.contains(&*expected) {
        return Ok(Some(expected));
    }
    let names: Vec<_> = names.into_iter().collect();
    Err(InvalidQuery::Value { name: EXPECT_PARAMETER, expected: names.join(" or ") })
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
