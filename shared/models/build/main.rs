//! Checks the models and writes them as code.

#![expect(clippy::print_stdout, reason = "cargo reads it")]

use std::{env, fmt::Write as _, fs, path::Path, process::ExitCode};

use catalogue::Catalogue;

mod catalogue;

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            println!("cargo::error={problem}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    let folder = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let lock = Path::new(&folder).join("../models.lock");
    println!("cargo::rerun-if-changed={folder}");
    println!("cargo::rerun-if-changed={}", lock.display());
    let lock = fs::read_to_string(&lock).map_err(|error| format!("shared/models.lock: {error}"))?;
    let catalogue = Catalogue::read(Path::new(&folder), &lock)?;
    // What is deployed makes codes that must open forever.
    if env::var("PROFILE").as_deref() == Ok("release")
        && let Some((number, model)) = catalogue.models.iter().find(|(_, model)| !model.is_released)
    {
        return Err(format!(
            "model {number}, {}, is not in shared/models.lock: run make models and commit the lock",
            model.name
        ));
    }
    fs::write(Path::new(&out).join("models.rs"), code(&catalogue)).map_err(|error| error.to_string())
}

/// The models as Rust code.
fn code(catalogue: &Catalogue) -> String {
    let mut code = String::new();
    let mut write = |line: String| writeln!(code, "{line}").expect("a string can be written to");
    let count = catalogue.models.len();
    write(format!("/// All models by number, retired ones included.\npub static MODELS: [Model; {count}] = ["));
    for (number, model) in &catalogue.models {
        let schema = model
            .file
            .as_ref()
            .map_or("None".to_owned(), |file| format!("Some(include_str!({:?}))", file.to_string_lossy()));
        let layout = serde_json::to_string(&model.layout).expect("a layout is JSON");
        let valid_from = model.valid_from.as_ref().map(|member| format!(".with_valid_from({member:?})"));
        let uses = model.uses.map(|uses| format!(".with_uses({uses})"));
        let continue_at = model.continue_at.as_ref().map(|page| format!(".with_continue_at({page:?})"));
        let event_members = &model.event_members;
        let event_members = (!event_members.is_empty()).then(|| format!(".with_event_members(&{event_members:?})"));
        let annotations = [valid_from, uses, continue_at, event_members].into_iter().flatten().collect::<String>();
        write(format!("Model::new({number}, {:?}, {schema}, || layout({layout:?})){annotations},", model.name));
    }
    write("];".to_owned());
    let place = |wanted: u8| catalogue.models.keys().position(|number| *number == wanted).unwrap_or_default();
    let current: Vec<_> = catalogue.current().into_iter().map(|number| format!("&MODELS[{}]", place(number))).collect();
    write("/// The models that new codes are made of.".to_owned());
    write(format!("pub static CURRENT: [&Model; {}] = [{}];", current.len(), current.join(", ")));
    write("/// The model that codes are made of if none is named.".to_owned());
    write(format!("pub static DEFAULT: &Model = &MODELS[{}];", place(catalogue.default)));
    code
}
