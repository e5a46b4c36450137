//! The Lambda function that describes what happened to codes, for the pipe from their table to an event bus.

use std::process::ExitCode;

use describe_event::{Changes, describe};
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use service::logging;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logging::start();
    let describe = async |changes: LambdaEvent<Changes>| {
        describe(changes.payload).map_err(|error| {
            tracing::error!(request_id = changes.context.request_id, "cannot describe: {error}");
            Diagnostic { error_type: "NotOurs".to_owned(), error_message: error.to_string() }
        })
    };
    // Without the tracing layer of `lambda_runtime::run`: the log line has its request id.
    logging::exit_code(Runtime::new(service_fn(describe)).run().await)
}
