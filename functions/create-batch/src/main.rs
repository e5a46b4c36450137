//! The Lambda function that creates many QR codes at a time.

use std::{env, process::ExitCode};

use creation::payload_model::DEPLOYED;
use service::{app_state::AppState, event_bus::EventBus, gateway, logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let models = DEPLOYED.configured(|name| env::var(name).ok())?;
        let bus = EventBus::configured(|name| env::var(name).ok(), metrics.clone());
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            create_batch::handle(state, &models, bus.as_ref(), request, matched).await
        };
        gateway::serve(&state, metrics, handler, gateway::problem, || ()).await
    };
    logging::exit_code(run.await)
}
