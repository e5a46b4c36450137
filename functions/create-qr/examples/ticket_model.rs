//! The function with another payload model: what `src/main.rs` would be for tickets. Tests run it.

use std::process::ExitCode;

use create_qr::{payload_model::PayloadModel, violation};
use service::{app_state::AppState, gateway, logging};

const TICKET: PayloadModel = PayloadModel {
    schema: include_str!("../tests/models/ticket.schema.json"),
    violations: |payload| violation::list(Ticket::iter_errors(payload)),
};

#[jsonschema::validator(path = "tests/models/ticket.schema.json", draft = Draft202012, validate_formats = true)]
struct Ticket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            create_qr::handle(state, &TICKET, request, matched).await
        };
        gateway::serve(&state, metrics, handler, gateway::problem).await
    };
    logging::exit_code(run.await)
}
