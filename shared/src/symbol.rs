//! QR code symbols (ISO/IEC 18004:2015).

use std::{fmt, str::FromStr};

use qrcode::{Color, EcLevel, QrCode, Version};
use thiserror::Error;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the error correction level is one of L, M, Q and H")]
pub struct UnknownEcc;

/// The text is longer than the largest symbol holds at the error correction level asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text does not fit into a QR code at this error correction level")]
pub struct DoesNotFit;

/// A QR code symbol without its quiet zone.
#[derive(Clone, Debug)]
pub struct Symbol {
    version: u8,
    ecc: Ecc,
    modules: usize,
    colours: Vec<Color>,
}

impl Symbol {
    /// The smallest symbol that holds `text`.
    ///
    /// # Errors
    /// [`DoesNotFit`] if not even version 40 holds the text at this level.
    pub fn encode(text: &str, ecc: Ecc) -> Result<Self, DoesNotFit> {
        let code = QrCode::with_error_correction_level(text, ecc.level()).map_err(|_| DoesNotFit)?;
        let Version::Normal(version) = code.version() else { return Err(DoesNotFit) };
        Ok(Self { version: version as u8, ecc, modules: code.width(), colours: code.into_colors() })
    }

    /// The version, 1 to 40, of the smallest symbol that holds `text`; `None` if none does. Draws nothing.
    #[must_use]
    pub fn smallest_version(text: &str, ecc: Ecc) -> Option<u8> {
        match qrcode::bits::encode_auto(text.as_bytes(), ecc.level()).ok()?.version() {
            Version::Normal(version) => u8::try_from(version).ok(),
            Version::Micro(_) => None,
        }
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
        self.modules
    }

    /// Whether the module in column `x` and row `y` is dark. Outside the symbol none is.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.modules && y < self.modules && self.colours[y * self.modules + x] == Color::Dark
    }
}
