//! `create-qr` as it would be on the plain crates: the wiring, the model, the seal and the link are the same, but
//! `qrcode` and `image` make the symbol and its picture.

use std::{process::ExitCode, str::FromStr};

use create_qr::Endpoint;
use creation::payload_model::DEPLOYED;
use qr_symbol::{Ecc, Margin, Scale};
use sealed_qr::{Ctext, LinkForm, Payload, Terms};
use service::{
    app_state::AppState,
    gateway::{self, Answer, Matched, Request},
    logging,
    problem::Problem,
    query::{InvalidQuery, Query},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let state = AppState::from_environment().await?;
        gateway::serve(&state, metrics, create, gateway::problem, || ()).await
    };
    logging::exit_code(run.await)
}

async fn create(state: &AppState, request: &Request, _: Matched<'_, Endpoint>) -> Result<Answer, Problem> {
    let mut query = Query::parse(&request.query);
    let _: Ecc = take(&mut query, "ecc", "L, M, Q or H")?;
    let _: Scale = take(&mut query, "scale", "a whole number from 1 to 40")?;
    let _: Margin = take(&mut query, "margin", "a whole number from 0 to 16")?;
    let link: LinkForm = take(&mut query, "link", "full or compact")?;
    query.finish(["ecc", "scale", "margin", "link"])?;

    let model = DEPLOYED.default();
    let payload = Payload::parse_checked(&request.body, |payload| match (model.violations)(payload) {
        violations if violations.is_empty() => Ok(()),
        violations => Err(Problem::PayloadModelViolated(violations)),
    })?;
    let payload = payload.packed_by(model.model.number(), model.model.layout());
    let base = state.public_base_url.as_ref().ok_or(Problem::BaseUrlUnknown)?;
    let keyring = state.keyring.keyring().await;
    let ctext = Ctext::seal(&payload, &keyring, Terms::default())?;
    let picture = sealed_qr_bench::qrcode_and_image(&link.link(base, &ctext.to_digits()));
    Ok(gateway::picture("image/png", "sealed-qr.png", picture).into())
}

/// Takes and reads the value of a parameter, or its default.
fn take<T: Default + FromStr>(query: &mut Query<'_>, name: &'static str, expected: &str) -> Result<T, InvalidQuery> {
    let invalid = |_| InvalidQuery::Value { name, expected: expected.to_owned() };
    query.take(name)?.map_or_else(|| Ok(T::default()), |value| value.parse().map_err(invalid))
}
