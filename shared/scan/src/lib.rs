//! What a scan leads to: the code in a link, opened, and the page around the answer.

mod beginning;
pub mod language;
mod link_text;
pub mod page;
pub mod pages;
pub mod reader;
mod scanned_code;

/// The parameter with the key of the redemption that the caller has just made.
pub const RECEIPT_PARAMETER: &str = "receipt";
/// The field of the form that redeems a code: what a repetition is recognized by.
pub const KEY_FIELD: &str = "idempotency_key";
/// The field of the form that redeems a code: where that happens.
pub const PLACE_FIELD: &str = "place";

pub use pages::Pages;
pub use reader::Reader;
pub use scanned_code::{ScannedCode, open, open_text, parse};
