//! Versions of symbols (ISO/IEC 18004:2015, 6.3.1), that is, their sizes.

use std::{fmt, str::FromStr};

use crate::style::OutOfRange;

/// The version of a symbol, 1 to 40. The least has 21 modules per side, and each further one four more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub(crate) u8);

impl Version {
    /// Version 1, with 21 modules per side.
    pub const MIN: Self = Self(1);
    /// Version 40, with 177 modules per side.
    pub const MAX: Self = Self(40);

    /// The version with this number; `None` outside 1 to 40.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= Self::MIN.0 && number <= Self::MAX.0 { Some(Self(number)) } else { None }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The number of modules per side, 21 to 177.
    #[must_use]
    pub const fn modules(self) -> usize {
        17 + 4 * self.0 as usize
    }

    /// The version as the `qrcode` crate names it.
    pub(crate) fn standard(self) -> qrcode::Version {
        qrcode::Version::Normal(self.0.into())
    }
}

impl FromStr for Version {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        text.parse().ok().and_then(Self::new).ok_or(OutOfRange)
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::MIN
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
