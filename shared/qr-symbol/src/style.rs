//! How a symbol looks as a picture, in any file format.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::print_size::{Millimetres, PrintSize};

/// Pixels per module, 1 to 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u8);

impl Scale {
    /// 1 pixel per module.
    pub const MIN: Self = Self(1);
    /// 40 pixels per module.
    pub const MAX: Self = Self(40);
    /// 8 pixels per module.
    pub const DEFAULT: Self = Self(8);

    /// `pixels` per module; `None` outside 1 to 40.
    #[must_use]
    pub const fn new(pixels: u8) -> Option<Self> {
        if pixels >= Self::MIN.0 && pixels <= Self::MAX.0 { Some(Self(pixels)) } else { None }
    }

    /// The number of pixels per module.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.0 as usize
    }
}

impl FromStr for Scale {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        text.parse().ok().and_then(Self::new).ok_or(OutOfRange)
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The width of the light margin around a symbol, 0 to 16 modules. The default is the quiet zone of 4 modules that
/// readers expect (ISO/IEC 18004:2015, 6.3.8), whether it is part of the picture or lies around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin(u8);

impl Margin {
    /// No margin.
    pub const MIN: Self = Self(0);
    /// 16 modules.
    pub const MAX: Self = Self(16);
    /// 4 modules, the quiet zone of the standard.
    pub const DEFAULT: Self = Self(4);

    /// `modules` on each side; `None` above 16.
    #[must_use]
    pub const fn new(modules: u8) -> Option<Self> {
        if modules <= Self::MAX.0 { Some(Self(modules)) } else { None }
    }

    /// The number of modules on each side.
    #[must_use]
    pub const fn modules(self) -> usize {
        self.0 as usize
    }
}

impl FromStr for Margin {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        text.parse().ok().and_then(Self::new).ok_or(OutOfRange)
    }
}

impl Default for Margin {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The text is not a whole number within the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a whole number within the limits")]
pub struct OutOfRange;

/// A colour in sRGB: red, green and blue, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// How light it is, from 0 for black to 1 for white: its relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl FromStr for Colour {
    type Err = UnknownColour;

    /// Reads `RRGGBB`: six hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, UnknownColour> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(UnknownColour);
        }
        let value = u32::from_str_radix(text, 16).map_err(|_| UnknownColour)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|value| write!(f, "{value:02x}"))
    }
}

/// The text is not a colour of the form `RRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not six hexadecimal digits")]
pub struct UnknownColour;

/// The colours of dark and light modules, with enough contrast for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    dark: Colour,
    light: Colour,
}

impl Palette {
    /// The minimum contrast ratio (WCAG 2.2) between the two colours.
    pub const MIN_CONTRAST: f64 = 3.0;

    /// A palette of two colours.
    ///
    /// # Errors
    /// [`LowContrast`], because readers look for dark modules on a light ground and many give up when the two are
    /// alike.
    pub fn new(dark: Colour, light: Colour) -> Result<Self, LowContrast> {
        let contrast = (light.luminance() + 0.05) / (dark.luminance() + 0.05);
        if contrast >= Self::MIN_CONTRAST { Ok(Self { dark, light }) } else { Err(LowContrast) }
    }

    /// The colour of dark modules.
    #[must_use]
    pub const fn dark(self) -> Colour {
        self.dark
    }

    /// The colour of light modules and of the margin.
    #[must_use]
    pub const fn light(self) -> Colour {
        self.light
    }
}

impl Default for Palette {
    /// Black on white.
    fn default() -> Self {
        Self { dark: Colour::BLACK, light: Colour::WHITE }
    }
}

/// The dark colour is not the darker one, or the contrast is below [`Palette::MIN_CONTRAST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the contrast is below {}:1", Palette::MIN_CONTRAST)]
pub struct LowContrast;

/// How a symbol is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Pixels per module.
    pub scale: Scale,
    /// The margin around the symbol.
    pub margin: Margin,
    /// The colours.
    pub palette: Palette,
    /// The size in print.
    pub print_size: PrintSize,
}

impl Style {
    /// The width and height, in pixels, of the picture of a symbol with `modules` per side.
    #[must_use]
    pub const fn side(self, modules: usize) -> usize {
        self.with_margin(modules) * self.scale.pixels()
    }

    /// The width and height in print of the picture of a symbol with `modules` per side.
    #[must_use]
    pub const fn print_width(self, modules: usize) -> Millimetres {
        self.print_size.width(self.with_margin(modules))
    }

    /// The width and height in print of each of these modules, rounded to the micrometre.
    #[must_use]
    pub const fn print_module(self, modules: usize) -> Millimetres {
        let (width, modules) = (self.print_width(modules).micrometres(), self.with_margin(modules) as u32);
        Millimetres::from_micrometres((width + modules / 2) / modules)
    }

    /// The most modules per side that a symbol may have to be printed in this size.
    #[must_use]
    pub const fn most_modules(self) -> usize {
        self.print_size.most_modules().saturating_sub(2 * self.margin.modules())
    }

    /// `modules` and the margin on both sides.
    pub(crate) const fn with_margin(self, modules: usize) -> usize {
        modules + 2 * self.margin.modules()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn colours_are_six_hexadecimal_digits() {
        assert_eq!(colour("0aF09c"), Colour([0x0a, 0xf0, 0x9c]));
        assert_eq!(colour("0aF09c").to_string(), "0af09c");
        for text in ["", "fff", "#ffffff", "ffffff0", "fffffg", "+fffff", "ééé", "white"] {
            assert_eq!(text.parse::<Colour>(), Err(UnknownColour), "{text}");
        }
    }

    #[test]
    fn readers_must_see_dark_on_light() {
        for (dark, light) in [("000000", "ffffff"), ("949494", "ffffff"), ("000000", "5a5a5a"), ("0000ff", "ffff00")] {
            assert!(Palette::new(colour(dark), colour(light)).is_ok(), "{dark} on {light}");
        }
        for (dark, light) in [("ffffff", "000000"), ("959595", "ffffff"), ("000000", "595959"), ("777777", "777777")] {
            assert!(Palette::new(colour(dark), colour(light)).is_err(), "{dark} on {light}");
        }
    }
}
