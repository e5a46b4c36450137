//! Pictures of codes as batches have them: in lines of JSON, or as files.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use creation::options::DrawOptions;
use qr_symbol::{Symbol, png, svg};

/// The format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// PNG.
    Png,
    /// SVG.
    Svg,
}

impl PictureFormat {
    /// The extension of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }

    /// The file of a symbol.
    #[must_use]
    pub fn file(self, symbol: &Symbol, draw: &DrawOptions) -> Vec<u8> {
        match self {
            Self::Png => png::encode(symbol, draw.style),
            Self::Svg => svg::encode(symbol, draw.style, draw.svg_unit, "QR code").into_bytes(),
        }
    }

    /// The same as a data URI (RFC 2397).
    #[must_use]
    pub fn data_uri(self, symbol: &Symbol, draw: &DrawOptions) -> String {
        let media_type = match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        };
        format!("data:{media_type};base64,{}", STANDARD.encode(self.file(symbol, draw)))
    }
}
