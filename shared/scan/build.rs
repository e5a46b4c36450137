//! Leaves out of the texts what only their translators need: the comments, which are a third of the files.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("languages");
    let out = env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        let kept: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        fs::write(Path::new(&out).join(path.file_name().unwrap_or_default()), kept.join("\n") + "\n")?;
    }
    Ok(())
}
