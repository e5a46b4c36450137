//! The body of a batch: rows as a JSON array, as lines of JSON or as CSV. Each becomes the text of a JSON object.

mod ends;
mod quotes;
mod table;

use std::str;

use sealed_qr::json::Pointer;
use serde_json::value::RawValue;
use service::problem::{Problem, Violation};

pub use self::{
    ends::{RowEnds, RowTooLong},
    table::MemberTypes,
};

/// The most rows of one request.
pub const MAX_ROWS: usize = 5000;
/// The greatest length in bytes of the body of one request. With the escapes that JSON needs, it stays below the 6 MB of
/// an event (Lambda quotas).
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// The greatest length of one row in bytes, as of the body of a request for one code.
pub const MAX_ROW_BYTES: usize = 16 * 1024;

/// How rows are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// A JSON array of objects.
    Json,
    /// A JSON object on each line.
    NdJson,
    /// Comma-separated values with a header (RFC 4180).
    Csv,
}

impl RowFormat {
    /// What is accepted, for [`Problem::UnsupportedMediaType`].
    const ACCEPTED: &str = "rows, with the header content-type: text/csv, application/x-ndjson or application/json";

    /// The format that the header `content-type` declares.
    ///
    /// # Errors
    /// [`Problem::UnsupportedMediaType`]
    pub fn declared(content_type: Option<&str>) -> Result<Self, Problem> {
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
        match media_type.trim().to_ascii_lowercase().as_str() {
            "application/json" => Ok(Self::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Self::NdJson),
            "text/csv" => Ok(Self::Csv),
            _ => Err(Problem::UnsupportedMediaType { accepted: Self::ACCEPTED }),
        }
    }
}

/// A row: the text of its JSON object, or why it has none.
pub type Row = Result<String, Violation>;

/// Reads all rows. In CSV, `types` says what the cells of a column mean.
///
/// # Errors
/// [`Problem::BodyTooLarge`], [`Problem::BatchTooLarge`], or [`Problem::MalformedRows`] if there are no rows, or nobody
/// could say where one ends.
pub fn read(body: &[u8], format: RowFormat, types: &MemberTypes) -> Result<Vec<Row>, Problem> {
    if body.len() > MAX_BATCH_BYTES {
        return Err(Problem::BodyTooLarge { bytes: body.len(), limit: MAX_BATCH_BYTES });
    }
    read_part(body, format, types, MAX_ROWS)
}

/// Reads all rows of a text of any length, at most `max_rows`.
///
/// # Errors
/// [`Problem::BatchTooLarge`] and [`Problem::MalformedRows`], as of [`read`].
pub fn read_part(body: &[u8], format: RowFormat, types: &MemberTypes, max_rows: usize) -> Result<Vec<Row>, Problem> {
    let text = text(body)?;
    let rows = match format {
        RowFormat::Json => elements(text, max_rows)?,
        RowFormat::NdJson => limited(text.lines().filter(|line| !line.trim().is_empty()), max_rows)?
            .into_iter()
            .map(|line| within_limit(line.to_owned()))
            .collect(),
        RowFormat::Csv => table::rows(text, types, max_rows)?,
    };
    if rows.is_empty() {
        return Err(malformed("The body has no rows: send at least one."));
    }
    Ok(rows)
}

/// A body without the byte order mark that some programs write before a text: a second one if it had one already.
fn without_marks(mut body: &[u8]) -> &[u8] {
    while let Some(rest) = body.strip_prefix(b"\xef\xbb\xbf") {
        body = rest;
    }
    body
}

/// The body as text.
fn text(body: &[u8]) -> Result<&str, Problem> {
    let body = without_marks(body);
    let text = str::from_utf8(body).map_err(|error| error.valid_up_to());
    // Latin letters in UTF-16 are valid UTF-8, too, with a NUL beside each.
    let text = text.and_then(|text| text.find('\0').map_or(Ok(text), Err));
    text.map_err(|at| {
        let line = 1 + str::from_utf8(&body[..at]).unwrap_or_default().matches('\n').count();
        malformed(format!(
            "The body is not text in UTF-8, first in line {line}: save the file as UTF-8 (in spreadsheets: \"CSV UTF-8\")."
        ))
    })
}

