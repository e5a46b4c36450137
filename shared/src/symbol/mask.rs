//! Data masking (7.8): eight patterns, of which the one with the lowest penalty is applied.

use super::canvas::Canvas;
use super::format::{Line, format_information};
use super::grid::{Grid, WORD};
use super::penalty;
use super::{Ecc, Row};

/// A data mask pattern reference, 0 to 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mask(u8);

impl Mask {
    /// All masks in the order of their references.
    pub(super) const ALL: [Self; 8] = [Self(0), Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(7)];

    /// The three bits that name the mask in the format information.
    pub(super) fn reference(self) -> u64 {
        self.0.into()
    }

    fn index(self) -> usize {
        self.0.into()
    }

    /// Whether the mask inverts the module in row `i`, column `j` (7.8.2, Table 10).
    #[allow(clippy::manual_is_multiple_of, reason = "as the table has it")]
    const fn inverts(self, i: usize, j: usize) -> bool {
        match self.0 {
            0 => (i + j) % 2 == 0,
            1 => i % 2 == 0,
            2 => j % 3 == 0,
            3 => (i + j) % 3 == 0,
            4 => (i / 2 + j / 3) % 2 == 0,
            5 => (i * j) % 2 + (i * j) % 3 == 0,
            6 => ((i * j) % 2 + (i * j) % 3) % 2 == 0,
            _ => ((i + j) % 2 + (i * j) % 3) % 2 == 0,
        }
    }
}

/// All masks repeat every twelve rows and every twelve columns.
pub(super) const PERIOD: usize = 12;

/// What a mask inverts: for each strip of a grid, the rows of a period.
pub(super) type Pattern = [[u64; PERIOD]; 3];

static ROWS: [Pattern; 8] = patterns(false);
static COLUMNS: [Pattern; 8] = patterns(true);

const fn patterns(transposed: bool) -> [Pattern; 8] {
    let mut patterns = [[[0; PERIOD]; 3]; 8];
    let mut bit = 0;
    while bit < 8 * PERIOD * 3 * WORD {
        let (mask, y, x) = (bit / (PERIOD * 3 * WORD), bit / (3 * WORD) % PERIOD, bit % (3 * WORD));
        let inverts = if transposed { Mask::ALL[mask].inverts(x, y) } else { Mask::ALL[mask].inverts(y, x) };
        if inverts {
            patterns[mask][x / WORD][y] |= 1 << (x % WORD);
        }
        bit += 1;
    }
    patterns
}

/// The symbol under the mask with the lowest penalty (7.8.3.1), the first among equals.
///
/// `columns` is the unmasked symbol with rows and columns exchanged, `free` what a mask may change.
pub(super) fn apply_best(columns: Grid, free: &Grid, ecc: Ecc) -> Vec<Row> {
    let mut masking = Masking::new(columns, free, ecc);
    let mut lowest = (u64::MAX, Mask::ALL[0]);
    for mask in Mask::ALL {
        masking.draw(mask);
        let penalty = penalty::of(masking.upright(), masking.transposed());
        if penalty < lowest.0 {
            lowest = (penalty, mask);
        }
    }
    masking.draw_upright(lowest.1);
    masking.upright().rows()
}

/// A symbol under one mask after the other, upright and with rows and columns exchanged.
pub(super) struct Masking<'a> {
    rows: Grid,
    columns: Grid,
    free: &'a Grid,
    ecc: Ecc,
    upright: Canvas,
    transposed: Canvas,
}

impl<'a> Masking<'a> {
    pub(super) fn new(mut columns: Grid, free: &'a Grid, ecc: Ecc) -> Self {
        let mut rows = columns.transposed();
        rows.stripe_outside();
        columns.stripe_outside();
        let canvas = || Canvas::new(free.size());
        Self { rows, columns, free, ecc, upright: canvas(), transposed: canvas() }
    }

    /// Draws the symbol under `mask`, with the format information that names it.
    pub(super) fn draw(&mut self, mask: Mask) {
        self.draw_upright(mask);
        let format = format_information(self.ecc, mask);
        self.transposed.draw(&self.columns, self.free, &COLUMNS[mask.index()], Line::column(format), Line::row(format));
    }

    fn draw_upright(&mut self, mask: Mask) {
        let format = format_information(self.ecc, mask);
        self.upright.draw(&self.rows, self.free, &ROWS[mask.index()], Line::row(format), Line::column(format));
    }

    pub(super) fn upright(&self) -> &Canvas {
        &self.upright
    }

    pub(super) fn transposed(&self) -> &Canvas {
        &self.transposed
    }
}
