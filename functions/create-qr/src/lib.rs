//! Creates QR codes: with a sealed payload, or of plain text.

mod code_json;
mod code_options;
pub mod console;
mod endpoint;
mod json_body;
pub mod openapi;

use creation::{
    created,
    options::{DrawOptions, SEALED_SEGMENTS, SealOptions},
    payload_model::{PayloadModel, PayloadModels},
    plain_text,
};
use qr_symbol::{Ecc, Limits, Symbol, pdf, png, svg};
use sealed_qr::{BaseUrl, Ctext, LinkForm, Payload, UnixTime, digits, json::Object};
use service::{
    app_state::AppState,
    event_bus::EventBus,
    gateway::{self, Answer, Matched, Request, Response},
    problem::Problem,
};

use crate::{code_json::CodeJson, code_options::Format, console::Console, json_body::MAX_BODY_BYTES};

pub use endpoint::Endpoint;

/// What drawings and pages are called.
const TITLE: &str = "QR code";

/// Answers a request. Other systems are told on `bus` which codes are made.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(
    state: &AppState,
    models: &PayloadModels,
    console: &Console,
    bus: Option<&EventBus>,
    request: &Request,
    matched: Matched<'_, Endpoint>,
) -> Result<Answer, Problem> {
    match matched.endpoint {
        Endpoint::CreateSealed => {
            let (format, options, model) = code_options::sealed(request, models, UnixTime::now())?;
            create_sealed(state, models, bus, model, format, &options, request).await
        }
        Endpoint::CreateSealedAs => {
            let model = models.named(matched.parameter).ok_or(Problem::UnknownModel { names: models.names() })?;
            let (format, options) = code_options::sealed_as(request, models, model, UnixTime::now())?;
            create_sealed(state, models, bus, model, format, &options, request).await
        }
        Endpoint::CreatePlain => create_plain(request).map(Answer::from),
        Endpoint::Console => Ok(console.page(models, &host(state, request)).into()),
        Endpoint::OpenApi => Ok(gateway::json(openapi::document_text(models)).into()),
        Endpoint::ExplainProblem => gateway::explain_problem(matched.parameter).map(Answer::from),
    }
}

/// The host that links lead to, if it is known.
fn host(state: &AppState, request: &Request) -> String {
    let base = request.base_url(state.public_base_url.as_ref());
    base.as_ref().map_or("Sealed QR", BaseUrl::authority).to_owned()
}

/// `POST /api/qrcode/encrypted-payload`: a payload in, the code of a link with its ctext out.
async fn create_sealed(
    state: &AppState,
    models: &PayloadModels,
    bus: Option<&EventBus>,
    model: &PayloadModel,
    format: Format,
    options: &SealOptions,
    request: &Request,
) -> Result<Answer, Problem> {
    let payload = model.parse(json_body::read(request)?)?;
    let payload = models.packed(payload, model);
    let base = request.base_url(state.public_base_url.as_ref()).ok_or(Problem::BaseUrlUnknown)?;
    let keyring = state.keyring.keyring().await;
    let ctext = Ctext::seal(&payload, &keyring, options.terms)?;
    let link = |text: &str| options.link.link(&base, text);
    let symbol = Symbol::encode_in(&link(&ctext.to_digits()), options.draw.ecc, options.draw.limits(SEALED_SEGMENTS))
        .map_err(|_| payload_too_long(&payload, options, link))?;
    check_density(&symbol, &options.draw, options.link == LinkForm::Full)?;
    if let Some(bus) = bus {
        bus.tell(created::event(ctext.name(), &payload, model, options.terms).to_json()).await;
    }
    let (name, model) = (ctext.name(), model.model.name());
    let describe = |code: CodeJson| code.sealed(link(&ctext.to_base64url()), name, model, &payload, options.terms);
    let response = answer(&symbol, format, &options.draw, "sealed-qr", describe);
    Ok(Answer::about(name, (models.names().len() > 1).then_some(model), response))
}

