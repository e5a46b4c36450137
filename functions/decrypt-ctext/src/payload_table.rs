//! The payload as a table of names and values, nested like the payload.

use maud::{Markup, html};
use sealed_qr::json::{Shape, Value};

use crate::visible;

/// Tables within tables, the outermost included: as many as a phone has room for. What is deeper stands as JSON.
const MAX_NESTING: usize = 5;

/// The table of a value.
pub(crate) fn of(value: Value<'_>) -> Markup {
    nested(value, 1)
}

fn nested(value: Value<'_>, level: usize) -> Markup {
    match value.shape() {
        Shape::Object(members) if members.is_empty() => quiet("no members"),
        Shape::Array(elements) if elements.is_empty() => quiet("empty list"),
        Shape::Object(_) | Shape::Array(_) if level > MAX_NESTING => html! {
            code dir="ltr" { (visible::json(value.as_json())) }
        },
        Shape::Object(members) => html! {
            dl {
                @for (name, value) in members {
                    div {
                        dt { @if name.is_empty() { (quiet("no name")) } @else { (visible::text(&name)) } }
                        dd { (nested(value, level + 1)) }
                    }
                }
            }
        },
        Shape::Array(elements) => html! {
            ol { @for element in elements { li { (nested(element, level + 1)) } } }
        },
        Shape::String(text) if text.is_empty() => quiet("empty"),
        Shape::String(text) => visible::text(&text),
        Shape::Literal("null") => quiet("null"),
        Shape::Literal(literal) => html! { span dir="ltr" { (visible::json(literal)) } },
    }
}

/// A word of ours among words of others.
fn quiet(word: &str) -> Markup {
    html! { i { (word) } }
}
