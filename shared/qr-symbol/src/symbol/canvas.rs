//! A masked symbol, laid out for scoring.

use std::array::from_fn;

use super::{
    format_information::FormatBits,
    grid::{self, Grid, Row, WORD, inside},
    mask::{PERIOD, Pattern},
};

/// Light rows above and below a symbol: as many as a quiet zone has (6.3.8).
pub(super) const QUIET: usize = 4;

/// Rows of a strip, including the light ones above and below.
const HEIGHT: usize = QUIET + grid::HEIGHT + QUIET;

/// The strips of a masked symbol, each with light rows above and below.
pub(super) struct Canvas {
    size: usize,
    strips: Vec<[u64; HEIGHT]>,
}

impl Canvas {
    /// A canvas for symbols of `size` × `size` modules.
    pub(super) fn new(size: usize) -> Self {
        Self { size, strips: vec![[0; HEIGHT]; size.div_ceil(WORD)] }
    }

    /// Modules per side.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The strips from left to right, with at least [`QUIET`] light rows above and below the symbol.
    pub(super) fn quiet_strips(&self) -> impl Iterator<Item = &[u64]> {
        // One extra row makes the number of rows at which a pattern may begin a multiple of 4, the width of a vector.
        self.strips.iter().map(|strip| &strip[..=self.size + 2 * QUIET])
    }

    /// The strips from left to right.
    pub(super) fn strips(&self) -> impl Iterator<Item = &[u64]> {
        self.strips.iter().map(|strip| &strip[QUIET..][..self.size])
    }

    /// Draws the unmasked symbol, inverts the free modules that the pattern selects, and adds the format information:
    /// `across` in row 8 and `down` in column 8.
    pub(super) fn draw(
        &mut self,
        unmasked: &Grid,
        free: &Grid,
        pattern: &Pattern,
        across: FormatBits,
        down: FormatBits,
    ) {
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

    /// Darkens the modules of row 8, from column `x` on, where `bits` has ones, lowest bit first.
    fn set_row(&mut self, x: usize, bits: u64) {
        let spread = u128::from(bits) << (x % WORD);
        self.strips[x / WORD][QUIET + 8] |= spread as u64;
        if let Some(next) = self.strips.get_mut(x / WORD + 1) {
            next[QUIET + 8] |= (spread >> WORD) as u64;
        }
    }

    /// Does the same to nine modules of column 8, from row `y` on.
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
