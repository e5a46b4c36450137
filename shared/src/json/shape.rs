//! A value one level down: what readers of nested JSON walk along.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Members, Value};

/// What a value is. Nothing below it is read before it is asked for, so the walk decides how deep it goes.
#[derive(Debug)]
pub enum Shape<'a> {
    /// The members of an object, in the order of the text.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// The elements of an array.
    Array(Vec<Value<'a>>),
    /// The decoded text of a string.
    String(Cow<'a, str>),
    /// Anything else as it stands: a number, `true`, `false` or `null`. Also what [`super::Object::parse`] would refuse:
    /// whatever holds half of a surrogate pair at this level.
    Literal(&'a str),
}

impl<'a> Value<'a> {
    /// A text that is known to be valid JSON.
    pub(crate) fn of_valid(json: &'a str) -> Self {
        Self(json)
    }

    /// What the value is.
    #[must_use]
    pub fn shape(self) -> Shape<'a> {
        let shape = match self.0.as_bytes().first() {
            Some(b'{') => serde_json::from_str(self.0).ok().map(|Members(members)| {
                Shape::Object(members.into_iter().map(|(name, value)| (name, Value(value.get()))).collect())
            }),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(self.0)
                .ok()
                .map(|elements| Shape::Array(elements.into_iter().map(|element| Value(element.get())).collect())),
            Some(b'"') => self.as_string().map(Shape::String),
            _ => None,
        };
        shape.unwrap_or(Shape::Literal(self.0))
    }

    /// The value as it stands in the text.
    #[must_use]
    pub fn as_json(self) -> &'a str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text again, from what the walk shows.
    fn walked(value: Value<'_>) -> String {
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
            assert_eq!(walked(Value::of_valid(json)), json);
        }
        assert_eq!(walked(Value::of_valid(r#"{"\u0061":"\u00e9\n"}"#)), r#"{"a":"é\n"}"#);
    }

    #[test]
    fn what_cannot_be_decoded_stands_as_it_is() {
        assert_eq!(walked(Value::of_valid(r#"{"a":"\ud800"}"#)), r#"{"a":"\ud800"}"#);
        assert_eq!(walked(Value::of_valid(r#"[{"\udc00":1}]"#)), r#"[{"\udc00":1}]"#);
    }

    #[test]
    fn depth_costs_nothing_before_it_is_walked() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(matches!(Value::of_valid(&deep).shape(), Shape::Array(elements) if elements.len() == 1));
    }
}
