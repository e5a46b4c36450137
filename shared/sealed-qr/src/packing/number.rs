//! Numbers, to the digit: integers by their range or their length, others as decimal digits and a scale.

use serde::{Deserialize, Serialize};

use super::{
    bits::{self, BitReader, BitWriter},
    output::Output,
    text,
};
use crate::json::MAX_NUMBER_DIGITS;

/// The order of the Exp-Golomb code of the number of bits in a magnitude.
const MAGNITUDE_ORDER: u32 = 2;
/// In place of a number of bits: a magnitude beyond 64 bits follows as decimal digits.
const DIGITS: u64 = u64::BITS as u64 + 1;
/// The greatest number of integers that a range tells apart by a number of fixed width.
const MAX_RANGE: u64 = 1 << 32;

/// Bits of a scale: how many digits follow the decimal point.
const SCALE_WIDTH: u32 = 3;
/// In place of a scale: the number follows as it is written.
const AS_WRITTEN: u64 = 7;
/// What numbers are written with. Each character takes four bits.
const CHARACTERS: &[u8; 15] = b"0123456789+-.eE";
/// The order of the Exp-Golomb code of the number of these characters.
const CHARACTERS_ORDER: u32 = 2;

/// The integers from `minimum` to `maximum`; without one, all that are not beyond the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The least integer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The greatest integer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

impl Bounds {
    /// All integers.
    pub(super) const NONE: Self = Self { minimum: None, maximum: None };

    /// Whether all integers of `other` are within these bounds.
    #[must_use]
    pub fn contain(&self, other: &Self) -> bool {
        let above = self.minimum.is_none_or(|minimum| other.minimum.is_some_and(|other| minimum <= other));
        above && self.maximum.is_none_or(|maximum| other.maximum.is_some_and(|other| other <= maximum))
    }

    /// How many integers there are, if a number of fixed width tells them apart.
    fn count(self) -> Option<u64> {
        let count = self.maximum?.checked_sub(self.minimum?)?.checked_add(1)?;
        u64::try_from(count).ok().filter(|count| *count <= MAX_RANGE)
    }
}

/// Packs an integer that is written in decimal digits alone; `None` for any other number.
pub(super) fn pack_integer(json: &str, bounds: Bounds, bits: &mut BitWriter) -> Option<()> {
    let (is_negative, digits) = json.strip_prefix('-').map_or((false, json), |digits| (true, digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let Bounds { minimum, maximum } = bounds;
    let value = json.parse::<i64>().ok();
    if let Some(count) = bounds.count() {
        let offset = value?.checked_sub(minimum?).and_then(|offset| u64::try_from(offset).ok())?;
        if offset >= count {
            return None;
        }
        bits.write(offset, bits::width(count));
        return Some(());
    }
    // The distance from the bound, or the magnitude if there is none.
    let distance = match (minimum, maximum, value) {
        (Some(minimum), _, Some(value)) if value >= minimum => Some(value.abs_diff(minimum)),
        (None, Some(maximum), Some(value)) if value <= maximum => Some(value.abs_diff(maximum)),
        (Some(_), _, None) if !is_negative => None,
        (None, Some(_), None) if is_negative => None,
        (None, None, _) => {
            bits.write(is_negative.into(), 1);
            digits.parse().ok()
        }
        _ => return None,
    };
    if let Some(distance) = distance {
        write_magnitude(distance, bits);
    } else {
        bits.write_exp_golomb(DIGITS, MAGNITUDE_ORDER);
        text::pack_digits(digits, bits);
    }
    Some(())
}

/// Unpacks an integer.
pub(super) fn unpack_integer(bounds: Bounds, bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    let Bounds { minimum, maximum } = bounds;
    let from = |bound: i64, distance: i128| (i128::from(bound) + distance).to_string();
    if let Some(count) = bounds.count() {
        let offset = bits.read_below(count)?;
        return out.push(&from(minimum?, offset.into()));
    }
    let is_negative = match (minimum, maximum) {
        (Some(_), _) => false,
        (None, Some(_)) => true,
        (None, None) => bits.read_bit()?,
    };
    let sign = if is_negative { "-" } else { "" };
    let json = match (read_magnitude(bits)?, minimum, maximum) {
        (Magnitude::Digits(digits), ..) => format!("{sign}{digits}"),
        (Magnitude::Small(distance), Some(minimum), _) => from(minimum, distance.into()),
        (Magnitude::Small(distance), None, Some(maximum)) => from(maximum, -i128::from(distance)),
        (Magnitude::Small(value), None, None) => format!("{sign}{value}"),
    };
    out.push(&json)
}

/// Packs any number; `None` if the value is not one.
pub(super) fn pack_decimal(json: &str, bits: &mut BitWriter) -> Option<()> {
    let (integer, fraction) = json.split_once('.').unwrap_or((json, ""));
    let (sign, integer) = integer.strip_prefix('-').map_or((0, integer), |integer| (1, integer));
    let magnitude = format!("{integer}{fraction}");
    match magnitude.parse() {
        Ok(magnitude) if (fraction.len() as u64) < AS_WRITTEN => {
            bits.write(fraction.len() as u64, SCALE_WIDTH);
            bits.write(sign, 1);
            write_magnitude(magnitude, bits);
        }
        _ => {
            bits.write(AS_WRITTEN, SCALE_WIDTH);
            bits.write_exp_golomb(json.len() as u64, CHARACTERS_ORDER);
            for byte in json.bytes() {
                bits.write(CHARACTERS.iter().position(|character| *character == byte)? as u64, 4);
            }
        }
    }
    Some(())
}

/// Unpacks any number.
pub(super) fn unpack_decimal(bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    let scale = bits.read(SCALE_WIDTH)?;
    if scale == AS_WRITTEN {
        let length = bits.read_exp_golomb(CHARACTERS_ORDER)?;
        for _ in 0..length {
            let character = *CHARACTERS.get(bits.read(4)? as usize)?;
            out.push(char::from(character).encode_utf8(&mut [0; 4]))?;
        }
        return Some(());
    }
    let scale = scale as usize;
    if bits.read_bit()? {
        out.push("-")?;
    }
    let Magnitude::Small(magnitude) = read_magnitude(bits)? else { return None };
    let digits = format!("{magnitude:0width$}", width = scale + 1);
    let (integer, fraction) = digits.split_at(digits.len() - scale);
    out.push(integer)?;
    if !fraction.is_empty() {
        out.push(".")?;
    }
    out.push(fraction)
}

enum Magnitude {
    Small(u64),
    Digits(String),
}

/// Writes the number of bits of `value`, and those after the first, which is always set.
fn write_magnitude(value: u64, bits: &mut BitWriter) {
    let length = value.checked_ilog2().map_or(0, |highest| highest + 1);
    bits.write_exp_golomb(length.into(), MAGNITUDE_ORDER);
    bits.write(value, length.saturating_sub(1));
}

fn read_magnitude(bits: &mut BitReader<'_>) -> Option<Magnitude> {
    match bits.read_exp_golomb(MAGNITUDE_ORDER)? {
        0 => Some(Magnitude::Small(0)),
        DIGITS => text::unpack_digits(MAX_NUMBER_DIGITS, bits).map(Magnitude::Digits),
        length @ 1..DIGITS => {
            let rest = length as u32 - 1;
            Some(Magnitude::Small((1 << rest) + bits.read(rest)?))
        }
        _ => None,
    }
}
