//! The session of a device that is a gate: a cookie that an enrolment code is exchanged for, once.
//!
//! The cookie is a sealed token, so that there is no database of sessions. The record of the enrolment code says whether
//! the session stands: it must have been redeemed, and must not be taken back.

use code_store::{
    CodeStore, Redemption, Timestamp,
    protocol::{self, RedeemError},
};
use payload_models::Models;
use sealed_qr::{CodeName, Ctext, UnixTime};
use serde::Serialize;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Request, Response},
    problem::{LastRedemption, Problem},
};

use super::{
    body::Body,
    enrolment,
    token::{self, Enrolment, Session},
};
use crate::{in_time::in_time, origin, redeem, rules::Rules};

/// How long a session lasts at most: a day.
const LASTS_SECONDS: u32 = 24 * 60 * 60;
/// By its prefix, browsers take the cookie only from this host, by TLS, and for all paths.
const COOKIE: &str = "__Host-gate";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";
const CTEXT: &str = "ctext";

/// A gate, as far as it is known who it is.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    /// What it was enrolled as.
    pub(super) enrolled: Enrolment,
    /// The name of its enrolment code.
    pub(super) enrolment: CodeName,
    /// When its session ends.
    pub(super) expires_at: UnixTime,
}

impl Gate {
    /// The name that is kept with what it does.
    pub(super) fn name(&self) -> String {
        self.enrolled.name(self.enrolment)
    }
}

/// `POST /api/gate/session`: makes the device a gate, by an enrolment code.
pub(crate) async fn begin(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    origin::check_page(request, state.public_base_url.as_ref())?;
    let mut body = Body::read(request, &[CTEXT])?;
    let text = body.text(CTEXT);
    body.finish()?;
    let (key_text, key) = redeem::key(request.idempotency_key.as_deref())?;
    let ctext = scan::parse(text.rsplit('#').next().unwrap_or_default())?;
    let name = ctext.name();
    let enrolling = in_time(Some(&key_text), async {
        let (enrolled, valid_until) = token::open::<Enrolment>(state, &ctext).await?;
        // The record outlives every session that can come of it.
        let UnixTime(seconds) = valid_until;
        let stored = enrolment::stored(name, UnixTime(seconds.saturating_add(LASTS_SECONDS)));
        let by = Some(enrolled.name(name));
        let redemption = Redemption { key, at: Timestamp::now(), place: None, by, undone: None };
        rules.check_store().await.map_err(|error| enrolment::out_of_reach(&error, Some(&key_text)))?;
        let outcome = protocol::redeem(&rules.store, stored, &redemption).await;
        let receipt = outcome.map_err(|error| problem(error, name, &key_text))?;
        Ok((enrolled, receipt))
    });
    let (enrolled, receipt) = enrolling.await?;
    rules.note_write().await;

    // Counted from when the code was used: who repeats the request gets no longer session.
    let begun = u32::try_from(receipt.redemption.at.unix_seconds()).unwrap_or(u32::MAX);
    let expires_at = UnixTime(begun.saturating_add(LASTS_SECONDS));
    let session = Session { gate: enrolled.clone(), enrolment: name.to_string() };
    let token = token::seal(&session, &*state.keyring.keyring().await, expires_at)?;
    let gate = Gate { enrolled, enrolment: name, expires_at };
    let cookie = format!("{COOKIE}={}; Max-Age={LASTS_SECONDS}; {ATTRIBUTES}", token.to_base64url());
    let response = gateway::with_headers(describe(&gate, models), &[("set-cookie", cookie)]);
    Ok(Answer::about(name, None, response))
}

fn problem(error: RedeemError, code: CodeName, key: &str) -> Problem {
    match error {
        RedeemError::UsedUp(last) => {
            let last = last.map(|last| LastRedemption { at: last.at.date_time(), place: None });
            Problem::AlreadyRedeemed { code, last }
        }
        RedeemError::Revoked(at) => Problem::Revoked { code, at: at.date_time() },
        RedeemError::Undone | RedeemError::KeyReused => Problem::IdempotencyKeyReused,
        RedeemError::OutOfReach(error) => enrolment::out_of_reach(&error, Some(key)),
    }
}

/// `GET /api/gate/session`: which gate the device is.
pub(crate) async fn show(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    let gate = check(state, rules, request, None).await?;
    Ok(Answer::about(gate.enrolment, None, describe(&gate, models)))
}

/// `DELETE /api/gate/session`: the device is a gate no longer.
pub(crate) async fn end(state: &AppState, rules: &Rules<impl CodeStore>, request: &Request) -> Result<Answer, Problem> {
    origin::check_page(request, state.public_base_url.as_ref())?;
    match read(state, request).await {
        Ok(gate) => {
            let stored = enrolment::stored(gate.enrolment, gate.expires_at);
            enrolment::take_back(rules, stored, Some(gate.name())).await?;
        }
        Err(Problem::NotEnrolled) => {}
        Err(problem) => return Err(problem),
    }
    let cookie = format!("{COOKIE}=; Max-Age=0; {ATTRIBUTES}");
    Ok(gateway::with_headers(gateway::no_content(), &[("set-cookie", cookie)]).into())
}

/// The gate that a request comes from, whose session stands. `key` repeats the request if that cannot be known.
pub(super) async fn check(
    state: &AppState,
    rules: &Rules<impl CodeStore>,
    request: &Request,
    key: Option<&str>,
) -> Result<Gate, Problem> {
    let gate = read(state, request).await?;
    let record = rules.store.read(gate.enrolment).await.map_err(|error| enrolment::out_of_reach(&error, key))?;
    // Without a redemption, the record has been lost.
    if record.revocation.is_none() && record.used() == 1 { Ok(gate) } else { Err(Problem::NotEnrolled) }
}

/// The gate in the cookie.
async fn read(state: &AppState, request: &Request) -> Result<Gate, Problem> {
    let text = request.cookie(COOKIE).ok_or(Problem::NotEnrolled)?;
    let ctext = Ctext::parse(text).map_err(|_| Problem::NotEnrolled)?;
    let (session, expires_at) = match token::open::<Session>(state, &ctext).await {
        Err(Problem::Unopened(_)) => return Err(Problem::NotEnrolled),
        opened => opened?,
    };
    let enrolment = session.enrolment.parse().map_err(|_| Problem::NotEnrolled)?;
    Ok(Gate { enrolled: session.gate, enrolment, expires_at })
}

/// A gate as JSON.
#[derive(Serialize)]
struct GateJson<'a> {
    gate: &'a str,
    /// The name of its enrolment code, by which the operator takes the session back.
    name: String,
    /// The payload model that codes must have.
    model: Option<&'a str>,
    /// The payload models that the gate may choose from.
    models: Vec<&'static str>,
    /// In Unix seconds.
    expires_at: u32,
}

fn describe(gate: &Gate, models: Models) -> Response {
    let UnixTime(expires_at) = gate.expires_at;
    let json = GateJson {
        gate: &gate.name(),
        name: gate.enrolment.to_string(),
        model: gate.enrolled.model.as_deref(),
        models: models.names().into_iter().collect(),
        expires_at,
    };
    gateway::json(serde_json::to_string(&json).expect("texts and numbers serialize"))
}
