//! QR code symbols, by ISO/IEC 18004:2015. Clause numbers in this module refer to that standard.
//!
//! A symbol is made in the order of clause 7.1: the text is divided into segments of the densest modes, which decide
//! the version; their bits become codewords with error correction; the codewords are placed around the function
//! patterns; the mask with the lowest penalty is applied. The `qrcode` crate writes the bit stream. The rest works on
//! bits: a machine word holds 64 modules, or 8 codewords.

mod canvas;
mod codewords;
mod error_correction;
mod format_information;
mod function_patterns;
mod grid;
mod mask;
mod masking;
mod penalty;
mod placement;
mod segments;
#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::{ecc::Ecc, version::Version};

pub use grid::Row;

/// The text is longer than the largest symbol holds at the given error correction level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text does not fit into a QR code at this error correction level")]
pub struct TextTooLong;

/// What a symbol must keep to, beyond holding its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most segments, at least one: not every reader joins many.
    pub max_segments: usize,
    /// The smallest version, so that all symbols of a series can have the same.
    pub min_version: Version,
}

impl Limits {
    /// Any number of segments and any version.
    pub const NONE: Self = Self { max_segments: usize::MAX, min_version: Version::MIN };
}

impl Default for Limits {
    fn default() -> Self {
        Self::NONE
    }
}

/// A QR code symbol without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    version: Version,
    ecc: Ecc,
    rows: Vec<Row>,
}

impl Symbol {
    /// The smallest symbol that holds `text`, with the mask that the standard prefers.
    ///
    /// Text beyond ASCII is stored as UTF-8, announced by an ECI designator, because readers guess without one.
    ///
    /// # Errors
    /// [`TextTooLong`] if not even version 40 holds the text at this level.
    pub fn encode(text: &str, ecc: Ecc) -> Result<Self, TextTooLong> {
        Self::encode_in(text, ecc, Limits::NONE)
    }

    /// The smallest symbol within `limits` that holds `text`.
    ///
    /// # Errors
    /// [`TextTooLong`] if not even version 40 holds the text at this level.
    pub fn encode_in(text: &str, ecc: Ecc, limits: Limits) -> Result<Self, TextTooLong> {
        let plan = segments::plan(text, ecc, limits).ok_or(TextTooLong)?;
        let data = codewords::encode(text, ecc, &plan).map_err(|_| TextTooLong)?;
        let patterns = function_patterns::draw(plan.version.number());
        let codewords = error_correction::protect(&data, patterns.free.count() / 8, plan.version.number(), ecc);
        let mut columns = placement::place(&codewords, &patterns.free);
        columns.overlay(&patterns.dark);
        let rows = masking::apply_best(columns, &patterns.free, ecc);
        Ok(Self { version: plan.version, ecc, rows })
    }

    /// The version of the smallest symbol within `limits` that holds `text`, without drawing it; `None` if no symbol
    /// does.
    #[must_use]
    pub fn smallest_version(text: &str, ecc: Ecc, limits: Limits) -> Option<Version> {
        segments::plan(text, ecc, limits).map(|plan| plan.version)
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The error correction level.
    #[must_use]
    pub fn ecc(&self) -> Ecc {
        self.ecc
    }

    /// The number of modules per side, 21 to 177.
    #[must_use]
    pub fn modules(&self) -> usize {
        self.rows.len()
    }

    /// Whether the module in column `x` and row `y`, counted from the top left, is dark. Outside the symbol, no module
    /// is.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.rows.get(y).and_then(|row| row.get(x / 64)).is_some_and(|word| word >> (x % 64) & 1 == 1)
    }

    /// The rows from top to bottom.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}
