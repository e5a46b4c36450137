//! CSV with a header (RFC 4180): each column is a member, and each further line is a row.

use std::collections::{BTreeMap, HashMap};

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Value, value::RawValue};
use service::problem::Problem;

use super::{MAX_ROW_BYTES, Row, about_row, malformed, quotes, too_many, within_limit};

/// The most columns of a table.
const MAX_COLUMNS: usize = 200;
/// How long the rows of a full table may be on average, as JSON: a header of some kilobytes must not become as many in
/// each of thousands of rows.
const MAX_MEAN_BYTES: usize = 3200;
/// What separates cells. Spreadsheets of countries that write decimal commas save semicolons.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The types that a model says members have, by their names.
#[derive(Debug, Default)]
pub struct MemberTypes(BTreeMap<String, Vec<String>>);

impl MemberTypes {
    /// The types of members of the outermost object by this JSON Schema, where `properties` says them by `type`.
    #[must_use]
    pub fn of_schema(schema: &str) -> Self {
        let schema: Value = serde_json::from_str(schema).unwrap_or_default();
        let properties = schema["properties"].as_object().into_iter().flatten();
        let names = |types: &Value| match types {
            Value::String(name) => vec![name.clone()],
            Value::Array(names) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        Self(properties.map(|(name, property)| (name.clone(), names(&property["type"]))).collect())
    }

    /// Those of plain texts, which are all the same.
    #[must_use]
    pub fn of_plain_texts() -> Self {
        Self::default()
    }

    /// The types of a member; empty if any, or if they are not known.
    fn of(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The rows of a table.
pub(super) fn rows(text: &str, types: &MemberTypes, max_rows: usize) -> Result<Vec<Row>, Problem> {
    let separator = separator(text.as_bytes());
    quotes::check(text, separator)?;
    let mut reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut next = |record: &mut StringRecord| reader.read_record(record).unwrap_or(false);
    if !next(&mut record) {
        return Err(malformed("The body has no header: send a line with the names of the columns, then the rows."));
    }
    let columns = columns(&record, types)?;
    let mut rows = Vec::new();
    let (mut bytes, max_bytes) = (0, max_rows.saturating_mul(MAX_MEAN_BYTES));
    while next(&mut record) {
        if rows.len() == max_rows {
            return Err(too_many(max_rows));
        }
        let row = row(&record, &columns);
        bytes += row.as_ref().map_or(0, String::len);
        if bytes > max_bytes {
            return Err(Problem::BatchTooLarge(format!(
                "As JSON, where each row has the names of its members, the rows have more than {max_bytes} bytes: split \
                 the batch, or shorten the names of columns."
            )));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// What separates the cells of the header most often. Only the beginning of the text, up to the end of its first line,
/// matters.
pub(super) fn separator(text: &[u8]) -> u8 {
    let mut lines = text.split(|byte| matches!(byte, b'\r' | b'\n'));
    let header = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let cells = |separator: u8| header.split(|byte| *byte == separator).count();
    SEPARATORS.into_iter().rev().max_by_key(|separator| cells(*separator)).unwrap_or(b',')
}

/// A column: the name of its member, as JSON, and how its cells are read.
struct Column {
    name: String,
    is_text: bool,
    is_boolean: bool,
}

fn columns(header: &StringRecord, types: &MemberTypes) -> Result<Vec<Column>, Problem> {
    if header.len() > MAX_COLUMNS {
        return Err(malformed(format!("The header has {} columns; at most {MAX_COLUMNS} are allowed.", header.len())));
    }
    let bytes: usize = header.iter().map(str::len).sum();
    if bytes > MAX_ROW_BYTES {
        return Err(malformed(format!("The header has {bytes} bytes; at most {MAX_ROW_BYTES} are allowed.")));
    }
    let mut places = HashMap::new();
    let mut columns = Vec::new();
    for (place, name) in (1..).zip(header.iter().map(str::trim)) {
        if name.is_empty() {
            return Err(malformed(format!(
                "In the header, column {place} has no name: name it, or remove the column."
            )));
        }
        if let Some(first) = places.insert(name, place) {
            return Err(malformed(format!(
                "In the header, columns {first} and {place} have the same name: rename or remove one of them."
            )));
        }
        let types = types.of(name);
        let has = |wanted: &str| types.iter().any(|name| name == wanted);
        columns.push(Column {
            name: Value::from(name).to_string(),
            is_text: types.is_empty() || has("string"),
            is_boolean: has("boolean"),
        });
    }
    Ok(columns)
}

fn row(record: &StringRecord, columns: &[Column]) -> Row {
    if record.len() != columns.len() {
        let cells = if record.len() == 1 { "cell" } else { "cells" };
        return Err(about_row(format!("has {} {cells}, but the header has {}", record.len(), columns.len())));
    }
    let mut json = String::from("{");
    for (column, cell) in columns.iter().zip(record).filter(|(_, cell)| !cell.is_empty()) {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&column.name);
        json.push(':');
        column.write(cell, &mut json);
    }
    json.push('}');
    within_limit(json)
}

impl Column {
    /// Appends a cell as JSON. What is not of the column's type stays text, which the model then refuses.
    fn write(&self, cell: &str, json: &mut String) {
        let trimmed = cell.trim();
        if self.is_text {
            json.push_str(&Value::from(cell).to_string());
        } else if self.is_boolean && ["true", "false"].iter().any(|word| trimmed.eq_ignore_ascii_case(word)) {
            json.push_str(&trimmed.to_ascii_lowercase());
        } else if serde_json::from_str::<&RawValue>(trimmed).is_ok() {
            json.push_str(trimmed);
        } else {
            json.push_str(&Value::from(cell).to_string());
        }
    }
}
