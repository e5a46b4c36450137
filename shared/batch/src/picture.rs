//! Pictures of codes as batches have them: in lines of JSON, or as files.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qr_symbol::{Style, Symbol, png, svg};

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
    pub fn file(self, symbol: &Symbol, style: Style) -> Vec<u8> {
        match self {
            Self::Png => png::encode(symbol, style),
            Self::Svg => svg::encode(symbol, style, svg::Unit::Millimetres, "QR code").into_bytes(),
        }
    }

    /// The same as a data URI (RFC 2397).
    #[must_use]
    pub fn data_uri(self, symbol: &Symbol, style: Style) -> String {
        let media_type = match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        };
        format!("data:{media_type};base64,{}", STANDARD.encode(self.file(symbol, style)))
    }
}
