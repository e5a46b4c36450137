//! The rotation of the keyring, as Secrets Manager calls for it: four steps under one token, each of which may come
//! again at any time. A new version of the secret is made, checked and then moved into place; the keys before
//! stay in it, so no printed code dies.

#[cfg(test)]
mod tests;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    ctext::{Ctext, UnixTime},
    keyring::{InvalidKeyring, Keyring, NoNewKey},
    payload::Payload,
};

/// The stage of the version in use.
pub const CURRENT: &str = "AWSCURRENT";
/// The stage of the version that a rotation makes.
pub const PENDING: &str = "AWSPENDING";

/// The versions of the secret that holds the keyring.
pub trait SecretVersions {
    /// Whether rotation is on, and each version's id and stages.
    fn describe(&self) -> impl Future<Output = Result<Description, StoreError>> + Send;

    /// The value of the version with this stage and, if one is given, this id; `None` if it has none yet.
    fn value(
        &self,
        stage: &str,
        version: Option<&str>,
    ) -> impl Future<Output = Result<Option<Zeroizing<String>>, StoreError>> + Send;

    /// Stores a value as [`PENDING`] under an id.
    fn put_pending(&self, version: &str, value: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Moves [`CURRENT`] from one version to another.
    fn move_current(&self, from: &str, to: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What the store says of the secret.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// Whether rotation is on.
    pub rotation_enabled: bool,
    /// The id and the stages of each version.
    pub versions: Vec<(String, Vec<String>)>,
}

impl Description {
    fn stages(&self, version: &str) -> Option<&[String]> {
        self.versions.iter().find(|(id, _)| id == version).map(|(_, stages)| stages.as_slice())
    }

    fn current(&self) -> Option<&str> {
        let is_current = |stages: &[String]| stages.iter().any(|stage| stage == CURRENT);
        self.versions.iter().find(|(_, stages)| is_current(stages)).map(|(id, _)| id.as_str())
    }
}

/// A step of a rotation, by the name that Secrets Manager gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes the pending keyring: the current one and a new key.
    Create,
    /// Would tell a server about a new password. There is none to tell.
    Set,
    /// Checks that the pending keyring works and keeps every key.
    Test,
    /// Puts the pending keyring into use.
    Finish,
}

impl Step {
    /// Reads the name of a step.
    ///
    /// # Errors
    /// [`RotationError::UnknownStep`].
    pub fn parse(name: &str) -> Result<Self, RotationError> {
        match name {
            "createSecret" => Ok(Self::Create),
            "setSecret" => Ok(Self::Set),
            "testSecret" => Ok(Self::Test),
            "finishSecret" => Ok(Self::Finish),
            _ => Err(RotationError::UnknownStep),
        }
    }
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did its part.
    Done,
    /// An earlier call had done it already.
    AlreadyDone,
    /// The step has no part in this rotation.
    NothingToDo,
}

/// Takes one step of the rotation that `token` names. Every step can be repeated.
///
/// # Errors
/// [`RotationError`]; the keyring in use has not changed then, unless the store has done what it was asked, does not
/// say so and cannot be asked about it. To repeat the step is right in any case.
pub async fn rotate(versions: &impl SecretVersions, step: Step, token: &str) -> Result<Outcome, RotationError> {
    let description = versions.describe().await?;
    if !description.rotation_enabled {
        return Err(RotationError::NotEnabled);
    }
    let stages = description.stages(token).ok_or(RotationError::UnknownToken)?;
    if stages.iter().any(|stage| stage == CURRENT) {
        return Ok(Outcome::AlreadyDone);
    }
    if !stages.iter().any(|stage| stage == PENDING) {
        return Err(RotationError::NotPending);
    }
    let current = versions.value(CURRENT, None).await?.ok_or(RotationError::NoCurrent)?;
    let current = Keyring::parse(&current).map_err(RotationError::Current)?;
    let pending = versions.value(PENDING, Some(token)).await?;

    match (step, pending) {
        (Step::Create, Some(_)) => Ok(Outcome::AlreadyDone),
        (Step::Create, None) => {
            versions.put_pending(token, &current.with_new_key()?.to_json()).await?;
            Ok(Outcome::Done)
        }
        (Step::Set, _) => Ok(Outcome::NothingToDo),
        (Step::Test | Step::Finish, None) => Err(RotationError::NotCreated),
        (Step::Test, Some(pending)) => check(&pending, &current).map(|()| Outcome::Done),
        (Step::Finish, Some(pending)) => {
            // Once more: a key may have been retired since the test, and must not come back.
            check(&pending, &current)?;
            let from = description.current().ok_or(RotationError::NoCurrent)?;
            match versions.move_current(from, token).await {
                Ok(()) => Ok(Outcome::Done),
                // Only the answer may be lost. A second call is refused then, since nothing is left to move.
                Err(error) => match versions.describe().await {
                    Ok(now) if now.current() == Some(token) => Ok(Outcome::Done),
                    _ => Err(error.into()),
                },
            }
        }
    }
}

fn check(pending: &str, current: &Keyring) -> Result<(), RotationError> {
    let pending = Keyring::parse(pending).map_err(RotationError::Pending)?;
    if !pending.is_rotation_of(current) {
        return Err(RotationError::OtherKeys);
    }
    let payload = Payload::from_authentic(b"{}".to_vec()).ok_or(RotationError::DoesNotOpen)?;
    let sealed = Ctext::seal(&payload, &pending, None).map_err(NoNewKey::from)?;
    match sealed.open(&pending, UnixTime::now()) {
        Ok(opened) if opened == payload => Ok(()),
        _ => Err(RotationError::DoesNotOpen),
    }
}

/// Why a step was not taken: what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RotationError {
    /// The event is none of a rotation.
    #[error("this is no event of a rotation: Secrets Manager sends Step, SecretId and ClientRequestToken")]
    UnknownEvent,
    /// The event names another step.
    #[error("there is no such step: Secrets Manager calls createSecret, setSecret, testSecret and finishSecret")]
    UnknownStep,
    /// The event is for another secret.
    #[error("the event is for another secret: KEYRING_SECRET_ID must be the ARN of the secret that is rotated")]
    OtherSecret,
    /// Rotation is off.
    #[error("rotation is not turned on for the secret: turn it on, or rotate with rotate-secret")]
    NotEnabled,
    /// The secret has no version with the token.
    #[error("the secret has no version with this token: start a rotation instead of invoking the function by hand")]
    UnknownToken,
    /// The version with the token is not pending.
    #[error("the version with this token is not staged as AWSPENDING: start a new rotation")]
    NotPending,
    /// A step came before its time.
    #[error("the pending keyring has no value yet: createSecret comes first")]
    NotCreated,
    /// There is no current version.
    #[error("the secret has no current version: stage the version that holds the keyring as AWSCURRENT")]
    NoCurrent,
    /// The current value is no keyring.
    #[error("the current value is no keyring: {0}; correct it before it is rotated")]
    Current(InvalidKeyring),
    /// The pending value is no keyring.
    #[error("the pending value is no keyring: {0}; cancel the rotation and start a new one")]
    Pending(InvalidKeyring),
    /// The pending keyring is not the current one and a new key.
    #[error(
        "the pending keyring is not the current one with one new key, because the current one has changed since: \
         cancel the rotation and start a new one"
    )]
    OtherKeys,
    /// The new key does not open what it seals.
    #[error("the pending keyring does not open what it seals: cancel the rotation and start a new one")]
    DoesNotOpen,
    /// There is no new key.
    #[error(transparent)]
    NoNewKey(#[from] NoNewKey),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the store of the secret did not do what it was asked: what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct StoreError(pub String);
