//! Prints the description of the API. `make openapi` keeps it as `docs/openapi.json`.

use std::io::{self, Write as _};

use create_qr::openapi;
use creation::payload_model::DEPLOYED;

fn main() -> io::Result<()> {
    writeln!(io::stdout(), "{}", openapi::document_text(&DEPLOYED))
}
