//! The dark modules of a symbol as runs.

use crate::symbol::Symbol;

/// The most modules of a run. Longer ones, which are rare, are divided, so that a width is one digit.
pub(super) const LONGEST: usize = 9;

/// Where a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) row: u8,
    pub(super) column: u8,
}

/// The runs of dark modules in the rows of a symbol by their width, those of one module first, and of each width from
/// the top left to the bottom right.
pub(super) fn by_width(symbol: &Symbol) -> [Vec<Start>; LONGEST] {
    // Half of the runs of noise are one module wide, half of the others two, and so on. A quarter of all modules begin
    // a run.
    let runs = symbol.modules().pow(2) / 4;
    let mut widths: [Vec<Start>; LONGEST] = std::array::from_fn(|longer| Vec::with_capacity((runs >> longer) + 8));
    for (row, words) in symbol.rows().iter().enumerate() {
        for (index, &word) in words.iter().enumerate() {
            let mut dark = word;
            while dark != 0 {
                let first = dark.trailing_zeros() as usize;
                // Also divided where words meet.
                let width = ((dark >> first).trailing_ones() as usize).min(LONGEST);
                widths[width - 1].push(Start { row: row as u8, column: (64 * index + first) as u8 });
                dark &= !(((1 << width) - 1) << first);
            }
        }
    }
    widths
}
