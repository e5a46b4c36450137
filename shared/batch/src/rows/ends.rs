//! Where rows end in a text that is read bit by bit, so that a long one can be cut into parts.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use thiserror::Error;

use super::{MAX_ROW_BYTES, RowFormat, table, without_marks};

/// The greatest length of a row as it is written down. Quotation marks and escapes are not part of it as JSON.
const MAX_WRITTEN_BYTES: u64 = 4 * MAX_ROW_BYTES as u64;

/// Finds where rows end. A text that is cut there has the same rows in its parts as in one piece, as
/// [`read_part`](super::read_part) reads them, if in CSV each part begins with the header.
#[derive(Debug)]
pub struct RowEnds {
    reading: Reading,
    /// How much of what is before the text is still to come.
    mark: usize,
    /// How many bytes have been read.
    at: u64,
    /// Where the row begins that is being read.
    row_start: u64,
    /// How many rows have been read, the header of CSV included.
    rows: u64,
}

#[derive(Debug)]
enum Reading {
    Lines { is_blank: bool },
    // Its tables are large.
    Csv(Box<Reader>),
}

/// A row is too long; or none, and nobody closed a quotation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("row {row} has more than {MAX_WRITTEN_BYTES} bytes; or a quotation mark in it is not closed")]
pub struct RowTooLong {
    /// Its number, counted from 1; 0 is the header.
    pub row: u64,
}

impl RowEnds {
    /// Begins to read a text. `beginning` is its first piece, which contains the header of CSV. `None` for the format in
    /// which rows cannot be told apart without reading all of them.
    #[must_use]
    pub fn new(format: RowFormat, beginning: &[u8]) -> Option<Self> {
        let text = without_marks(beginning);
        let reading = match format {
            RowFormat::Json => return None,
            RowFormat::NdJson => Reading::Lines { is_blank: true },
            RowFormat::Csv => Reading::Csv(Box::new(ReaderBuilder::new().delimiter(table::separator(text)).build())),
        };
        Some(Self { reading, mark: beginning.len() - text.len(), at: 0, row_start: 0, rows: 0 })
    }

    /// Reads on. Returns the places in the whole text at which rows end, the header of CSV among them.
    ///
    /// # Errors
    /// [`RowTooLong`]
    pub fn read(&mut self, piece: &[u8]) -> Result<Vec<u64>, RowTooLong> {
        let mut ends = Vec::new();
        let (mark, mut rest) = piece.split_at(self.mark.min(piece.len()));
        self.mark -= mark.len();
        self.at += mark.len() as u64;
        while !rest.is_empty() {
            let (read, is_end) = self.reading.step(rest);
            rest = &rest[read..];
            self.at += read as u64;
            if self.at - self.row_start > MAX_WRITTEN_BYTES {
                let headers = u64::from(matches!(self.reading, Reading::Csv(_)));
                return Err(RowTooLong { row: self.rows + 1 - headers });
            }
            if is_end {
                ends.push(self.at);
                self.row_start = self.at;
                self.rows += 1;
            }
        }
        Ok(ends)
    }
}

impl Reading {
    /// Reads some of what is there: how much, and whether a row ends behind it.
    fn step(&mut self, text: &[u8]) -> (usize, bool) {
        match self {
            Self::Lines { is_blank } => {
                let line_end = text.iter().position(|byte| *byte == b'\n');
                let read = line_end.map_or(text.len(), |at| at + 1);
                *is_blank &= text[..read].trim_ascii().is_empty();
                let is_end = line_end.is_some() && !*is_blank;
                *is_blank |= line_end.is_some();
                (read, is_end)
            }
            Self::Csv(reader) => {
                // What is in the cells does not matter here.
                let (result, read, ..) = reader.read_record(text, &mut [0; 1024], &mut [0; 256]);
                (read, matches!(result, ReadRecordResult::Record))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MemberTypes, read_part};
    use super::*;

    const CSV: &str = "\u{feff}\u{feff}\r\nid;note\r\na;\"x\r\n\"\"y\"\"; z\"\r\n\r\nb;5\" x 3\"\nc,\"d\";e\rf;\"\"\n";
    const LINES: &str = "\u{feff}{\"id\": 1}\r\n \n\n{\"id\":\n{\"id\": \"ü\"}\n \t";

    fn ends(format: RowFormat, text: &[u8], piece: usize) -> Vec<u64> {
        let mut ends = RowEnds::new(format, text).unwrap();
        text.chunks(piece).flat_map(|piece| ends.read(piece).unwrap()).collect()
    }

    fn rows(format: RowFormat, text: &[u8]) -> Vec<String> {
        let rows = read_part(text, format, &MemberTypes::of_plain_texts(), 100).unwrap();
        rows.into_iter().map(|row| row.unwrap_or_else(|violation| violation.detail.into_owned())).collect()
    }

    #[test]
    fn a_text_that_is_cut_where_rows_end_has_the_same_rows() {
        for (format, text, count) in [(RowFormat::Csv, CSV, 5), (RowFormat::NdJson, LINES, 3)] {
            let text = text.as_bytes();
            let found = ends(format, text, text.len());
            assert_eq!(found.len(), count, "{format:?}");
            let header = if format == RowFormat::Csv { &text[..found[0].try_into().unwrap()] } else { &[] };
            let begin = header.len();
            let cuts: Vec<usize> = found.iter().map(|end| usize::try_from(*end).unwrap()).collect();
            for cut in cuts.iter().filter(|cut| **cut > begin) {
                let first = rows(format, &text[..*cut]);
                let second = [header, &text[*cut..]].concat();
                let is_last = *cut == *cuts.last().unwrap();
                let second = if is_last { Vec::new() } else { rows(format, &second) };
                assert_eq!([first, second].concat(), rows(format, text), "{format:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn the_pieces_in_which_a_text_comes_make_no_difference() {
        for (format, text) in [(RowFormat::Csv, CSV), (RowFormat::NdJson, LINES)] {
            let whole = ends(format, text.as_bytes(), text.len());
            for piece in 1..text.len() {
                assert_eq!(ends(format, text.as_bytes(), piece), whole, "{format:?} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_row_without_an_end_is_not_collected_for_ever() {
        let read = |format, text: &str| {
            let mut ends = RowEnds::new(format, text.as_bytes()).unwrap();
            text.as_bytes().chunks(1000).try_for_each(|piece| ends.read(piece).map(drop))
        };
        let long = "x".repeat(64 * 1024 + 1);
        assert_eq!(read(RowFormat::Csv, &format!("id\na\n\"{}", "x\n".repeat(40_000))), Err(RowTooLong { row: 2 }));
        assert_eq!(read(RowFormat::Csv, &long), Err(RowTooLong { row: 0 }));
        assert_eq!(read(RowFormat::NdJson, &format!("{{}}\n{long}")), Err(RowTooLong { row: 2 }));
        assert_eq!(read(RowFormat::NdJson, &format!("{{}}\n{}\n", &long[..60_000])), Ok(()));
        assert!(RowEnds::new(RowFormat::Json, b"[]").is_none());
    }
}
