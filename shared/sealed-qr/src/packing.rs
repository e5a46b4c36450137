//! Packing: a payload in few bits, by what its model says of it beforehand.
//!
//! `docs/ctext-format.md` describes the bits for other implementations.
//!
//! A payload model numbers its payloads' kind and has a [`Layout`], which follows from its JSON Schema:
//!
//! ```
//! use sealed_qr::{Ctext, Keyring, ModelNumber, Payload, Terms, UnixTime, packing::Layout};
//!
//! let schema = r#"{
//!     "type": "object",
//!     "properties": {"asset": {"type": "string"}, "installed": {"type": "string", "format": "date"}},
//!     "required": ["asset", "installed"]
//! }"#;
//! let (number, layout) = (ModelNumber::new(1).expect("not 0"), Layout::of_schema(schema)?);
//! let keyring = Keyring::generate()?;
//!
//! let payload = Payload::parse(br#"{"asset": "A-004711", "installed": "2026-03-01"}"#)?;
//! let ctext = Ctext::seal(&payload.packed_by(number, &layout), &keyring, Terms::default())?;
//!
//! let opened = ctext.open(&keyring, UnixTime::now(), |model| (model == number).then_some(&layout))?;
//! assert_eq!(opened.payload.as_json(), r#"{"asset":"A-004711","installed":"2026-03-01"}"#);
//! assert_eq!(opened.payload.model(), Some(number));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "every number is bounded by the bits that it is read from or written to"
)]

mod bits;
mod calendar;
mod layout;
mod number;
mod object;
mod output;
mod schema;
#[cfg(test)]
mod tests;
mod text;
mod uuid;

pub use layout::Layout;
pub use number::Bounds;
pub use object::{MemberLayout, ObjectLayout};

use bits::{BitReader, BitWriter};
use output::Output;

use crate::payload::Payload;

/// The longest JSON text, in bytes, that is packed, and that bits may unpack to.
pub const MAX_JSON_BYTES: usize = 16 * 1024;

/// The first bit of a payload that is not packed but kept as it is.
const KEPT: bool = true;

/// Packs a payload. The result is shorter than its JSON text by at least a byte.
///
/// The text is kept as it is, without its braces, where packing does not give it back to the byte or saves nothing.
#[must_use]
pub fn pack(layout: &Layout, payload: &Payload) -> Vec<u8> {
    let json = payload.as_json();
    packed(layout, json).filter(|bytes| bytes.len() < json.len() - 1).unwrap_or_else(|| kept(json))
}

/// The packed form, if it gives back the text.
fn packed(layout: &Layout, json: &str) -> Option<Vec<u8>> {
    let mut bits = BitWriter::default();
    bits.write((!KEPT).into(), 1);
    layout.pack(json, &mut bits)?;
    let bytes = bits.into_bytes();
    (unpack(layout, &bytes)? == json).then_some(bytes)
}

fn kept(json: &str) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.write(KEPT.into(), 1);
    let mut bytes = bits.into_bytes();
    bytes.extend_from_slice(&json.as_bytes()[1..json.len() - 1]);
    bytes
}

/// Unpacks what [`pack`] has packed. Any other bytes give `None` or a text of at most [`MAX_JSON_BYTES`], which need
/// not be JSON.
#[must_use]
pub fn unpack(layout: &Layout, bytes: &[u8]) -> Option<String> {
    let mut bits = BitReader::new(bytes);
    if bits.read_bit()? == KEPT {
        let text = std::str::from_utf8(bits.rest()?).ok()?;
        return Some(format!("{{{text}}}"));
    }
    let mut out = Output::default();
    layout.unpack(&mut bits, &mut out)?;
    bits.rest()?.is_empty().then(|| out.into_json())
}
