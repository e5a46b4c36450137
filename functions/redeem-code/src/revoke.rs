//! Takes codes back, and makes them good again.

use code_events::Disclosure;
use code_store::{
    CodeStore, OutOfReach, Record, Revocation, ShortText, Timestamp,
    store::{StoredCode, Told},
};
use payload_models::{Model, Models};
use sealed_qr::{CodeName, Opened, UnixTime};
use serde::Serialize;
use service::{
    app_state::AppState,
    gateway::{self, Answer, Request},
    invocation,
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
        let written = rules.store.revoke(code.stored(), &revocation).await.map_err(|error| out_of_reach(&error))?;
        Ok((code.known.name, written))
    });
    let (name, written) = revoked.await?;
    rules.note_write().await;
    Ok(answer(name, &written.into_record()))
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
        let restoring = rules.store.restore(code.stored(), Timestamp::now());
        let written = restoring.await.map_err(|error| out_of_reach(&error))?;
        Ok((code.known.name, written))
    });
    let (name, written) = restored.await?;
    rules.note_write().await;
    Ok(answer(name, &written.into_record()))
}

/// The code that is meant.
struct Found {
    /// What is known of it, without its payload.
    known: StoredCode<'static>,
    /// What others are told of its payload.
    disclosure: Option<Disclosure>,
}

impl Found {
    /// What the store needs to know of it.
    fn stored(&self) -> StoredCode<'_> {
        let told = self.known.told.map(|told| Told { payload: self.disclosure.as_ref(), ..told });
        StoredCode { told, ..self.known }
    }
}

/// The code that is meant, if taking it back has an effect.
async fn find(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    target: &Target,
) -> Result<Found, Problem> {
    let told = |model| rules.tells.then_some(Told { model, payload: None });
    let found = match target {
        Target::Name(name) => {
            let known = StoredCode { name: *name, uses: None, expires_at: None, told: told(None) };
            Found { known, disclosure: None }
        }
        Target::Ctext(text) => {
            let ctext = scan::parse(text)?;
            let keyring = state.keyring.keyring_with(ctext.key_id()).await?;
            let Opened { payload, terms } =
                ctext.open(&keyring, UnixTime::now(), |number| models.layout(number)).map_err(Problem::from)?;
            let model = payload.model().and_then(|number| models.numbered(number));
            let known = StoredCode {
                name: ctext.name(),
                uses: terms.uses.map(|uses| uses.limit),
                expires_at: terms.expires_at,
                told: told(model.map(Model::name)),
            };
            Found { known, disclosure: redeem::disclosure(rules, model, &payload) }
        }
    };
    if rules.looks_up_all || found.known.uses.is_some() {
        return Ok(found);
    }
    let is_known_to_count = match target {
        Target::Ctext(_) => false,
        Target::Name(name) => rules.store.read(*name).await.map_err(|error| out_of_reach(&error))?.counts,
    };
    if is_known_to_count { Ok(found) } else { Err(Problem::RevocationOff) }
}

fn out_of_reach(error: &OutOfReach) -> Problem {
    tracing::warn!(request_id = invocation::request_id(), "cannot take a code back or make it good again: {error}");
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

fn answer(name: CodeName, record: &Record) -> Answer {
    let revocation = record.revocation.as_ref();
    let json = RevocationJson {
        name: name.to_string(),
        revoked_at: revocation.map(|revocation| revocation.at.to_string()),
        reason: revocation.and_then(|revocation| revocation.reason.as_ref()).map(ShortText::as_str),
    };
    let text = serde_json::to_string(&json).expect("strings serialize");
    Answer::about(name, None, gateway::json(text))
}
