//! UUIDs in lower case (RFC 9562, section 4) in binary.

use super::{
    bits::{BitReader, BitWriter},
    output::Output,
};

/// The hexadecimal digits of the fields between hyphens.
const FIELDS: [u32; 5] = [8, 4, 4, 4, 12];

/// Packs a UUID; `None` if it is not one in lower case.
pub(super) fn pack(text: &str, bits: &mut BitWriter) -> Option<()> {
    let mut rest = text.split('-');
    for digits in FIELDS {
        let field = rest.next().filter(|field| {
            field.len() == digits as usize && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })?;
        bits.write(u64::from_str_radix(field, 16).ok()?, 4 * digits);
    }
    rest.next().is_none().then_some(())
}

/// Unpacks a UUID.
pub(super) fn unpack(bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    for (index, digits) in FIELDS.into_iter().enumerate() {
        let hyphen = if index == 0 { "" } else { "-" };
        out.push(&format!("{hyphen}{:0width$x}", bits.read(4 * digits)?, width = digits as usize))?;
    }
    Some(())
}
