//! JSON as a request must have it: one object, in UTF-8, that every reader understands alike (I-JSON,
//! RFC 7493, section 2). Nothing is converted on the way: members are slices of the text that came in.

mod shape;

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use thiserror::Error;

pub use shape::Shape;

/// How deep arrays and objects may nest, the outermost object included.
pub const MAX_DEPTH: usize = 127;

/// The members of a JSON object in the order of the text, no name twice, their values as they stand.
#[derive(Debug)]
pub struct Object<'a> {
    text: &'a str,
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// Reads one JSON object, whole and strictly.
    ///
    /// # Errors
    /// [`InvalidJson`] says what is wrong and where, in words for the author of the text.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InvalidJson> {
        let text = std::str::from_utf8(bytes).map_err(|error| InvalidJson::NotUtf8 { at: error.valid_up_to() })?;
        let members = check_object(text, &Pointer::default(), 1)?;
        Ok(Self { text, members })
    }

    /// The members, in the order of the text.
    pub fn members(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), Value(value.get())))
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.members().find_map(|(member, value)| (member == name).then_some(value))
    }

    /// The whole object as a tree, its numbers exact.
    ///
    /// # Errors
    /// Those of [`Object::parse`], which has accepted the text before.
    pub fn to_tree(&self) -> Result<serde_json::Value, InvalidJson> {
        let members = self.members.iter().map(|(name, value)| Ok((name.clone().into_owned(), tree(value)?)));
        members.collect::<Result<_, _>>().map(serde_json::Value::Object).map_err(InvalidJson::Syntax)
    }

    /// The text without insignificant white space (RFC 8259, section 2), otherwise byte for byte as received.
    #[must_use]
    pub fn minified(&self) -> String {
        let mut in_string = false;
        let mut escaped = false;
        let mut minified = String::with_capacity(self.text.len());
        minified.extend(self.text.chars().filter(|&character| {
            if in_string {
                in_string = escaped || character != '"';
                escaped = !escaped && character == '\\';
                true
            } else {
                in_string = character == '"';
                !matches!(character, ' ' | '\t' | '\n' | '\r')
            }
        }));
        minified
    }
}

/// A JSON value as it stands in the text; known to be valid.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a>(&'a str);

impl<'a> Value<'a> {
    /// The decoded text of a string; `None` for any other value.
    #[must_use]
    pub fn as_string(self) -> Option<Cow<'a, str>> {
        serde_json::from_str::<Text<'a>>(self.0).ok().map(|Text(text)| text)
    }
}

/// Why a text is not an acceptable JSON object.
#[derive(Debug, Error)]
pub enum InvalidJson {
    /// A byte that UTF-8 does not allow.
    #[error("it is not UTF-8: the byte at offset {at} does not fit")]
    NotUtf8 {
        /// Offset of the byte.
        at: usize,
    },
    /// Not JSON. The message of the parser names the place and quotes nothing.
    #[error("it is not JSON: {0}")]
    Syntax(serde_json::Error),
    /// JSON, but an array, a string, a number or a literal.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// Nested too deep.
    #[error("arrays and objects nest deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Two members of one object have the same name.
    #[error("the member {0} appears twice")]
    RepeatedMember(Pointer),
    /// A `\u` escape that is half of a surrogate pair.
    #[error("the string at {0} holds half of a surrogate pair, which is no character")]
    LoneSurrogate(Pointer),
}

/// A JSON Pointer (RFC 6901).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to a member or an element of what this one points to.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        Self(format!("{}/{}", self.0, token.replace('~', "~0").replace('/', "~1")))
    }

    /// The pointer with this text, its tokens escaped already.
    pub(crate) fn escaped(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks what the grammar leaves open, in everything below `value`, which is at `depth`.
fn check(value: &RawValue, pointer: &Pointer, depth: usize) -> Result<(), InvalidJson> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth > MAX_DEPTH => Err(InvalidJson::TooDeep),
        Some(b'{') => check_object(text, pointer, depth).map(drop),
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(InvalidJson::Syntax)?;
            elements
                .into_iter()
                .enumerate()
                .try_for_each(|(index, element)| check(element, &pointer.join(&index.to_string()), depth + 1))
        }
        Some(b'"') if text.contains("\\u") && Value(text).as_string().is_none() => {
            Err(InvalidJson::LoneSurrogate(pointer.clone()))
        }
        _ => Ok(()),
    }
}

fn check_object<'a>(
    object: &'a str,
    pointer: &Pointer,
    depth: usize,
) -> Result<Vec<(Cow<'a, str>, &'a RawValue)>, InvalidJson> {
    let Members(members) = serde_json::from_str(object).map_err(|_| why_no_object(object, pointer))?;
    let mut names = BTreeSet::new();
    for (name, value) in &members {
        let pointer = pointer.join(name);
        if !names.insert(name) {
            return Err(InvalidJson::RepeatedMember(pointer));
        }
        check(value, &pointer, depth + 1)?;
    }
    Ok(members)
}

