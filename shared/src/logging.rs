//! Log lines on standard output, where Lambda collects them.

use std::{env, fmt, process::ExitCode};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// The crates whose lines follow the level asked for.
const OWN_TARGETS: [&str; 4] = ["sealed_qr", "create_qr", "decrypt_ctext", "rotate_keyring"];

/// Starts logging: at the level in `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` (`info` when neither names one), as
/// JSON when `AWS_LAMBDA_LOG_FORMAT` is `JSON`.
pub fn start() {
    let variable = |name| env::var(name).ok();
    let level = ["AWS_LAMBDA_LOG_LEVEL", "RUST_LOG"]
        .into_iter()
        .find_map(|name| variable(name)?.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    // Below their warnings, libraries print what they work on: whole events with their payloads, for one.
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(OWN_TARGETS.map(|target| (target, level)));

    let lines = tracing_subscriber::fmt::layer().with_target(false).without_time();
    let registry = tracing_subscriber::registry().with(filter);
    if variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json")) {
        registry.with(lines.json()).init();
    } else {
        registry.with(lines.with_ansi(false)).init();
    }
}

/// Ends a function: a failure leaves one line that says why.
pub fn exit_code(result: Result<(), impl fmt::Display>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("cannot go on: {error}");
            ExitCode::FAILURE
        }
    }
}
