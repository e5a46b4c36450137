//! Prints the description of the API: `make openapi` keeps it as `docs/openapi.json`.

use std::{error::Error, io::Write as _};

use create_qr::openapi;
use sealed_qr::payload_model::SCHEMA;

fn main() -> Result<(), Box<dyn Error>> {
    Ok(writeln!(std::io::stdout(), "{:#}", openapi::describe(SCHEMA)?)?)
}