/// The elements of a JSON array.
fn elements(text: &str, max_rows: usize) -> Result<Vec<Row>, Problem> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| {
        // Its own words may quote the body.
        let (line, column) = (error.line(), error.column());
        malformed(format!(
            "The body is not a JSON array: see line {line}, column {column}. Send an array of objects, one for each code."
        ))
    })?;
    let elements = limited(elements.into_iter(), max_rows)?;
    Ok(elements.into_iter().map(|element| within_limit(element.get().to_owned())).collect())
}

/// At most so many rows.
fn limited<T>(rows: impl Iterator<Item = T>, max_rows: usize) -> Result<Vec<T>, Problem> {
    let mut rows = rows.peekable();
    let taken = rows.by_ref().take(max_rows).collect();
    if rows.peek().is_none() { Ok(taken) } else { Err(too_many(max_rows)) }
}

fn too_many(max_rows: usize) -> Problem {
    Problem::BatchTooLarge(format!(
        "The batch has more than {max_rows} rows: split it, or start a print run where the deployment offers them."
    ))
}

fn within_limit(row: String) -> Row {
    let bytes = row.len();
    if bytes <= MAX_ROW_BYTES {
        return Ok(row);
    }
    Err(about_row(format!("has {bytes} bytes; at most {MAX_ROW_BYTES} are allowed")))
}

