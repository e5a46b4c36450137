//! The text of a plain code: the one member of the object in a request.

use sealed_qr::json::Object;
use serde_json::Value;
use service::problem::Violation;

/// The text in an object of a request for a plain code.
///
/// # Errors
/// Every way in which the object is not one.
pub fn read<'a>(body: &'a Object<'_>) -> Result<&'a str, Vec<Violation>> {
    let text = body.get("value").and_then(Value::as_str).filter(|text| !text.is_empty());
    let missing = text.is_none().then(|| Violation::at_member("value", "is required and must be a non-empty string"));
    let cut = text.is_some_and(|text| text.contains('\0')).then(|| {
        Violation::at_member("value", "must not contain the character U+0000, at which some readers cut the text off")
    });
    let unknown = body.names().filter(|name| *name != "value");
    let unknown =
        unknown.map(|name| Violation::at_member(name, "is not a known member; options belong in the query string"));
    let violations: Vec<_> = missing.into_iter().chain(cut).chain(unknown).collect();
    text.filter(|_| violations.is_empty()).ok_or(violations)
}
