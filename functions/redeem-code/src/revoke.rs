//! Takes codes back, and makes them good again.

use code_store::{CodeStore, OutOfReach, Record, Revocation, ShortText, Timestamp, store::StoredCode};
use payload_models::Models;
use sealed_qr::UnixTime;
use serde::Serialize;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Request},
    problem::Problem,
};

use crate::{
    in_time::in_time,
    redeem,
    revoke_body::{RevokeBody, Target},
    rules::Rules,
};

/// `POST /api/qrcode/revoke`: takes a code back.
pub(crate) async fn revoke(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    let RevokeBody { target, reason } = RevokeBody::read(request)?;
    let revocation = Revocation { at: Timestamp::now(), reason, by: redeem::caller(request) };
    let revoked = in_time(None, async {
        let code = find(state, models, rules, &target).await?;
        let written = rules.store.revoke(code, &revocation).await.map_err(|error| out_of_reach(&error))?;
        Ok((code, written))
    });
    let (code, written) = revoked.await?;
    rules.note_write().await;
    Ok(answer(code, &written.into_record()))
}

/// `DELETE /api/qrcode/revoke`: makes a code good again.
pub(crate) async fn restore(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    let target = Target::in_query(request)?;
    let restored = in_time(None, async {
        let code = find(state, models, rules, &target).await?;
        let written = rules.store.restore(code, Timestamp::now()).await.map_err(|error| out_of_reach(&error))?;
        Ok((code, written))
    });
    let (code, written) = restored.await?;
    rules.note_write().await;
    Ok(answer(code, &written.into_record()))
}

/// The code that is meant, if taking it back has an effect.
async fn find(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    target: &Target,
) -> Result<StoredCode<'static>, Problem> {
    let code = match target {
        Target::Name(name) => StoredCode { name: *name, uses: None, expires_at: None, model: None },
        Target::Ctext(text) => {
            let ctext = scan::parse(text)?;
            let keyring = state.keyring.keyring_with(ctext.key_id()).await?;
            let opened =
                ctext.open(&keyring, UnixTime::now(), |number| models.layout(number)).map_err(Problem::from)?;
            let model = opened.payload.model().and_then(|number| models.numbered(number));
            StoredCode {
                name: ctext.name(),
                uses: opened.terms.uses.map(|uses| uses.limit),
                expires_at: opened.terms.expires_at,
                model: model.map(payload_models::Model::name),
            }
        }
    };
    if rules.looks_up_all || code.uses.is_some() {
        return Ok(code);
    }
    let is_known_to_count = match target {
        Target::Ctext(_) => false,
        Target::Name(name) => rules.store.read(*name).await.map_err(|error| out_of_reach(&error))?.counts,
    };
    if is_known_to_count { Ok(code) } else { Err(Problem::RevocationOff) }
}

fn out_of_reach(error: &OutOfReach) -> Problem {
    tracing::warn!("cannot take a code back or make it good again: {error}");
    Problem::StoreOutOfReach { key: None }
}

/// Whether a code is taken back, as JSON.
#[derive(Serialize)]
struct RevocationJson<'a> {
    name: String,
    revoked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

fn answer(code: StoredCode<'_>, record: &Record) -> Answer {
    let revocation = record.revocation.as_ref();
    let json = RevocationJson {
        name: code.name.to_string(),
        revoked_at: revocation.map(|revocation| revocation.at.to_string()),
        reason: revocation.and_then(|revocation| revocation.reason.as_ref()).map(ShortText::as_str),
    };
    let text = serde_json::to_string(&json).expect("strings serialize");
    Answer::about(code.name, None, gateway::json(text))
}
