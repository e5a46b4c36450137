//! The choice of the mask (7.8.3): the symbol is drawn under each, and the one with the lowest penalty is applied.

use crate::ecc::Ecc;

use super::{
    canvas::Canvas,
    format_information::{FormatBits, format_information},
    grid::{Grid, Row},
    mask::Mask,
    penalty,
};

/// The symbol under the mask with the lowest penalty (7.8.3.1), the first of several.
///
/// `columns` is the unmasked symbol with rows and columns exchanged, `free` the modules that a mask may invert.
pub(super) fn apply_best(columns: Grid, free: &Grid, ecc: Ecc) -> Vec<Row> {
    let mut masking = Masking::new(columns, free, ecc);
    let mut lowest = (u64::MAX, Mask::ALL[0]);
    for mask in Mask::ALL {
        masking.draw(mask);
        let penalty = penalty::score(masking.upright(), masking.transposed());
        if penalty < lowest.0 {
            lowest = (penalty, mask);
        }
    }
    masking.draw_upright(lowest.1);
    masking.upright().rows()
}

/// Draws a symbol under one mask after another, both upright and with rows and columns exchanged.
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
        self.transposed.draw(
            &self.columns,
            self.free,
            mask.transposed(),
            FormatBits::column(format),
            FormatBits::row(format),
        );
    }

    fn draw_upright(&mut self, mask: Mask) {
        let format = format_information(self.ecc, mask);
        self.upright.draw(&self.rows, self.free, mask.upright(), FormatBits::row(format), FormatBits::column(format));
    }

    pub(super) fn upright(&self) -> &Canvas {
        &self.upright
    }

    pub(super) fn transposed(&self) -> &Canvas {
        &self.transposed
    }
}
