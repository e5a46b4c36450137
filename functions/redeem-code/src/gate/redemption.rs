//! Redeems codes at a gate, and undoes that.

use code_store::{CodeStore, Redemption, Timestamp};
use payload_models::Models;
use scan::ScannedCode;
use sealed_qr::Uses;
use service::{
    app_state::AppState,
    gateway::{Answer, Request},
    problem::Problem,
};

use super::{
    body::Body,
    enrolment,
    session::{self, Gate},
};
use crate::{code_link, in_time::in_time, origin, redeem, rules::Rules};

const CTEXT: &str = "ctext";
const PLACE: &str = "place";
const EXPECT: &str = "expect";
const REDEMPTION: &str = "redemption";

/// `POST /api/gate/redeem`: redeems a code once.
pub(crate) async fn redeem(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    origin::check_page(request, state.public_base_url.as_ref())?;
    let (key_text, key) = redeem::key(request.idempotency_key.as_deref())?;
    let redeemed = in_time(Some(&key_text), async {
        let gate = session::check(state, rules, request, Some(&key_text)).await?;
        let mut body = Body::read(request, &[CTEXT, PLACE, EXPECT])?;
        let (text, place, expected) = (body.text(CTEXT), body.short_text(PLACE), body.word(EXPECT, models.names()));
        body.finish()?;
        let (code, uses) = counting(state, models, &gate, &text, expected).await?;
        let redemption = Redemption { key, at: Timestamp::now(), place, by: Some(gate.name()), undone: None };
        let receipt = redeem::redeem_once(rules, &code, &redemption, &key_text).await?;
        Ok((code, uses, receipt))
    });
    let (code, uses, receipt) = redeemed.await?;
    rules.note_write().await;
    Ok(redeem::receipt(&code, models, uses, &receipt, Some(&key_text)))
}

/// `POST /api/gate/undo`: undoes a redemption that was made at this gate.
pub(crate) async fn undo(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
) -> Result<Answer, Problem> {
    origin::check_page(request, state.public_base_url.as_ref())?;
    let undone = in_time(None, async {
        let gate = session::check(state, rules, request, None).await?;
        let mut body = Body::read(request, &[CTEXT, REDEMPTION])?;
        let (text, number) = (body.text(CTEXT), body.number(REDEMPTION));
        body.finish()?;
        let (code, uses) = counting(state, models, &gate, &text, None).await?;
        let record = rules.store.read(code.name).await.map_err(|error| enrolment::out_of_reach(&error, None))?;
        let redemption = number.checked_sub(1).and_then(|position| record.redemptions.get(position));
        if redemption.is_some_and(|redemption| redemption.by != Some(gate.name())) {
            return Err(Problem::NotUndone("The redemption was made elsewhere. A gate undoes its own only."));
        }
        let receipt = redeem::undo_once(rules, &code, number).await?;
        Ok((code, uses, receipt))
    });
    let (code, uses, receipt) = undone.await?;
    rules.note_write().await;
    Ok(redeem::receipt(&code, models, uses, &receipt, None))
}

/// The code in a link or with a ctext, which must count and be of the model of the gate.
async fn counting(
    state: &AppState,
    models: Models,
    gate: &Gate,
    text: &str,
    expected: Option<&str>,
) -> Result<(ScannedCode, Uses), Problem> {
    let code = scan::open_text(state, models, &code_link::ctext_in(text), gate.enrolled.model.as_deref()).await?;
    if expected.is_some_and(|expected| expected != code.model_name()) {
        return Err(Problem::OtherModel);
    }
    let uses = code.terms.uses.ok_or(Problem::NotCounted)?;
    Ok((code, uses))
}