/// A violation of a row as a whole.
fn about_row(detail: String) -> Violation {
    Violation::at(Pointer::default(), detail)
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::MalformedRows(detail.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types() -> MemberTypes {
        let schema = r#"{"properties": {"id": {"type": "string"}, "amount": {"type": "integer"}, "paid": {"type": ["boolean", "null"]},
            "tags": {"type": "array"}}}"#;
        MemberTypes::of_schema(schema)
    }

    #[track_caller]
    fn rows(format: RowFormat, body: &str) -> Vec<String> {
        let rows = read(body.as_bytes(), format, &types()).unwrap_or_else(|problem| panic!("{problem}"));
        rows.into_iter().map(|row| row.unwrap_or_else(|violation| violation.detail.into_owned())).collect()
    }

    #[track_caller]
    fn refused(format: RowFormat, body: &[u8]) -> String {
        read(body, format, &types()).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn rows_are_an_array_or_lines_or_a_table() {
        let expected = [r#"{"id":"a","amount":1}"#, r#"{"id":"b","amount":2}"#];
        assert_eq!(rows(RowFormat::Json, &format!("[{}]", expected.join(", "))), expected);
        assert_eq!(rows(RowFormat::NdJson, &format!("\u{feff}{}\r\n\n", expected.join("\n"))), expected);
        for table in [
            "id,amount\na,1\nb,2\n",
            "\u{feff}id;amount\r\na;1\r\nb;2",
            "\u{feff}\u{feff}\"id\";amount\na;1\nb;2",
            "id\tamount\ra\t1\rb\t2\r",
            "\"id\",amount\n\"a\",1\n\nb,2\n",
            "\r\n\nid;amount\na;1\nb;2\n",
        ] {
            assert_eq!(rows(RowFormat::Csv, table), expected, "{table:?}");
        }
    }

    #[test]
    fn cells_are_of_the_type_that_the_model_says() {
        let row = |cells: &str| rows(RowFormat::Csv, &format!("id,amount,paid,tags,other\n{cells}")).join("");
        assert_eq!(
            row("007,007,TRUE,\"[1, \"\"a\"\"]\",1"),
            r#"{"id":"007","amount":"007","paid":true,"tags":[1, "a"],"other":"1"}"#
        );
        assert_eq!(row("1, 12 ,null,none,"), r#"{"id":"1","amount":12,"paid":null,"tags":"none"}"#);
        assert_eq!(
            row("\"a, \"\"b\"\"\nc\",-1.50e3,no,,x"),
            r#"{"id":"a, \"b\"\nc","amount":-1.50e3,"paid":"no","other":"x"}"#
        );
        assert_eq!(row(",,,,"), "{}");
    }

    #[test]
    fn what_has_no_rows_is_refused() {
        for (format, body) in [
            (RowFormat::Json, "[]"),
            (RowFormat::NdJson, "\n \n"),
            (RowFormat::Csv, "id,amount\n"),
            (RowFormat::Csv, ""),
        ] {
            assert!(refused(format, body.as_bytes()).contains("no "), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_without_being_quoted() {
        for (body, what) in [
            ("{\"secret\": 1}", "not a JSON array: see line 1"),
            ("[{\"a\": secret}]", "line 1, column 8"),
            ("\"secret\"", "not a JSON array"),
            ("[1] [2]", "not a JSON array"),
        ] {
            let refused = refused(RowFormat::Json, body.as_bytes());
            assert!(refused.contains(what) && !refused.contains("secret"), "{refused}");
        }
        assert!(refused(RowFormat::Csv, b"id\na\nb\xe9\n").contains("not text in UTF-8, first in line 3"));
        assert!(refused(RowFormat::NdJson, b"{}\n\0{\0}\0").contains("not text in UTF-8, first in line 2"));
        assert!(refused(RowFormat::Csv, "id\n\"a\nb\n".as_bytes()).contains("quotation mark"));
        assert!(refused(RowFormat::Csv, "id,,x\n1,2,3".as_bytes()).contains("column 2 has no name"));
        assert!(refused(RowFormat::Csv, "id,x,id\n1,2,3".as_bytes()).contains("columns 1 and 3 have the same name"));
        let wide = vec!["a"; 100_000].join(",");
        assert!(refused(RowFormat::Csv, wide.as_bytes()).contains("100000 columns"));
        let long = "a".repeat(MAX_ROW_BYTES + 1);
        assert!(refused(RowFormat::Csv, long.as_bytes()).contains("The header has 16385 bytes; at most 16384"));
    }

    #[test]
    fn a_row_that_is_not_like_the_header_is_told_apart() {
        assert_eq!(
            rows(RowFormat::Csv, "id,amount\na\nb,2\nc,3,4\n"),
            ["has 1 cell, but the header has 2", r#"{"id":"b","amount":2}"#, "has 3 cells, but the header has 2"]
        );
        let long = format!("id\n{}\nb\n", "a".repeat(MAX_ROW_BYTES));
        assert!(rows(RowFormat::Csv, &long)[0].contains("at most 16384 are allowed"));
    }

    #[test]
    fn there_are_limits() {
        let many = |rows: usize| format!("id\n{}", "a\n".repeat(rows));
        assert_eq!(rows(RowFormat::Csv, &many(MAX_ROWS)).len(), MAX_ROWS);
        assert!(refused(RowFormat::Csv, many(MAX_ROWS + 1).as_bytes()).contains("more than 5000 rows"));
        assert!(refused(RowFormat::NdJson, "{}\n".repeat(MAX_ROWS + 1).as_bytes()).contains("more than 5000 rows"));
        assert!(refused(RowFormat::Json, &vec![b' '; MAX_BATCH_BYTES + 1]).contains("at most 4194304"));
        let named = |bytes: usize| format!("{}\n{}", "a".repeat(bytes), "1\n".repeat(MAX_ROWS));
        assert_eq!(rows(RowFormat::Csv, &named(3000)).len(), MAX_ROWS);
        assert!(refused(RowFormat::Csv, named(4000).as_bytes()).contains("more than 16000000 bytes: split"));
    }

    #[test]
    fn the_media_type_is_declared() {
        for (declared, format) in [
            ("text/csv; charset=utf-8", RowFormat::Csv),
            ("Application/JSON", RowFormat::Json),
            ("application/x-ndjson", RowFormat::NdJson),
        ] {
            assert_eq!(RowFormat::declared(Some(declared)).unwrap(), format);
        }
        for other in [None, Some("text/plain"), Some("application/vnd.ms-excel")] {
            assert!(RowFormat::declared(other).is_err(), "{other:?}");
        }
    }
}
