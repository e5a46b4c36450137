#![doc = include_str!("../README.md")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "sizes are those of a QR code or its picture, far below every limit"
)]

mod deflate;
mod ecc;
pub mod pdf;
pub mod png;
mod print_size;
mod style;
pub mod svg;
mod symbol;
mod version;

pub use ecc::{Ecc, UnknownEcc};
pub use print_size::{Millimetres, ModuleSize, PictureWidth, PrintSize};
pub use style::{Colour, LowContrast, Margin, OutOfRange, Palette, Scale, Style, UnknownColour};
pub use symbol::{Limits, Row, Symbol, TextTooLong};
pub use version::Version;
