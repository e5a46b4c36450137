//! Redeems a code once, and undoes that.

use code_events::Disclosure;
use code_store::{
    CodeStore, Redemption, RedemptionKey, Timestamp,
    protocol::{self, Receipt, RedeemError, UndoError},
    store::{StoredCode, Told},
};
use payload_models::{Model, Models};
use scan::ScannedCode;
use sealed_qr::{Payload, Uses};
use service::{
    app_state::AppState,
    gateway::{self, Answer, Request},
    idempotency_key::InvalidIdempotencyKey,
    invocation,
    problem::{LastRedemption, Problem},
    query::{InvalidQuery, Query},
};

use crate::{in_time::in_time, origin, receipt::ReceiptJson, redeem_body::RedeemBody, rules::Rules};

/// The longest name of a caller that is kept.
const MAX_CALLER: usize = 256;
/// The parameter with the number of the redemption to undo.
const REDEMPTION_PARAMETER: &str = "redemption";

/// `POST` to the link of a code: redeems it once.
pub(crate) async fn redeem(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
    compact: Option<&str>,
) -> Result<Answer, Problem> {
    let body = RedeemBody::read(request)?;
    origin::check(request, state.public_base_url.as_ref(), body.is_form)?;
    let (key_text, key) = key(request.idempotency_key.as_deref().or(body.key.as_deref()))?;
    let by = caller(request);
    let redemption = Redemption { key, at: Timestamp::now(), place: body.place, by, undone: None };
    let redeemed = in_time(Some(&key_text), async {
        let (code, uses) = counting(state, models, request, compact).await?;
        let made = redeem_once(rules, &code, &redemption, &key_text).await?;
        Ok((code, uses, made))
    });
    let (code, uses, made) = redeemed.await?;
    rules.note_write().await;
    if body.is_form {
        // A reload of the page then does not redeem again.
        return Ok(about(&code, models, gateway::see_other(&receipt_link(request, &key_text))));
    }
    Ok(receipt(&code, models, uses, &made, Some(&key_text)))
}

/// `DELETE` to the link of a code: undoes a redemption.
pub(crate) async fn undo(
    state: &AppState,
    models: Models,
    rules: &Rules<impl CodeStore>,
    request: &Request,
    compact: Option<&str>,
) -> Result<Answer, Problem> {
    origin::check(request, state.public_base_url.as_ref(), false)?;
    let number = number(request)?;
    let undone = in_time(None, async {
        let (code, uses) = counting(state, models, request, compact).await?;
        let undone = undo_once(rules, &code, number).await?;
        Ok((code, uses, undone))
    });
    let (code, uses, undone) = undone.await?;
    rules.note_write().await;
    Ok(receipt(&code, models, uses, &undone, None))
}

/// Redeems a code that counts. `key` is the text of the redemption's key, by which the caller can repeat it.
pub(crate) async fn redeem_once(
    rules: &Rules<impl CodeStore>,
    code: &ScannedCode,
    redemption: &Redemption,
    key: &str,
) -> Result<Receipt, Problem> {
    let outcome = match rules.check_store().await {
        Ok(()) => {
            let disclosure = disclosure(rules, code.model, &code.payload);
            protocol::redeem(&rules.store, stored(rules, code, disclosure.as_ref()), redemption).await
        }
        Err(error) => Err(error.into()),
    };
    outcome.map_err(|error| problem(error, code, key))
}

/// Undoes the redemption of a code with this number.
pub(crate) async fn undo_once(
    rules: &Rules<impl CodeStore>,
    code: &ScannedCode,
    number: usize,
) -> Result<Receipt, Problem> {
    let outcome = match rules.check_store().await {
        Ok(()) => {
            let disclosure = disclosure(rules, code.model, &code.payload);
            let stored = stored(rules, code, disclosure.as_ref());
            protocol::undo(&rules.store, stored, number, Timestamp::now(), rules.undo_within).await
        }
        Err(error) => Err(error.into()),
    };
    outcome.map_err(|error| match error {
        UndoError::Unknown => Problem::NotUndone("The code has no redemption with this number."),
        UndoError::TooLate => Problem::NotUndone(
            "The redemption was made longer ago than this deployment allows it to be undone (UndoMinutes).",
        ),
        UndoError::OutOfReach(error) => {
            tracing::warn!(request_id = invocation::request_id(), "cannot undo a redemption: {error}");
            Problem::StoreOutOfReach { key: None }
        }
    })
}

/// The answer with a receipt, and with the key by which the caller can repeat the redemption.
pub(crate) fn receipt(code: &ScannedCode, models: Models, uses: Uses, receipt: &Receipt, key: Option<&str>) -> Answer {
    let response = gateway::json(ReceiptJson::new(code, uses.limit.get(), receipt).to_text());
    let key: Vec<_> = key.map(|key| ("idempotency-key", format!("\"{key}\""))).into_iter().collect();
    about(code, models, gateway::with_headers(response, &key))
}

