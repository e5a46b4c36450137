//! The payload models that codes are made of: what a payload must contain before it is sealed. The files in
//! `shared/models` alone define them; validation, the description of the API and the console's form follow.

use payload_models::Model;
use sealed_qr::Payload;
use serde_json::Value;
use service::problem::{Problem, Violation};
use thiserror::Error;

use crate::violation;

include!(concat!(env!("OUT_DIR"), "/deployed.rs"));

/// A payload model that codes are made of.
#[derive(Debug)]
pub struct PayloadModel {
    /// Its number, its name, its schema and its layout.
    pub model: &'static Model,
    /// Every way in which a payload violates the model.
    pub violations: fn(&Value) -> Vec<Violation>,
}

impl PayloadModel {
    /// The model as text: JSON Schema 2020-12.
    #[must_use]
    pub fn schema(&self) -> &'static str {
        self.model.schema().unwrap_or("{}")
    }

    /// Reads a payload that matches the model.
    ///
    /// # Errors
    /// [`Problem::MalformedJson`] or [`Problem::PayloadModelViolated`].
    pub fn parse(&self, body: &[u8]) -> Result<Payload, Problem> {
        Payload::parse_checked(body, |payload| match (self.violations)(payload) {
            violations if violations.is_empty() => Ok(()),
            violations => Err(Problem::violated(violations)),
        })
    }
}

/// The environment variable that says whether payloads are packed: `true` or `false`.
const PACK_PAYLOADS: &str = "PACK_PAYLOADS";
/// The environment variable that says whether codes that count are made: `on` or `off`.
const REDEMPTION: &str = "REDEMPTION";

/// The payload models that codes are made of, by name.
#[derive(Clone, Copy, Debug)]
pub struct PayloadModels {
    models: &'static [PayloadModel],
    names: &'static [&'static str],
    default: usize,
    are_packed: bool,
    may_count: bool,
}

impl PayloadModels {
    /// Models, their names in the same order, and the place of the one that codes are made of if none is named.
    #[must_use]
    pub const fn new(models: &'static [PayloadModel], names: &'static [&'static str], default: usize) -> Self {
        assert!(models.len() == names.len() && default < models.len());
        Self { models, names, default, are_packed: true, may_count: true }
    }

    /// The models of a function with these environment variables. If payloads are not packed, codes do not say what
    /// they are, so there is only the default model. Unless codes can be redeemed, none counts.
    ///
    /// # Errors
    /// [`InvalidModelSettings`]
    pub fn configured(self, variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidModelSettings> {
        let only = self.default..=self.default;
        let packed = match variable(PACK_PAYLOADS).as_deref() {
            None | Some("" | "true") => self,
            Some("false") => {
                let (models, names) = (&self.models[only.clone()], &self.names[only]);
                Self { models, names, default: 0, are_packed: false, ..self }
            }
            Some(_) => return Err(InvalidModelSettings::PackPayloads),
        };
        match variable(REDEMPTION).as_deref() {
            None | Some("" | "off") => match packed.iter().find(|model| model.model.uses().is_some()) {
                Some(model) => Err(InvalidModelSettings::ModelCounts(model.model.name())),
                None => Ok(Self { may_count: false, ..packed }),
            },
            Some("on") => Ok(packed),
            Some(_) => Err(InvalidModelSettings::Redemption),
        }
    }

    /// Whether codes may count how often they are redeemed.
    #[must_use]
    pub fn may_count(&self) -> bool {
        self.may_count
    }

    /// The payload as it is sealed.
    #[must_use]
    pub fn packed(&self, payload: Payload, model: &PayloadModel) -> Payload {
        if self.are_packed { payload.packed_by(model.model.number(), model.model.layout()) } else { payload }
    }

    /// All models.
    pub fn iter(&self) -> impl Iterator<Item = &'static PayloadModel> {
        self.models.iter()
    }

    /// Their names.
    #[must_use]
    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// The model with a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&'static PayloadModel> {
        self.models.iter().find(|model| model.model.name() == name)
    }

    /// The model that codes are made of if none is named.
    #[must_use]
    pub fn default(&self) -> &'static PayloadModel {
        &self.models[self.default]
    }
}

/// Why there are no models to make codes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidModelSettings {
    /// The variable says neither.
    #[error("{PACK_PAYLOADS} is neither true nor false: correct or unset it")]
    PackPayloads,
    /// The variable says neither.
    #[error("{REDEMPTION} is neither on nor off: correct or unset it")]
    Redemption,
    /// The codes of this model count, but could not be redeemed.
    #[error("codes of the model {0} count (x-uses), but {REDEMPTION} is not on: switch it on, or remove x-uses")]
    ModelCounts(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(body: &str) -> Vec<String> {
        match DEPLOYED.default().parse(body.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(Problem::PayloadModelViolated(violations)) => {
                assert!(violations.iter().all(|violation| !violation.detail.is_empty()));
                violations.iter().map(|violation| violation.pointer.to_string()).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn payloads_are_packed_unless_the_operator_says_otherwise() {
        let sealed = |value: Option<&str>| {
            let models = DEPLOYED.configured(|name| value.filter(|_| name == PACK_PAYLOADS).map(str::to_owned))?;
            let payload = models.default().parse(br#"{"id":"order-1042","amount":4250}"#).unwrap();
            let payload = models.packed(payload, models.default());
            Ok((payload.model(), models.names().len()))
        };
        let number = Some(payload_models::DEFAULT.number());
        for packed in [None, Some(""), Some("true")] {
            assert_eq!(sealed(packed), Ok((number, DEPLOYED.names().len())));
        }
        assert_eq!(sealed(Some("false")), Ok((None, 1)));
        for other in ["0", "no", "False", "TRUE", " true"] {
            assert_eq!(sealed(Some(other)), Err(InvalidModelSettings::PackPayloads), "{other}");
        }
    }

    #[test]
    fn codes_count_only_where_they_can_be_redeemed() {
        let may_count = |value: Option<&str>| {
            let models = DEPLOYED.configured(|name| value.filter(|_| name == REDEMPTION).map(str::to_owned));
            models.map(|models| models.may_count())
        };
        assert_eq!((may_count(None), may_count(Some("")), may_count(Some("off"))), (Ok(false), Ok(false), Ok(false)));
        assert_eq!(may_count(Some("on")), Ok(true));
        for other in ["true", "1", "On", " on"] {
            assert_eq!(may_count(Some(other)), Err(InvalidModelSettings::Redemption), "{other}");
        }
    }

    #[test]
    fn models_are_found_by_name() {
        for name in DEPLOYED.names() {
            assert_eq!(DEPLOYED.named(name).unwrap().model.name(), *name);
        }
        assert!(DEPLOYED.named("").is_none());
        assert_eq!(DEPLOYED.default().model.number(), payload_models::DEFAULT.number());
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
