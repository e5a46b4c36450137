//! What a redeemer says: where, and in a form also the key.

use std::str::FromStr as _;

use code_store::ShortText;
use sealed_qr::json::Object;
use service::{
    gateway::Request,
    problem::{self, Problem, Violation},
};

/// The greatest length of a body in bytes.
const MAX_BODY_BYTES: usize = 4096;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The body of a request that redeems a code.
#[derive(Debug, Default)]
pub(crate) struct RedeemBody {
    /// Where.
    pub(crate) place: Option<ShortText>,
    /// What a repetition is recognized by, in a form.
    pub(crate) key: Option<String>,
    /// Whether it is a form.
    pub(crate) is_form: bool,
}

impl RedeemBody {
    /// Reads JSON, a form or nothing.
    pub(crate) fn read(request: &Request) -> Result<Self, Problem> {
        let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
        let is = |wanted: &str| media_type.trim().eq_ignore_ascii_case(wanted);
        match request.body.len() {
            bytes if bytes > MAX_BODY_BYTES => Err(Problem::BodyTooLarge { bytes, limit: MAX_BODY_BYTES }),
            _ if is(FORM) => Self::of_form(&request.body),
            0 => Ok(Self::default()),
            _ if is(JSON) => Self::of_json(&request.body),
            _ => Err(Problem::UnsupportedMediaType { accepted: problem::JSON }),
        }
    }

    fn of_json(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let unknown = object.names().filter(|name| *name != scan::PLACE_FIELD);
        let mut violations: Vec<_> = unknown.map(|name| Violation::at_member(name, "is not a known member")).collect();
        let place = match object.get(scan::PLACE_FIELD).map(|place| place.as_str().map(ShortText::from_str)) {
            None => None,
            Some(Some(Ok(place))) => Some(place),
            Some(_) => {
                violations.push(wrong_place());
                None
            }
        };
        if violations.is_empty() { Ok(Self { place, ..Self::default() }) } else { Err(Problem::violated(violations)) }
    }

    fn of_form(body: &[u8]) -> Result<Self, Problem> {
        let mut read = Self { is_form: true, ..Self::default() };
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                scan::KEY_FIELD => read.key = Some(value.into_owned()),
                // A field that is left empty says nothing.
                scan::PLACE_FIELD if value.trim().is_empty() => {}
                scan::PLACE_FIELD => {
                    let place = value.trim().parse().map_err(|_| Problem::violated(vec![wrong_place()]))?;
                    read.place = Some(place);
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

fn wrong_place() -> Violation {
    let detail = format!("must be a text of 1 to {} characters, in one line", ShortText::MAX_CHARACTERS);
    Violation::at_member(scan::PLACE_FIELD, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str, body: &str) -> Result<RedeemBody, Problem> {
        let content_type = (!content_type.is_empty()).then(|| content_type.to_owned());
        RedeemBody::read(&Request { content_type, body: body.as_bytes().to_vec(), ..Request::default() })
    }

    #[test]
    fn a_redeemer_may_say_where() {
        for (content_type, body) in
            [(JSON, r#"{"place": "Gate 3"}"#), ("application/json; charset=utf-8", r#"{"place":"Gate 3"}"#)]
        {
            let read = read(content_type, body).unwrap();
            assert_eq!((read.place.unwrap().as_str(), read.is_form), ("Gate 3", false));
        }
        let form = read(FORM, "place=+Gate+3&idempotency_key=abc&x=y").unwrap();
        assert_eq!((form.place.unwrap().as_str(), form.key.as_deref(), form.is_form), ("Gate 3", Some("abc"), true));
        for (content_type, body) in [("", ""), (JSON, ""), ("text/plain", ""), (JSON, "{}"), (FORM, "place=")] {
            assert!(read(content_type, body).unwrap().place.is_none(), "{content_type} {body}");
        }
    }

    #[test]
    fn other_bodies_are_refused() {
        for (content_type, body, slug) in [
            ("", "{}", "unsupported-media-type"),
            ("text/plain", "{}", "unsupported-media-type"),
            (JSON, "[]", "malformed-json"),
            (JSON, r#"{"place": 3}"#, "payload-model-violated"),
            (JSON, r#"{"place": ""}"#, "payload-model-violated"),
            (JSON, r#"{"place": "a\nb"}"#, "payload-model-violated"),
            (JSON, r#"{"plase": "a"}"#, "payload-model-violated"),
            (FORM, "place=a%0Ab", "payload-model-violated"),
            (JSON, &"x".repeat(4097), "body-too-large"),
        ] {
            assert_eq!(read(content_type, body).unwrap_err().problem_type().slug(), slug, "{content_type} {body}");
        }
    }
}
