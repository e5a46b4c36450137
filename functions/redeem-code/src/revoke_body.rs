//! Which code is taken back, and why.

use std::str::FromStr as _;

use code_store::ShortText;
use sealed_qr::{
    CodeName, InvalidCodeName,
    json::{Object, Pointer},
};
use serde_json::Value;
use service::{
    gateway::Request,
    problem::{self, Problem, Violation},
    query::{InvalidQuery, Query},
};

use crate::code_link;

/// The greatest length of a body in bytes.
const MAX_BODY_BYTES: usize = 16 * 1024;
const CTEXT: &str = "ctext";
const NAME: &str = "name";
const REASON: &str = "reason";

/// The code that a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The one with this ctext.
    Ctext(String),
    /// The one with this name.
    Name(CodeName),
}

/// The body of a request that takes a code back.
#[derive(Debug)]
pub(crate) struct RevokeBody {
    pub(crate) target: Target,
    pub(crate) reason: Option<ShortText>,
}

impl Target {
    /// Reads the parameter `ctext` or `name`.
    pub(crate) fn in_query(request: &Request) -> Result<Self, InvalidQuery> {
        let mut query = Query::parse(&request.query);
        let (ctext, name) = (query.take(CTEXT)?, query.take(NAME)?);
        query.finish([CTEXT, NAME])?;
        match (ctext, name) {
            (Some(_), Some(_)) => Err(InvalidQuery::Excluded { name: CTEXT, other: NAME }),
            (Some(text), None) => Ok(Self::of_link(&text)),
            (None, Some(name)) => {
                let invalid = |error: InvalidCodeName| InvalidQuery::Value { name: NAME, expected: error.to_string() };
                name.parse().map(Self::Name).map_err(invalid)
            }
            (None, None) => Err(InvalidQuery::Missing { name: NAME }),
        }
    }

    /// The code with this ctext, or with this link.
    fn of_link(text: &str) -> Self {
        Self::Ctext(code_link::ctext_in(text))
    }
}

impl RevokeBody {
    /// Reads a JSON object with a `ctext` or a `name`, and perhaps a `reason`.
    pub(crate) fn read(request: &Request) -> Result<Self, Problem> {
        let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
        if !media_type.trim().eq_ignore_ascii_case("application/json") {
            return Err(Problem::UnsupportedMediaType { accepted: problem::JSON });
        }
        let bytes = request.body.len();
        if bytes > MAX_BODY_BYTES {
            return Err(Problem::BodyTooLarge { bytes, limit: MAX_BODY_BYTES });
        }
        let object = Object::parse(&request.body)?;
        let unknown = object.names().filter(|name| ![CTEXT, NAME, REASON].contains(name));
        let mut violations: Vec<_> = unknown.map(|name| Violation::at_member(name, "is not a known member")).collect();
        let target = match (object.get(CTEXT), object.get(NAME)) {
            (Some(Value::String(ctext)), None) => Some(Target::of_link(ctext)),
            (None, Some(Value::String(name))) => name.parse().ok().map(Target::Name),
            _ => None,
        };
        if target.is_none() {
            violations.push(Violation::at(
                Pointer::default(),
                "must have either ctext, a link or its ctext, or name, such as 7Q4M-K2XA-9PTD-3HBE",
            ));
        }
        let reason = match object.get(REASON).map(|reason| reason.as_str().map(ShortText::from_str)) {
            None => None,
            Some(Some(Ok(reason))) => Some(reason),
            Some(_) => {
                let detail = format!("must be a text of 1 to {} characters, in one line", ShortText::MAX_CHARACTERS);
                violations.push(Violation::at_member(REASON, detail));
                None
            }
        };
        match target {
            Some(target) if violations.is_empty() => Ok(Self { target, reason }),
            _ => Err(Problem::violated(violations)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "7Q4M-K2XA-9PTD-3HBE";

    fn read(body: &str) -> Result<RevokeBody, Problem> {
        let content_type = Some("application/json".to_owned());
        RevokeBody::read(&Request { content_type, body: body.as_bytes().to_vec(), ..Request::default() })
    }

    fn in_query(query: &str) -> Result<Target, String> {
        Target::in_query(&Request { query: query.to_owned(), ..Request::default() }).map_err(|error| error.to_string())
    }

    #[test]
    fn a_code_is_named_by_its_name_its_ctext_or_its_link() {
        let named = Target::Name(CODE.parse().unwrap());
        let by_ctext = Target::Ctext("E12_-".to_owned());
        assert_eq!(read(&format!(r#"{{"name": "{CODE}"}}"#)).unwrap().target, named);
        assert_eq!(in_query("name=7q4mk2xa9ptd3hbe"), Ok(named));
        for text in ["E12_-", "https://a/d/E12_-", "https://a/d/E12_-/", "https://a/b?ctext=E12_-&a=b"] {
            let body = read(&format!(r#"{{"ctext": "{text}", "reason": "lost"}}"#)).unwrap();
            assert_eq!((&body.target, body.reason.unwrap().as_str()), (&by_ctext, "lost"));
        }
        assert_eq!(in_query("ctext=E12_-"), Ok(by_ctext));
    }

    #[test]
    fn what_names_no_code_is_refused() {
        for (body, slug) in [
            ("[]", "malformed-json"),
            ("{}", "payload-model-violated"),
            (r#"{"name": "7Q4M"}"#, "payload-model-violated"),
            (r#"{"name": 7}"#, "payload-model-violated"),
            (r#"{"name": "7Q4M-K2XA-9PTD-3HBE", "ctext": "E"}"#, "payload-model-violated"),
            (r#"{"name": "7Q4M-K2XA-9PTD-3HBE", "why": "a"}"#, "payload-model-violated"),
            (r#"{"name": "7Q4M-K2XA-9PTD-3HBE", "reason": ""}"#, "payload-model-violated"),
        ] {
            assert_eq!(read(body).unwrap_err().problem_type().slug(), slug, "{body}");
        }
        assert!(matches!(RevokeBody::read(&Request::default()), Err(Problem::UnsupportedMediaType { .. })));
        for (query, words) in [
            ("", "The parameter name is missing."),
            ("name=x", "The value of name must be"),
            ("name=a&ctext=b", "Send either ctext or name, not both."),
            ("nam=a", "Unknown parameter"),
        ] {
            assert!(in_query(query).unwrap_err().starts_with(words), "{query}");
        }
    }
}
