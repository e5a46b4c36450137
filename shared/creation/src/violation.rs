//! What is wrong with a payload, member by member, in words for its author.

use std::borrow::Cow;

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use sealed_qr::json::Pointer;
use serde_json::Value;
use service::problem::Violation;

/// The violations that a JSON Schema validator has found, at least one per error, sorted by their pointers.
pub fn list<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Vec<Violation> {
    let mut violations: Vec<_> = errors.flat_map(|error| from_error(&error)).collect();
    violations.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    violations
}

fn from_error(error: &ValidationError<'_>) -> Vec<Violation> {
    let here = Pointer::from_escaped(error.instance_path().as_str());
    match error.kind() {
        // These are about members, so they point to the member rather than to the object around it.
        Kind::Required { property } => {
            vec![Violation::at(here.join(property.as_str().unwrap_or_default()), "is required")]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(|name| Violation::at(here.join(name), "is not a known member")).collect()
        }
        kind => {
            vec![Violation::at(here, detail(kind).unwrap_or_else(|| error.masked().to_string().into()))]
        }
    }
}

/// What must hold; `None` if the validator's own words say it well.
fn detail(kind: &Kind) -> Option<Cow<'static, str>> {
    let detail = match kind {
        Kind::Type { kind: TypeKind::Single(name) } => format!("must be {}", with_article(name.as_str())),
        Kind::Type { kind: TypeKind::Multiple(names) } => {
            let names: Vec<_> = names.iter().map(|name| with_article(name.as_str())).collect();
            format!("must be {}", names.join(" or "))
        }
        Kind::Enum { options } => format!("must be one of {}", elements(options)),
        Kind::Constant { expected_value } => format!("must be {expected_value}"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be greater than {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("must have at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", count(*limit, "character")),
        Kind::Pattern { pattern } => format!("must match the regular expression {pattern}"),
        Kind::Format { format } => format!("must be {}", format_by_example(format)),
        Kind::MinItems { limit } => format!("must have at least {}", count(*limit, "element")),
        Kind::MaxItems { limit } => format!("must have at most {}", count(*limit, "element")),
        Kind::AdditionalItems { limit } => format!("must have at most {}", count(*limit as u64, "element")),
        Kind::MinProperties { limit } => format!("must have at least {}", count(*limit, "member")),
        Kind::MaxProperties { limit } => format!("must have at most {}", count(*limit, "member")),
        Kind::PropertyNames { error } => {
            let rule = detail(error.kind()).unwrap_or_else(|| error.masked().to_string().into());
            format!("has a member with an invalid name: the name {rule}")
        }
        Kind::UniqueItems => return Some("must not contain the same element twice".into()),
        Kind::Contains => return Some("lacks an element that the model requires".into()),
        Kind::FalseSchema => return Some("is not allowed here".into()),
        Kind::Not { .. } => return Some("matches a form that the model forbids".into()),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            return Some("matches none of the forms that the model allows".into());
        }
        Kind::OneOfMultipleValid { .. } => {
            return Some("matches more than one form where the model allows exactly one".into());
        }
        _ => return None,
    };
    Some(detail.into())
}

fn with_article(name: &str) -> String {
    match name {
        "null" => "null".to_owned(),
        "array" | "integer" | "object" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

fn count(limit: u64, what: &str) -> String {
    format!("{limit} {what}{}", if limit == 1 { "" } else { "s" })
}

fn elements(array: &Value) -> String {
    let elements: Vec<_> = array.as_array().into_iter().flatten().map(Value::to_string).collect();
    elements.join(", ")
}

/// The most common formats of JSON Schema (validation, 7.3), each with an example.
fn format_by_example(format: &str) -> String {
    match format {
        "date" => "a date such as 2026-12-31".to_owned(),
        "time" => "a time such as 23:59:59Z".to_owned(),
        "date-time" => "a date and time such as 2026-12-31T23:59:59Z".to_owned(),
        "duration" => "a duration such as P3DT12H".to_owned(),
        "email" | "idn-email" => "an e-mail address such as name@example.com".to_owned(),
        "uri" | "iri" => "a URI such as https://example.com/a".to_owned(),
        "uuid" => "a UUID such as 01234567-89ab-cdef-0123-456789abcdef".to_owned(),
        "ipv4" => "an IPv4 address such as 192.0.2.1".to_owned(),
        "ipv6" => "an IPv6 address such as 2001:db8::1".to_owned(),
        "hostname" | "idn-hostname" => "a host name such as www.example.com".to_owned(),
        other => format!("in the format {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[jsonschema::validator(path = "tests/models/ticket.schema.json", draft = Draft202012, validate_formats = true)]
    struct Ticket;

    fn violations(json: &str) -> Vec<String> {
        let value = serde_json::from_str(json).unwrap();
        let list = list(Ticket::iter_errors(&value));
        assert_eq!(list.is_empty(), Ticket::is_valid(&value));
        list.iter().map(|v| format!("{} {}", v.pointer, v.detail)).collect()
    }

    const VALID: &str = r#"{"holder": {"name": "Zoë", "email": "zoe@example.com"}, "seats": ["A1"], "class": "first",
        "valid_on": "2026-12-31", "price": 12.5, "code": "AB-12", "vip": null}"#;

    #[test]
    fn a_valid_payload_has_no_violations() {
        assert_eq!(violations(VALID), [""; 0]);
    }

    #[test]
    fn every_rule_has_words() {
        let with = |old: &str, new: &str| {
            assert!(VALID.contains(old));
            violations(&VALID.replace(old, new))
        };
        for (old, new, expected) in [
            ("\"Zoë\"", "7", "/holder/name must be a string"),
            ("\"Zoë\"", "\"\"", "/holder/name must have at least 1 character"),
            ("\"Zoë\"", "\"12345678901\"", "/holder/name must have at most 10 characters"),
            ("zoe@example.com", "zoe", "/holder/email must be an e-mail address such as name@example.com"),
            ("2026-12-31", "2026-02-30", "/valid_on must be a date such as 2026-12-31"),
            ("\"first\"", "\"third\"", "/class must be one of \"first\", \"second\""),
            ("12.5", "12.3", "/price must be a multiple of 0.5"),
            ("12.5", "-0.5", "/price must be at least 0"),
            ("12.5", "1000", "/price must be less than 1000"),
            ("AB-12", "ab", "/code must match the regular expression ^[A-Z]{2}-[0-9]{2}$"),
            ("[\"A1\"]", "[]", "/seats must have at least 1 element"),
            ("[\"A1\"]", "[\"1\",\"2\",\"3\"]", "/seats must have at most 2 elements"),
            ("[\"A1\"]", "[\"1\",\"1\"]", "/seats must not contain the same element twice"),
            ("[\"A1\"]", "{}", "/seats must be an array"),
            ("\"vip\": null", "\"vip\": 1", "/vip must be null or a boolean"),
            ("\"vip\": null", "\"v/~\": 1", "/v~1~0 is not a known member"),
            ("\"holder\"", "\"halter\"", "/halter is not a known member; /holder is required"),
        ] {
            assert_eq!(with(old, new).join("; "), expected);
        }
    }

    #[test]
    fn every_violation_is_listed_and_nothing_is_quoted() {
        let all =
            violations(r#"{"holder": {}, "seats": "hush", "class": "hush", "valid_on": "hush", "price": "hush"}"#);
        let pointers: Vec<_> = all.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(pointers, ["/class", "/code", "/holder/name", "/price", "/seats", "/valid_on"]);
        assert!(!all.concat().contains("hush"), "{all:?}");
    }
}
