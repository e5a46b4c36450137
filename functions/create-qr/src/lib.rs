//! Creates QR codes: with a sealed payload, or of plain text.

mod console;
mod description;
pub mod openapi;
mod options;

use sealed_qr::{
    ctext::{Ctext, UnixTime},
    digits,
    http::{self, Endpoint, Request, Response},
    json::{Object, Value},
    payload::Payload,
    payload_model::SCHEMA,
    png,
    problem::{MAX_BODY_BYTES, Missing, Problem},
    startup::Deployment,
    svg,
    symbol::{Ecc, Symbol},
    violation::Violation,
};

use crate::{
    description::Description,
    options::{Drawing, Format, Sealing},
};

/// Answers one request.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(deployment: &Deployment, request: &Request) -> Result<Response, Problem> {
    match Endpoint::at(request.endpoint_path(deployment.public_base_url.as_ref())) {
        Some(Endpoint::OpenFull | Endpoint::OpenCompact) | None => Err(Problem::NotFound {
            endpoints: "POST /api/qrcode/encrypted-payload, POST /api/qrcode, GET /api and GET /api/openapi.json",
        }),
        Some(endpoint) if endpoint.method() != request.method => {
            Err(Problem::MethodNotAllowed { allowed: endpoint.method() })
        }
        Some(Endpoint::CreateSealed) => create_sealed(deployment, request).await,
        Some(Endpoint::CreatePlain) => create_plain(request),
        Some(Endpoint::Console) => Ok(console::page()),
        Some(Endpoint::Description) => Ok(description()),
    }
}

/// `GET /api/openapi.json`.
fn description() -> Response {
    http::json(format!("{:#}", openapi::describe(SCHEMA).expect("the schema has been compiled")))
}

/// `POST /api/qrcode/encrypted-payload`: a payload in, the code of a link with its ctext out.
async fn create_sealed(deployment: &Deployment, request: &Request) -> Result<Response, Problem> {
    let Sealing { drawing, link, expires_at } = Sealing::parse(request, UnixTime::now())?;
    let payload = Payload::from_request(json_body(request)?)?;
    let base = match &deployment.public_base_url {
        Some(base) => base.clone(),
        None => request.gateway_base_url().ok_or(Problem::BaseUrlUnknown)?,
    };

    let keyring = deployment.keyring.keyring().await;
    let ctext = Ctext::seal(&payload, &keyring, expires_at)
        .map_err(|_| Problem::TemporarilyUnavailable(Missing::Randomness))?;
    let symbol = Symbol::encode(&link.link(&base, &ctext.to_digits()), drawing.ecc).map_err(|_| {
        let fits = longest_fit(|bytes| {
            let digits = "0".repeat(digits::encoded_len(Ctext::len(bytes, expires_at.is_some())));
            fits(&link.link(&base, &digits), drawing.ecc)
        });
        Problem::SymbolCapacityExceeded {
            what: "The payload, minified,",
            bytes: payload.as_json().len(),
            fits,
            ecc: drawing.ecc,
        }
    })?;

    Ok(answer(&symbol, &drawing, "sealed-qr", |description| {
        description.sealed(link.link(&base, &ctext.to_base64url()), expires_at)
    }))
}

/// `POST /api/qrcode`: a text in, its code out.
fn create_plain(request: &Request) -> Result<Response, Problem> {
    let drawing = Drawing::parse(request)?;
    let body = Object::parse(json_body(request)?)?;
    let text = body.get("value").and_then(Value::as_string).filter(|text| !text.is_empty());
    let unknown = body.members().map(|(member, _)| member).filter(|member| *member != "value");
    let mut violations: Vec<_> =
        unknown.map(|member| Violation::at_member(member, "unknown; options belong into the query string")).collect();
    let Some(text) = text else {
        violations.insert(0, Violation::at_member("value", "required, and must be a string that is not empty"));
        return Err(Problem::PayloadModelViolated(violations));
    };
    if !violations.is_empty() {
        return Err(Problem::PayloadModelViolated(violations));
    }

    let symbol = Symbol::encode(&text, drawing.ecc).map_err(|_| Problem::SymbolCapacityExceeded {
        what: "The value",
        bytes: text.len(),
        fits: longest_fit(|bytes| fits(&text[..text.floor_char_boundary(bytes)], drawing.ecc)),
        ecc: drawing.ecc,
    })?;

    Ok(answer(&symbol, &drawing, "qrcode", |description| description))
}

/// The answer in the format asked for; `describe` adds what the description has beside the symbol.
fn answer(
    symbol: &Symbol,
    drawing: &Drawing,
    name: &str,
    describe: impl FnOnce(Description) -> Description,
) -> Response {
    let style = drawing.style;
    let media_type = drawing.format.media_type();
    match drawing.format {
        Format::Png => http::picture(media_type, &format!("{name}.png"), png::encode(symbol, style)),
        Format::Svg => http::picture(media_type, &format!("{name}.svg"), svg::encode(symbol, style, "QR code")),
        Format::Json => http::json(describe(Description::of(symbol, &png::encode(symbol, style))).to_json()),
    }
}

/// The body of a request that declares JSON and is not too long.
fn json_body(request: &Request) -> Result<&[u8], Problem> {
    let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    match request.body.len() {
        bytes if bytes > MAX_BODY_BYTES => Err(Problem::BodyTooLarge { bytes }),
        _ => Ok(&request.body),
    }
}

/// Whether any symbol holds the text.
fn fits(text: &str, ecc: Ecc) -> bool {
    Symbol::smallest_version(text, ecc).is_some()
}

/// The largest number of bytes, up to the limit of a body, that fits.
fn longest_fit(fits: impl Fn(usize) -> bool) -> usize {
    let (mut longest, mut too_long) = (0, MAX_BODY_BYTES);
    while too_long - longest > 1 {
        let middle = usize::midpoint(longest, too_long);
        if fits(middle) { longest = middle } else { too_long = middle }
    }
    longest
}
