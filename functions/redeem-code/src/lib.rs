//! Redeems codes that count, also at gates, and takes codes back: the only function that writes to the store.

mod code_link;
mod endpoint;
mod gate;
mod in_time;
mod origin;
mod receipt;
mod redeem;
mod redeem_body;
mod revoke;
mod revoke_body;
pub mod rules;

use std::pin::Pin;

use code_store::CodeStore;
use payload_models::Models;
use service::{
    app_state::AppState,
    gateway::{Answer, Matched, Request},
    problem::Problem,
};

use crate::rules::Rules;

pub use endpoint::Endpoint;

/// Answers a request. `models` are those that codes may have.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
    matched: Matched<'_, Endpoint>,
) -> Result<Answer, Problem> {
    let compact = Some(matched.parameter);
    // In boxes, because each call of an SDK makes a future of kilobytes.
    let answer: Pin<Box<dyn Future<Output = Result<Answer, Problem>> + '_>> = match matched.endpoint {
        Endpoint::RedeemFull => Box::pin(redeem::redeem(state, models, rules, request, None)),
        Endpoint::RedeemCompact => Box::pin(redeem::redeem(state, models, rules, request, compact)),
        Endpoint::UndoFull => Box::pin(redeem::undo(state, models, rules, request, None)),
        Endpoint::UndoCompact => Box::pin(redeem::undo(state, models, rules, request, compact)),
        Endpoint::Revoke => Box::pin(revoke::revoke(state, models, rules, request)),
        Endpoint::Restore => Box::pin(revoke::restore(state, models, rules, request)),
        Endpoint::Gate => return Ok(gate::page().into()),
        Endpoint::GateDecoder => return Ok(gate::decoder().into()),
        Endpoint::Enrol => Box::pin(gate::enrolment::create(state, models, request)),
        Endpoint::RevokeEnrolment => Box::pin(gate::enrolment::revoke(state, rules, request)),
        Endpoint::BeginSession => Box::pin(gate::session::begin(state, models, rules, request)),
        Endpoint::ShowSession => Box::pin(gate::session::show(state, models, rules, request)),
        Endpoint::EndSession => Box::pin(gate::session::end(state, rules, request)),
        Endpoint::RedeemAtGate => Box::pin(gate::redemption::redeem(state, models, rules, request)),
        Endpoint::UndoAtGate => Box::pin(gate::redemption::undo(state, models, rules, request)),
    };
    answer.await
}
