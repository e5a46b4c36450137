//! A walk through JSON that keeps the order of members and the text of numbers.

use std::borrow::Cow;

use sealed_qr::json::{JsonString, Members};
use serde_json::value::RawValue;

/// A JSON value as it is written; known to be valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonValue<'a>(&'a str);

/// The kind of a value, and what it contains. Nothing below it is read yet, so the walk decides how deep it goes.
#[derive(Debug)]
pub(crate) enum Shape<'a> {
    /// The members of an object, in the order of the text.
    Object(Vec<(Cow<'a, str>, JsonValue<'a>)>),
    /// The elements of an array.
    Array(Vec<JsonValue<'a>>),
    /// The decoded text of a string.
    String(Cow<'a, str>),
    /// Anything else as it is written: a number, `true`, `false` or `null`. Also anything with an unpaired surrogate at
    /// this level, which no release has sealed.
    Literal(&'a str),
}

impl<'a> JsonValue<'a> {
    /// The value of a text that is known to be valid JSON.
    pub(crate) fn from_valid(json: &'a str) -> Self {
        Self(json)
    }

    /// The kind of the value, and what it contains.
    pub(crate) fn shape(self) -> Shape<'a> {
        let shape = match self.0.as_bytes().first() {
            Some(b'{') => serde_json::from_str(self.0).ok().map(|Members(members)| {
                Shape::Object(members.into_iter().map(|(name, value)| (name, Self(value.get()))).collect())
            }),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(self.0)
                .ok()
                .map(|elements| Shape::Array(elements.into_iter().map(|element| Self(element.get())).collect())),
            Some(b'"') => serde_json::from_str(self.0).ok().map(|JsonString(text)| Shape::String(text)),
            _ => None,
        };
        shape.unwrap_or(Shape::Literal(self.0))
    }

    /// The value as it is written.
    pub(crate) fn as_json(self) -> &'a str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text, rebuilt from what the walk shows.
    fn walked(value: JsonValue<'_>) -> String {
        match value.shape() {
            Shape::Object(members) => {
                let members = members.into_iter().map(|(name, value)| format!("{name:?}:{}", walked(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Shape::Array(elements) => {
                format!("[{}]", elements.into_iter().map(walked).collect::<Vec<_>>().join(","))
            }
            Shape::String(text) => format!("{text:?}"),
            Shape::Literal(text) => text.to_owned(),
        }
    }

    #[test]
    fn the_walk_keeps_order_and_number_text() {
        for json in
            [r#"{"z":1.10,"a":[1180591620717411303424,-0,1E400,[],{}],"m":{"b":null,"a":true}}"#, r#""text""#, "null"]
        {
            assert_eq!(walked(JsonValue::from_valid(json)), json);
        }
        assert_eq!(walked(JsonValue::from_valid(r#"{"\u0061":"\u00e9\n"}"#)), r#"{"a":"é\n"}"#);
    }

    #[test]
    fn text_that_cannot_be_decoded_is_shown_as_written() {
        assert_eq!(walked(JsonValue::from_valid(r#"{"a":"\ud800"}"#)), r#"{"a":"\ud800"}"#);
        assert_eq!(walked(JsonValue::from_valid(r#"[{"\udc00":1}]"#)), r#"[{"\udc00":1}]"#);
    }

    #[test]
    fn depth_costs_nothing_before_it_is_walked() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(matches!(JsonValue::from_valid(&deep).shape(), Shape::Array(elements) if elements.len() == 1));
    }
}
