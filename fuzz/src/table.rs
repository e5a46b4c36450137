//! CSV (RFC 4180), read a second time.

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The cells of all lines that have any, of a text that is known to be well-formed.
pub(crate) fn records(text: &str) -> Vec<Vec<String>> {
    let separator = separator(text);
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut is_empty, mut is_quoted) = (true, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if is_quoted {
            if character != '"' {
                cell.push(character);
            } else if characters.next_if_eq(&'"').is_some() {
                cell.push('"');
            } else {
                is_quoted = false;
            }
            continue;
        }
        match character {
            '\r' | '\n' => {
                if !is_empty {
                    record.push(std::mem::take(&mut cell));
                    records.push(std::mem::take(&mut record));
                }
                is_empty = true;
                continue;
            }
            '"' if cell.is_empty() => is_quoted = true,
            _ if character == separator => record.push(std::mem::take(&mut cell)),
            _ => cell.push(character),
        }
        is_empty = false;
    }
    if !is_empty {
        record.push(cell);
        records.push(record);
    }
    records
}

/// What the first line has most of; of several, the first.
fn separator(text: &str) -> char {
    let line = text.split(['\r', '\n']).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |separator: char| line.matches(separator).count();
    let most = SEPARATORS.map(count).into_iter().max();
    SEPARATORS.into_iter().find(|separator| Some(count(*separator)) == most).unwrap_or(',')
}
