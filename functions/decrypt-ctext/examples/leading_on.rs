//! The function with payload models that name pages of other sites: what `src/main.rs` would be for them. Tests run it.

use std::{env, process::ExitCode};

use decrypt_ctext::deployment::Deployment;
use payload_models::{Model, Models};
use sealed_qr::packing::Layout;
use service::{app_state::AppState, gateway, logging};

static MODELS: [Model; 5] = [
    Model::new(1, "ticket", None, ticket).with_continue_at("https://shop.example.org/scan"),
    Model::new(2, "pass", None, ticket),
    Model::new(3, "lookalike", None, ticket).with_continue_at("https://shop.example.org.evil.test/scan"),
    Model::new(4, "port", None, ticket).with_continue_at("https://shop.example.org:8443/scan"),
    Model::new(5, "userinfo", None, ticket).with_continue_at("https://shop.example.org@evil.test/scan"),
];

fn ticket() -> Layout {
    Layout::of_schema(r#"{"type": "object", "properties": {"seat": {"type": "string"}}}"#).expect("the schema is JSON")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let deployment = Deployment::configured(Models(&MODELS), |name| env::var(name).ok(), None)?;
        let state = AppState::from_environment().await?;
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            decrypt_ctext::handle(state, &deployment, request, matched).await
        };
        let refuse = |request: &_, problem: &_, prefix: &_| deployment.pages.refuse(None, request, problem, prefix);
        gateway::serve(&state, metrics, handler, refuse, || ()).await
    };
    logging::exit_code(run.await)
}