/// `POST /api/qrcode`: a text in, its code out.
fn create_plain(request: &Request) -> Result<Response, Problem> {
    let (format, options) = code_options::plain(request)?;
    let body = Object::parse(json_body::read(request)?)?;
    let text = plain_text::read(&body).map_err(Problem::violated)?;
    let symbol = Symbol::encode_in(text, options.ecc, options.limits(usize::MAX)).map_err(|_| {
        let fits = longest_fit(|bytes| fits(&text[..text.floor_char_boundary(bytes)], options.ecc, usize::MAX));
        too_long("The value", text.len(), fits, options.ecc)
    })?;
    check_density(&symbol, &options, false)?;
    Ok(answer(&symbol, format, &options, "qrcode", |code| code))
}

/// Refuses a symbol with more modules than the caller allows, or than the width of the picture has room for.
fn check_density(symbol: &Symbol, options: &DrawOptions, is_full_link: bool) -> Result<(), Problem> {
    let (modules, ecc) = (symbol.modules(), options.ecc.letter());
    let limit = options.most_modules();
    if modules > limit { Err(Problem::SymbolTooDense { modules, limit, is_full_link, ecc }) } else { Ok(()) }
}

/// Answers with a code in the requested format. `describe` completes its JSON.
fn answer(
    symbol: &Symbol,
    format: Format,
    options: &DrawOptions,
    name: &str,
    describe: impl FnOnce(CodeJson) -> CodeJson,
) -> Response {
    let (style, media_type) = (options.style, format.media_type());
    match format {
        Format::Png => gateway::picture(media_type, &format!("{name}.png"), png::encode(symbol, style)),
        Format::Svg => {
            let drawing = svg::encode(symbol, style, options.svg_unit, TITLE);
            gateway::picture(media_type, &format!("{name}.svg"), drawing)
        }
        Format::Pdf => {
            let page = pdf::encode(symbol, style, options.ink, TITLE);
            gateway::picture(media_type, &format!("{name}.pdf"), page)
        }
        Format::Json => gateway::json(describe(CodeJson::new(symbol, style, &png::encode(symbol, style))).to_text()),
    }
}

/// The problem of a payload that does not fit in a symbol. `link` is the link to a ctext.
fn payload_too_long(payload: &Payload, options: &SealOptions, link: impl Fn(&str) -> String) -> Problem {
    let ecc = options.draw.ecc;
    let fits = longest_fit(|bytes| {
        let digits = "0".repeat(digits::encoded_len(Ctext::byte_len(bytes, options.terms)));
        fits(&link(&digits), ecc, SEALED_SEGMENTS)
    });
    too_long("The payload, packed by its model,", payload.sealed_len(), fits, ecc)
}

/// The problem of something that has `bytes` bytes where only `fits` fit.
fn too_long(what: &'static str, bytes: usize, fits: usize, ecc: Ecc) -> Problem {
    let remedy = match ecc {
        Ecc::L => "Shorten it.",
        _ => "Shorten it, or lower the error correction (ecc=L).",
    };
    Problem::SymbolCapacityExceeded { what, bytes, fits, ecc: ecc.letter(), remedy }
}

/// Whether a symbol holds the text in at most `max_segments` segments.
fn fits(text: &str, ecc: Ecc, max_segments: usize) -> bool {
    Symbol::smallest_version(text, ecc, Limits { max_segments, ..Limits::NONE }).is_some()
}

/// The greatest number of bytes, within the limit of a body, that fits.
fn longest_fit(fits: impl Fn(usize) -> bool) -> usize {
    let (mut longest, mut too_long) = (0, MAX_BODY_BYTES);
    while too_long - longest > 1 {
        let middle = usize::midpoint(longest, too_long);
        if fits(middle) { longest = middle } else { too_long = middle }
    }
    longest
}
