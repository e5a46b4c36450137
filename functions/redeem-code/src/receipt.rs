//! What a redeemer gets.

use code_store::{ShortText, protocol::Receipt};
use scan::ScannedCode;
use serde::Serialize;
use serde_json::value::RawValue;

/// A redemption as JSON.
#[derive(Serialize)]
pub(crate) struct ReceiptJson<'a> {
    /// The name of the code.
    name: String,
    payload: Option<&'a RawValue>,
    /// The how manieth use it is, of how many.
    r#use: usize,
    of: u8,
    /// Which redemption it is, for undoing it.
    redemption: usize,
    redeemed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<String>,
}

impl<'a> ReceiptJson<'a> {
    /// The receipt for a use of a code that may be redeemed `limit` times.
    pub(crate) fn new(code: &'a ScannedCode, limit: u8, receipt: &'a Receipt) -> Self {
        let redemption = &receipt.redemption;
        Self {
            name: code.name.to_string(),
            payload: serde_json::from_str(code.payload.as_json()).ok(),
            r#use: receipt.used,
            of: limit,
            redemption: receipt.number,
            redeemed_at: redemption.at.to_string(),
            place: redemption.place.as_ref().map(ShortText::as_str),
            undone_at: redemption.undone.map(|undone| undone.at.to_string()),
        }
    }

    /// The JSON text.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers serialize")
    }
}
