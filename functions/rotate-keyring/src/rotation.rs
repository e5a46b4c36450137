//! The rotation of the keyring in the steps that Secrets Manager calls: four steps under one token, each of which may
//! be repeated at any time. A new version of the secret is made, checked and then put into use. It keeps all earlier
//! keys, so printed codes still open.

#[cfg(test)]
mod tests;

use sealed_qr::{Ctext, InvalidKeyring, Keyring, NewKeyError, Payload, Terms, UnixTime};
use service::secrets_manager::CURRENT;
use thiserror::Error;
use zeroize::Zeroizing;

/// The stage of the version that a rotation makes.
pub const PENDING: &str = "AWSPENDING";
/// The stage of the version that was current before.
pub const PREVIOUS: &str = "AWSPREVIOUS";

/// The versions of the secret that holds the keyring.
pub trait SecretVersions {
    /// Whether rotation is on, and the id and stages of each version.
    fn describe(&self) -> impl Future<Output = Result<SecretMetadata, StoreError>> + Send;

    /// The value of the version with this stage and, if it is given, this id; `None` if the version has no value yet.
    fn value(
        &self,
        stage: &str,
        version: Option<&str>,
    ) -> impl Future<Output = Result<Option<Zeroizing<String>>, StoreError>> + Send;

    /// Stores a value as [`PENDING`] under an id.
    fn put_pending(&self, version: &str, value: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Moves [`CURRENT`] from one version to another.
    fn move_current(&self, from: &str, to: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes [`PENDING`] from a version. While it is attached, no other rotation can begin.
    fn release_pending(&self, version: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What the store says about the secret.
#[derive(Clone, Debug, Default)]
pub struct SecretMetadata {
    /// Whether rotation is on, as far as the store says.
    pub rotation_enabled: bool,
    /// The id and the stages of each version.
    pub versions: Vec<(String, Vec<String>)>,
}

impl SecretMetadata {
    fn stages(&self, version: &str) -> Option<&[String]> {
        self.versions.iter().find(|(id, _)| id == version).map(|(_, stages)| stages.as_slice())
    }

    fn current(&self) -> Option<&str> {
        let is_current = |stages: &[String]| stages.iter().any(|stage| stage == CURRENT);
        self.versions.iter().find(|(_, stages)| is_current(stages)).map(|(id, _)| id.as_str())
    }
}

/// A step of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes the pending keyring: the current one and a new key.
    Create,
    /// Would tell a server about a new password. No server needs to know a key.
    Set,
    /// Checks that the pending keyring works and has kept every key.
    Test,
    /// Puts the pending keyring into use.
    Finish,
}

impl Step {
    /// Reads the name that Secrets Manager gives to a step.
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

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The step did its part.
    Done,
    /// An earlier call had done it.
    AlreadyDone,
    /// The step has no part in this rotation.
    NothingToDo,
}

/// Takes one step of the rotation with this token. Every step can be repeated.
///
/// # Errors
/// [`RotationError`]. The current keyring is then unchanged, unless the store applied the change, lost the answer and
/// could not be queried. Retrying is always safe.
pub async fn rotate(versions: &impl SecretVersions, step: Step, token: &str) -> Result<Outcome, RotationError> {
    let metadata = versions.describe().await?;
    if !metadata.rotation_enabled {
        return Err(RotationError::NotEnabled);
    }
    let stages = metadata.stages(token).ok_or(RotationError::UnknownToken)?;
    if stages.iter().any(|stage| stage == CURRENT) {
        return Ok(Outcome::AlreadyDone);
    }
    if !stages.iter().any(|stage| stage == PENDING) {
        return Err(RotationError::NotPending);
    }
    let current = versions.value(CURRENT, None).await?.ok_or(RotationError::NoCurrent)?;
    let current = Keyring::parse(&current).map_err(RotationError::Current)?;
    let pending = versions.value(PENDING, Some(token)).await?;

    let pending = match (step, pending) {
        (Step::Set, _) => return Ok(Outcome::NothingToDo),
        (Step::Create, None) => {
            versions.put_pending(token, &new_keyring(versions, &current).await?.to_json()).await?;
            return Ok(Outcome::Done);
        }
        // When Secrets Manager tests a configuration, it calls this step alone, on a version that holds nothing new.
        (Step::Test, None) => return check_works(&current).map(|()| Outcome::Done),
        (Step::Finish, None) => return Err(RotationError::NotCreated),
        (_, Some(pending)) => pending,
    };
    let pending = match Keyring::parse(&pending) {
        Ok(pending) if step == Step::Test && pending == current => {
            return check_works(&current).map(|()| Outcome::Done);
        }
        Ok(pending) if pending.is_rotation_of(&current) => pending,
        // This rotation can never finish, and no other could begin.
        Ok(_) => {
            versions.release_pending(token).await?;
            return Err(RotationError::Overtaken);
        }
        Err(error) => {
            versions.release_pending(token).await?;
            return Err(RotationError::Pending(error));
        }
    };
    if step == Step::Create {
        return Ok(Outcome::AlreadyDone);
    }
    check_works(&pending)?;
    if step == Step::Finish {
        put_into_use(versions, metadata.current().ok_or(RotationError::NoCurrent)?, token).await?;
    }
    Ok(Outcome::Done)
}

/// The current keyring and a new key, whose id no key has had before: undoing a rotation leaves the key that it had
/// added in the previous version only.
async fn new_keyring(versions: &impl SecretVersions, current: &Keyring) -> Result<Keyring, RotationError> {
    let previous = versions.value(PREVIOUS, None).await?;
    let previous = previous.and_then(|previous| Keyring::parse(&previous).ok());
    let used = previous.map_or(current.newest().0, |previous| previous.newest().0);
    Ok(current.with_new_key_after(used)?)
}

/// Checks that a keyring opens what it seals.
fn check_works(keyring: &Keyring) -> Result<(), RotationError> {
    let payload = Payload::parse(b"{}").map_err(|_| RotationError::DoesNotOpen)?;
    let sealed = Ctext::seal(&payload, keyring, Terms::default()).map_err(NewKeyError::from)?;
    match sealed.open(keyring, UnixTime::now(), |_| None) {
        Ok(opened) if opened.payload == payload => Ok(()),
        _ => Err(RotationError::DoesNotOpen),
    }
}

async fn put_into_use(versions: &impl SecretVersions, from: &str, to: &str) -> Result<(), StoreError> {
    let Err(error) = versions.move_current(from, to).await else { return Ok(()) };
    // Perhaps only the answer was lost. A second call would be refused, since nothing is left to move.
    match versions.describe().await {
        Ok(now) if now.current() == Some(to) => Ok(()),
        _ => Err(error),
    }
}

/// Why a step was not taken: what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RotationError {
    /// The event is not a rotation event.
    #[error("this is not a rotation event: Secrets Manager sends Step, SecretId and ClientRequestToken")]
    UnknownEvent,
    /// The event names an unknown step.
    #[error("unknown step: Secrets Manager calls createSecret, setSecret, testSecret and finishSecret")]
    UnknownStep,
    /// The event is for another secret.
    #[error("the event is for another secret: KEYRING_SECRET_ID must be the ARN of the secret that is rotated")]
    OtherSecret,
    /// Rotation is off.
    #[error("rotation is not turned on for the secret: turn it on, or run rotate-secret")]
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
    /// The current value is not a keyring.
    #[error("the current value is not a keyring: {0}; correct it before rotating it")]
    Current(InvalidKeyring),
    /// The pending value is not a keyring.
    #[error("the pending value is not a keyring: {0}; this rotation has been given up, start a new one")]
    Pending(InvalidKeyring),
    /// The pending keyring is not the current one plus one new key.
    #[error(
        "the pending keyring is not the current one plus one new key, because the current one has changed since: \
         this rotation has been given up, start a new one"
    )]
    Overtaken,
    /// A keyring cannot open what it seals.
    #[error("the keyring cannot open what it seals: this should not happen, so keep the log and report it")]
    DoesNotOpen,
    /// The keyring cannot take a new key.
    #[error(transparent)]
    NewKey(#[from] NewKeyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RotationError {
    /// The name by which invocations report the error.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::UnknownEvent => "UnknownEvent",
            Self::UnknownStep => "UnknownStep",
            Self::OtherSecret => "OtherSecret",
            Self::NotEnabled => "RotationNotEnabled",
            Self::UnknownToken => "UnknownToken",
            Self::NotPending => "VersionNotPending",
            Self::NotCreated => "PendingKeyringNotCreated",
            Self::NoCurrent => "NoCurrentVersion",
            Self::Current(_) => "InvalidCurrentKeyring",
            Self::Pending(_) => "InvalidPendingKeyring",
            Self::Overtaken => "RotationOvertaken",
            Self::DoesNotOpen => "KeyringDoesNotOpen",
            Self::NewKey(_) => "NoNewKey",
            Self::Store(_) => "SecretsManagerFailed",
        }
    }
}

/// Why the store of the secret did not do its part, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct StoreError(pub String);
