//! Quotation marks around the cells of CSV (RFC 4180, section 2).

use service::problem::Problem;

use super::malformed;

/// What has been read of a cell.
#[derive(Clone, Copy)]
enum Cell {
    /// Nothing.
    Empty,
    /// Spaces.
    Spaces,
    /// Text without quotation marks around it. Within, they are text: `5" pipe`.
    Plain,
    /// Text after the quotation mark that opens it.
    Open,
    /// All of it, unless another quotation mark follows, which makes these two one of the text.
    Closed,
}

/// Checks that what begins with a quotation mark ends with one. Readers take anything, and would join such a cell with
/// those after it: then a code would say what nobody has written.
///
/// # Errors
/// [`Problem::MalformedRows`] names the line.
pub(super) fn check(text: &str, separator: u8) -> Result<(), Problem> {
    let (mut cell, mut line, mut opened, mut previous) = (Cell::Empty, 1, 1, 0);
    for byte in text.bytes() {
        cell = match (cell, byte) {
            (Cell::Open, b'"') => Cell::Closed,
            (Cell::Open, _) | (Cell::Closed, b'"') => Cell::Open,
            (_, b'\r' | b'\n') => Cell::Empty,
            (_, byte) if byte == separator => Cell::Empty,
            (Cell::Empty, b'"') => {
                opened = line;
                Cell::Open
            }
            (Cell::Closed, _) => return Err(wrong(line, "text follows the quotation mark that closes a cell")),
            (Cell::Spaces, b'"') => return Err(wrong(line, "a space precedes the quotation mark that opens a cell")),
            (Cell::Empty | Cell::Spaces, b' ') => Cell::Spaces,
            _ => Cell::Plain,
        };
        if byte == b'\r' || (byte == b'\n' && previous != b'\r') {
            line += 1;
        }
        previous = byte;
    }
    match cell {
        Cell::Open => Err(wrong(opened, "a quotation mark opens a cell that none closes")),
        _ => Ok(()),
    }
}

fn wrong(line: usize, what: &str) -> Problem {
    malformed(format!(
        "In line {line}, {what}. Put quotation marks around whole cells, and write each further one within them twice."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_stand_around_whole_cells_or_are_text() {
        for text in ["", "a,\"b\"\n", "\"a\"\"b\",\"\"\r\n\"c\nd\"", "5\" pipe,a\"\"b\r", "\"a,b\";c", " a,b \"c\" "] {
            let separator = if text.contains(';') { b';' } else { b',' };
            assert!(check(text, separator).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_cell_that_would_run_into_the_next_is_refused() {
        for (text, problem) in [
            ("a,b\r\n\"c,1\r\n\"d,2\r\n", "In line 3, text follows"),
            ("a\rb\r\"c\rd", "In line 3, a quotation mark opens a cell that none closes."),
            ("a\n\"b\" ,1", "In line 2, text follows"),
            ("a, \"b, c\"", "In line 1, a space precedes"),
            ("\"a\";b", "In line 1, text follows"),
        ] {
            let refused = check(text, b',').map_err(|problem| problem.to_string()).unwrap_err();
            assert!(refused.starts_with(problem), "{text:?}: {refused}");
        }
    }
}
