//! The payload model: what a payload must hold before it is sealed.

use crate::json::{Object, Pointer, Value};

/// The model as it stands in `payload.schema.json`: JSON Schema 2020-12.
pub const SCHEMA: &str = include_str!("../payload.schema.json");

/// One way in which a payload breaks the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the payload.
    pub pointer: Pointer,
    /// What must hold there, in words for the author of the payload.
    pub detail: &'static str,
}

/// Every way in which `payload` breaks the model: `id` must be a string and `amount` an integer; other
/// members are allowed.
pub(crate) fn violations(payload: &Object<'_>) -> Vec<Violation> {
    let id = payload.get("id");
    let amount = payload.get("amount");
    [
        ("id", id.is_some_and(|id| id.as_string().is_some()), "required, and must be a string"),
        ("amount", amount.is_some_and(Value::is_integer), "required, and must be an integer"),
    ]
    .into_iter()
    .filter(|(_, holds, _)| !holds)
    .map(|(member, _, detail)| Violation { pointer: Pointer::default().join(member), detail })
    .collect()
}
