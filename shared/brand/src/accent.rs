//! The colour of names, links and buttons, which must be readable on the pages.

use std::{fmt, str::FromStr};

use palette::{FromColor, Hsl, Srgb, color_difference::Wcag21RelativeContrast};
use thiserror::Error;

/// The contrast that text needs (Web Content Accessibility Guidelines 2.2, 1.4.3, level AA).
const NEEDED: f32 = 4.5;
/// The background of pages that is the closest to text, by day and by night: `--desk` and `--paper` of their styles.
const BY_DAY: Srgb<u8> = Srgb::new(0xec, 0xe8, 0xe0);
const BY_NIGHT: Srgb<u8> = Srgb::new(0x21, 0x1f, 0x1c);

/// A colour by day, and the one that is derived from it for the night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    by_day: Srgb<u8>,
    by_night: Srgb<u8>,
}

impl Accent {
    /// The custom property `--accent` of a style, by day and by night.
    #[must_use]
    pub fn style(self) -> String {
        let Self { by_day, by_night } = self;
        format!(
            ":root{{--accent:{}}}@media(prefers-color-scheme:dark){{:root{{--accent:{}}}}}",
            Hex(by_day),
            Hex(by_night)
        )
    }
}

/// Reads `#rrggbb`. The colour must be dark enough to be read by day; that of the night is made lighter if it has to be.
impl FromStr for Accent {
    type Err = InvalidAccent;

    fn from_str(text: &str) -> Result<Self, InvalidAccent> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(InvalidAccent::NotAColour)?;
        let by_day: Srgb<u8> = digits.parse().map_err(|_| InvalidAccent::NotAColour)?;
        let hue = Hsl::from_color(by_day.into_format::<f32>());
        if contrast(by_day, BY_DAY) < NEEDED {
            let darker = first_readable(hue, (0..100).rev(), BY_DAY);
            let (percent, colour) = darker.unwrap_or((0, Srgb::new(0, 0, 0)));
            return Err(InvalidAccent::TooLight {
                contrast: format!("{:.1}", contrast(by_day, BY_DAY)),
                percent,
                colour: Hex(colour).to_string(),
            });
        }
        let by_night = if contrast(by_day, BY_NIGHT) >= NEEDED {
            by_day
        } else {
            first_readable(hue, 0..=100, BY_NIGHT).map_or(Srgb::new(255, 255, 255), |(_, colour)| colour)
        };
        Ok(Self { by_day, by_night })
    }
}

/// The first of these lightnesses (HSL, in percent) with which a colour can be read on a background, and that colour.
fn first_readable(
    colour: Hsl,
    lightnesses: impl IntoIterator<Item = u8>,
    background: Srgb<u8>,
) -> Option<(u8, Srgb<u8>)> {
    let mut shades = lightnesses.into_iter().map(|percent| (percent, with_lightness(colour, percent)));
    shades.find(|(_, shade)| contrast(*shade, background) >= NEEDED)
}

fn with_lightness(colour: Hsl, percent: u8) -> Srgb<u8> {
    Srgb::from_color(Hsl::new(colour.hue, colour.saturation, f32::from(percent) / 100.0)).into_format()
}

fn contrast(text: Srgb<u8>, background: Srgb<u8>) -> f32 {
    text.into_format::<f32>().relative_contrast(background.into_format())
}

/// A colour as styles write it.
struct Hex(Srgb<u8>);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:x}", self.0)
    }
}

/// Why a colour cannot be the accent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidAccent {
    /// It is not written as one.
    #[error("not a colour of the form #rrggbb, such as #14694a: correct or unset it")]
    NotAColour,
    /// Text of this colour could not be read on a light page.
    #[error(
        "too light to be read on a light page, where its contrast is {contrast} and has to be {NEEDED}: take the same colour \
         with a lightness of {percent} %, which is {colour}"
    )]
    TooLight {
        /// The contrast that it has.
        contrast: String,
        /// The lightness (HSL) that would do.
        percent: u8,
        /// The colour of that lightness.
        colour: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dark_colour_gets_a_lighter_one_for_the_night() {
        let accent: Accent = "#14694a".parse().unwrap();
        assert!(contrast(accent.by_day, BY_DAY) >= NEEDED && contrast(accent.by_night, BY_NIGHT) >= NEEDED);
        assert_ne!(accent.by_day, accent.by_night);
        assert!(
            accent.style().starts_with(":root{--accent:#14694a}@media(prefers-color-scheme:dark){:root{--accent:#")
        );
        let black: Accent = "#000000".parse().unwrap();
        assert!(contrast(black.by_night, BY_NIGHT) >= NEEDED);
    }

    #[test]
    fn a_colour_that_nobody_can_read_is_refused_with_one_that_everybody_can() {
        for colour in ["#ffcc00", "#ffffff", "#7fd4ff", "#e0e0e0"] {
            let error = colour.parse::<Accent>().unwrap_err();
            let InvalidAccent::TooLight { colour, .. } = &error else { panic!("{error}") };
            assert!(colour.parse::<Accent>().is_ok(), "{error}");
            assert!(error.to_string().contains("take the same colour with a lightness of"), "{error}");
        }
    }

    #[test]
    fn the_contrast_is_that_of_the_guidelines() {
        // The examples that everybody checks against: black on white, and the lightest grey that passes on white.
        assert!((contrast(Srgb::new(0, 0, 0), Srgb::new(255, 255, 255)) - 21.0).abs() < 0.01);
        assert!(contrast(Srgb::new(0x76, 0x76, 0x76), Srgb::new(255, 255, 255)) >= NEEDED);
        assert!(contrast(Srgb::new(0x77, 0x77, 0x77), Srgb::new(255, 255, 255)) < NEEDED);
    }

    #[test]
    fn what_is_not_a_colour_is_refused() {
        for text in ["", "14694a", "#14694", "#14694a0", "#gggggg", "green", "#fff", "rgb(0,0,0)"] {
            assert_eq!(text.parse::<Accent>(), Err(InvalidAccent::NotAColour), "{text}");
        }
    }
}
