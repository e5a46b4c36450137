//! `GET /api/gate/decoder.js`: what reads QR codes from pictures in browsers without a barcode detector of their own.
//!
//! It is the npm package `qr`, vendored, whose two modules are put into one script here: a policy can name a script by
//! its hash, but not in every browser what a script imports.

use std::{borrow::Cow, sync::LazyLock, time::Duration};

use service::gateway::{self, Response};

const ENCODER: &str = include_str!("../../vendor/qr-0.7.0/index.js");
const DECODER: &str = include_str!("../../vendor/qr-0.7.0/decode.js");

/// The script, which defines `decodeQR`.
pub(super) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let encoder: String = ENCODER.lines().map(|line| body_line(&line_with_exports(line))).collect();
    let decoder: String = DECODER.lines().map(|line| body_line(&line_with_imports(line))).collect();
    format!(
        "/* qr 0.7.0, https://www.npmjs.com/package/qr, MIT OR Apache-2.0 */\n\
         \"use strict\";\nself.decodeQR = ((encoder) => {{\n{decoder}}})((() => {{\n{encoder}}})());\n"
    )
});

/// The list of exports, `export { local as name };`, as the value of a function.
fn line_with_exports(line: &str) -> Cow<'_, str> {
    let Some(names) = line.strip_prefix("export { ") else { return line.into() };
    let swap = |pair: &str| pair.split_once(" as ").map_or(pair.to_owned(), |(local, name)| format!("{name}: {local}"));
    format!("return {{ {}", names.split(", ").map(swap).collect::<Vec<_>>().join(", ")).into()
}

/// The list of imports, `import { name as local } from …;`, as names of an argument; and the one export that counts.
fn line_with_imports(line: &str) -> Cow<'_, str> {
    match line.strip_prefix("import ") {
        Some(names) => {
            format!("const {}", names.replace(" as ", ": ").replace("from './index.js'", "= encoder")).into()
        }
        None if line == "export default decodeQR;" => "return decodeQR;".into(),
        None => line.into(),
    }
}

/// A line of a module as one of a function, which exports nothing.
fn body_line(line: &str) -> String {
    let line = if line.starts_with("export default ") { "" } else { line };
    format!("{}\n", line.strip_prefix("export ").unwrap_or(line))
}

/// How long browsers may keep the decoder: another one has another address.
const KEPT_FOR: Duration = Duration::from_hours(365 * 24);

/// Answers with the decoder.
pub(crate) fn decoder() -> Response {
    gateway::public(KEPT_FOR, gateway::text("text/javascript; charset=utf-8", SCRIPT.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_those_of_the_package() {
        // `npm pack qr@0.7.0`, then `openssl dgst -sha256 -binary … | base64`.
        assert_eq!(gateway::integrity(ENCODER), "sha256-oN43AFH5S9dPIY90QB/fGXWF4/nvAUMWT4fqlBo/3W8=");
        assert_eq!(gateway::integrity(DECODER), "sha256-AOIJgg3LEdYk6aA9Y4PlgHZnkrV9FlExjwop5OH/D+g=");
    }

    #[test]
    fn it_is_one_script_that_imports_and_exports_nothing() {
        assert!(SCRIPT.len() < 250_000, "{}", SCRIPT.len());
        for line in SCRIPT.lines() {
            assert!(
                !line.starts_with("import") && !line.starts_with("export") && !line.starts_with("default"),
                "{line}"
            );
        }
        for part in ["return { _ALPHANUMERIC: ALPHANUMERIC, ", "const { _ALPHANUMERIC: ALPHANUMERIC, ", "} = encoder;"]
        {
            assert_eq!(SCRIPT.matches(part).count(), 1, "{part}");
        }
        assert!(
            SCRIPT.contains("\nreturn decodeQR;\n") && SCRIPT.contains("SPDX-License-Identifier: MIT OR Apache-2.0")
        );
    }
}
