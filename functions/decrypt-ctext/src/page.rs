//! The page of an opened code.

use code_store::{RedemptionKey, ShortText};
use maud::{Markup, html};
use scan::{
    ScannedCode,
    page::{self, Tone},
};
use service::gateway::{self, Response};

use crate::{escape, json_walk::JsonValue, payload_table, usage::Usage};

/// The page of an opened code. If everyone may redeem, it has a button for that.
pub(crate) fn opened(code: &ScannedCode, usage: &Usage, is_open_to_all: bool) -> Response {
    let json = code.payload.as_json();
    let (tone, title, lead) = head(usage);
    let says = if usage.reveals_payload() { " It says:" } else { "" };
    let button = if is_open_to_all && is_redeemable(usage) { redeem_form(usage) } else { None };
    let content = html! {
        p { (lead) (says) }
        @if usage.reveals_payload() {
            (payload_table::render(JsonValue::from_valid(json)))
        }
        @if let Some(expires_at) = code.terms.expires_at {
            p.note { "Valid until " (page::instant(page::utc(expires_at))) "." }
        }
        (usage_note(usage))
        @if let Some(button) = &button {
            (button)
        } @else if is_redeemable(usage) {
            p.note { "Only staff of the service can redeem it. Opening this page does not." }
        }
        @if usage.reveals_payload() {
            details {
                summary { "As JSON" }
                pre #json dir="ltr" tabindex="0" { (escape::json(json)) }
            }
            p.actions {
                button #copy type="button" hidden { "Copy as JSON" }
                span #said role="status" {}
            }
        }
    };
    let foot = html! {
        @if matches!(usage, Usage::Uncounted { .. }) {
            "Anyone who has this code or its link can read this. A copy of the code works just as well." br;
        } @else {
            "Anyone who has this code or its link sees this page. The service counts, not the copy." br;
        }
        "Code " span.name { (code.name) }
    };
    let policy = if button.is_some() { &page::POLICY_WITH_FORM } else { &page::POLICY };
    gateway::page(page::document(tone, title, &content, &foot), policy)
}

/// The tone of the page, its title and the sentence below that.
fn head(usage: &Usage) -> (Tone, &'static str, &'static str) {
    match usage {
        Usage::Uncounted { is_checked: true } => {
            (Tone::Good, "This code is genuine", "It was sealed by this service and has not been changed since.")
        }
        Usage::Uncounted { is_checked: false } => (
            Tone::Bad,
            "Genuine, but not checked",
            "It was sealed by this service, but at the moment nobody can tell whether it has been taken back.",
        ),
        Usage::Unknown { .. } => (
            Tone::Bad,
            "Genuine, but its use was not checked",
            "It was sealed by this service, but at the moment nobody can tell whether it has been used before.",
        ),
        Usage::Known { receipt: Some(_), .. } => {
            (Tone::Good, "Redeemed", "The service has counted this use of the code.")
        }
        Usage::Known { limit, used, .. } if *used >= usize::from(*limit) => {
            (Tone::Bad, "This code has been used", "It is genuine, but has been redeemed as often as it may be.")
        }
        Usage::Known { .. } => {
            (Tone::Good, "This code is genuine", "It was sealed by this service and can be redeemed.")
        }
    }
}

/// How often the code was redeemed and when.
fn usage_note(usage: &Usage) -> Markup {
    let times = |count: usize| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    html! {
        @match usage {
            Usage::Uncounted { .. } => {}
            Usage::Unknown { limit, .. } => p.note { "Good for " (uses(*limit)) "." },
            Usage::Known { limit, used, last, receipt, .. } => p.note {
                @if let Some(receipt) = receipt { "This was use " (receipt) " of " (limit) ". " }
                @else { "Good for " (uses(*limit)) ", " }
                @if let Some(last) = last {
                    @if receipt.is_none() { "redeemed " (times(*used)) ", last " } @else { "Redeemed " }
                    (page::instant(last.at.date_time()))
                    @if let Some(place) = &last.place { ", " bdi { (escape::text(place.as_str())) } }
                    "."
                } @else {
                    "not redeemed yet."
                }
            },
        }
        @if !usage.reveals_payload() {
            p.note { "Only whoever redeems the code sees what it says." }
        }
    }
}

fn uses(limit: u8) -> String {
    if limit == 1 { "one use".to_owned() } else { format!("{limit} uses") }
}

/// Whether the code may be redeemed, as far as is known.
fn is_redeemable(usage: &Usage) -> bool {
    match usage {
        Usage::Uncounted { .. } => false,
        Usage::Unknown { .. } => true,
        Usage::Known { limit, used, receipt, .. } => receipt.is_none() && *used < usize::from(*limit),
    }
}

/// The form that redeems the code. Its key makes a second click repeat the first.
fn redeem_form(usage: &Usage) -> Option<Markup> {
    let key = RedemptionKey::random_text().ok()?;
    let one = match usage {
        Usage::Known { limit: 1, .. } | Usage::Unknown { limit: 1, .. } => "its only use",
        _ => "one of its uses",
    };
    Some(html! {
        form method="post" {
            input type="hidden" name=(scan::KEY_FIELD) value=(key);
            label for="place" { "Where (optional)" }
            input #place name=(scan::PLACE_FIELD) maxlength=(ShortText::MAX_CHARACTERS) autocomplete="off";
            p.actions { button { "Redeem now" } }
            p.note { "This counts " (one) " and is kept. Opening this page counts nothing." }
        }
    })
}
