//! Log lines on standard output, where Lambda collects them.

use std::{env, fmt, process::ExitCode};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::metrics::{METRICS_STACK, Metrics, Threshold};

/// The crates whose lines follow the level asked for.
const OWN_TARGETS: [&str; 4] = ["sealed_qr", "create_qr", "decrypt_ctext", "rotate_keyring"];
/// Says a second time, and without its request id, that an invocation failed. What panics says so on standard error.
const REPEATS: &str = "lambda_runtime::layers::panic";

/// Starts logging: at the level in `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` (`info` when neither names one), as
/// JSON when `AWS_LAMBDA_LOG_FORMAT` is `JSON`. Hands out the metrics if `METRICS_STACK` asks for them.
pub fn start() -> Option<Metrics> {
    let variable = |name| env::var(name).ok();
    let level = ["AWS_LAMBDA_LOG_LEVEL", "RUST_LOG"]
        .into_iter()
        .find_map(|name| parse(&variable(name)?))
        .unwrap_or(LevelFilter::INFO);
    // Below their warnings, libraries print what they work on: whole events with their payloads, for one.
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(OWN_TARGETS.map(|target| (target, level)))
        .with_target(REPEATS, LevelFilter::OFF);

    let is_json = variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json"));
    let lines = tracing_subscriber::fmt::layer().with_target(false);
    let registry = tracing_subscriber::registry().with(filter);
    if is_json {
        // With the time, because Lambda takes a JSON line without one for INFO, whatever its level.
        registry.with(lines.json().flatten_event(true)).init();
    } else {
        registry.with(lines.without_time().with_ansi(false)).init();
    }

    let stack = variable(METRICS_STACK).filter(|stack| !stack.is_empty())?;
    // Only then does Lambda look at levels.
    let threshold = if is_json { variable("AWS_LAMBDA_LOG_LEVEL").as_deref().and_then(Threshold::parse) } else { None };
    Some(Metrics::new(stack, threshold))
}

fn parse(level: &str) -> Option<LevelFilter> {
    // Lambda's own name for a level that `tracing` does not have.
    if level.eq_ignore_ascii_case("fatal") { Some(LevelFilter::ERROR) } else { level.parse().ok() }
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
