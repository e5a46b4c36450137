//! Where a keyring is fetched from: a port, implemented by Secrets Manager and by the setting `KEYRING`.

use std::fmt;

use sealed_qr::{InvalidKeyring, Keyring};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::secrets_manager::SecretsManager;

/// Holds the keyring's JSON.
pub trait KeyringSource {
    /// Fetches the current JSON.
    fn fetch(&self) -> impl Future<Output = Result<Zeroizing<String>, FetchError>> + Send;

    /// What messages to the operator call the source.
    fn name(&self) -> String;
}

/// Fetches and reads the keyring.
///
/// # Errors
/// [`LoadError`] names the source and the remedy.
pub async fn load(source: &impl KeyringSource) -> Result<Keyring, LoadError> {
    let load_error = |cause| LoadError { source_name: source.name(), cause };
    let json = source.fetch().await.map_err(|error| load_error(LoadCause::Fetch(error)))?;
    Keyring::parse(&json).map_err(|error| load_error(LoadCause::Content(error)))
}

/// The source that the settings name.
pub enum AnyKeyringSource {
    /// The setting `KEYRING`, for local runs: the JSON itself.
    Inline(Zeroizing<String>),
    /// The secret that the setting `KEYRING_SECRET_ID` names.
    SecretsManager(SecretsManager),
}

impl KeyringSource for AnyKeyringSource {
    async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
        match self {
            Self::Inline(json) => Ok(json.clone()),
            Self::SecretsManager(secret) => secret.fetch().await.map_err(FetchError),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Inline(_) => "KEYRING".to_owned(),
            Self::SecretsManager(secret) => secret.name(),
        }
    }
}

impl fmt::Debug for AnyKeyringSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("Inline([redacted])"),
            Self::SecretsManager(secret) => secret.fmt(f),
        }
    }
}

/// Why a source did not return its JSON, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// Why there is no keyring.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot load the keyring from {source_name}: {cause}")]
pub struct LoadError {
    source_name: String,
    cause: LoadCause,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum LoadCause {
    #[error("{0}")]
    Fetch(FetchError),
    #[error("{0}; correct its value")]
    Content(InvalidKeyring),
}
