//! QR code symbols, by ISO/IEC 18004:2015. Bare clause numbers in this module are that standard's.
//!
//! A symbol is made in the order of clause 7.1: the text is cut into segments of the densest modes, which decide the
//! version; their bits become codewords with error correction; the codewords are placed around the
//! function patterns; the mask with the lowest penalty is applied.
//! The `qrcode` crate writes the bit stream. The rest is here, on bits: 64 modules, or 8 codewords, share a machine word.

mod canvas;
mod codewords;
mod error_correction;
mod format;
mod function_patterns;
mod grid;
mod mask;
mod penalty;
mod placement;
mod segments;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use qrcode::EcLevel;

/// The modules of one row: bit `x % 64` of word `x / 64` is set where module `x` is dark. Bits beyond the symbol are zero.
pub type Row = [u64; 3];

/// Error correction level: how much of a damaged symbol can be restored (6.5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ecc {
    /// About 7 % of the codewords.
    L,
    /// About 15 % of the codewords.
    #[default]
    M,
    /// About 25 % of the codewords.
    Q,
    /// About 30 % of the codewords.
    H,
}

impl Ecc {
    /// All levels, weakest first.
    pub const ALL: [Self; 4] = [Self::L, Self::M, Self::Q, Self::H];

    fn level(self) -> EcLevel {
        match self {
            Self::L => EcLevel::L,
            Self::M => EcLevel::M,
            Self::Q => EcLevel::Q,
            Self::H => EcLevel::H,
        }
    }
}

impl fmt::Display for Ecc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::L => "L",
            Self::M => "M",
            Self::Q => "Q",
            Self::H => "H",
        })
    }
}

impl FromStr for Ecc {
    type Err = UnknownEcc;

    fn from_str(letter: &str) -> Result<Self, UnknownEcc> {
        match letter {
            "L" => Ok(Self::L),
            "M" => Ok(Self::M),
            "Q" => Ok(Self::Q),
            "H" => Ok(Self::H),
            _ => Err(UnknownEcc),
        }
    }
}

/// The text names no error correction level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownEcc;

impl fmt::Display for UnknownEcc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the error correction level is one of L, M, Q and H")
    }
}

impl std::error::Error for UnknownEcc {}

/// The text is longer than the largest symbol holds at the error correction level asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoesNotFit;

impl fmt::Display for DoesNotFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text does not fit into a QR code at this error correction level")
    }
}

impl std::error::Error for DoesNotFit {}

/// A QR code symbol without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    version: u8,
    ecc: Ecc,
    rows: Vec<Row>,
}

impl Symbol {
    /// The smallest symbol that holds `text`, with the mask that the standard prefers.
    ///
    /// Text beyond ASCII is held as UTF-8 and says so with an ECI designator: without one, some readers guess wrong.
    ///
    /// # Errors
    ///
    /// [`DoesNotFit`] if not even version 40 holds the text at this level.
    pub fn encode(text: &str, ecc: Ecc) -> Result<Self, DoesNotFit> {
        let plan = segments::plan(text, ecc).ok_or(DoesNotFit)?;
        let data = codewords::of(text, ecc, &plan).map_err(|_| DoesNotFit)?;
        let patterns = function_patterns::draw(plan.version);
        let codewords = error_correction::protect(&data, patterns.free.count() / 8, plan.version, ecc);
        let mut columns = placement::place(&codewords, &patterns.free);
        columns.overlay(&patterns.dark);
        let rows = mask::apply_best(columns, &patterns.free, ecc);
        Ok(Self { version: plan.version, ecc, rows })
    }

    /// The version, 1 to 40, of the smallest symbol that holds `text`; `None` if none does. Draws nothing.
    #[must_use]
    pub fn smallest_version(text: &str, ecc: Ecc) -> Option<u8> {
        segments::plan(text, ecc).map(|plan| plan.version)
    }

    /// The version, 1 to 40.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The error correction level.
    #[must_use]
    pub fn ecc(&self) -> Ecc {
        self.ecc
    }

    /// The number of modules on a side, 21 to 177.
    #[must_use]
    pub fn modules(&self) -> usize {
        self.rows.len()
    }

    /// Whether the module in column `x` and row `y`, counted from the top left, is dark. Outside the symbol none is.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.rows.get(y).and_then(|row| row.get(x / 64)).is_some_and(|word| word >> (x % 64) & 1 == 1)
    }

    /// The rows from top to bottom, for those who draw them.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}
