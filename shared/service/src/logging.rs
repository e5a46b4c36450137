//! Log lines on standard output, where Lambda collects them.

use std::{env, fmt, panic, process::ExitCode};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::metrics::{METRICS_STACK, Metrics, Threshold};

/// The crates whose lines follow the configured level.
const OWN_TARGETS: [&str; 10] = [
    "batch",
    "code_store",
    "create_batch",
    "create_qr",
    "decrypt_ctext",
    "describe_event",
    "print_run",
    "redeem_code",
    "rotate_keyring",
    "service",
];
/// Duplicates the line of a failed invocation, without its request id.
const DUPLICATE: &str = "lambda_runtime::layers::panic";

/// Starts logging, panics included: at the level in `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` (`info` if neither names one),
/// as JSON if `AWS_LAMBDA_LOG_FORMAT` is `JSON`. Returns the metrics if `METRICS_STACK` enables them.
pub fn start() -> Option<Metrics> {
    let variable = |name| env::var(name).ok();
    let level = ["AWS_LAMBDA_LOG_LEVEL", "RUST_LOG"]
        .into_iter()
        .find_map(|name| parse(&variable(name)?))
        .unwrap_or(LevelFilter::INFO);
    // Below warnings, libraries print what they work on, such as whole events with their payloads.
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(OWN_TARGETS.map(|target| (target, level)))
        .with_target(DUPLICATE, LevelFilter::OFF);

    let is_json = variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json"));
    let lines = tracing_subscriber::fmt::layer().with_target(false);
    let registry = tracing_subscriber::registry().with(filter);
    if is_json {
        // With the time: Lambda treats a JSON line without one as INFO, whatever its level.
        registry.with(lines.json().flatten_event(true)).init();
    } else {
        registry.with(lines.without_time().with_ansi(false)).init();
    }

    panic::set_hook(Box::new(|panic| {
        // The message is left out: it may quote what the function was working on.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!("fatal: panicked at {place}; this should not happen, so keep the log and report it");
    }));

    let stack = variable(METRICS_STACK).filter(|stack| !stack.is_empty())?;
    // Lambda looks at levels only in JSON lines.
    let threshold = if is_json { variable("AWS_LAMBDA_LOG_LEVEL").as_deref().and_then(Threshold::parse) } else { None };
    Some(Metrics::new(stack, threshold))
}

fn parse(level: &str) -> Option<LevelFilter> {
    // Lambda has a level that `tracing` does not have.
    if level.eq_ignore_ascii_case("fatal") { Some(LevelFilter::ERROR) } else { level.parse().ok() }
}

/// Ends a function. A failure leaves one line that says why.
pub fn exit_code(result: Result<(), impl fmt::Display>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("fatal: {error}");
            ExitCode::FAILURE
        }
    }
}
