//! The answer of `format=json`.

use std::num::NonZeroU8;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qr_symbol::{Style, Symbol};
use sealed_qr::{CodeName, Payload, Terms, UnixTime};
use serde::Serialize;

/// A code as JSON.
#[derive(Serialize)]
pub(crate) struct CodeJson {
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    sealed: Option<SealedJson>,
    symbol: SymbolJson,
    print: PrintJson,
    /// The picture as a data URI (RFC 2397).
    image: String,
}

#[derive(Serialize)]
struct SealedJson {
    url: String,
    /// The name of the code.
    name: String,
    /// The name of the payload model.
    model: &'static str,
    payload: PayloadJson,
    /// In Unix seconds.
    expires_at: Option<u32>,
    /// How often the code may be redeemed, if that is counted.
    uses: Option<NonZeroU8>,
}

/// What packing saves, in bytes.
#[derive(Serialize)]
struct PayloadJson {
    /// Of the payload as JSON without insignificant white space.
    bytes: usize,
    /// Of what is sealed.
    packed: usize,
}

#[derive(Serialize)]
struct SymbolJson {
    version: u8,
    modules: usize,
    ecc: &'static str,
}

/// The size in print, in millimetres.
#[derive(Serialize)]
struct PrintJson {
    module_mm: f64,
    width_mm: f64,
}

impl CodeJson {
    /// A symbol and its picture, a PNG file.
    pub(crate) fn new(symbol: &Symbol, style: Style, picture: &[u8]) -> Self {
        let (version, modules) = (symbol.version().number(), symbol.modules());
        Self {
            sealed: None,
            symbol: SymbolJson { version, modules, ecc: symbol.ecc().letter() },
            print: PrintJson {
                module_mm: style.print_module(modules).to_f64(),
                width_mm: style.print_width(modules).to_f64(),
            },
            image: format!("data:image/png;base64,{}", STANDARD.encode(picture)),
        }
    }

    /// Adds the link to the sealed payload, the name of the code, its model, its size and its terms.
    pub(crate) fn sealed(
        self,
        url: String,
        name: CodeName,
        model: &'static str,
        payload: &Payload,
        terms: Terms,
    ) -> Self {
        let payload = PayloadJson { bytes: payload.as_json().len(), packed: payload.sealed_len() };
        let expires_at = terms.expires_at.map(|UnixTime(seconds)| seconds);
        let uses = terms.uses.map(|uses| uses.limit);
        Self { sealed: Some(SealedJson { url, name: name.to_string(), model, payload, expires_at, uses }), ..self }
    }

    /// The JSON text.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers serialize")
    }
}
