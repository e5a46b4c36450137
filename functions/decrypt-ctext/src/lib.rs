//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs get JSON.

mod assertion;
pub mod assertions;
pub mod continue_origins;
pub mod deployment;
mod endpoint;
mod escape;
mod json_walk;
pub mod lookup;
pub mod opened_events;
mod page;
mod payload_table;
mod preview;
mod signing_key;
mod signing_keys;
mod usage;
mod value;

use std::time::Duration;

use code_store::CodeStore;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Endpoint as _, Matched, Request, Response},
    keyring_cache,
    problem::Problem,
    query::Query,
};

use crate::{assertions::Assertions, deployment::Deployment, lookup::Knowledge, usage::Usage};

pub use endpoint::Endpoint;

/// For how long anyone may keep the public keys: about as long as a process may take to notice that the keyring has
/// changed. They are the same for everyone and no secret, so there is no reason for `no-store`.
const KEY_SET_MAX_AGE: Duration = keyring_cache::MAX_AGE;

/// Answers a request.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(
    state: &AppState,
    deployment: &Deployment<impl CodeStore>,
    request: &Request,
    matched: Matched<'_, Endpoint>,
) -> Result<Answer, Problem> {
    let Deployment { models, lookup, assertions, opened, pages } = deployment;
    let compact = match matched.endpoint {
        Endpoint::ExplainProblem => return gateway::explain_problem(matched.parameter).map(Answer::from),
        Endpoint::KeySet => return key_set(state, assertions).await.map(Answer::from),
        Endpoint::OpenCompact => Some(matched.parameter),
        Endpoint::OpenFull => None,
    };
    // Other parameters are ignored, because apps that pass links on add their own.
    let mut query = Query::parse(&request.query);
    let code = scan::open(state, *models, &mut query, compact).await?;
    let knowledge = lookup.look_up(&code).await?;
    let usage = Usage::of(&code, &knowledge, query.take(scan::RECEIPT_PARAMETER)?.as_deref());
    if let Some(opened) = opened {
        opened.note(&code, request);
    }
    let (name, model) = (code.name, (models.0.len() > 1).then_some(code.model_name()));
    let led_on = if usage.leads_on() { assertions.lead_on(state, request, &code, &usage).await? } else { None };
    let response = if let Some(response) = led_on {
        response
    } else if request.prefers_page() {
        let reader = pages.reader(request, state.public_base_url.as_ref());
        page::opened(&reader, &code, &usage, lookup.is_open_to_all)
    } else if usage.reveals_payload() {
        gateway::json(code.payload.into_json())
    } else {
        gateway::no_content()
    };
    let mut answer = Answer::about(name, model, usage.noted_in(gateway::negotiated(response)));
    answer.is_unchecked = knowledge == Knowledge::Unknown;
    Ok(answer)
}

/// Answers with the public keys of assertions. Where scans lead nowhere else, there is no such endpoint.
async fn key_set(state: &AppState, assertions: &Assertions) -> Result<Response, Problem> {
    let keys = assertions.key_set(state.keyring.keyring().await).ok_or_else(|| {
        let others = Endpoint::ALL.iter().filter(|endpoint| **endpoint != Endpoint::KeySet);
        Problem::NotFound { endpoints: others.map(|endpoint| endpoint.route().name).collect::<Vec<_>>().join(", ") }
    })?;
    Ok(gateway::public(KEY_SET_MAX_AGE, gateway::text("application/jwk-set+json", keys)))
}
