//! How large a symbol is in print.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use crate::style::OutOfRange;

/// A length in millimetres, exact to the micrometre, which no printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millimetres {
    micrometres: u32,
}

impl Millimetres {
    /// A length in micrometres.
    #[must_use]
    pub const fn from_micrometres(micrometres: u32) -> Self {
        Self { micrometres }
    }

    /// In micrometres.
    #[must_use]
    pub const fn micrometres(self) -> u32 {
        self.micrometres
    }

    /// In millimetres.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        f64::from(self.micrometres) / 1000.0
    }

    /// In points, the unit of PDF: 72 to the inch of 25.4 mm.
    #[must_use]
    pub fn points(self) -> f64 {
        f64::from(self.micrometres) * 72.0 / 25_400.0
    }

    /// Reads a decimal number without sign and exponent, such as `0.33`, and rounds it to the micrometre.
    ///
    /// # Errors
    /// [`OutOfRange`] if it is another text, or if the number is not within `limits` before it is rounded.
    pub fn parse_within(text: &str, limits: RangeInclusive<Self>) -> Result<Self, OutOfRange> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(decimals) {
            return Err(OutOfRange);
        }
        let (thousandths, rest) = decimals.split_at(decimals.len().min(3));
        let whole: u32 = whole.parse().map_err(|_| OutOfRange)?;
        let thousandths: u32 = format!("{thousandths:0<3}").parse().map_err(|_| OutOfRange)?;
        let down = whole.checked_mul(1000).and_then(|whole| whole.checked_add(thousandths)).ok_or(OutOfRange)?;
        let is_between = rest.bytes().any(|digit| digit != b'0');
        let up = down.checked_add(u32::from(is_between)).ok_or(OutOfRange)?;
        let [down, up] = [down, up].map(Self::from_micrometres);
        if !limits.contains(&down) || !limits.contains(&up) {
            return Err(OutOfRange);
        }
        Ok(if rest.as_bytes().first().is_some_and(|digit| *digit >= b'5') { up } else { down })
    }
}

impl fmt::Display for Millimetres {
    /// Writes a decimal number without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, thousandths) = (self.micrometres / 1000, self.micrometres % 1000);
        match thousandths {
            0 => write!(f, "{whole}"),
            _ if thousandths % 100 == 0 => write!(f, "{whole}.{}", thousandths / 100),
            _ if thousandths % 10 == 0 => write!(f, "{whole}.{:02}", thousandths / 10),
            _ => write!(f, "{whole}.{thousandths:03}"),
        }
    }
}

/// The width of a module in print, 0.1 to 10 mm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleSize(Millimetres);

impl ModuleSize {
    /// 0.1 mm, which only good printers and readers keep apart.
    pub const MIN: Self = Self(Millimetres::from_micrometres(100));
    /// 10 mm.
    pub const MAX: Self = Self(Millimetres::from_micrometres(10_000));
    /// 0.33 mm, which is enough for any phone: about 4 dots of a printer with 300 dpi.
    pub const DEFAULT: Self = Self(Millimetres::from_micrometres(330));

    /// Its width.
    #[must_use]
    pub const fn millimetres(self) -> Millimetres {
        self.0
    }
}

impl FromStr for ModuleSize {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        Millimetres::parse_within(text, Self::MIN.0..=Self::MAX.0).map(Self)
    }
}

/// The width of a picture in print, its margin included, 5 to 1000 mm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureWidth(Millimetres);

impl PictureWidth {
    /// 5 mm.
    pub const MIN: Self = Self(Millimetres::from_micrometres(5000));
    /// A metre.
    pub const MAX: Self = Self(Millimetres::from_micrometres(1_000_000));

    /// The width.
    #[must_use]
    pub const fn millimetres(self) -> Millimetres {
        self.0
    }
}

impl FromStr for PictureWidth {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        Millimetres::parse_within(text, Self::MIN.0..=Self::MAX.0).map(Self)
    }
}

/// What is given of the size in print. The rest follows from the number of modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintSize {
    /// The width of a module.
    Module(ModuleSize),
    /// The width of the picture.
    Width(PictureWidth),
}

impl PrintSize {
    /// The width of a picture of `modules` per side, margin included.
    pub(crate) const fn width(self, modules: usize) -> Millimetres {
        match self {
            Self::Module(ModuleSize(module)) => Millimetres::from_micrometres(module.micrometres * modules as u32),
            Self::Width(PictureWidth(width)) => width,
        }
    }

    /// The most modules per side, margin included, that are not narrower than [`ModuleSize::MIN`].
    pub(crate) const fn most_modules(self) -> usize {
        match self {
            Self::Module(_) => usize::MAX,
            Self::Width(PictureWidth(width)) => (width.micrometres / ModuleSize::MIN.0.micrometres) as usize,
        }
    }
}

impl Default for PrintSize {
    fn default() -> Self {
        Self::Module(ModuleSize::DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Option<Millimetres> {
        let limits = [0, u32::MAX].map(Millimetres::from_micrometres);
        Millimetres::parse_within(text, limits[0]..=limits[1]).ok()
    }

    #[test]
    fn lengths_are_decimal_numbers_rounded_to_the_micrometre() {
        for (text, micrometres) in [
            ("0", 0),
            ("0.33", 330),
            ("00.330", 330),
            ("12", 12_000),
            ("12.0625", 12_063),
            ("0.0005", 1),
            ("0.00049999999999999999999999", 0),
            ("0.9996", 1000),
            ("4294967.295", u32::MAX),
        ] {
            assert_eq!(length(text).map(Millimetres::micrometres), Some(micrometres), "{text}");
        }
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e1", "1,5", " 1", "1 ", "1.2.3", "1.+2", "٣", "4294967.2955"] {
            assert_eq!(length(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_are_written_without_trailing_zeros() {
        for text in ["0", "0.33", "12", "14.85", "0.001", "7.105", "3.2"] {
            assert_eq!(length(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn sizes_are_within_their_limits() {
        let module = |text: &str| text.parse::<ModuleSize>().is_ok();
        let width = |text: &str| text.parse::<PictureWidth>().is_ok();
        assert!(["0.1", "0.33", "10", "10.0"].into_iter().all(module));
        assert!(!["0", "0.099", "0.0999999", "10.0000001", "10.001", "11", "x"].into_iter().any(module));
        assert!(["5", "25.4", "1000"].into_iter().all(width));
        assert!(!["4.999", "1000.001", "1e2", ""].into_iter().any(width));
    }
}