/// The code that a request is about, which must count.
async fn counting(
    state: &AppState,
    models: Models,
    request: &Request,
    compact: Option<&str>,
) -> Result<(ScannedCode, Uses), Problem> {
    let code = scan::open(state, models, &mut Query::parse(&request.query), compact).await?;
    let uses = code.terms.uses.ok_or(Problem::NotCounted)?;
    Ok((code, uses))
}

/// What others are told of the payload of a code, if they are told of it.
pub(crate) fn disclosure<S>(rules: &Rules<S>, model: Option<&Model>, payload: &Payload) -> Option<Disclosure> {
    let model = model.filter(|_| rules.tells)?;
    Disclosure::of(payload.as_json(), model.event_members())
}

/// What the store needs to know of a code.
fn stored<'a, S>(rules: &Rules<S>, code: &ScannedCode, payload: Option<&'a Disclosure>) -> StoredCode<'a> {
    StoredCode {
        name: code.name,
        uses: code.terms.uses.map(|uses| uses.limit),
        expires_at: code.terms.expires_at,
        told: rules.tells.then(|| Told { model: code.model.map(Model::name), payload }),
    }
}

/// An answer about a code, which names the model where there are several.
pub(crate) fn about(code: &ScannedCode, models: Models, response: gateway::Response) -> Answer {
    Answer::about(code.name, (models.0.len() > 1).then_some(code.model_name()), response)
}

/// Who the caller is, if that is known.
pub(crate) fn caller(request: &Request) -> Option<String> {
    let caller = request.caller.as_deref()?;
    Some(caller[..caller.floor_char_boundary(MAX_CALLER)].to_owned())
}

/// What tells this redemption from others, as text and as it is kept: the caller's key, or a new one.
pub(crate) fn key(text: Option<&str>) -> Result<(String, RedemptionKey), Problem> {
    let text = match text {
        Some(text) => text.to_owned(),
        None => RedemptionKey::random_text().map_err(|error| {
            tracing::warn!(
                request_id = invocation::request_id(),
                "the operating system's random number generator failed: {error}"
            );
            Problem::StoreOutOfReach { key: None }
        })?,
    };
    let key = text.parse().map_err(|error: InvalidIdempotencyKey| Problem::InvalidIdempotencyKey(error.to_string()))?;
    Ok((text.trim_matches('"').to_owned(), key))
}

/// The number of the redemption to undo.
fn number(request: &Request) -> Result<usize, InvalidQuery> {
    let name = REDEMPTION_PARAMETER;
    let text = Query::parse(&request.query).take(name)?.ok_or(InvalidQuery::Missing { name })?;
    text.parse()
        .map_err(|_| InvalidQuery::Value { name, expected: "the number in the answer to the redemption".to_owned() })
}

fn problem(error: RedeemError, code: &ScannedCode, key: &str) -> Problem {
    match error {
        RedeemError::UsedUp(last) => {
            let last = last.map(|last| LastRedemption {
                at: last.at.date_time(),
                place: last.place.map(|place| place.as_str().to_owned()),
            });
            Problem::AlreadyRedeemed { code: code.name, last }
        }
        RedeemError::Revoked(at) => Problem::Revoked { code: code.name, at: at.date_time() },
        RedeemError::Undone => Problem::RedemptionUndone,
        RedeemError::KeyReused => Problem::IdempotencyKeyReused,
        RedeemError::OutOfReach(error) => {
            tracing::warn!(request_id = invocation::request_id(), "cannot redeem a code: {error}");
            Problem::StoreOutOfReach { key: Some(key.to_owned()) }
        }
    }
}

/// The link that was requested, with a receipt: a reference to the same path with another query.
fn receipt_link(request: &Request, key: &str) -> String {
    let kept = form_urlencoded::parse(request.query.as_bytes()).filter(|(name, _)| name != scan::RECEIPT_PARAMETER);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).append_pair(scan::RECEIPT_PARAMETER, key);
    format!("?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_shown_at_the_same_link() {
        let link = |query: &str| receipt_link(&Request { query: query.to_owned(), ..Request::default() }, "k/1");
        assert_eq!(link(""), "?receipt=k%2F1");
        assert_eq!(link("ctext=12&receipt=old"), "?ctext=12&receipt=k%2F1");
        assert_eq!(link("ctext=1%0A2&x=%C3%A9"), "?ctext=1%0A2&x=%C3%A9&receipt=k%2F1");
    }

    #[test]
    fn a_long_caller_is_cut_between_characters() {
        let caller = |name: &str| caller(&Request { caller: Some(name.to_owned()), ..Request::default() }).unwrap();
        assert_eq!(caller("gate-3"), "gate-3");
        assert_eq!(caller(&"é".repeat(200)).len(), MAX_CALLER);
        assert_eq!(caller(&format!("a{}", "é".repeat(200))).len(), MAX_CALLER - 1);
    }
}
