//! Redeems codes that count, and takes codes back: the only function that writes to the store.

mod endpoint;
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
    }
}
