//! Rotates the keyring when Secrets Manager asks for it: one invocation for each of four steps.

use sealed_qr::{
    metrics::{Field, Line, Metric, Metrics},
    rotation::{Outcome, RotationError, SecretVersions, Step, rotate},
};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tracing::Level;

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
pub async fn handle(versions: &impl SecretVersions, secret_id: &str, event: &Event) -> Result<Outcome, RotationError> {
    let Event::Rotation(event) = event else { return Err(RotationError::UnknownEvent) };
    let step = Step::parse(&event.step)?;
    if event.secret_id != secret_id {
        return Err(RotationError::OtherSecret);
    }
    rotate(versions, step, &event.client_request_token).await
}

/// Leaves the log line of an invocation. A failed step counts, if there are metrics to be had.
pub fn log(request_id: &str, event: &Event, taken: &Result<Outcome, RotationError>, metrics: Option<&Metrics>) {
    // Whatever else was sent in its place is not for the log.
    let step = match event {
        Event::Rotation(event) if Step::parse(&event.step).is_ok() => event.step.as_str(),
        _ => "none",
    };
    match (taken, metrics) {
        (Ok(outcome), _) => tracing::info!(request_id, step, ?outcome, "rotation"),
        (Err(error), None) => tracing::error!(request_id, step, "rotation: {error}"),
        (Err(error), Some(metrics)) => metrics.write(&Line {
            level: Level::ERROR,
            message: &format!("rotation: {error}"),
            fields: &[("request_id", Field::Text(request_id)), ("step", Field::Text(step))],
            metrics: &[Metric::RotationFailed],
        }),
    }
}