/// A value as a tree. Not by `serde_json::Value`'s own reading: it takes objects with certain member names
/// (`$serde_json::private::Number`) for what it writes into them itself.
fn tree(value: &RawValue) -> Result<serde_json::Value, serde_json::Error> {
    let text = value.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(text)?;
            let members = members.into_iter().map(|(name, value)| Ok((name.into_owned(), tree(value)?)));
            serde_json::Value::Object(members.collect::<Result<_, _>>()?)
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text)?;
            serde_json::Value::Array(elements.into_iter().map(tree).collect::<Result<_, _>>()?)
        }
        _ => serde_json::from_str(text)?,
    })
}

/// Why a text is not an object with readable names.
fn why_no_object(text: &str, pointer: &Pointer) -> InvalidJson {
    match serde_json::from_str::<&RawValue>(text) {
        Err(error) => InvalidJson::Syntax(error),
        Ok(value) if !value.get().starts_with('{') => InvalidJson::NotAnObject,
        // The grammar leaves nothing else to stumble over.
        Ok(_) => InvalidJson::LoneSurrogate(pointer.clone()),
    }
}

/// A string, borrowed where it holds no escapes.
#[derive(Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// The members of an object as they stand, repeated names included.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(name), value)) = access.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minified(text: &str) -> String {
        Object::parse(text.as_bytes()).unwrap().minified()
    }

    fn refusal(text: impl AsRef<[u8]>) -> String {
        Object::parse(text.as_ref()).unwrap_err().to_string()
    }

    #[test]
    fn only_insignificant_white_space_goes() {
        assert_eq!(
            minified(" {\r\n\t\"b \\\" \\\\\" : [ 1.10 , 1E400, -0 ] , \"a\":\" \\u00e9 \u{e9}\\n\" } \n"),
            "{\"b \\\" \\\\\":[1.10,1E400,-0],\"a\":\" \\u00e9 \u{e9}\\n\"}"
        );
    }

    #[test]
    fn members_keep_their_order() {
        let object = Object::parse(br#"{"z": 1, "a": "\u0062", "m": null}"#).unwrap();
        assert_eq!(object.members().map(|(name, _)| name).collect::<Vec<_>>(), ["z", "a", "m"]);
        assert_eq!(object.get("a").unwrap().as_string().unwrap(), "b");
        assert!(object.get("z").unwrap().as_string().is_none());
        assert!(object.get("b").is_none());
    }

    #[test]
    fn refusals_say_what_and_where() {
        assert_eq!(refusal([b'{', 0xff, b'}']), "it is not UTF-8: the byte at offset 1 does not fit");
        assert_eq!(refusal("{\"a\": }"), "it is not JSON: expected value at line 1 column 7");
        assert_eq!(refusal("{} {}"), "it is not JSON: trailing characters at line 1 column 4");
        assert_eq!(refusal("\u{feff}{}"), "it is not JSON: expected value at line 1 column 1");
        assert_eq!(refusal("[1]"), "it is not a JSON object");
        assert_eq!(refusal(r#"{"a":{"b":1,"\u0062":2}}"#), "the member /a/b appears twice");
        assert_eq!(
            refusal(r#"{"a/":["","\ud800"]}"#),
            "the string at /a~1/1 holds half of a surrogate pair, which is no character"
        );
        assert!(refusal(r#"{"\udc00":1}"#).contains("half of a surrogate pair"));
    }

    #[test]
    fn a_tree_has_what_the_text_has() {
        let text = r#"{"a":[1.10,2e400,"\u0062"],"c":{"$serde_json::private::Number":"5"},
            "d":{"$serde_json::private::RawValue":"5"}}"#;
        let tree = Object::parse(text.as_bytes()).unwrap().to_tree().unwrap();
        assert_eq!(tree["a"].to_string(), r#"[1.10,2e+400,"b"]"#);
        assert_eq!(tree["c"]["$serde_json::private::Number"], "5");
        assert_eq!(tree["d"]["$serde_json::private::RawValue"], "5");
    }

    #[test]
    fn nesting_ends_at_the_limit_and_not_on_the_stack() {
        let nested = |levels: usize| format!("{}{}{}{}", r#"{"a":"#, "[".repeat(levels), "]".repeat(levels), "}");
        assert!(Object::parse(nested(MAX_DEPTH - 1).as_bytes()).is_ok());
        assert!(matches!(Object::parse(nested(MAX_DEPTH).as_bytes()), Err(InvalidJson::TooDeep)));
        assert!(matches!(Object::parse(nested(1_000_000).as_bytes()), Err(InvalidJson::TooDeep)));
        assert!(matches!(Object::parse("[".repeat(1_000_000).as_bytes()), Err(InvalidJson::Syntax(_))));
    }
}
