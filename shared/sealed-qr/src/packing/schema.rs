//! The layout that follows from a JSON Schema (2020-12).
//!
//! A schema says more than a layout can use. What has no rule here is ignored, which costs bits and nothing else:
//! whoever packs compares what comes out again.

use std::{borrow::Cow, cell::Cell};

use serde_json::value::RawValue;

use super::{
    layout::Layout,
    number::Bounds,
    object::{MemberLayout, ObjectLayout},
};
use crate::json::{self, InvalidJson, JsonString, Members};

/// How many references may lead to a schema.
const MAX_REFERENCES: usize = 16;
/// How many schemas a layout may be made of. References to references can multiply.
const MAX_SCHEMAS: usize = 4096;

impl Layout {
    /// The layout of the values that match a JSON Schema.
    ///
    /// # Errors
    /// [`InvalidJson`] if the text is not a JSON object.
    pub fn of_schema(schema: &str) -> Result<Self, InvalidJson> {
        json::Object::parse(schema.as_bytes())?;
        let root = json::minify(schema);
        let reader = Reader { root: &root, left: Cell::new(MAX_SCHEMAS) };
        Ok(reader.layout(&root, 0))
    }
}

struct Reader<'a> {
    root: &'a str,
    /// How many schemas may still be read.
    left: Cell<usize>,
}

impl<'a> Reader<'a> {
    /// The layout of a schema to which `references` have led.
    fn layout(&self, schema: &'a str, references: usize) -> Layout {
        let (Some(keywords), Some(left)) = (Keywords::read(schema), self.left.get().checked_sub(1)) else {
            return Layout::Any;
        };
        self.left.set(left);
        if let Some(reference) = keywords.get("$ref").and_then(string) {
            let target = self.target(&reference).filter(|_| references < MAX_REFERENCES);
            return target.map_or(Layout::Any, |target| self.layout(target, references + 1));
        }
        if let Some(values) = keywords.values() {
            return Layout::Enum(values);
        }
        let is_structure = keywords.get("properties").or(keywords.get("items")).is_some();
        let alternatives = keywords.get("oneOf").or(keywords.get("anyOf")).filter(|_| !is_structure);
        if let Some(alternatives) = alternatives.and_then(array) {
            return one_of(alternatives.into_iter().map(|schema| self.layout(schema, references)).collect());
        }
        match keywords.get("type") {
            Some(types) if types.starts_with('[') => {
                let types = array(types).unwrap_or_default().into_iter().filter_map(string);
                one_of(types.map(|name| self.layout_of_type(&name, &keywords, references)).collect())
            }
            Some(name) => self.layout_of_type(&string(name).unwrap_or_default(), &keywords, references),
            None => Layout::Any,
        }
    }

    fn layout_of_type(&self, name: &str, keywords: &Keywords<'a>, references: usize) -> Layout {
        match name {
            "null" => Layout::Enum(vec!["null".to_owned()]),
            "boolean" => Layout::Enum(vec!["false".to_owned(), "true".to_owned()]),
            "integer" => Layout::Integer(keywords.bounds()),
            "number" => Layout::Number,
            "string" => keywords.string_layout(),
            "array" => {
                let elements = keywords.get("items").filter(|_| keywords.get("prefixItems").is_none());
                Layout::Array(Box::new(elements.map_or(Layout::Any, |schema| self.layout(schema, references))))
            }
            "object" => self.object(keywords, references),
            _ => Layout::Any,
        }
    }

    fn object(&self, keywords: &Keywords<'a>, references: usize) -> Layout {
        let required: Vec<_> = keywords.get("required").and_then(array).unwrap_or_default();
        let required: Vec<_> = required.into_iter().filter_map(string).collect();
        let properties = keywords.get("properties").and_then(Keywords::read);
        let members = properties.into_iter().flat_map(|properties| properties.0).map(|(name, schema)| MemberLayout {
            required: required.contains(&name),
            layout: self.layout(schema.get(), references),
            name: name.into_owned(),
        });
        let open = keywords.get("additionalProperties") != Some("false");
        Layout::Object(ObjectLayout { members: members.collect(), open })
    }

    /// The schema that a reference leads to, if that is one of the definitions of this document.
    fn target(&self, reference: &str) -> Option<&'a str> {
        let (keyword, name) = reference.strip_prefix("#/")?.split_once('/')?;
        let name = name.replace("~1", "/").replace("~0", "~");
        let definitions = Keywords::read(self.root)?.get(keyword).filter(|_| keyword == "$defs")?;
        Keywords::read(definitions)?.get(&name)
    }
}

/// Alternatives as one layout.
fn one_of(layouts: Vec<Layout>) -> Layout {
    let values: Option<Vec<&[String]>> =
        layouts.iter().map(|layout| if let Layout::Enum(values) = layout { Some(&values[..]) } else { None }).collect();
    match values {
        Some(values) => Layout::Enum(values.concat()),
        None => Layout::OneOf(layouts),
    }
}

/// The members of a schema, or of another object inside it.
struct Keywords<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Keywords<'a> {
    fn read(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(|Members(members)| Self(members))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.get())
    }

    /// The values of `const` or `enum`.
    fn values(&self) -> Option<Vec<String>> {
        let one = self.get("const").map(|value| vec![value]);
        let values = one.or_else(|| self.get("enum").and_then(array))?;
        Some(values.into_iter().map(str::to_owned).collect())
    }

    /// The bounds that are written as integers.
    fn bounds(&self) -> Bounds {
        let integer = |name: &str| self.get(name).and_then(|text| text.parse::<i64>().ok());
        let above = integer("exclusiveMinimum").and_then(|bound| bound.checked_add(1));
        let below = integer("exclusiveMaximum").and_then(|bound| bound.checked_sub(1));
        Bounds {
            minimum: integer("minimum").max(above),
            maximum: [integer("maximum"), below].into_iter().flatten().min(),
        }
    }

    fn string_layout(&self) -> Layout {
        match self.get("format").and_then(string).as_deref() {
            Some("date") => Layout::Date,
            Some("date-time") => Layout::DateTime,
            Some("time") => Layout::Time,
            Some("uuid") => Layout::Uuid,
            _ => {
                let pattern = self.get("pattern").and_then(string).unwrap_or_default();
                Layout::String { prefix: literal_prefix(&pattern) }
            }
        }
    }
}

/// What every string begins with that matches a regular expression, as far as that is plain to see: letters, digits,
/// `-`, `_` and `/` after `^`.
fn literal_prefix(pattern: &str) -> String {
    let Some(rest) = pattern.strip_prefix('^').filter(|rest| !rest.contains('|')) else { return String::new() };
    let is_literal = |character: char| character.is_ascii_alphanumeric() || "-_/".contains(character);
    let (mut prefix, rest) = rest.split_at(rest.find(|character| !is_literal(character)).unwrap_or(rest.len()));
    if rest.starts_with(['*', '?', '{', '+']) {
        // It is about the last literal.
        prefix = &prefix[..prefix.len().saturating_sub(1)];
    }
    prefix.to_owned()
}

fn string(json: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str(json).ok().map(|JsonString(text)| text)
}

fn array(json: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}
