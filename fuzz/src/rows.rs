//! The body of a batch: a byte that chooses the format, then rows in it.

use std::{collections::BTreeMap, sync::LazyLock};

use batch::rows::{self, MAX_ROWS, MemberTypes, Row, RowFormat};
use serde_json::{Map, Value, value::RawValue};

use crate::table;

const SCHEMA: &str = r#"{"properties": {
    "id": {"type": "string"}, "n": {"type": "integer"}, "x": {"type": ["number", "string"]},
    "b": {"type": ["boolean", "null"]}, "a": {"type": "array"}
}}"#;
/// The members of that schema that cannot be texts. The cells of all others are, whatever they look like.
const OF_OTHER_TYPES: [&str; 3] = ["n", "b", "a"];

static TYPES: LazyLock<MemberTypes> = LazyLock::new(|| MemberTypes::of_schema(SCHEMA));

/// Bytes of any kind are read or refused. What is read of a table is what a second reader reads: each row becomes an
/// object whose members are its cells. Rows of JSON are those of another parser, and lines are lines.
pub fn run(data: &[u8]) {
    let Some((first, body)) = data.split_first() else { return };
    let format = match first % 3 {
        0 => RowFormat::Csv,
        1 => RowFormat::Json,
        _ => RowFormat::NdJson,
    };
    let Ok(rows) = rows::read(body, format, &TYPES) else { return };
    assert!((1..=MAX_ROWS).contains(&rows.len()));
    let text = std::str::from_utf8(body).expect("it was read").trim_start_matches('\u{feff}');
    match format {
        RowFormat::Csv => check_table(text, &rows),
        RowFormat::Json => {
            let elements: Vec<Box<RawValue>> = serde_json::from_str(text).expect("it was read");
            check_texts(elements.iter().map(|element| element.get()), &rows);
        }
        RowFormat::NdJson => check_texts(text.lines().filter(|line| !line.trim().is_empty()), &rows),
    }
}

/// Rows are these texts, unless they are too long.
fn check_texts<'a>(texts: impl Iterator<Item = &'a str>, rows: &[Row]) {
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts.len(), rows.len());
    for (text, row) in texts.iter().zip(rows) {
        assert!(row.as_ref().map_or(text.len() > rows::MAX_ROW_BYTES, |row| row == text));
    }
}

fn check_table(text: &str, rows: &[Row]) {
    let mut records = table::records(text).into_iter();
    let header = records.next().expect("it was read");
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.zip(rows) {
        let Ok(row) = row else { continue };
        assert_eq!(record.len(), header.len());
        let members: Map<String, Value> = serde_json::from_str(row).expect("a row is an object");
        let cells: BTreeMap<_, _> =
            header.iter().map(|name| name.trim()).zip(&record).filter(|(_, cell)| !cell.is_empty()).collect();
        assert!(members.keys().map(String::as_str).eq(cells.keys().copied()), "{members:?}");
        for (name, cell) in cells {
            check_cell(name, cell, &members[name]);
        }
    }
}

/// A cell is its text, or the JSON that it is where the model has other types than texts.
fn check_cell(name: &str, cell: &str, value: &Value) {
    if let Value::String(text) = value
        && text == cell
    {
        return;
    }
    assert!(OF_OTHER_TYPES.contains(&name), "{name} is a text");
    let is_word = value.as_bool().is_some_and(|value| value == cell.trim().eq_ignore_ascii_case("true"));
    assert!(
        is_word || serde_json::from_str::<Value>(cell.trim()).is_ok_and(|json| json == *value),
        "{cell:?}: {value}"
    );
}
