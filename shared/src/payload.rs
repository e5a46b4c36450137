//! The payload: the JSON a code carries, minified, its number text and key order as received.

use std::fmt;

use serde_json::value::RawValue;
use thiserror::Error;

use crate::{
    json::{InvalidJson, Object, Value},
    payload_model,
    violation::Violation,
};

/// A JSON text in UTF-8 that may be shown as the content of a code: it has just come from someone who may
/// create codes, or out of a ctext whose seal held. There is no other way to make one, and it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(String);

impl Payload {
    /// Reads the body of a create request, holds it against the payload model and minifies it.
    ///
    /// # Errors
    /// [`InvalidPayload`] when the body is not one JSON object, or not one that the model allows.
    pub fn from_request(body: &[u8]) -> Result<Self, InvalidPayload> {
        let object = Object::parse(body)?;
        let violations = payload_model::violations(&object)?;
        if violations.is_empty() { Ok(Self(object.minified())) } else { Err(InvalidPayload::Model(violations)) }
    }

    /// Takes what AES-GCM has authenticated. `None` unless it is JSON, which only a holder of the key can cause.
    pub(crate) fn from_authentic(plaintext: Vec<u8>) -> Option<Self> {
        let json = String::from_utf8(plaintext).ok()?;
        serde_json::from_str::<&RawValue>(&json).ok()?;
        Some(Self(json))
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The JSON value.
    #[must_use]
    pub fn value(&self) -> Value<'_> {
        Value::of_valid(&self.0)
    }

    /// The JSON text.
    #[must_use]
    pub fn into_json(self) -> String {
        self.0
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why a body cannot be sealed.
#[derive(Debug, Error)]
pub enum InvalidPayload {
    /// It is not one JSON object.
    #[error(transparent)]
    Json(#[from] InvalidJson),
    /// It breaks the payload model in these ways; at least one.
    #[error("the payload does not fit its model")]
    Model(Vec<Violation>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(body: &str) -> Vec<String> {
        match Payload::from_request(body.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(InvalidPayload::Model(violations)) => violations.iter().map(|v| v.pointer.to_string()).collect(),
            Err(InvalidPayload::Json(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn the_demo_model_holds() {
        assert_eq!(violations(r#"{"id": "", "amount": 0}"#), [""; 0]);
        for amount in ["1180591620717411303424", "-0", "1.0", "-1.50e1", "1e400", "1e999999999", "0e-9"] {
            assert_eq!(
                violations(&format!(r#"{{"note": [], "amount": {amount}, "id": "\u0041"}}"#)),
                [""; 0],
                "{amount}"
            );
        }
        for amount in ["1.10", "15e-1", "1e-400", "1e-99999999999999999999", "true", "[1]"] {
            assert_eq!(violations(&format!(r#"{{"id": "a", "amount": {amount}}}"#)), ["/amount"], "{amount}");
        }
        assert_eq!(violations(r#"{"id": 1, "amount": 1}"#), ["/id"]);
        assert_eq!(violations(r#"{"id": null, "amount": "1"}"#), ["/amount", "/id"]);
        assert_eq!(violations("{}"), ["/amount", "/id"]);
    }

    #[test]
    fn what_is_sealed_is_the_minified_text() {
        let payload = Payload::from_request(b" { \"amount\" : 1.0,\n \"id\" : \" a \" } ").unwrap();
        assert_eq!(payload.as_json(), "{\"amount\":1.0,\"id\":\" a \"}");
        assert_eq!(format!("{payload:?}"), "[redacted]");
    }

    #[test]
    fn authentic_bytes_that_are_no_json_are_no_payload() {
        assert!(Payload::from_authentic(b"{\"id\":1}".to_vec()).is_some());
        assert!(Payload::from_authentic(b"{\"id\":".to_vec()).is_none());
        assert!(Payload::from_authentic(b"\"\xff\"".to_vec()).is_none());
        assert!(Payload::from_authentic(Vec::new()).is_none());
    }
}
