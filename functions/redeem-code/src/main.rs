//! The Lambda function that redeems codes and takes them back.

use std::{env, process::ExitCode};

use payload_models::DEPLOYED;
use redeem_code::rules::Rules;
use scan::Pages;
use service::{app_state::AppState, gateway, logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let rules = Rules::configured(|name| env::var(name).ok())?;
        rules.store.prepare()?;
        let pages = Pages::configured(|name| env::var(name).ok())?;
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            redeem_code::handle(state, DEPLOYED, &rules, request, matched).await
        };
        let base = state.public_base_url.as_ref();
        let refuse = |request: &_, problem: &_, prefix: &_| pages.refuse(base, request, problem, prefix);
        gateway::serve(&state, metrics, handler, refuse, || ()).await
    };
    logging::exit_code(run.await)
}
