//! The Lambda function that Secrets Manager calls to rotate the keyring.

use std::{env, process::ExitCode};

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use rotate_keyring::{Event, handle, log};
use sealed_qr::{logging, metrics::Metrics, secrets_manager::SecretsManager};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    logging::exit_code(run(metrics).await)
}

async fn run(metrics: Option<Metrics>) -> Result<(), Error> {
    let variable = |name: &str| env::var(name).ok();
    let secret_id = variable("KEYRING_SECRET_ID").ok_or("KEYRING_SECRET_ID is not set: set it to the secret's ARN")?;
    let versions = SecretsManager::from_environment(secret_id.clone(), variable)?;
    let rotation = async |event: LambdaEvent<Event>| {
        let taken = handle(&versions, &secret_id, &event.payload).await;
        log(&event.context.request_id, &event.payload, &taken, metrics.as_ref());
        taken.map(drop).map_err(Error::from)
    };
    // Without the layer of `lambda_runtime::run`: the line of an invocation has its request id.
    Runtime::new(service_fn(rotation)).run().await
}
