//! Error correction levels (ISO/IEC 18004:2015, 6.5.1).

use std::{fmt, str::FromStr};

use qrcode::EcLevel;
use thiserror::Error;

/// An error correction level: how much of a damaged symbol can be restored.
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

    /// The letter that names the level.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::L => "L",
            Self::M => "M",
            Self::Q => "Q",
            Self::H => "H",
        }
    }

    /// The level as the `qrcode` crate names it.
    pub(crate) fn level(self) -> EcLevel {
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
        f.write_str(self.letter())
    }
}

impl FromStr for Ecc {
    type Err = UnknownEcc;

    fn from_str(letter: &str) -> Result<Self, UnknownEcc> {
        Self::ALL.into_iter().find(|level| level.letter() == letter).ok_or(UnknownEcc)
    }
}

/// The text is not the letter of an error correction level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the error correction level must be L, M, Q or H")]
pub struct UnknownEcc;
