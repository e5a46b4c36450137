//! The Lambda function that Secrets Manager calls to rotate the keyring.

use std::{env, process::ExitCode};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rotate_keyring::{Event, handle};
use sealed_qr::{logging, secrets_manager::SecretsManager};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logging::start();
    logging::exit_code(run().await)
}

async fn run() -> Result<(), Error> {
    let variable = |name: &str| env::var(name).ok();
    let secret_id = variable("KEYRING_SECRET_ID").ok_or("KEYRING_SECRET_ID is not set: set it to the secret's ARN")?;
    let versions = SecretsManager::from_environment(secret_id.clone(), variable)?;
    let rotation =
        async |event: LambdaEvent<Event>| handle(&versions, &secret_id, &event.payload).await.map_err(Error::from);
    lambda_runtime::run(service_fn(rotation)).await
}
