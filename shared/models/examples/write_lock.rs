//! Prints `shared/models.lock` with all models, those that are not yet in it included. `make models` keeps it.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use catalogue::{Catalogue, Released};

#[allow(dead_code, reason = "the build uses the rest")]
#[path = "../build/catalogue.rs"]
mod catalogue;

fn main() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(folder.join("../models.lock")).map_err(|error| error.to_string())?;
    let catalogue = Catalogue::read(folder, &lock)?;
    let released = catalogue.models.into_iter().map(Released::from);
    let released = released.map(|released| serde_json::to_string(&released).map_err(|error| error.to_string()));
    let lines = released.collect::<Result<Vec<_>, _>>()?;
    writeln!(io::stdout(), "[\n{}\n]", lines.join(",\n")).map_err(|error| error.to_string())
}
