//! Rotates the keyring when Secrets Manager asks for it: one invocation per step.

pub mod rotation;
mod secret_versions;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use service::metrics::{Field, LogRecord, Metric, Metrics};
use tracing::Level;

use crate::rotation::{Outcome, RotationError, SecretVersions, Step, rotate};

/// The event of an invocation.
///
/// It is not read by `lambda_runtime`, which would log and return what it cannot read: perhaps a keyring, if someone
/// invokes the function by hand.
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

/// Takes the step that an event asks for, if it is for the secret with the ARN `secret_id`.
///
/// # Errors
/// [`RotationError`].
pub async fn handle(versions: &impl SecretVersions, secret_id: &str, event: &Event) -> Result<Outcome, RotationError> {
    let Event::Rotation(event) = event else { return Err(RotationError::UnknownEvent) };
    let step = Step::parse(&event.step)?;
    if event.secret_id != secret_id {
        return Err(RotationError::OtherSecret);
    }
    rotate(versions, step, &event.client_request_token).await
}

/// Writes the log line of an invocation. A failed step counts if metrics are enabled.
pub fn log(request_id: &str, event: &Event, taken: &Result<Outcome, RotationError>, metrics: Option<&Metrics>) {
    // Anything else that was sent as a step must not reach the log.
    let step = match event {
        Event::Rotation(event) if Step::parse(&event.step).is_ok() => event.step.as_str(),
        _ => "none",
    };
    match (taken, metrics) {
        (Ok(outcome), _) => tracing::info!(request_id, step, ?outcome, "rotation"),
        (Err(error), None) => tracing::error!(request_id, step, "rotation: {error}"),
        (Err(error), Some(metrics)) => metrics.write(&LogRecord {
            level: Level::ERROR,
            message: &format!("rotation: {error}"),
            fields: &[("request_id", Field::Text(request_id)), ("step", Field::Text(step))],
            metrics: &[Metric::RotationFailed],
        }),
    }
}
