//! Makes the codes by which devices become gates, and takes them and their sessions back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use code_store::{CodeStore, Revocation, Timestamp, store::StoredCode};
use payload_models::Models;
use qr_symbol::{Ecc, Limits, Style, Symbol, png, svg};
use sealed_qr::{CodeName, InvalidCodeName, UnixTime};
use serde::Serialize;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Request},
    invocation,
    problem::Problem,
    query::{InvalidQuery, Query},
};

use super::{
    body::Body,
    token::{self, Enrolment},
};
use crate::{origin, redeem, rules::Rules};

/// The path of the page, which the link of an enrolment code leads to. The code is in the fragment, which browsers do
/// not send.
const PAGE_PATH: &str = "/api/gate";
/// How long an enrolment code can be used.
const VALID_FOR_SECONDS: u32 = 10 * 60;
/// Bytes, then digits, as in sealed codes.
const LIMITS: Limits = Limits { max_segments: 2, ..Limits::NONE };

const GATE: &str = "gate";
const MODEL: &str = "model";
const NAME: &str = "name";
const FORMAT: &str = "format";

/// The formats of the answer, the first by default.
const FORMATS: [(&str, &str); 3] = [("png", "image/png"), ("svg", "image/svg+xml"), ("json", "application/json")];

/// `POST /api/gate/enrolments`: makes a code that enrols one device.
pub(crate) async fn create(state: &AppState, models: Models, request: &Request) -> Result<Answer, Problem> {
    origin::check(request, state.public_base_url.as_ref(), false)?;
    let format = format(request)?;
    let mut body = Body::read(request, &[GATE, MODEL])?;
    let (gate, model) = (body.short_text(GATE), body.word(MODEL, models.names()));
    body.finish()?;
    let enrolment = Enrolment::new(gate.as_ref(), model);
    let base = request.base_url(state.public_base_url.as_ref()).ok_or(Problem::BaseUrlUnknown)?;
    let expires_at = UnixTime::now().after(VALID_FOR_SECONDS).unwrap_or(UnixTime(u32::MAX));
    let ctext = token::seal(&enrolment, &*state.keyring.keyring().await, expires_at)?;
    let link = |text: &str| format!("{base}{PAGE_PATH}#{text}");
    let symbol = Symbol::encode_in(&link(&ctext.to_digits()), Ecc::M, LIMITS).map_err(|_| Problem::BaseUrlUnknown)?;
    let response = match format {
        "svg" => gateway::picture(
            "image/svg+xml",
            "gate.svg",
            svg::encode(&symbol, Style::default(), svg::Unit::Pixels, "QR code"),
        ),
        "json" => gateway::json(json(&ctext.to_base64url(), link, ctext.name(), &enrolment, expires_at, &symbol)),
        _ => gateway::picture("image/png", "gate.png", png::encode(&symbol, Style::default())),
    };
    Ok(Answer::about(ctext.name(), None, response))
}

/// An enrolment code as JSON.
#[derive(Serialize)]
struct EnrolmentJson<'a> {
    url: String,
    /// By which it, and the session of the device, is taken back.
    name: String,
    gate: Option<&'a str>,
    model: Option<&'a str>,
    /// In Unix seconds.
    expires_at: u32,
    /// The picture as a data URI (RFC 2397).
    image: String,
}

fn json(
    text: &str,
    link: impl Fn(&str) -> String,
    name: CodeName,
    enrolment: &Enrolment,
    UnixTime(expires_at): UnixTime,
    symbol: &Symbol,
) -> String {
    let json = EnrolmentJson {
        url: link(text),
        name: name.to_string(),
        gate: enrolment.gate.as_deref(),
        model: enrolment.model.as_deref(),
        expires_at,
        image: format!("data:image/png;base64,{}", STANDARD.encode(png::encode(symbol, Style::default()))),
    };
    serde_json::to_string(&json).expect("texts and numbers serialize")
}

/// The format that the caller asks for, in the query or by the header `accept`.
fn format(request: &Request) -> Result<&'static str, Problem> {
    let mut query = Query::parse(&request.query);
    let asked = query.take(FORMAT)?;
    query.finish([FORMAT])?;
    if let Some(asked) = asked {
        let found = FORMATS.into_iter().find(|(name, _)| *name == asked);
        let wrong = InvalidQuery::Value { name: FORMAT, expected: "png, svg or json".to_owned() };
        return Ok(found.ok_or(wrong)?.0);
    }
    let offered = "image/png, image/svg+xml or application/json";
    request.preferred_of(&FORMATS).ok_or(Problem::NotAcceptable { offered })
}

/// `DELETE /api/gate/enrolments?name=…`: takes an enrolment back, and the session that it has led to.
pub(crate) async fn revoke(
    state: &AppState,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    origin::check(request, state.public_base_url.as_ref(), false)?;
    let mut query = Query::parse(&request.query);
    let text = query.take(NAME)?.ok_or(InvalidQuery::Missing { name: NAME })?;
    query.finish([NAME])?;
    let invalid = |error: InvalidCodeName| InvalidQuery::Value { name: NAME, expected: error.to_string() };
    let name = text.parse().map_err(invalid)?;
    // Only its name is known. It may be that of a code, of whose record nothing else must change.
    let code = StoredCode { name, uses: None, expires_at: None, told: None };
    take_back(rules, code, redeem::caller(request)).await?;
    Ok(Answer::about(name, None, gateway::no_content()))
}

/// Takes an enrolment back, and the session that it has led to.
pub(super) async fn take_back(
    rules: &Rules<impl CodeStore>,
    enrolment: StoredCode<'_>,
    by: Option<String>,
) -> Result<(), Problem> {
    let revocation = Revocation { at: Timestamp::now(), reason: None, by };
    rules.store.revoke(enrolment, &revocation).await.map_err(|error| out_of_reach(&error, None))?;
    rules.note_write().await;
    Ok(())
}

/// What the store needs to know of an enrolment.
pub(super) fn stored(name: CodeName, expires_at: UnixTime) -> StoredCode<'static> {
    StoredCode { name, uses: Some(1.try_into().expect("1 is not 0")), expires_at: Some(expires_at), told: None }
}

/// The store did not answer. `key` repeats the request.
pub(super) fn out_of_reach(error: &code_store::OutOfReach, key: Option<&str>) -> Problem {
    tracing::warn!(request_id = invocation::request_id(), "cannot check, begin or end the session of a gate: {error}");
    Problem::StoreOutOfReach { key: key.map(str::to_owned) }
}
