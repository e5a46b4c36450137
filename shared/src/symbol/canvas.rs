//! A symbol under one mask, laid out for scoring.

use std::array::from_fn;

use super::Row;
use super::format::Line;
use super::grid::{self, Grid, WORD, inside};
use super::mask::{PERIOD, Pattern};
use super::penalty::QUIET;

/// Rows of a strip with light ones above and below.
const HEIGHT: usize = QUIET + grid::HEIGHT + QUIET;

/// The strips of a masked symbol, each with light rows above and below.
pub(super) struct Canvas {
    size: usize,
    strips: Vec<[u64; HEIGHT]>,
}

impl Canvas {
    /// A canvas for symbols of `size` modules a side.
    pub(super) fn new(size: usize) -> Self {
        Self { size, strips: vec![[0; HEIGHT]; size.div_ceil(WORD)] }
    }

    /// Modules a side.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The strips from left to right, with at least [`QUIET`] light rows above and below the symbol.
    pub(super) fn quiet_strips(&self) -> impl Iterator<Item = &[u64]> {
        // One row more makes the rows at which patterns may begin a multiple of 4, as many as a vector has.
        self.strips.iter().map(|strip| &strip[..=self.size + 2 * QUIET])
    }

    /// The strips from left to right.
    pub(super) fn strips(&self) -> impl Iterator<Item = &[u64]> {
        self.strips.iter().map(|strip| &strip[QUIET..][..self.size])
    }

    /// Draws the unmasked symbol, inverted where it is free and the pattern says so, and the format information: `across` in
    /// row 8 and `down` in column 8.
    pub(super) fn draw(&mut self, unmasked: &Grid, free: &Grid, pattern: &Pattern, across: Line, down: Line) {
        let periods = self.size.div_ceil(PERIOD);
        for (((drawn, unmasked), free), pattern) in
            self.strips.iter_mut().zip(unmasked.strips()).zip(free.strips()).zip(pattern)
        {
            let (drawn, _) = drawn[QUIET..].as_chunks_mut();
            let (unmasked, _) = unmasked.as_chunks::<PERIOD>();
            let (free, _) = free.as_chunks::<PERIOD>();
            for ((drawn, unmasked), free) in drawn.iter_mut().zip(unmasked).zip(free).take(periods) {
                *drawn = from_fn::<_, PERIOD, _>(|row| unmasked[row] ^ (free[row] & pattern[row]));
            }
        }
        self.set_row(0, across.start);
        self.set_row(self.size - 8, across.end);
        self.set_column(0, down.start);
        self.set_column(self.size - 8, down.end);
    }

    /// Makes the modules of row 8 from column `x` on dark where `bits` has ones, lowest bit first.
    fn set_row(&mut self, x: usize, bits: u64) {
        let spread = u128::from(bits) << (x % WORD);
        self.strips[x / WORD][QUIET + 8] |= spread as u64;
        if let Some(next) = self.strips.get_mut(x / WORD + 1) {
            next[QUIET + 8] |= (spread >> WORD) as u64;
        }
    }

    /// The same in column 8 from row `y` on, for nine modules.
    fn set_column(&mut self, y: usize, bits: u64) {
        for (at, word) in self.strips[0][QUIET + y..][..9].iter_mut().enumerate() {
            *word |= (bits >> at & 1) << 8;
        }
    }

    /// The rows of the symbol from top to bottom.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = vec![Row::default(); self.size];
        for (index, strip) in self.strips().enumerate() {
            for (row, word) in rows.iter_mut().zip(strip) {
                row[index] = word & inside(self.size, index);
            }
        }
        rows
    }
}
