//! A symbol under one mask, laid out for scoring.

use super::Row;
use super::format::Line;
use super::grid::{Grid, WORD, inside};
use super::mask::Pattern;
use super::penalty::QUIET;

/// The strips of a masked symbol, each with light rows above and below.
pub(super) struct Canvas {
    size: usize,
    words: Vec<u64>,
}

impl Canvas {
    /// A canvas for symbols of `size` modules a side.
    pub(super) fn new(size: usize) -> Self {
        Self { size, words: vec![0; size.div_ceil(WORD) * (size + 2 * QUIET)] }
    }

    /// Modules a side.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The strips from left to right, with [`QUIET`] light rows above and below the symbol.
    pub(super) fn quiet_strips(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks_exact(self.size + 2 * QUIET)
    }

    /// The strips from left to right.
    pub(super) fn strips(&self) -> impl Iterator<Item = &[u64]> {
        self.quiet_strips().map(|strip| &strip[QUIET..strip.len() - QUIET])
    }

    /// Draws the unmasked symbol, inverted where it is free and the pattern says so, and the format information: `across` in
    /// row 8 and `down` in column 8.
    pub(super) fn draw(&mut self, unmasked: &Grid, free: &Grid, pattern: &Pattern, across: Line, down: Line) {
        let strips = self.words.chunks_exact_mut(self.size + 2 * QUIET).map(|strip| &mut strip[QUIET..]);
        for (((drawn, unmasked), free), pattern) in strips.zip(unmasked.strips()).zip(free.strips()).zip(pattern) {
            let period = pattern.len();
            for ((drawn, unmasked), free) in
                drawn.chunks_mut(period).zip(unmasked.chunks(period)).zip(free.chunks(period))
            {
                for (((drawn, unmasked), free), pattern) in drawn.iter_mut().zip(unmasked).zip(free).zip(pattern) {
                    *drawn = unmasked ^ (free & pattern);
                }
            }
        }
        self.set(0, 8, across.start);
        self.set(self.size - 8, 8, across.end);
        // Column 8 is in the first strip.
        let column = &mut self.words[QUIET..QUIET + self.size];
        let (upper, lower) = column.split_at_mut(self.size - 8);
        for (y, word) in upper[..9].iter_mut().enumerate() {
            *word |= (down.start >> y & 1) << 8;
        }
        for (y, word) in lower.iter_mut().enumerate() {
            *word |= (down.end >> y & 1) << 8;
        }
    }

    /// Makes the modules of row `y` from column `x` on dark where `bits` has ones, lowest bit first.
    fn set(&mut self, x: usize, y: usize, bits: u64) {
        let spread = u128::from(bits) << (x % WORD);
        let height = self.size + 2 * QUIET;
        let at = x / WORD * height + QUIET + y;
        self.words[at] |= spread as u64;
        if let Some(next) = self.words.get_mut(at + height) {
            *next |= (spread >> WORD) as u64;
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
