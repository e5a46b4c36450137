//! JSON that every parser understands alike: one object in UTF-8, by the rules of I-JSON (RFC 7493, section 2).

mod members;
mod pointer;

use std::borrow::Cow;

use serde_json::{Map, Value, value::RawValue};
use thiserror::Error;

pub use members::{JsonString, Members};
pub use pointer::Pointer;

use pointer::Place;

/// How deep arrays and objects may nest, the outermost object included.
pub const MAX_DEPTH: usize = 127;
/// How many digits a number may have when it is written without an exponent. Exact arithmetic needs them all.
pub const MAX_NUMBER_DIGITS: usize = 1000;
/// How many digits all numbers together may have when they are written without exponents.
pub const MAX_DIGITS: usize = 16 * 1024;

/// A JSON object, read strictly: its text and the tree of its values.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    text: &'a str,
    tree: Value,
}

impl<'a> Object<'a> {
    /// Reads one JSON object and nothing else.
    ///
    /// # Errors
    /// [`InvalidJson`] says what is wrong and where, in words for the author of the text.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InvalidJson> {
        let text = std::str::from_utf8(bytes).map_err(|error| InvalidJson::NotUtf8 { at: error.valid_up_to() })?;
        Ok(Self { text, tree: Reader::default().read_object(text, Place::Root, 1)? })
    }

    /// The object as a tree. Its numbers have the exact value that was written.
    #[must_use]
    pub fn tree(&self) -> &Value {
        &self.tree
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.tree.get(name)
    }

    /// The names of the members, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tree.as_object().into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// The text without insignificant white space (RFC 8259, section 2), otherwise byte for byte as received.
    #[must_use]
    pub fn minified(&self) -> String {
        minify(self.text)
    }
}

