//! Rotates the keyring when Secrets Manager asks for it: one invocation for each of four steps.

use sealed_qr::rotation::{Outcome, RotationError, SecretVersions, Step, rotate};
use serde::Deserialize;

/// What Secrets Manager sends.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RotationEvent {
    /// The step to take.
    pub step: String,
    /// The ARN of the secret to rotate.
    pub secret_id: String,
    /// The version that the rotation makes.
    pub client_request_token: String,
}

/// Takes the step that an event asks for, of the secret with the ARN `secret_id`.
///
/// # Errors
/// As of [`rotate`].
pub async fn handle(
    versions: &impl SecretVersions,
    secret_id: &str,
    event: &RotationEvent,
) -> Result<(), RotationError> {
    let taken = take(versions, secret_id, event).await;
    match &taken {
        Ok(outcome) => tracing::info!(step = event.step, ?outcome, "rotation"),
        Err(error) => tracing::error!("rotation: {error}"),
    }
    taken.map(drop)
}

async fn take(
    versions: &impl SecretVersions,
    secret_id: &str,
    event: &RotationEvent,
) -> Result<Outcome, RotationError> {
    let step = Step::parse(&event.step)?;
    if event.secret_id != secret_id {
        return Err(RotationError::OtherSecret);
    }
    rotate(versions, step, &event.client_request_token).await
}
