//! The segments of a text (7.4.1): the modes that need the fewest bits, and the version that follows.
//!
//! The minimum is exact, found by dynamic programming: the heuristic of Annex J and the greedy merging of the `qrcode`
//! crate can both end one version too high. Kanji mode is left out because it encodes Shift JIS: pairs of UTF-8 bytes
//! that look like it would be read back as other characters.
//!
//! The mode needs to change only between runs of characters that have the same densest mode. One more character makes a
//! segment 3 or 4 bits longer in numeric mode, 5 or 6 in alphanumeric mode and 8 in byte mode. If the mode changed
//! within a run, the denser of the two segments could take over the rest of the run at no cost.

use qrcode::{Version, bits::Bits, optimize::Segment, types::Mode};

use crate::ecc::Ecc;

/// How a text goes into a symbol.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) version: u8,
    /// The designator of the character set (7.4.2), unless it is the one that every reader assumes.
    pub(super) eci: Option<u32>,
    pub(super) segments: Vec<Segment>,
}

/// The segments with the fewest bits and the smallest version that holds them.
pub(super) fn plan(text: &str, ecc: Ecc) -> Option<Plan> {
    let eci = (!text.is_ascii()).then_some(UTF_8);
    let eci_bits = if eci.is_some() { ECI_BITS } else { 0 };
    let mut runs = runs(text.as_bytes());
    for (first, last, indicators) in CLASSES {
        // No mode holds a character in fewer bits than numeric mode: most classes that are too small end here.
        if text.len() * 10 / 3 > capacity(last, ecc) {
            continue;
        }
        let (bits, mode) = choose_modes(&mut runs, indicators.map(|bits| bits * BIT));
        if let Some(version) = (first..=last).find(|&version| eci_bits + bits <= capacity(version, ecc)) {
            return Some(Plan { version, eci, segments: segments(&runs, mode) });
        }
    }
    None
}

/// Ranges of versions with the same widths of the character count indicator (7.4.1, Table 3), each with the bits that a
/// segment's mode and character count indicators take there, in the order of [`MODES`].
const CLASSES: [(u8, u8, [u32; 3]); 3] = [(1, 9, [14, 13, 12]), (10, 26, [16, 15, 20]), (27, 40, [18, 17, 20])];

const MODES: [Mode; 3] = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte];

/// A bit in sixths, so that every character's share of its group is a whole number.
const BIT: u32 = 6;

/// The cost of a character in a mode that cannot hold it: more than any text costs, yet a whole text of it does not
/// overflow.
const NEVER: u32 = 1 << 19;

/// The cost of a character, by its densest mode and by the mode that it is in: 10 bits for 3 digits, 11 for
/// 2 alphanumeric characters, 8 for a byte (7.4.3 to 7.4.5).
const CHARACTER: [[u32; 3]; 3] = {
    let [numeric, alphanumeric, byte] = [10 * BIT / 3, 11 * BIT / 2, 8 * BIT];
    [[numeric, alphanumeric, byte], [NEVER, alphanumeric, byte], [NEVER, NEVER, byte]]
};

/// The ECI designator of UTF-8, and the bits that it takes with its mode indicator (7.4.2).
///
/// Without a designator, readers guess the character set from the bytes: `zbar` takes "é" for Big5 and "€" for Shift JIS.
const UTF_8: u32 = 26;
const ECI_BITS: usize = 12;

/// Characters next to each other with the same densest mode.
struct Run {
    end: usize,
    length: u32,
    densest: u8,
    /// For each mode that this run may be in, the cheapest mode of the run before it.
    before: [u8; 3],
}

fn runs(text: &[u8]) -> Vec<Run> {
    let mut end = 0;
    let densest = |character: u8| DENSEST_MODE[usize::from(character)];
    text.chunk_by(|&a, &b| densest(a) == densest(b))
        .map(|run| {
            end += run.len();
            Run { end, length: run.len() as u32, densest: densest(run[0]), before: [0; 3] }
        })
        .collect()
}

/// Notes for each run how it is reached in the fewest bits. Returns the bits of the whole text and the mode of its last
/// run.
fn choose_modes(runs: &mut [Run], indicators: [u32; 3]) -> (usize, u8) {
    // For each mode, the cost of the text so far if its last character is in that mode.
    let mut costs = indicators;
    let (mut cost, mut mode) = (0, 0);
    for run in runs {
        let character = CHARACTER[usize::from(run.densest)];
        for here in 0..3 {
            let fresh = cost + indicators[here];
            run.before[here] = if fresh < costs[here] { mode } else { here as u8 };
            costs[here] = costs[here].min(fresh) + run.length * character[here];
        }
        (cost, mode) = cheapest(costs);
    }
    ((cost / BIT) as usize, mode)
}

/// The cheapest mode to end a segment in. A segment takes whole bits.
fn cheapest(costs: [u32; 3]) -> (u32, u8) {
    let [numeric, alphanumeric, byte] = costs.map(|cost| cost.next_multiple_of(BIT));
    let (cost, mode) = if alphanumeric < byte { (alphanumeric, 1) } else { (byte, 2) };
    if numeric < cost { (numeric, 0) } else { (cost, mode) }
}

/// For each character, the index in [`MODES`] of the densest mode that holds it. Later modes hold it, too (7.4.4 to
/// 7.4.5, Table 5).
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

/// Joins neighbouring runs in the same mode, going back from the last run, which is in `mode`.
fn segments(runs: &[Run], mut mode: u8) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(runs.len());
    let mut end = runs.last().map_or(0, |run| run.end);
    for run in runs.iter().rev() {
        let (earlier, begin) = (run.before[usize::from(mode)], run.end - run.length as usize);
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