/// A valid JSON text without insignificant white space.
pub(crate) fn minify(text: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let mut minified = String::with_capacity(text.len());
    minified.extend(text.chars().filter(|&character| {
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

/// Why a text is not an acceptable JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidJson {
    /// The text is not UTF-8.
    #[error("it is not valid UTF-8 (at offset {at})")]
    NotUtf8 {
        /// The offset of the first invalid byte.
        at: usize,
    },
    /// The text is not JSON. The parser's message names the place and quotes nothing.
    #[error("it is not valid JSON: {0}")]
    Syntax(String),
    /// The text is an array, a string, a number or a literal.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// The text is nested too deep.
    #[error("arrays and objects are nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Two members of one object have the same name.
    #[error("the member {0} appears twice")]
    RepeatedMember(Pointer),
    /// A `\u` escape in a string is half of a surrogate pair.
    #[error("the string at {0} contains an unpaired surrogate")]
    UnpairedSurrogate(Pointer),
    /// A `\u` escape in a member name is half of a surrogate pair.
    #[error("the object at \"{0}\" has a member whose name contains an unpaired surrogate")]
    UnpairedSurrogateInName(Pointer),
    /// A number is too long when it is written without an exponent.
    #[error("the number at {0} has more than {MAX_NUMBER_DIGITS} digits when it is written without an exponent")]
    NumberTooLong(Pointer),
    /// All numbers together are too long when they are written without exponents.
    #[error("the numbers have more than {MAX_DIGITS} digits altogether when they are written without exponents")]
    TooManyDigits,
}

/// Reads values, which are valid JSON, and checks what the grammar leaves open.
///
/// `serde_json::Value` would read them wrongly: it mistakes objects with certain member names
/// (`$serde_json::private::Number`) for its own representation of numbers.
#[derive(Default)]
struct Reader {
    /// The digits of the numbers so far, written without exponents.
    digits: usize,
}

impl Reader {
    fn read(&mut self, value: &RawValue, place: Place<'_>, depth: usize) -> Result<Value, InvalidJson> {
        let text = value.get();
        match text.as_bytes().first() {
            Some(b'{' | b'[') if depth > MAX_DEPTH => Err(InvalidJson::TooDeep),
            Some(b'{') => self.read_object(text, place, depth),
            Some(b'[') => {
                let elements: Vec<&RawValue> = parse(text)?;
                let read = |(index, element)| self.read(element, Place::Element(&place, index), depth + 1);
                elements.into_iter().enumerate().map(read).collect::<Result<_, _>>().map(Value::Array)
            }
            // The grammar admits no other fault in a string.
            Some(b'"') => serde_json::from_str(text).map_err(|_| InvalidJson::UnpairedSurrogate(place.pointer())),
            Some(b'-' | b'0'..=b'9') => self.read_number(text, place),
            _ => parse(text),
        }
    }

    fn read_object(&mut self, text: &str, place: Place<'_>, depth: usize) -> Result<Value, InvalidJson> {
        let Members(members) = serde_json::from_str(text).map_err(|_| why_not_an_object(text, place))?;
        let mut tree = Map::new();
        for (name, value) in members {
            let place = Place::Member(&place, &name);
            if tree.contains_key(&*name) {
                return Err(InvalidJson::RepeatedMember(place.pointer()));
            }
            let value = self.read(value, place, depth + 1)?;
            tree.insert(Cow::into_owned(name), value);
        }
        Ok(Value::Object(tree))
    }

    /// Reads a number, if whoever computes with it exactly can do so in a moment.
    fn read_number(&mut self, text: &str, place: Place<'_>) -> Result<Value, InvalidJson> {
        let digits = digits_without_exponent(text);
        if digits > MAX_NUMBER_DIGITS {
            return Err(InvalidJson::NumberTooLong(place.pointer()));
        }
        self.digits += digits;
        if self.digits > MAX_DIGITS {
            return Err(InvalidJson::TooManyDigits);
        }
        parse(text)
    }
}

/// An upper bound of the digits that a number has when it is written without an exponent.
fn digits_without_exponent(number: &str) -> usize {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent = exponent.trim_start_matches(['+', '-']).parse().unwrap_or(usize::MAX);
    mantissa.bytes().filter(u8::is_ascii_digit).count().saturating_add(exponent)
}

/// Why a text is not an object with readable names.
fn why_not_an_object(text: &str, place: Place<'_>) -> InvalidJson {
    match parse::<&RawValue>(text) {
        Err(error) => error,
        Ok(value) if !value.get().starts_with('{') => InvalidJson::NotAnObject,
        // The grammar admits no other fault.
        Ok(_) => InvalidJson::UnpairedSurrogateInName(place.pointer()),
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, InvalidJson> {
    serde_json::from_str(text).map_err(|error| InvalidJson::Syntax(error.to_string()))
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
    fn minifying_removes_only_insignificant_white_space() {
        assert_eq!(
            minified(" {\r\n\t\"b \\\" \\\\\" : [ 1.10 , 1E400, -0 ] , \"a\":\" \\u00e9 \u{e9}\\n\" } \n"),
            "{\"b \\\" \\\\\":[1.10,1E400,-0],\"a\":\" \\u00e9 \u{e9}\\n\"}"
        );
    }

    #[test]
    fn members_are_found_by_name() {
        let object = Object::parse(br#"{"z": 1, "a": "\u0062", "\u006d": null}"#).unwrap();
        assert_eq!(object.names().collect::<Vec<_>>(), ["a", "m", "z"]);
        assert_eq!(object.get("a").unwrap().as_str().unwrap(), "b");
        assert!(object.get("z").unwrap().as_str().is_none());
        assert!(object.get("b").is_none());
    }

    #[test]
    fn refusals_say_what_and_where() {
        assert_eq!(refusal([b'{', 0xff, b'}']), "it is not valid UTF-8 (at offset 1)");
        assert_eq!(refusal("{\"a\": }"), "it is not valid JSON: expected value at line 1 column 7");
        assert_eq!(refusal("{} {}"), "it is not valid JSON: trailing characters at line 1 column 4");
        assert_eq!(refusal("\u{feff}{}"), "it is not valid JSON: expected value at line 1 column 1");
        assert_eq!(refusal("[1]"), "it is not a JSON object");
        assert_eq!(refusal(r#"{"a":{"b":1,"\u0062":2}}"#), "the member /a/b appears twice");
        assert_eq!(refusal(r#"{"a/":["","\ud800"]}"#), "the string at /a~1/1 contains an unpaired surrogate");
        assert_eq!(
            refusal(r#"{"\udc00":1}"#),
            "the object at \"\" has a member whose name contains an unpaired surrogate"
        );
    }

    #[test]
    fn other_texts_are_not_json_objects() {
        for text in [
            "",
            " \n",
            "{",
            r#"{"id":"a","amount":1"#,
            "id=a&amount=1",
            r#"{"id":"a","amount":1,}"#,
            r#"{"id":"a","amount":1/* a */}"#,
            "{'id':'a','amount':1}",
            r#"{id:"a","amount":1}"#,
            r#"{"id":"a","amount":NaN}"#,
            r#"{"id":"a","amount":-Infinity}"#,
            r#"{"id":"a","amount":01}"#,
            r#"{"id":"a","amount":+1}"#,
            r#"{"id":"a","amount":1.}"#,
            r#"{"id":"a","amount":.1}"#,
            r#"{"id":"a","amount":0x1}"#,
            "{\"id\":\"a\nb\",\"amount\":1}",
            "{\"id\":\"a\0b\",\"amount\":1}",
            r#"{"id":"\x41","amount":1}"#,
            r#"{"id":"\u12","amount":1}"#,
            r#"{"id":"a","amount":1} x"#,
            r#"{"id":"a","amount":1}{}"#,
            "\u{feff}{\"id\":\"a\",\"amount\":1}",
            "\u{a0}{\"id\":\"a\",\"amount\":1}",
            "\u{c}{\"id\":\"a\",\"amount\":1}",
            // UTF-32 without a byte order mark is valid UTF-8, but full of NULs.
            "{\0\0\0\"\0\0\0i\0\0\0d\0\0\0\"\0\0\0:\0\0\0{\0\0\0}\0\0\0}\0\0\0",
        ] {
            assert!(refusal(text).starts_with("it is not valid JSON: "), "{text:?}");
        }
        for text in ["[]", r#"[{"id":"a","amount":1}]"#, r#""id""#, "1", "true", "null"] {
            assert_eq!(refusal(text), "it is not a JSON object", "{text}");
        }
    }

    #[test]
    fn text_is_utf_8() {
        for (bytes, at) in [
            (&b"{\"id\":\"\xff\"}"[..], 7),
            (b"{\"id\":\"\xc3\"}", 7),
            (b"{\"id\":\"\xed\xa0\x80\"}", 7),
            (b"{\"id\":\"\xc0\xaf\"}", 7),
            (b"{\"id\":\"\xe9\",\"value\":\"\xe9\"}", 7),
            (b"\xff\xfe{\0\"\0i\0d\0\"\0:\0{\0}\0}\0", 0),
        ] {
            assert_eq!(Object::parse(bytes).unwrap_err(), InvalidJson::NotUtf8 { at }, "{bytes:?}");
        }
    }

    #[test]
    fn names_are_unique_and_surrogates_come_in_pairs() {
        for (text, pointer) in [
            (r#"{"id":"a","id":"a","amount":1}"#, "/id"),
            (r#"{"b":1,"id":"a","amount":1,"b":2}"#, "/b"),
            (r#"{"id":"a","\u0069d":"b","amount":1}"#, "/id"),
            (r#"{"id":"a","amount":1,"n":[{"m":{"a":1,"a":1}}]}"#, "/n/0/m/a"),
            (r#"{"id":"a","amount":1,"":1,"":2}"#, "/"),
        ] {
            let expected = InvalidJson::RepeatedMember(Pointer::from_escaped(pointer));
            assert_eq!(Object::parse(text.as_bytes()).unwrap_err(), expected, "{text}");
        }
        for (text, pointer) in [
            (r#"{"id":"\ud83e","amount":1}"#, "/id"),
            (r#"{"id":"\udd80","amount":1}"#, "/id"),
            (r#"{"id":"\udd80\ud83e","amount":1}"#, "/id"),
        ] {
            let expected = InvalidJson::UnpairedSurrogate(Pointer::from_escaped(pointer));
            assert_eq!(Object::parse(text.as_bytes()).unwrap_err(), expected, "{text}");
        }
        let in_name = Object::parse(br#"{"n":{"\ud800":1}}"#).unwrap_err();
        assert_eq!(in_name, InvalidJson::UnpairedSurrogateInName(Pointer::from_escaped("/n")));
        assert_eq!(Object::parse(br#"{"id":"\ud83e\udd80"}"#).unwrap().get("id").unwrap(), "\u{1f980}");
        assert!(Object::parse(br#"{"id":"a","ID":1,"n":[{"id":1},{"id":2}]}"#).is_ok());
    }

    #[test]
    fn numbers_are_bounded_as_they_are_written_without_exponents() {
        let number = |text: &str| Object::parse(format!(r#"{{"a":[{text}]}}"#).as_bytes()).map(drop);
        for text in ["9".repeat(1000), "1e999".to_owned(), "-1.5E-998".to_owned(), "1e+999".to_owned()] {
            assert_eq!(number(&text), Ok(()), "{text}");
        }
        let too_long = Err(InvalidJson::NumberTooLong(Pointer::from_escaped("/a/0")));
        for text in ["9".repeat(1001), "1e1000".to_owned(), "1e-1000".to_owned(), "1E99999999999999999999".to_owned()] {
            assert_eq!(number(&text), too_long, "{text}");
        }
        let numbers = |count: usize| number(&vec!["1e511"; count].join(","));
        assert_eq!((numbers(32), numbers(33)), (Ok(()), Err(InvalidJson::TooManyDigits)));
        assert_eq!(number(&vec!["1"; 8000].join(",")), Ok(()), "no body has more digits than bytes");
    }

    #[test]
    fn the_tree_says_what_the_text_says() {
        let text = r#"{"a":[1.10,2e400,"\u0062"],"c":{"$serde_json::private::Number":"5"},
            "d":{"$serde_json::private::RawValue":"5"}}"#;
        let object = Object::parse(text.as_bytes()).unwrap();
        let tree = object.tree();
        assert_eq!(tree["a"].to_string(), r#"[1.10,2e+400,"b"]"#);
        assert_eq!(tree["c"]["$serde_json::private::Number"], "5");
        assert_eq!(tree["d"]["$serde_json::private::RawValue"], "5");
    }

    #[test]
    fn nesting_ends_at_the_limit_and_not_on_the_stack() {
        let arrays = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
        let objects = |levels: usize| format!(r#"{{"a":{}0{}}}"#, r#"{"":"#.repeat(levels), "}".repeat(levels));
        for deepest in [arrays(126), objects(126)] {
            assert!(Object::parse(deepest.as_bytes()).is_ok());
        }
        for too_deep in [arrays(127), objects(127), arrays(7999), arrays(1_000_000)] {
            assert_eq!(Object::parse(too_deep.as_bytes()).unwrap_err(), InvalidJson::TooDeep);
        }
        for endless in ["[".repeat(16_384), r#"{"":"#.repeat(4096), "[".repeat(1_000_000)] {
            assert!(matches!(Object::parse(endless.as_bytes()), Err(InvalidJson::Syntax(_))));
        }
    }
}
