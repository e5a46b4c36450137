//! The segments of a text (7.4.1): the modes that need the fewest bits, and the version that follows.
//!
//! The fewest bits are found exactly, by dynamic programming over the characters (the heuristic of Annex J and the `qrcode`
//! crate's greedy merging can both miss a version). Kanji mode is left out: it stands for Shift JIS, and pairs of UTF-8
//! bytes that happen to look like it would be read back as other characters.

use qrcode::Version;
use qrcode::bits::Bits;
use qrcode::optimize::Segment;
use qrcode::types::Mode;

use super::Ecc;

/// How a text goes into a symbol.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) version: u8,
    /// The designator of the character set (7.4.2), where it is not the one that every reader assumes.
    pub(super) eci: Option<u32>,
    pub(super) segments: Vec<Segment>,
}

/// The segments with the fewest bits and the smallest version that holds them.
pub(super) fn plan(text: &str, ecc: Ecc) -> Option<Plan> {
    let mut steps = Vec::with_capacity(text.len());
    let (version, last) = search(text.as_bytes(), ecc, &mut steps)?;
    Some(Plan { version, eci: (!text.is_ascii()).then_some(UTF_8), segments: trace(&steps, last) })
}

/// The version of [`plan`], without the segments.
pub(super) fn smallest_version(text: &str, ecc: Ecc) -> Option<u8> {
    search(text.as_bytes(), ecc, &mut Unrecorded).map(|(version, _)| version)
}

/// The versions between which the widths of the character count indicators change (7.4.1, Table 3), and the bits that a
/// segment's mode and character count indicators take there, by [`MODES`].
const CLASSES: [(u8, u8, [u32; 3]); 3] = [(1, 9, [14, 13, 12]), (10, 26, [16, 15, 20]), (27, 40, [18, 17, 20])];

const MODES: [Mode; 3] = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte];

/// Sixths of a bit: the unit in which a character's share of its group is whole.
const BIT: u32 = 6;

/// The cost of a character that cannot be in a mode: more than any text, and far from overflow.
const NEVER: u32 = u32::MAX / 4;

/// A character's cost by its densest mode and the mode that it is in: 10 bits for 3 digits, 11 for 2 alphanumeric characters, 8 for
/// a byte (7.4.3 to 7.4.5).
const CHARACTER: [[u32; 3]; 3] = {
    let [numeric, alphanumeric, byte] = [10 * BIT / 3, 11 * BIT / 2, 8 * BIT];
    [[numeric, alphanumeric, byte], [NEVER, alphanumeric, byte], [NEVER, NEVER, byte]]
};

/// The ECI designator of UTF-8, and the bits that it takes with its mode indicator (7.4.2).
///
/// Readers that find byte mode without one guess the character set from the bytes: `zbar` takes "é" for Big5 and "€" for Shift JIS.
const UTF_8: u32 = 26;
const ECI_BITS: usize = 12;

/// For a character, the cheapest mode to end a segment in before it, and a bit for each mode that is cheaper begun after that than
/// carried on.
#[derive(Clone, Copy)]
struct Step(u8);

impl Step {
    /// The mode of the character before, if this one is in `mode`.
    fn before(self, mode: u8) -> u8 {
        if self.0 >> (2 + mode) & 1 == 1 { self.0 & 0b11 } else { mode }
    }
}

/// Where the search leaves its steps.
trait Steps {
    fn clear(&mut self);
    fn push(&mut self, step: Step);
}

impl Steps for Vec<Step> {
    fn clear(&mut self) {
        self.clear();
    }

    fn push(&mut self, step: Step) {
        self.push(step);
    }
}

struct Unrecorded;

impl Steps for Unrecorded {
    fn clear(&mut self) {}
    fn push(&mut self, _: Step) {}
}

/// The smallest version that holds the text, and the mode of its last character.
fn search(text: &[u8], ecc: Ecc, steps: &mut impl Steps) -> Option<(u8, u8)> {
    let eci = if text.is_ascii() { 0 } else { ECI_BITS };
    for (first, last, indicators) in CLASSES {
        // No mode holds a character in fewer bits than numeric mode: most classes that are too small end here.
        if text.len() * 10 / 3 > capacity(last, ecc) {
            continue;
        }
        steps.clear();
        let (bits, mode) = fewest_bits(text, indicators.map(|bits| bits * BIT), steps);
        let bits = eci + bits;
        if bits <= capacity(last, ecc) {
            let version = (first..=last).find(|&version| bits <= capacity(version, ecc))?;
            return Some((version, mode));
        }
    }
    None
}

/// The fewest bits that hold the text, and the mode of its last character.
fn fewest_bits(text: &[u8], indicators: [u32; 3], steps: &mut impl Steps) -> (usize, u8) {
    // For each mode: what the text up to here costs if its last character is in that mode. Before the first one, all are free.
    let mut costs = indicators;
    let (mut cost, mut mode) = (0, 0);
    for &character in text {
        let character = CHARACTER[usize::from(DENSEST_MODE[usize::from(character)])];
        let mut step = Step(mode);
        for mode_here in 0..3 {
            let fresh = cost + indicators[mode_here];
            step.0 |= u8::from(fresh < costs[mode_here]) << (2 + mode_here);
            costs[mode_here] = costs[mode_here].min(fresh) + character[mode_here];
        }
        steps.push(step);
        (cost, mode) = cheapest(costs);
    }
    ((cost / BIT) as usize, mode)
}

/// The cheapest way to end a segment, which takes whole bits.
fn cheapest(costs: [u32; 3]) -> (u32, u8) {
    let [numeric, alphanumeric, byte] = costs.map(|cost| cost.next_multiple_of(BIT));
    let (cost, mode) = if alphanumeric < byte { (alphanumeric, 1) } else { (byte, 2) };
    if numeric < cost { (numeric, 0) } else { (cost, mode) }
}

/// For each character the index in [`MODES`] of the densest mode that holds it; later modes hold it as well (7.4.4 to 7.4.5, Table 5).
static DENSEST_MODE: [u8; 256] = {
    let mut modes = [2; 256];
    let alphanumeric = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut at = 0;
    while at < alphanumeric.len() {
        modes[alphanumeric[at] as usize] = 1;
        at += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        modes[digit as usize] = 0;
        digit += 1;
    }
    modes
};

/// Reads the segments off the steps, from the last character back to the first.
fn trace(steps: &[Step], last: u8) -> Vec<Segment> {
    let mut segments = Vec::new();
    let (mut mode, mut end) = (last, steps.len());
    for (begin, step) in steps.iter().enumerate().rev() {
        let earlier = step.before(mode);
        if begin == 0 || earlier != mode {
            segments.push(Segment { mode: MODES[usize::from(mode)], begin, end });
            (mode, end) = (earlier, begin);
        }
    }
    segments.reverse();
    segments
}

/// The number of data bits of a version (Table 7).
fn capacity(version: u8, ecc: Ecc) -> usize {
    Bits::new(Version::Normal(version.into())).max_len(ecc.level()).unwrap_or(0)
}
