//! Compiles the logo in, if there is one beside this file: `logo.svg` or `logo.png`.

use std::{env, fs, path::Path, process::ExitCode};

/// The most bytes of a logo. It is part of every page.
const MAX_BYTES: usize = 8 * 1024;
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

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
    println!("cargo::rerun-if-changed={folder}");
    let [svg, png] = ["logo.svg", "logo.png"].map(|name| Path::new(&folder).join(name));
    let logo = match (svg.exists(), png.exists()) {
        (true, true) => return Err("there are logo.svg and logo.png: delete one of them".to_owned()),
        (true, false) => Some(("image/svg+xml", svg)),
        (false, true) => Some(("image/png", png)),
        (false, false) => None,
    };
    let code = match logo {
        None => "None".to_owned(),
        Some((media_type, path)) => {
            let content = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            check(media_type, &content)?;
            format!(
                "Some(Logo {{ media_type: {media_type:?}, content: include_bytes!({:?}) }})",
                path.to_string_lossy()
            )
        }
    };
    fs::write(Path::new(&out).join("logo.rs"), code).map_err(|error| error.to_string())
}

/// Browsers show the logo as a picture, in which nothing runs and nothing is loaded. This finds what would not show.
pub(crate) fn check(media_type: &str, content: &[u8]) -> Result<(), String> {
    if content.len() > MAX_BYTES {
        return Err(format!("the logo has {} bytes: make it smaller, at most {MAX_BYTES}", content.len()));
    }
    if media_type == "image/png" {
        return if content.starts_with(PNG_SIGNATURE) {
            Ok(())
        } else {
            Err("logo.png is not a PNG: replace it".to_owned())
        };
    }
    let text = std::str::from_utf8(content).map_err(|_| "logo.svg is not in UTF-8: save it as such".to_owned())?;
    if !text.contains("<svg") || !text.contains("http://www.w3.org/2000/svg") || !text.trim_end().ends_with("</svg>") {
        return Err("logo.svg is not an SVG document with its namespace: export it again".to_owned());
    }
    for part in ["<script", "<foreignObject", "@import", "href=\"http", "url(http"] {
        if text.contains(part) {
            return Err(format!("logo.svg has {part}, which browsers do not show in a picture: remove it"));
        }
    }
    Ok(())
}
