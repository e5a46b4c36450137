//! Strings, each in the densest of a few alphabets.

use super::{
    bits::{BitReader, BitWriter},
    output::Output,
};
use crate::json::JsonString;

/// Bits that name an alphabet.
const SELECTOR_WIDTH: u32 = 3;
/// The selector of a string in UTF-8.
const UTF_8: u64 = ALPHABETS.len() as u64;
/// The selector of a string as it is written in JSON, for one with escapes where none are needed.
const AS_WRITTEN: u64 = UTF_8 + 1;
/// The order of the Exp-Golomb code of lengths: 0 to 7 take four bits, 8 to 23 take six.
const LENGTH_ORDER: u32 = 3;

/// A set of characters, of which a few together make a number.
struct Alphabet {
    symbols: &'static [u8],
    /// The place of each ASCII character among the symbols; [`ABSENT`] if it is none of them.
    places: [u8; 128],
    /// The number of bits of each number of characters from 0 to that of a full group.
    widths: &'static [u32],
}

const ABSENT: u8 = 0xff;

const ALPHABETS: [Alphabet; 6] = [
    Alphabet::new(b"0123456789", &[0, 4, 7, 10]),
    Alphabet::new(b"0123456789abcdef", &[0, 4]),
    Alphabet::new(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -./", &[0, 6, 11, 16]),
    Alphabet::new(b"0123456789abcdefghijklmnopqrstuvwxyz-_.@", &[0, 6, 11, 16]),
    Alphabet::new(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -", &[0, 6]),
    Alphabet::new(
        b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        &[0, 7, 14, 20],
    ),
];
const DIGITS: &Alphabet = &ALPHABETS[0];

impl Alphabet {
    const fn new(symbols: &'static [u8], widths: &'static [u32]) -> Self {
        let mut places = [ABSENT; 128];
        let mut place = 0;
        while place < symbols.len() {
            places[symbols[place] as usize] = place as u8;
            place += 1;
        }
        Self { symbols, places, widths }
    }

    /// Characters in a full group.
    const fn group(&self) -> usize {
        self.widths.len() - 1
    }

    fn place(&self, byte: u8) -> Option<u8> {
        self.places.get(usize::from(byte)).copied().filter(|place| *place != ABSENT)
    }

    /// The bits of a text; `None` if the alphabet lacks one of its characters.
    fn cost(&self, text: &[u8]) -> Option<usize> {
        let known = text.iter().all(|byte| self.place(*byte).is_some());
        let (groups, rest) = (text.len() / self.group(), text.len() % self.group());
        known.then(|| groups * self.widths[self.group()] as usize + self.widths[rest] as usize)
    }

    fn pack(&self, text: &[u8], bits: &mut BitWriter) {
        for group in text.chunks(self.group()) {
            let number = group.iter().fold(0, |number, byte| {
                number * self.symbols.len() as u64 + u64::from(self.places[usize::from(*byte)])
            });
            bits.write(number, self.widths[group.len()]);
        }
    }

    fn unpack(&self, length: usize, bits: &mut BitReader<'_>, out: &mut Vec<u8>) -> Option<()> {
        let mut left = length;
        while left > 0 {
            let count = left.min(self.group());
            let mut number = bits.read(self.widths[count])?;
            let start = out.len();
            for _ in 0..count {
                out.push(self.symbols[(number % self.symbols.len() as u64) as usize]);
                number /= self.symbols.len() as u64;
            }
            if number > 0 {
                return None;
            }
            out[start..].reverse();
            left -= count;
        }
        Some(())
    }
}

/// Packs a JSON string; `prefix` is how every string here begins. `None` if this one does not.
pub(super) fn pack(json: &str, prefix: &str, bits: &mut BitWriter) -> Option<()> {
    let JsonString(text) = serde_json::from_str(json).ok()?;
    let is_canonical = !json.contains('\\') || quoted(&text) == json;
    let text = text.strip_prefix(prefix)?;
    if !is_canonical {
        let written = json.strip_prefix('"')?.strip_prefix(prefix)?.strip_suffix('"')?;
        write_bytes(AS_WRITTEN, written, bits);
        return Some(());
    }
    let costs = ALPHABETS
        .iter()
        .zip(0..)
        .filter_map(|(alphabet, selector)| Some((alphabet.cost(text.as_bytes())?, selector, alphabet)));
    match costs.min_by_key(|(cost, selector, _)| (*cost, *selector)) {
        Some((_, selector, alphabet)) => {
            write_head(selector, text.len(), bits);
            alphabet.pack(text.as_bytes(), bits);
        }
        None => write_bytes(UTF_8, text, bits),
    }
    Some(())
}

/// Unpacks a JSON string.
pub(super) fn unpack(prefix: &str, bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    let selector = bits.read(SELECTOR_WIDTH)?;
    let length = usize::try_from(bits.read_exp_golomb(LENGTH_ORDER)?).ok()?;
    out.check_room(length)?;
    let mut text = Vec::from(prefix);
    if let Some(alphabet) = ALPHABETS.get(selector as usize) {
        alphabet.unpack(length, bits, &mut text)?;
    } else {
        for _ in 0..length {
            text.push(bits.read(8)? as u8);
        }
    }
    let text = String::from_utf8(text).ok()?;
    if selector == AS_WRITTEN { out.push(&format!("\"{text}\"")) } else { out.push(&quoted(&text)) }
}

/// Writes a text in bytes.
fn write_bytes(selector: u64, text: &str, bits: &mut BitWriter) {
    write_head(selector, text.len(), bits);
    for byte in text.bytes() {
        bits.write(byte.into(), 8);
    }
}

fn write_head(selector: u64, length: usize, bits: &mut BitWriter) {
    bits.write(selector, SELECTOR_WIDTH);
    bits.write_exp_golomb(length as u64, LENGTH_ORDER);
}

/// Packs decimal digits.
pub(super) fn pack_digits(digits: &str, bits: &mut BitWriter) {
    bits.write_exp_golomb(digits.len() as u64, LENGTH_ORDER);
    DIGITS.pack(digits.as_bytes(), bits);
}

/// Unpacks decimal digits, of which at most `limit` are accepted.
pub(super) fn unpack_digits(limit: usize, bits: &mut BitReader<'_>) -> Option<String> {
    let length = usize::try_from(bits.read_exp_golomb(LENGTH_ORDER)?).ok().filter(|length| *length <= limit)?;
    let mut digits = Vec::new();
    DIGITS.unpack(length, bits, &mut digits)?;
    String::from_utf8(digits).ok()
}

/// The JSON of a string, with the fewest escapes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}
