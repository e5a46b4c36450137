//! The payload as a table of names and values, nested like the payload, in the words of its model.

use std::{borrow::Cow, collections::BTreeMap};

use maud::{Markup, html};
use payload_models::words::{Form, Member, Words};
use scan::Reader;

use crate::{
    escape,
    json_walk::{JsonValue, Shape},
    value,
};

/// How deep tables nest, the outermost included: as deep as a phone has room for. Anything deeper is shown as JSON.
const MAX_NESTING: usize = 5;

/// The members of an object, in the order of the text.
pub(crate) type Members<'a> = [(Cow<'a, str>, JsonValue<'a>)];

/// The table of a payload.
pub(crate) fn render(reader: &Reader<'_>, words: &Words, payload: JsonValue<'_>) -> Markup {
    match payload.shape() {
        Shape::Object(members) if !members.is_empty() => table(reader, words, &members, 1),
        _ => plain(reader, None, payload, 1),
    }
}

/// The table of an object's members: those that the model knows in its order, then the others in theirs.
fn table(reader: &Reader<'_>, words: &Words, members: &Members<'_>, level: usize) -> Markup {
    let known = words.iter().filter_map(|word| Some((word, members.iter().find(|(name, _)| *name == word.name)?)));
    let shown = known.filter(|(word, _)| word.is_shown).map(|(word, member)| (Some(word), member));
    let others = members.iter().filter(|(name, _)| words.named(name).is_none()).map(|member| (None, member));
    let rows: Vec<_> = shown.chain(others).collect();
    let label = |word: Option<&Member>, name: &str| {
        let title = word.and_then(|word| word.title.in_language(reader.language.tag));
        title.map_or_else(|| name.to_owned(), str::to_owned)
    };
    let mut alike: BTreeMap<_, usize> = BTreeMap::new();
    for (word, (name, _)) in &rows {
        *alike.entry(escape::seen(&label(*word, name))).or_default() += 1;
    }
    html! {
        dl {
            @for (word, (name, value)) in rows {
                @let label = label(word, name);
                div {
                    dt {
                        (self::name(reader, &label, alike[&escape::seen(&label)] > 1))
                        @if let Some(description) = word.and_then(|word| word.description.in_language(reader.language.tag)) {
                            small { (description) }
                        }
                    }
                    dd { (self::value(reader, word, *value, members, level + 1)) }
                }
            }
        }
    }
}

/// A value as its model wants it to be written, if it is what the model says.
fn value(
    reader: &Reader<'_>,
    word: Option<&Member>,
    value: JsonValue<'_>,
    siblings: &Members<'_>,
    level: usize,
) -> Markup {
    let Some(word) = word else { return plain(reader, None, value, level) };
    let titled = match value.shape() {
        Shape::String(text) => word.values.get(&*text).and_then(|title| title.in_language(reader.language.tag)),
        _ => None,
    };
    match (titled, &word.form) {
        (Some(title), _) => html! { bdi { (title) } },
        (None, Form::Plain) => plain(reader, Some(word), value, level),
        (None, form) => {
            let written = value::written(reader, form, value, siblings);
            written.unwrap_or_else(|| plain(reader, Some(word), value, level))
        }
    }
}

/// A value as it is.
fn plain(reader: &Reader<'_>, word: Option<&Member>, value: JsonValue<'_>, level: usize) -> Markup {
    match value.shape() {
        Shape::Object(members) if members.is_empty() => placeholder(reader, "no-members"),
        Shape::Array(elements) if elements.is_empty() => placeholder(reader, "empty-list"),
        Shape::Object(_) | Shape::Array(_) if level > MAX_NESTING => html! {
            code dir="ltr" { (escape::json(value.as_json())) }
        },
        Shape::Object(members) => match word {
            Some(word) => table(reader, &word.members, &members, level),
            None => table(reader, &Words::default(), &members, level),
        },
        Shape::Array(elements) => html! {
            @let word = word.and_then(|word| word.elements.as_deref());
            ol { @for element in elements { li { (self::value(reader, word, element, &[], level + 1)) } } }
        },
        Shape::String(text) if text.is_empty() => placeholder(reader, "empty"),
        Shape::String(text) => escape::text(&text),
        // Where a model says what a member is, people read words in place of those of programs.
        Shape::Literal("null") if word.is_some() => placeholder(reader, "nothing"),
        Shape::Literal("true") if word.is_some() => html! { (reader.text("yes")) },
        Shape::Literal("false") if word.is_some() => html! { (reader.text("no")) },
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
