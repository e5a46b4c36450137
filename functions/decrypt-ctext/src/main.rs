//! The Lambda function that opens the ctexts of QR codes.

use std::{env, process::ExitCode};

use decrypt_ctext::{deployment::Deployment, opened_events::OpenedEvents};
use payload_models::DEPLOYED;
use service::{app_state::AppState, gateway, logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let deployment = Deployment::configured(DEPLOYED, |name| env::var(name).ok(), metrics.clone())?;
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            decrypt_ctext::handle(state, &deployment, request, matched).await
        };
        let answered = || deployment.opened.iter().for_each(OpenedEvents::answered);
        let base = state.public_base_url.as_ref();
        let refuse = |request: &_, problem: &_, prefix: &_| deployment.pages.refuse(base, request, problem, prefix);
        let serving = gateway::serve(&state, metrics, handler, refuse, answered);
        match &deployment.opened {
            Some(opened) => Box::pin(opened.beside(serving)).await,
            None => serving.await,
        }
    };
    logging::exit_code(run.await)
}
