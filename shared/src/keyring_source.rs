//! Where a keyring is fetched from: a port that Secrets Manager implements, and the setting `KEYRING`.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::keyring::{InvalidKeyring, Keyring};

/// Holds the keyring's JSON.
pub trait KeyringSource {
    /// Fetches the current JSON.
    fn fetch(&self) -> impl Future<Output = Result<Zeroizing<String>, FetchError>> + Send;

    /// What the source is called in messages to the operator.
    fn name(&self) -> String;
}

/// Fetches and reads the keyring.
///
/// # Errors
/// [`KeyringUnusable`] names the source and the remedy.
pub async fn load(source: &impl KeyringSource) -> Result<Keyring, KeyringUnusable> {
    let unusable = |reason| KeyringUnusable { source_name: source.name(), reason };
    let json = source.fetch().await.map_err(|error| unusable(Reason::Fetch(error)))?;
    Keyring::parse(&json).map_err(|error| unusable(Reason::Content(error)))
}

/// The keyring of a local run, as it stands in `KEYRING`.
pub struct InlineKeyring(pub Zeroizing<String>);

impl KeyringSource for InlineKeyring {
    async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
        Ok(self.0.clone())
    }

    fn name(&self) -> String {
        "KEYRING".to_owned()
    }
}

/// Why a source did not hand out its JSON: what happened and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// Why there is no keyring.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{source_name} yields no keyring: {reason}")]
pub struct KeyringUnusable {
    source_name: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum Reason {
    #[error("{0}")]
    Fetch(FetchError),
    #[error("{0}; correct its value")]
    Content(InvalidKeyring),
}
