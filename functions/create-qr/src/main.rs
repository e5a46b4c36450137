//! The Lambda function that creates QR codes.

use std::{env, process::ExitCode};

use brand::Brand;
use create_qr::console::Console;
use creation::payload_model::DEPLOYED;
use service::{app_state::AppState, event_bus::EventBus, gateway, logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let models = DEPLOYED.configured(|name| env::var(name).ok())?;
        let bus = EventBus::configured(|name| env::var(name).ok(), metrics.clone());
        let console = Console::new(Brand::configured(|name| env::var(name).ok())?);
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            create_qr::handle(state, &models, &console, bus.as_ref(), request, matched).await
        };
        gateway::serve(&state, metrics, handler, gateway::problem, || ()).await
    };
    logging::exit_code(run.await)
}
