//! The payload model: what a payload must hold before it is sealed. `payload.schema.json` alone says it; validation,
//! the description of the API and the console's form follow that file.

use crate::{
    json::{InvalidJson, Object},
    violation::{self, Violation},
};

/// The model as it stands in `payload.schema.json`: JSON Schema 2020-12.
pub const SCHEMA: &str = include_str!("../payload.schema.json");

/// The model as code, made of the file when it is compiled: nothing is read or interpreted at start.
#[jsonschema::validator(
    path = "payload.schema.json",
    draft = Draft202012,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = true }
)]
struct Model;

/// Every way in which `payload` breaks the model.
///
/// # Errors
/// [`InvalidJson`] is the parser's, which has read the text once before.
pub(crate) fn violations(payload: &Object<'_>) -> Result<Vec<Violation>, InvalidJson> {
    let payload = payload.to_tree()?;
    if Model::is_valid(&payload) {
        return Ok(Vec::new());
    }
    Ok(violation::list(Model::iter_errors(&payload)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `payload.schema.json` is the users' to change, so these hold for any model.
    #[test]
    fn the_model_is_a_schema_of_objects() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["type"], "object");
    }
}
