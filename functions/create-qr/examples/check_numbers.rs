//! Holds the payload in the standard input against a model with every keyword that computes with numbers, and prints how
//! many violations there are. Tests count its instructions.

use std::io::{self, Read as _, Write as _};

use creation::violation;
use sealed_qr::{Payload, json::InvalidJson};

#[jsonschema::validator(path = "../../shared/creation/tests/models/numbers.schema.json", draft = Draft202012, validate_formats = true)]
struct Numbers;

fn main() -> io::Result<()> {
    let mut body = Vec::new();
    io::stdin().read_to_end(&mut body)?;
    let mut violations = 0;
    let checked = Payload::parse_checked(&body, |payload| {
        violations = if Numbers::is_valid(payload) { 0 } else { violation::list(Numbers::iter_errors(payload)).len() };
        Ok::<_, InvalidJson>(())
    });
    match checked {
        Ok(_) => writeln!(io::stdout(), "{violations}"),
        Err(error) => Err(io::Error::other(error)),
    }
}
