//! The payload as a table of names and values, nested like the payload.

use std::collections::BTreeMap;

use maud::{Markup, html};
use scan::Reader;

use crate::{
    escape,
    json_walk::{JsonValue, Shape},
};

/// How deep tables nest, the outermost included: as deep as a phone has room for. Anything deeper is shown as JSON.
const MAX_NESTING: usize = 5;

/// The table of a value.
pub(crate) fn render(reader: &Reader<'_>, value: JsonValue<'_>) -> Markup {
    nested(reader, value, 1)
}

fn nested(reader: &Reader<'_>, value: JsonValue<'_>, level: usize) -> Markup {
    match value.shape() {
        Shape::Object(members) if members.is_empty() => placeholder(reader, "no-members"),
        Shape::Array(elements) if elements.is_empty() => placeholder(reader, "empty-list"),
        Shape::Object(_) | Shape::Array(_) if level > MAX_NESTING => html! {
            code dir="ltr" { (escape::json(value.as_json())) }
        },
        Shape::Object(members) => {
            let mut alike: BTreeMap<_, usize> = BTreeMap::new();
            for (name, _) in &members {
                *alike.entry(escape::seen(name)).or_default() += 1;
            }
            html! {
                dl {
                    @for (name, value) in members {
                        div {
                            dt { (self::name(reader, &name, alike[&escape::seen(&name)] > 1)) }
                            dd { (nested(reader, value, level + 1)) }
                        }
                    }
                }
            }
        }
        Shape::Array(elements) => html! {
            ol { @for element in elements { li { (nested(reader, element, level + 1)) } } }
        },
        Shape::String(text) if text.is_empty() => placeholder(reader, "empty"),
        Shape::String(text) => escape::text(&text),
        Shape::Literal("null") => html! { i { "null" } },
        Shape::Literal(literal) => html! { span dir="ltr" { (escape::json(literal)) } },
    }
}

/// The name of a member, exactly if another one in the same object looks like it.
fn name(reader: &Reader<'_>, name: &str, looks_like_another: bool) -> Markup {
    if name.is_empty() {
        placeholder(reader, "no-name")
    } else if looks_like_another {
        escape::exact_text(name)
    } else {
        escape::text(name)
    }
}

/// A word of ours in place of text from the payload.
fn placeholder(reader: &Reader<'_>, id: &str) -> Markup {
    html! { i { (reader.text(id)) } }
}
