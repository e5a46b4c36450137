//! The penalty score of a masked symbol (7.8.3.1, Table 11): how far it is from the even texture that readers like.
//!
//! A word holds a stretch of one row, so comparing neighbouring rows finds the patterns along 64 columns at once.
//! Patterns along rows are found the same way in the symbol with rows and columns exchanged.
//!
//! The `qrcode` crate differs in N4 alone, which it does not round to steps of 5 %, and therefore sometimes chooses
//! another mask than the standard prefers.

use super::{canvas::Canvas, grid::inside};

/// The weights of the four features (7.8.3.1).
const N1: u64 = 3;
const N2: u64 = 3;
const N3: u64 = 40;
const N4: u64 = 10;

/// The penalty of a symbol, drawn upright and with rows and columns exchanged.
pub(super) fn score(upright: &Canvas, transposed: &Canvas) -> u64 {
    lines(upright) + lines(transposed) + blocks(upright) + imbalance(upright)
}

/// N1 and N3, along columns.
fn lines(canvas: &Canvas) -> u64 {
    canvas.strips().map(runs).sum::<u64>() + canvas.quiet_strips().map(finders).sum::<u64>()
}

/// N1: a run of 5 + i modules of one colour counts 3 + i.
///
/// Each place where five modules agree counts 1, and the first of a run 2 more.
fn runs(strip: &[u64]) -> u64 {
    let agree = |five: &[u64]| !((five[0] ^ five[1]) | (five[1] ^ five[2]) | (five[2] ^ five[3]) | (five[3] ^ five[4]));
    let first = u64::from(agree(&strip[..5]).count_ones()) * N1;
    let others = strip.windows(6).map(|rows| {
        let run = agree(&rows[1..]);
        let starts = run & (rows[0] ^ rows[1]);
        u64::from(run.count_ones()) + u64::from(starts.count_ones()) * (N1 - 1)
    });
    first + others.sum::<u64>()
}

/// N2: a block of m × n modules of one colour counts 3 (m - 1) (n - 1), which is 3 for each 2 × 2 block in it.
fn blocks(canvas: &Canvas) -> u64 {
    // Any strip will do after the last one, whose last column is outside the symbol.
    let next_strips = canvas.strips().skip(1).chain(canvas.strips().next());
    let in_strip = |(strip, next): (&[u64], &[u64])| {
        strip
            .windows(2)
            .zip(next.windows(2))
            .map(|(here, next)| {
                let beside = |at: usize| here[at] >> 1 | next[at] << 63;
                let differs = (here[0] ^ here[1]) | (here[0] ^ beside(0)) | (here[0] ^ beside(1));
                u64::from((!differs).count_ones())
            })
            .sum::<u64>()
    };
    N2 * canvas.strips().zip(next_strips).map(in_strip).sum::<u64>()
}

/// N3: the 1:1:3:1:1 colours of a finder pattern's middle, with four light modules before or after them, count 40.
///
/// The quiet zone counts as light, so the pattern may touch the edge of the symbol.
fn finders(quiet_strip: &[u64]) -> u64 {
    let found = quiet_strip.windows(15).map(|rows| {
        let light = |four: &[u64]| !(four[0] | four[1] | four[2] | four[3]);
        let finder = rows[4] & !rows[5] & rows[6] & rows[7] & rows[8] & !rows[9] & rows[10];
        u64::from((finder & (light(&rows[..4]) | light(&rows[11..]))).count_ones())
    });
    N3 * found.sum::<u64>()
}

/// N4: each full 5 % by which the share of dark modules differs from 50 % counts 10.
fn imbalance(canvas: &Canvas) -> u64 {
    let dark = canvas.strips().enumerate().map(|(index, strip)| {
        let inside = inside(canvas.size(), index);
        strip.iter().map(|row| u64::from((row & inside).count_ones())).sum::<u64>()
    });
    let all = (canvas.size() * canvas.size()) as u64;
    N4 * ((2 * dark.sum::<u64>()).abs_diff(all) * 10 / all)
}
