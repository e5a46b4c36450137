//! Texts with members of a row in them: `{id} · {seat}`.

use std::str::FromStr;

use sealed_qr::json::Pointer;
use serde_json::Value;
use service::problem::Violation;

/// The longest template in bytes.
const MAX_BYTES: usize = 200;

/// A text in which `{member}` stands for a member of each row; `{{` and `}}` are braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Member(String),
}

impl Template {
    /// The text for a row. A text appears as it is, anything else as JSON.
    ///
    /// # Errors
    /// The row lacks a member of the template.
    pub(crate) fn fill(&self, row: &Value) -> Result<String, Violation> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Member(name) => match row.get(name) {
                    Some(Value::String(value)) => text.push_str(value),
                    Some(value) => text.push_str(&value.to_string()),
                    None => {
                        let detail = "is required, because the caption or the name of the file contains it";
                        return Err(Violation::at(Pointer::default().join(name), detail));
                    }
                },
            }
        }
        Ok(text)
    }
}

/// The text is not a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTemplate;

impl FromStr for Template {
    type Err = InvalidTemplate;

    fn from_str(text: &str) -> Result<Self, InvalidTemplate> {
        if text.is_empty() || text.len() > MAX_BYTES || text.chars().any(char::is_control) {
            return Err(InvalidTemplate);
        }
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, braces) = rest.split_at(at);
            literal.push_str(before);
            if let Some(after) = braces.strip_prefix("{{").or_else(|| braces.strip_prefix("}}")) {
                literal.push_str(&braces[..1]);
                rest = after;
                continue;
            }
            let (name, after) =
                braces.strip_prefix('{').and_then(|inner| inner.split_once('}')).ok_or(InvalidTemplate)?;
            if name.is_empty() || name.contains('{') {
                return Err(InvalidTemplate);
            }
            parts.push(Part::Text(std::mem::take(&mut literal)));
            parts.push(Part::Member(name.to_owned()));
            rest = after;
        }
        literal.push_str(rest);
        parts.push(Part::Text(literal));
        Ok(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_of_the_row_are_filled_in() {
        let row = json!({"id": "A-17", "seat": 12, "row": null});
        for (template, text) in [
            ("{id} · {seat}", "A-17 · 12"),
            ("{{{id}}} {row}", "{A-17} null"),
            ("no member", "no member"),
            ("{id}{id}", "A-17A-17"),
        ] {
            assert_eq!(template.parse::<Template>().unwrap().fill(&row).as_deref(), Ok(text), "{template}");
        }
        let missing = "{name}".parse::<Template>().unwrap().fill(&row).unwrap_err();
        assert_eq!(missing.pointer.to_string(), "/name");
    }

    #[test]
    fn what_is_not_a_template_is_refused() {
        let long = "x".repeat(201);
        for text in ["", "{", "}", "{id", "id}", "{}", "{a{b}}", "a\nb", &long] {
            assert_eq!(text.parse::<Template>(), Err(InvalidTemplate), "{text}");
        }
    }
}
