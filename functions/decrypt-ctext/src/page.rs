//! The page of an opened code.

use code_store::{RedemptionKey, ShortText};
use maud::{Markup, html};
use payload_models::{Model, words::Words};
use scan::{
    Reader, ScannedCode,
    page::{self, Tone},
};
use service::gateway::Response;

use crate::{escape, json_walk::JsonValue, payload_table, usage::Usage};

/// The page of an opened code. If everyone may redeem, it has a button for that.
pub(crate) fn opened(reader: &Reader<'_>, code: &ScannedCode, usage: &Usage, is_open_to_all: bool) -> Response {
    let text = |id: &str| reader.text(id);
    let json = code.payload.as_json();
    let (tone, title, lead) = head(usage);
    let form = if is_open_to_all && is_redeemable(usage) { redeem_form(reader, usage) } else { None };
    let content = html! {
        p { (text(lead)) @if usage.reveals_payload() { " " (text("says")) } }
        @if usage.reveals_payload() {
            (payload_table::render(reader, words(code), JsonValue::from_valid(json)))
        }
        @if let Some(expires_at) = code.terms.expires_at {
            p.note { (reader.sentence("valid-until", &[], &[("time", reader.unix_time(expires_at))])) }
        }
        (usage_note(reader, usage))
        @if let Some(form) = &form {
            (form)
        } @else if is_redeemable(usage) {
            p.note { (text("only-staff")) }
        }
        @if usage.reveals_payload() {
            details {
                summary { (text("as-json")) }
                pre #json dir="ltr" tabindex="0" { (escape::json(json)) }
            }
            p.actions {
                button #copy type="button" data-copied=(text("copied")) data-selected=(text("selected")) hidden {
                    (text("copy"))
                }
                span #said role="status" {}
            }
        }
    };
    let copies = if matches!(usage, Usage::Uncounted { .. }) { "copies" } else { "counts-not-copies" };
    let name = html! { bdi.name { (code.name) } };
    let foot = html! { (text(copies)) br; (reader.sentence("code-name", &[], &[("name", name)])) };
    page::document(reader, tone, &text(title), &content, &foot, form.is_some())
}

/// How the model of the code wants its payload to be shown.
fn words(code: &ScannedCode) -> &'static Words {
    static NONE: Words = Words::none();
    code.model.map_or(&NONE, Model::words)
}

/// The tone of the page, its title and the sentence below that.
fn head(usage: &Usage) -> (Tone, &'static str, &'static str) {
    match usage {
        Usage::Uncounted { is_checked: true } => (Tone::Good, "genuine-title", "genuine-lead"),
        Usage::Uncounted { is_checked: false } => (Tone::Bad, "unchecked-title", "unchecked-lead"),
        Usage::Unknown { .. } => (Tone::Bad, "use-unchecked-title", "use-unchecked-lead"),
        Usage::Known { receipt: Some(_), .. } => (Tone::Good, "redeemed-title", "redeemed-lead"),
        Usage::Known { limit, used, .. } if *used >= usize::from(*limit) => (Tone::Bad, "used-title", "used-lead"),
        Usage::Known { .. } => (Tone::Good, "genuine-title", "redeemable-lead"),
    }
}

/// How often the code was redeemed and when.
fn usage_note(reader: &Reader<'_>, usage: &Usage) -> Markup {
    let good_for = |limit: u8| reader.language.text_with("good-for", &[("limit", limit.into())]);
    html! {
        @match usage {
            Usage::Uncounted { .. } => {}
            Usage::Unknown { limit, .. } => p.note { (good_for(*limit)) },
            Usage::Known { limit, used, last, receipt, .. } => p.note {
                @if receipt.is_none() { (good_for(*limit)) " " }
                @match last {
                    None => (reader.text("not-redeemed-yet")),
                    Some(last) => {
                        @let numbers = match receipt {
                            Some(receipt) => vec![("use", (*receipt).into()), ("limit", (*limit).into())],
                            None => vec![("used", (*used).into())],
                        };
                        @let time = ("time", reader.instant(last.at.date_time()));
                        @match (&last.place, receipt.is_some()) {
                            (Some(place), is_receipt) => {
                                @let id = if is_receipt { "this-use-at" } else { "redeemed-times-at" };
                                (reader.sentence(id, &numbers, &[time, ("place", escape::text(place.as_str()))]))
                            }
                            (None, is_receipt) => {
                                @let id = if is_receipt { "this-use" } else { "redeemed-times" };
                                (reader.sentence(id, &numbers, &[time]))
                            }
                        }
                    }
                }
            },
        }
        @if !usage.reveals_payload() {
            p.note { (reader.text("revealed-on-redeem")) }
        }
    }
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
fn redeem_form(reader: &Reader<'_>, usage: &Usage) -> Option<Markup> {
    let key = RedemptionKey::random_text().ok()?;
    let note = match usage {
        Usage::Known { limit: 1, .. } | Usage::Unknown { limit: 1, .. } => "redeem-note-only",
        _ => "redeem-note",
    };
    Some(html! {
        form method="post" {
            input type="hidden" name=(scan::KEY_FIELD) value=(key);
            label for="place" { (reader.text("place")) }
            input #place name=(scan::PLACE_FIELD) maxlength=(ShortText::MAX_CHARACTERS) autocomplete="off";
            p.actions { button { (reader.text("redeem")) } }
            p.note { (reader.text(note)) }
        }
    })
}
