//! The codes of a batch as lines of JSON.

use std::num::NonZeroU8;

use creation::options::DrawOptions;
use sealed_qr::UnixTime;
use serde::Serialize;

use crate::{codes::Code, picture::PictureFormat};

#[derive(Serialize)]
struct Line<'a> {
    row: u32,
    #[serde(flatten)]
    sealed: Option<Sealed<'a>>,
    symbol: SymbolJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
}

#[derive(Serialize)]
struct Sealed<'a> {
    url: &'a str,
    name: String,
    expires_at: Option<u32>,
    uses: Option<NonZeroU8>,
}

#[derive(Serialize)]
struct SymbolJson {
    version: u8,
    modules: usize,
    ecc: &'static str,
}

/// A line for each code, with its picture if that is asked for.
#[must_use]
pub fn write(codes: &[Code], picture: Option<PictureFormat>, draw: &DrawOptions) -> String {
    let mut lines = String::new();
    for code in codes {
        let Code { row, sealed, version, ecc, .. } = code;
        let line = Line {
            row: *row,
            sealed: sealed.as_ref().map(|sealed| Sealed {
                url: &sealed.url,
                name: sealed.name.to_string(),
                expires_at: sealed.terms.expires_at.map(|UnixTime(seconds)| seconds),
                uses: sealed.terms.uses.map(|uses| uses.limit),
            }),
            symbol: SymbolJson { version: version.number(), modules: version.modules(), ecc: ecc.letter() },
            image: picture.map(|format| format.data_uri(&code.symbol(), draw)),
        };
        lines.push_str(&serde_json::to_string(&line).expect("strings and numbers serialize"));
        lines.push('\n');
    }
    lines
}
