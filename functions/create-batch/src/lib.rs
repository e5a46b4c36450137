//! Creates many QR codes at a time: with sealed payloads, or of plain texts.

mod endpoint;

use batch::{
    answer, codes,
    options::{self, BatchOptions},
    order::{Kind, Order, Sealing},
    rows::{self, MemberTypes, RowFormat},
};
use creation::{
    options::{DrawOptions, EXPIRES_AT, EXPIRES_IN, SealOptions},
    payload_model::PayloadModels,
};
use sealed_qr::UnixTime;
use service::{
    app_state::AppState,
    event_bus::EventBus,
    gateway::{Answer, Matched, Request},
    idempotency_key::{IdempotencyKey, InvalidIdempotencyKey},
    problem::Problem,
    query::{InvalidQuery, Query},
};

pub use endpoint::Endpoint;

/// Answers a request. Other systems are told on `bus` which codes are made.
///
/// # Errors
/// [`Problem`] is what the caller is told. Then no code has been made.
pub async fn handle(
    state: &AppState,
    models: &PayloadModels,
    bus: Option<&EventBus>,
    request: &Request,
    matched: Matched<'_, Endpoint>,
) -> Result<Answer, Problem> {
    let series = series(request)?;
    let mut query = Query::parse(&request.query);
    let (model, is_named_by_query) = match matched.endpoint {
        Endpoint::CreatePlain => (None, false),
        Endpoint::CreateSealed => (Some(SealOptions::take_model(&mut query, models)?), true),
        Endpoint::CreateSealedAs => {
            (Some(models.named(matched.parameter).ok_or(Problem::UnknownModel { names: models.names() })?), false)
        }
    };
    let options = BatchOptions::take(&mut query, request)?;
    let (kind, draw) = match model {
        None => (Kind::Plain, DrawOptions::take(&mut query)?),
        Some(model) => {
            if series.is_some() && query.contains(EXPIRES_IN.name) {
                return Err(InvalidQuery::NotRepeatable { name: EXPIRES_IN.name, instead: EXPIRES_AT.name }.into());
            }
            let SealOptions { draw, link, terms } = SealOptions::take(&mut query, models, model, UnixTime::now())?;
            let base = request.base_url(state.public_base_url.as_ref()).ok_or(Problem::BaseUrlUnknown)?;
            (Kind::Sealed(Sealing { models, model, base, link, terms }), draw)
        }
    };
    let model_parameter = is_named_by_query.then(|| SealOptions::model_parameter(models));
    query.finish(options::parameters(model.is_some()).chain(model_parameter).map(|parameter| parameter.name))?;

    let types = model.map_or_else(MemberTypes::of_plain_texts, |model| MemberTypes::of_schema(model.schema()));
    let rows = rows::read(&request.body, RowFormat::declared(request.content_type.as_deref())?, &types)?;
    let order =
        Order { kind, draw, versions: options.versions, caption: options.caption, file_name: options.file_name };
    let rows = order.check(rows, 1)?;
    answer::check(&rows, options.answer, &order.draw)?;
    let keyring = state.keyring.keyring().await;
    let codes = codes::make(rows, order.draw.ecc, &keyring, series.as_deref())?;
    let response = answer::write(&codes, options.answer, &order.draw)?;
    if let (Some(bus), Some(model)) = (bus, model) {
        bus.tell_all(codes::created_events(&codes, model)).await;
    }
    let model = model.filter(|_| models.names().len() > 1).map(|model| model.model.name());
    Ok(Answer::about_many(u32::try_from(codes.len()).unwrap_or(u32::MAX), model, response))
}

/// The name of the series of the codes, if the request may be repeated. Different callers have different series.
fn series(request: &Request) -> Result<Option<String>, Problem> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    let key: IdempotencyKey =
        key.parse().map_err(|error: InvalidIdempotencyKey| Problem::InvalidIdempotencyKey(error.to_string()))?;
    let caller = request.caller.as_deref().map_or("", without_session);
    Ok(Some(format!("batch {caller} {}", key.as_str())))
}

/// The ARN of a role in place of that of a session of it, which is another one whenever credentials are renewed (IAM User
/// Guide, "IAM identifiers"). Other callers are as they are.
fn without_session(caller: &str) -> &str {
    match caller.rsplit_once('/') {
        Some((role, _session)) if role.contains(":assumed-role/") => role,
        _ => caller,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_caller_in_all_of_its_sessions() {
        let role = "arn:aws-cn:sts::123456789012:assumed-role/shop";
        assert_eq!(without_session(&format!("{role}/i-0123456789abcdef0")), role);
        for caller in
            ["arn:aws:iam::123456789012:user/a/shop", "auth0|shop/1", "arn:aws:sts::123456789012:assumed-role/a"]
        {
            assert_eq!(without_session(caller), caller);
        }
    }
}
