//! What a scan leads to: the code in a link, opened, and the page around the answer.

mod beginning;
mod link_text;
pub mod page;
mod scanned_code;

pub use scanned_code::{ScannedCode, open, parse};
