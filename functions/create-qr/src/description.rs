//! What `format=json` answers.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sealed_qr::{ctext::UnixTime, symbol::Symbol};
use serde::Serialize;

/// A code, described.
#[derive(Serialize)]
pub(crate) struct Description {
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    sealed: Option<SealedPart>,
    symbol: SymbolPart,
    /// The picture as a data URI (RFC 2397).
    image: String,
}

#[derive(Serialize)]
struct SealedPart {
    url: String,
    /// In Unix seconds.
    expires_at: Option<u32>,
}

#[derive(Serialize)]
struct SymbolPart {
    version: u8,
    modules: usize,
    ecc: String,
}

impl Description {
    /// Describes a symbol and its picture, a PNG file.
    pub(crate) fn of(symbol: &Symbol, picture: &[u8]) -> Self {
        Self {
            sealed: None,
            symbol: SymbolPart { version: symbol.version(), modules: symbol.modules(), ecc: symbol.ecc().to_string() },
            image: format!("data:image/png;base64,{}", STANDARD.encode(picture)),
        }
    }

    /// Adds the link to the sealed payload, and when it expires.
    pub(crate) fn sealed(self, url: String, expires_at: Option<UnixTime>) -> Self {
        let expires_at = expires_at.map(|UnixTime(seconds)| seconds);
        Self { sealed: Some(SealedPart { url, expires_at }), ..self }
    }

    /// The description as JSON.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers serialize")
    }
}
