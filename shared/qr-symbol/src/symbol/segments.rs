//! The segments of a text (7.4.1), and the smallest version that holds them.
//!
//! The minimum of bits is exact, found by dynamic programming: the heuristic of Annex J and the greedy merging of the
//! `qrcode` crate can both end one version too high. Kanji mode is left out because it encodes Shift JIS: pairs of
//! UTF-8 bytes that look like it would be read back as other characters.
//!
//! The mode needs to change only between runs of characters that have the same densest mode. One more character makes a
//! segment 3 or 4 bits longer in numeric mode, 5 or 6 in alphanumeric mode and 8 in byte mode. If the mode changed
//! within a run, the denser of the two segments could take over the rest of the run at no cost.

use qrcode::{bits::Bits, optimize::Segment, types::Mode};

use super::Limits;
use crate::{ecc::Ecc, version::Version};

/// How a text goes into a symbol.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) version: Version,
    /// The designator of the character set (7.4.2), unless it is the one that every reader assumes.
    pub(super) eci: Option<u32>,
    pub(super) segments: Vec<Segment>,
}

/// The segments of a text within `limits`: the fewest that reach the smallest version, and among these, those with the
/// fewest bits. Many readers lose what follows a second or third segment.
pub(super) fn plan(text: &str, ecc: Ecc, limits: Limits) -> Option<Plan> {
    let (most, least) = (limits.max_segments.max(1), limits.min_version.number());
    let eci = (!text.is_ascii()).then_some(UTF_8);
    let eci_bits = if eci.is_some() { ECI_BITS } else { 0 };
    let mut runs = runs(text.as_bytes());
    for (first, last, indicators) in CLASSES {
        // No mode holds a character in fewer bits than numeric mode: most classes that are too small end here.
        if last < least || text.len() * 10 / 3 > capacity(Version(last), ecc) {
            continue;
        }
        let indicators = indicators.map(|bits| bits * BIT);
        let mut fewest_bits = fewest_bits(&mut runs, indicators);
        if fewest_bits.segments.len() > most {
            fewest_bits = fewest_bits_by_count(&runs, indicators, most).pop()?;
        }
        let fits = |version, bits| eci_bits + bits <= capacity(version, ecc);
        if let Some(version) = (first.max(least)..=last).map(Version).find(|&version| fits(version, fewest_bits.bits)) {
            let fewer = fewer_segments(&runs, indicators, &fewest_bits, |bits| fits(version, bits));
            return Some(Plan { version, eci, segments: fewer.unwrap_or(fewest_bits).segments });
        }
    }
    None
}

/// A way to divide a text into segments, and the bits it takes.
struct Division {
    bits: usize,
    segments: Vec<Segment>,
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
/// Without a designator, readers guess the character set from the bytes: `zbar` takes "é" for Big5 and "€" for Shift
/// JIS.
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

/// The division with the fewest bits. Uses [`Run::before`].
fn fewest_bits(runs: &mut [Run], indicators: [u32; 3]) -> Division {
    // For each mode, the cost of the text so far if its last character is in that mode.
    let mut costs = indicators;
    let (mut cost, mut mode) = (0, 0);
    for run in runs.iter_mut() {
        let character = CHARACTER[usize::from(run.densest)];
        for here in 0..3 {
            let fresh = cost + indicators[here];
            run.before[here] = if fresh < costs[here] { mode } else { here as u8 };
            costs[here] = costs[here].min(fresh) + run.length * character[here];
        }
        (cost, mode) = cheapest(costs);
    }
    let segments = segments(runs, mode, |_, run, mode| run.before[usize::from(mode)]);
    Division { bits: (cost / BIT) as usize, segments }
}

/// Divisions into more segments than this are not searched for: readers that cannot cope with so many are not helped.
const COUNTED: usize = 8;

/// The division with the fewest bits among those with the fewest segments, if that has fewer segments than `best` and
/// `fits`.
fn fewer_segments(
    runs: &[Run],
    indicators: [u32; 3],
    best: &Division,
    fits: impl Fn(usize) -> bool,
) -> Option<Division> {
    match best.segments.len().saturating_sub(1) {
        0 => None,
        1 => Some(one_segment(runs, indicators)).filter(|division| fits(division.bits)),
        fewer => {
            let divisions = fewest_bits_by_count(runs, indicators, fewer.min(COUNTED));
            divisions.into_iter().find(|division| fits(division.bits))
        }
    }
}

/// The whole text as one segment.
fn one_segment(runs: &[Run], indicators: [u32; 3]) -> Division {
    let mode = usize::from(runs.iter().map(|run| run.densest).max().unwrap_or_default());
    let characters: u32 = runs.iter().map(|run| run.length * CHARACTER[usize::from(run.densest)][mode]).sum();
    let bits = (indicators[mode] + characters).div_ceil(BIT) as usize;
    let end = runs.last().map_or(0, |run| run.end);
    Division { bits, segments: vec![Segment { mode: MODES[mode], begin: 0, end }] }
}

/// For each count from 1 to `most`, the division with the fewest bits among those with at most that many segments.
fn fewest_bits_by_count(runs: &[Run], indicators: [u32; 3], most: usize) -> Vec<Division> {
    // For each count and mode, the cost of the text so far, and for each run the mode of the run before it.
    let mut costs = vec![indicators; most];
    let mut before = vec![vec![[0; 3]; most]; runs.len()];
    for (index, run) in runs.iter().enumerate() {
        let character = CHARACTER[usize::from(run.densest)];
        for count in (0..most).rev() {
            let fewer = count.checked_sub(1).filter(|_| index > 0).map(|fewer| cheapest(costs[fewer]));
            for here in 0..3 {
                let stay = costs[count][here];
                let (cost, mode) = match fewer {
                    Some((cost, mode)) if cost + indicators[here] < stay => (cost + indicators[here], mode),
                    _ => (stay, here as u8),
                };
                before[index][count][here] = mode;
                costs[count][here] = cost.saturating_add(run.length * character[here]);
            }
        }
    }
    let division = |count: usize| {
        let (cost, mode) = cheapest(costs[count]);
        let mut left = count;
        let segments = segments(runs, mode, |index, _, mode| {
            let earlier = before[index][left][usize::from(mode)];
            left -= usize::from(earlier != mode);
            earlier
        });
        Division { bits: (cost / BIT) as usize, segments }
    };
    (0..most).map(division).collect()
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

/// Joins neighbouring runs in the same mode, going back from the last run, which is in `mode`. `before` says in which
/// mode the run before a run is, given the run's index and mode.
fn segments(runs: &[Run], mut mode: u8, mut before: impl FnMut(usize, &Run, u8) -> u8) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(runs.len());
    let mut end = runs.last().map_or(0, |run| run.end);
    for (index, run) in runs.iter().enumerate().rev() {
        let (earlier, begin) = (before(index, run, mode), run.end - run.length as usize);
        if begin == 0 || earlier != mode {
            segments.push(Segment { mode: MODES[usize::from(mode)], begin, end });
            (mode, end) = (earlier, begin);
        }
    }
    segments.reverse();
    segments
}

/// The number of data bits of a version (Table 7).
fn capacity(version: Version, ecc: Ecc) -> usize {
    Bits::new(version.standard()).max_len(ecc.level()).unwrap_or(0)
}
