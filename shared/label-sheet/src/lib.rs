//! Sheets of labels with QR codes, as PDF and as HTML: label paper, what stands where on a label, and the pages.
//!
//! All lengths are those on paper. A sheet is filled row by row from the top left.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "lengths are those of a sheet of paper, far below every limit"
)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "sizes are computed alike, so they are equal"))]

pub mod caption;
mod font;
pub mod html;
mod layout;
pub mod paper;
pub mod pdf;
pub mod preset;
pub mod sheet;

pub use caption::UnprintableCharacter;
pub use paper::{InvalidPaper, Paper, Size};
pub use sheet::{CaptionPlace, Label, Sheet, Shift, TooLarge};
