//! The payload model: what a payload must contain before it is sealed. `payload.schema.json` alone defines it;
//! validation, the description of the API and the console's form follow that file.

use sealed_qr::Payload;
use serde_json::Value;
use service::problem::{Problem, Violation};

use crate::violation;

/// A payload model.
#[derive(Clone, Copy, Debug)]
pub struct PayloadModel {
    /// The model as text: JSON Schema 2020-12.
    pub schema: &'static str,
    /// Every way in which a payload violates the model.
    pub violations: fn(&Value) -> Vec<Violation>,
}

impl PayloadModel {
    /// The model of this deployment.
    pub const DEPLOYED: Self = Self {
        schema: include_str!("../../../shared/payload.schema.json"),
        violations: |payload| {
            if Schema::is_valid(payload) { Vec::new() } else { violation::list(Schema::iter_errors(payload)) }
        },
    };

    /// Reads a payload that matches the model.
    ///
    /// # Errors
    /// [`Problem::MalformedJson`] or [`Problem::PayloadModelViolated`].
    pub(crate) fn parse(&self, body: &[u8]) -> Result<Payload, Problem> {
        Payload::parse_checked(body, |payload| match (self.violations)(payload) {
            violations if violations.is_empty() => Ok(()),
            violations => Err(Problem::violated(violations)),
        })
    }
}

/// The model as code, generated from the file at compile time, so that a start does not interpret it.
#[jsonschema::validator(
    path = "../../shared/payload.schema.json",
    draft = Draft202012,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = true }
)]
struct Schema;

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(body: &str) -> Vec<String> {
        match PayloadModel::DEPLOYED.parse(body.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(Problem::PayloadModelViolated(violations)) => {
                assert!(violations.iter().all(|violation| !violation.detail.is_empty()));
                violations.iter().map(|violation| violation.pointer.to_string()).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// `payload.schema.json` is the users' to change, so this holds for any model.
    #[test]
    fn the_model_is_a_schema_of_objects() {
        let schema: Value = serde_json::from_str(PayloadModel::DEPLOYED.schema).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["type"], "object");
    }

    #[test]
    fn the_demo_model_holds() {
        assert_eq!(violations(r#"{"id": "", "amount": 0}"#), [""; 0]);
        for amount in ["1180591620717411303424", "-0", "1.0", "-1.50e1", "1e400", "1e999", "0e-9"] {
            assert_eq!(
                violations(&format!(r#"{{"note": [], "amount": {amount}, "id": "\u0041"}}"#)),
                [""; 0],
                "{amount}"
            );
        }
        for amount in [
            "1.10",
            "1.5",
            "15e-1",
            "1e-400",
            "1e-999",
            "\"1\"",
            "true",
            "null",
            "[1]",
            r#"{"amount":1}"#,
            // For `serde_json` these are a number and raw JSON, but not for us.
            r#"{"$serde_json::private::Number":"5"}"#,
            r#"{"$serde_json::private::RawValue":"5"}"#,
        ] {
            assert_eq!(violations(&format!(r#"{{"id":"a","amount":{amount}}}"#)), ["/amount"], "{amount}");
        }
        for id in ["1", "null", r#"["a"]"#] {
            assert_eq!(violations(&format!(r#"{{"id":{id},"amount":1}}"#)), ["/id"], "{id}");
        }
        assert_eq!(violations(r#"{"amount":1}"#), ["/id"]);
        assert_eq!(violations(r#"{"ID":"a","amount":1}"#), ["/id"]);
        assert_eq!(violations(r#"{"id":"a"}"#), ["/amount"]);
        for both in ["{}", r#"{"id":1,"amount":"a"}"#, r#"{"id":null,"amount":"1"}"#, r#"{"n":{"id":"a","amount":1}}"#]
        {
            assert_eq!(violations(both), ["/amount", "/id"], "{both}");
        }
    }
}
