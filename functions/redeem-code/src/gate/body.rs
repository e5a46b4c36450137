//! The JSON bodies of the gate.

use code_store::ShortText;
use sealed_qr::json::Object;
use serde_json::Value;
use service::{
    gateway::Request,
    problem::{self, Problem, Violation},
};

/// The greatest length of a body in bytes. It has room for the longest link in a code.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// A JSON object, and what is wrong with it as far as it has been read.
#[derive(Debug)]
pub(super) struct Body<'a> {
    object: Object<'a>,
    violations: Vec<Violation>,
}

impl<'a> Body<'a> {
    /// Reads an object with members of these names. An empty body is an empty object.
    pub(super) fn read(request: &'a Request, known: &[&str]) -> Result<Self, Problem> {
        let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
        let bytes = match request.body.len() {
            0 => b"{}",
            bytes if bytes > MAX_BODY_BYTES => return Err(Problem::BodyTooLarge { bytes, limit: MAX_BODY_BYTES }),
            _ if media_type.trim().eq_ignore_ascii_case("application/json") => &request.body[..],
            _ => return Err(Problem::UnsupportedMediaType { accepted: problem::JSON }),
        };
        let object = Object::parse(bytes)?;
        let unknown = object.names().filter(|name| !known.contains(name));
        let violations = unknown.map(|name| Violation::at_member(name, "is not a known member")).collect();
        Ok(Self { object, violations })
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, name: &str) -> String {
        let text = self.object.get(name).and_then(Value::as_str).map(str::to_owned);
        text.unwrap_or_else(|| self.violated(name, "is required and must be a string".to_owned()))
    }

    /// A text in one line that may be there.
    pub(super) fn short_text(&mut self, name: &str) -> Option<ShortText> {
        let text = match self.object.get(name)? {
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        if text.is_none() {
            let expected = format!("must be a text of 1 to {} characters, in one line", ShortText::MAX_CHARACTERS);
            self.violated::<()>(name, expected);
        }
        text
    }

    /// One of these words, or nothing.
    pub(super) fn word(&mut self, name: &str, words: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
        let word = self.object.get(name)?.as_str().unwrap_or_default().to_owned();
        let words: Vec<_> = words.into_iter().collect();
        let found = words.iter().copied().find(|known| *known == word);
        if found.is_none() {
            self.violated::<()>(name, format!("must be {}", words.join(" or ")));
        }
        found
    }

    /// A number that must be there.
    pub(super) fn number(&mut self, name: &str) -> usize {
        let number = self.object.get(name).and_then(Value::as_u64).and_then(|number| number.try_into().ok());
        number.unwrap_or_else(|| self.violated(name, "is required and must be a whole number".to_owned()))
    }

    fn violated<T: Default>(&mut self, name: &str, expected: String) -> T {
        self.violations.push(Violation::at_member(name, expected));
        T::default()
    }

    /// Refuses the body if anything was wrong with it.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.violations.is_empty() { Ok(()) } else { Err(Problem::violated(self.violations)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = (String, Option<ShortText>, Option<&'static str>, usize);

    fn read(content_type: &str, body: &str) -> Result<Read, Problem> {
        let content_type = Some(content_type.to_owned());
        let request = Request { content_type, body: body.as_bytes().to_vec(), ..Request::default() };
        let mut body = Body::read(&request, &["text", "place", "model", "number"])?;
        let read = (body.text("text"), body.short_text("place"), body.word("model", ["a", "b"]), body.number("number"));
        body.finish().map(|()| read)
    }

    #[test]
    fn members_are_read() {
        let full = read("Application/JSON; charset=utf-8", r#"{"text":"t","place":"Gate 3","model":"b","number":7}"#);
        let (text, place, model, number) = full.unwrap();
        assert_eq!((&*text, place.unwrap().as_str(), model, number), ("t", "Gate 3", Some("b"), 7));
        let (_, place, model, _) = read("application/json", r#"{"text":"","number":0}"#).unwrap();
        assert_eq!((place, model), (None, None));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        for (body, pointers) in [
            ("", vec!["/text", "/number"]),
            (
                r#"{"text":1,"number":-1,"place":"a\nb","model":"c","more":1}"#,
                vec!["/more", "/text", "/place", "/model", "/number"],
            ),
            (r#"{"text":"","number":1.5,"place":null,"model":[]}"#, vec!["/place", "/model", "/number"]),
        ] {
            let Problem::PayloadModelViolated(violations) = read("application/json", body).unwrap_err() else {
                panic!()
            };
            let found: Vec<_> = violations.iter().map(|violation| violation.pointer.to_string()).collect();
            assert_eq!(found, pointers, "{body}");
        }
        for (content_type, body, slug) in [
            ("text/plain", "{}", "unsupported-media-type"),
            ("application/x-www-form-urlencoded", "text=a", "unsupported-media-type"),
            ("application/json", "[]", "malformed-json"),
            ("application/json", &" ".repeat(MAX_BODY_BYTES + 1), "body-too-large"),
        ] {
            assert_eq!(read(content_type, body).unwrap_err().problem_type().slug(), slug);
        }
    }
}
