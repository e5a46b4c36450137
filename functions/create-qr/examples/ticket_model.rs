//! The function with other payload models: what `src/main.rs` would be for tickets, by default, and guest passes. Tests
//! run it.

use std::process::ExitCode;

use create_qr::console::Console;
use creation::{
    payload_model::{PayloadModel, PayloadModels},
    violation,
};
use payload_models::Model;
use sealed_qr::packing::Layout;
use service::{app_state::AppState, gateway, logging};

const TICKET_SCHEMA: &str = include_str!("../../../shared/creation/tests/models/ticket.schema.json");
const PASS_SCHEMA: &str = include_str!("../../../shared/creation/tests/models/pass.schema.json");

static TICKET: Model = Model::new(1, "ticket", Some(TICKET_SCHEMA), || layout(TICKET_SCHEMA));
static PASS: Model = Model::new(2, "pass", Some(PASS_SCHEMA), || layout(PASS_SCHEMA));

static MODELS: [PayloadModel; 2] = [
    PayloadModel { model: &PASS, violations: |payload| violation::list(Pass::iter_errors(payload)) },
    PayloadModel { model: &TICKET, violations: |payload| violation::list(Ticket::iter_errors(payload)) },
];

static TICKETS_AND_PASSES: PayloadModels = PayloadModels::new(&MODELS, &["pass", "ticket"], 1);

#[jsonschema::validator(path = "../../shared/creation/tests/models/ticket.schema.json", draft = Draft202012, validate_formats = true)]
struct Ticket;

#[jsonschema::validator(path = "../../shared/creation/tests/models/pass.schema.json", draft = Draft202012, validate_formats = true)]
struct Pass;

fn layout(schema: &str) -> Layout {
    Layout::of_schema(schema).expect("the schema is JSON")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            create_qr::handle(state, &TICKETS_AND_PASSES, &Console::default(), None, request, matched).await
        };
        gateway::serve(&state, metrics, handler, gateway::problem, || ()).await
    };
    logging::exit_code(run.await)
}
