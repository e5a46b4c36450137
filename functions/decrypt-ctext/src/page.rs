//! The page of an opened code.

use maud::html;
use scan::{
    ScannedCode,
    page::{self, Tone},
};

use crate::{escape, json_walk::JsonValue, payload_table};

/// The page of an opened code.
pub(crate) fn opened(code: &ScannedCode) -> String {
    let json = code.payload.as_json();
    page::document(
        Tone::Good,
        "This code is genuine",
        &html! {
            p { "It was sealed by this service and has not been changed since. It says:" }
            (payload_table::render(JsonValue::from_valid(json)))
            @if let Some(expires_at) = code.terms.expires_at {
                p.note { "Valid until " (page::instant(page::utc(expires_at))) "." }
            }
            details {
                summary { "As JSON" }
                pre #json dir="ltr" tabindex="0" { (escape::json(json)) }
            }
            p.actions {
                button #copy type="button" hidden { "Copy as JSON" }
                span #said role="status" {}
            }
        },
        &html! {
            "Anyone who has this code or its link can read this. A copy of the code works just as well." br;
            "Code " span.name { (code.name) }
        },
    )
}
