//! The part of a payload that leaves the service in events.

use std::fmt;

use sealed_qr::json::Object;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value, value::RawValue};

/// The members of a payload that its model lets out: a JSON object.
#[derive(Clone, Serialize, Deserialize)]
pub struct Disclosure(Box<RawValue>);

impl Disclosure {
    /// The members of the payload `json` that `names` lists; `None` if it has none of them.
    ///
    /// Numbers that `EventBridge` refuses, integers beyond 64 bits among them, become strings.
    #[must_use]
    pub fn of(json: &str, names: &[&str]) -> Option<Self> {
        if names.is_empty() {
            return None;
        }
        let payload = Object::parse(json.as_bytes()).ok()?;
        let let_out = |name: &&str| Some(((*name).to_owned(), carried(payload.get(name)?)));
        let members: Map<_, _> = names.iter().filter_map(let_out).collect();
        if members.is_empty() {
            return None;
        }
        serde_json::value::to_raw_value(&members).ok().map(Self)
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disclosure([redacted])")
    }
}

/// The value as an event can carry it.
fn carried(value: &Value) -> Value {
    match value {
        Value::Number(number) if !is_carried(number) => Value::String(number.to_string()),
        Value::Array(values) => Value::Array(values.iter().map(carried).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), carried(value))).collect())
        }
        other => other.clone(),
    }
}

/// Whether `EventBridge` takes a number. Integers must fit in 64 bits (API reference of `PutEvents`); of others, nothing
/// is said, so they must be finite in what JSON numbers usually become.
fn is_carried(number: &Number) -> bool {
    let text = number.to_string();
    let is_integer = text.bytes().all(|character| character.is_ascii_digit() || character == b'-');
    if is_integer { text.parse::<i64>().is_ok() } else { text.parse().is_ok_and(f64::is_finite) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disclosed(json: &str, names: &[&str]) -> Option<String> {
        Disclosure::of(json, names).map(|disclosure| serde_json::to_string(&disclosure).unwrap())
    }

    #[test]
    fn only_the_members_that_are_named_leave() {
        let payload = r#"{"id":"a","seat":{"row":1},"pin":"hush"}"#;
        assert_eq!(disclosed(payload, &[]), None);
        assert_eq!(disclosed(payload, &["other"]), None);
        assert_eq!(disclosed(payload, &["id", "other"]).unwrap(), r#"{"id":"a"}"#);
        assert_eq!(disclosed(payload, &["seat"]).unwrap(), r#"{"seat":{"row":1}}"#);
        assert_eq!(disclosed(r#"{"a":{"id":"inner"}}"#, &["id"]), None);
        // For `serde_json` this is a number, but not for us.
        let number = r#"{"a":{"$serde_json::private::Number":"5"}}"#;
        assert_eq!(disclosed(number, &["a"]).unwrap(), number);
    }

    #[test]
    fn numbers_are_exact_or_strings() {
        for (number, carried) in [
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "\"9223372036854775808\""),
            ("-9223372036854775809", "\"-9223372036854775809\""),
            ("1.10", "1.10"),
            ("1e400", "\"1e+400\""),
            ("-0", "-0"),
        ] {
            let payload = format!(r#"{{"n":[{{"m":{number}}}]}}"#);
            assert_eq!(disclosed(&payload, &["n"]).unwrap(), format!(r#"{{"n":[{{"m":{carried}}}]}}"#));
        }
    }
}
