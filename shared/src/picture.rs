//! How a symbol looks as a picture, whatever the file format.

use std::str::FromStr;

use thiserror::Error;

/// Pixels a module, 1 to 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u8);

impl Scale {
    /// One pixel a module.
    pub const MIN: Self = Self(1);
    /// 40 pixels a module.
    pub const MAX: Self = Self(40);
    /// 8 pixels a module.
    pub const DEFAULT: Self = Self(8);

    /// `pixels` a module; `None` outside 1 to 40.
    #[must_use]
    pub const fn new(pixels: u8) -> Option<Self> {
        if pixels >= Self::MIN.0 && pixels <= Self::MAX.0 { Some(Self(pixels)) } else { None }
    }

    /// The number of pixels a module.
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

/// The width of the light margin around a symbol, 0 to 16 modules. Readers expect the quiet zone of 4 modules that is the default
/// (ISO/IEC 18004:2015, 6.3.8), be it in the picture or around it.
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

/// The text is no whole number in the range of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a whole number in the range of its type")]
pub struct OutOfRange;

/// A colour in sRGB: red, green and blue, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);
}

/// The colours of dark and light modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Of dark modules.
    pub dark: Colour,
    /// Of light modules and of the margin.
    pub light: Colour,
}

impl Default for Palette {
    /// Black on white.
    fn default() -> Self {
        Self { dark: Colour::BLACK, light: Colour::WHITE }
    }
}

/// How a symbol is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Pixels a module.
    pub scale: Scale,
    /// The margin around the symbol.
    pub margin: Margin,
    /// The colours.
    pub palette: Palette,
}

impl Style {
    /// The width and height, in pixels, of the picture of a symbol of `modules` a side.
    #[must_use]
    pub const fn side(self, modules: usize) -> usize {
        (modules + 2 * self.margin.modules()) * self.scale.pixels()
    }
}
