//! The function with another payload model: what `src/main.rs` would be for tickets. Tests run it.

use std::process::ExitCode;

use create_qr::{
    payload_model::{PayloadModel, PayloadModels},
    violation,
};
use payload_models::Model;
use sealed_qr::packing::Layout;
use service::{app_state::AppState, gateway, logging};

const SCHEMA: &str = include_str!("../tests/models/ticket.schema.json");

static TICKET: Model =
    Model::new(1, "ticket", Some(SCHEMA), None, || Layout::of_schema(SCHEMA).expect("the schema is JSON"));

static TICKETS: [PayloadModel; 1] =
    [PayloadModel { model: &TICKET, violations: |payload| violation::list(Ticket::iter_errors(payload)) }];

static MODELS: PayloadModels = PayloadModels::new(&TICKETS, &["ticket"], 0);

#[jsonschema::validator(path = "tests/models/ticket.schema.json", draft = Draft202012, validate_formats = true)]
struct Ticket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            create_qr::handle(state, &MODELS, request, matched).await
        };
        gateway::serve(&state, metrics, handler, gateway::problem).await
    };
    logging::exit_code(run.await)
}
