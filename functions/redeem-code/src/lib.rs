//! Redeems codes that count, also at gates, and takes codes back: the only function that writes to the store.

mod code_link;
mod endpoint;
mod gate;
mod origin;
mod receipt;
mod redeem;
mod redeem_body;
mod revoke;
mod revoke_body;
pub mod rules;

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
    match matched.endpoint {
        Endpoint::RedeemFull => redeem::redeem(state, models, rules, request, None).await,
        Endpoint::RedeemCompact => redeem::redeem(state, models, rules, request, compact).await,
        Endpoint::UndoFull => redeem::undo(state, models, rules, request, None).await,
        Endpoint::UndoCompact => redeem::undo(state, models, rules, request, compact).await,
        Endpoint::Revoke => revoke::revoke(state, models, rules, request).await,
        Endpoint::Restore => revoke::restore(state, models, rules, request).await,
        Endpoint::Gate => Ok(gate::page().into()),
        Endpoint::GateDecoder => Ok(gate::decoder().into()),
        Endpoint::Enrol => gate::enrolment::create(state, models, request).await,
        Endpoint::RevokeEnrolment => gate::enrolment::revoke(state, rules, request).await,
        Endpoint::BeginSession => gate::session::begin(state, models, rules, request).await,
        Endpoint::ShowSession => gate::session::show(state, models, rules, request).await,
        Endpoint::EndSession => gate::session::end(state, rules, request).await,
        Endpoint::RedeemAtGate => gate::redemption::redeem(state, models, rules, request).await,
        Endpoint::UndoAtGate => gate::redemption::undo(state, models, rules, request).await,
    }
}
