//! The Lambda function that opens the ctexts of QR codes.

use std::process::ExitCode;

use service::{app_state::AppState, gateway, logging};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let state = AppState::from_environment().await?;
        gateway::serve(&state, metrics, decrypt_ctext::handle, decrypt_ctext::refuse).await
    };
    logging::exit_code(run.await)
}
