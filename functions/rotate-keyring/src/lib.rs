//! Rotates the keyring when Secrets Manager asks for it: one invocation for each of four steps.

use sealed_qr::rotation::{Outcome, RotationError, SecretVersions, Step, rotate};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// One invocation.
///
/// Read here and not by `lambda_runtime`, which logs and returns what it stumbles over: a keyring, when someone invokes
/// by hand.
#[derive(Debug)]
pub enum Event {
    /// A step of a rotation.
    Rotation(RotationEvent),
    /// Anything else.
    Other,
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = <&RawValue>::deserialize(deserializer)?;
        Ok(serde_json::from_str(event.get()).map_or(Self::Other, Self::Rotation))
    }
}

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
/// As of [`rotate`]; [`RotationError::UnknownEvent`].
pub async fn handle(versions: &impl SecretVersions, secret_id: &str, event: &Event) -> Result<(), RotationError> {
    let taken = match event {
        Event::Rotation(event) => take(versions, secret_id, event)
            .await
            .inspect(|outcome| tracing::info!(step = event.step, ?outcome, "rotation")),
        Event::Other => Err(RotationError::UnknownEvent),
    };
    if let Err(error) = &taken {
        tracing::error!("rotation: {error}");
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
