//! The manifest of a batch: CSV that says which code each row has become. Names are what takes codes back later.

use sealed_qr::UnixTime;
use service::timestamp::Timestamp;

use crate::codes::Code;

/// The columns. Payloads are not among them.
const HEADER: [&str; 5] = ["row", "name", "url", "expires_at", "file"];

/// The manifest of these codes. `file` says what the file of a code is called, if each has one.
///
/// No cell begins as spreadsheets expect formulas to.
#[must_use]
pub fn write(codes: &[Code], file: impl Fn(&Code) -> Option<String>) -> String {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut write = |cells: [&str; 5]| table.write_record(cells).expect("a vector takes everything");
    write(HEADER);
    for code in codes {
        let sealed = code.sealed.as_ref();
        let name = sealed.map(|sealed| sealed.name.to_string()).unwrap_or_default();
        let url = sealed.map_or("", |sealed| &sealed.url);
        let expires_at = sealed.and_then(|sealed| sealed.terms.expires_at).map(rfc3339).unwrap_or_default();
        write([&code.row.to_string(), &name, url, &expires_at, &file(code).unwrap_or_default()]);
    }
    let bytes = table.into_inner().expect("a vector takes everything");
    String::from_utf8(bytes).expect("cells are text")
}

fn rfc3339(UnixTime(seconds): UnixTime) -> String {
    Timestamp(u64::from(seconds) * 1000).to_string()
}
