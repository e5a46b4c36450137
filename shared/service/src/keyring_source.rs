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

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// A secret whose value can be fetched.
    struct FakeSecret(String);

    impl KeyringSource for FakeSecret {
        async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
            Ok(self.0.clone().into())
        }

        fn name(&self) -> String {
            "the secret qr/keys".to_owned()
        }
    }

    #[tokio::test]
    async fn an_unusable_keyring_is_reported_with_its_source_and_without_its_value() {
        let not_an_object = r#"it is not a JSON object of the form {"1": "<64 hexadecimal characters>"}"#;
        let key = "the key with id 1 is not 64 lower-case hexadecimal characters";
        for (json, fault) in [
            ("{}".to_owned(), "it contains no keys"),
            (KEY.to_owned(), not_an_object),
            (format!(r#"{{"1":"{}"}}"#, &KEY[..63]), key),
            (format!(r#"{{"1":"{}AB"}}"#, &KEY[..62]), key),
            (format!(r#"{{"0":"{KEY}"}}"#), "a key id is not a whole number from 1 to 255 without leading zeros"),
        ] {
            let from_setting = load(&AnyKeyringSource::Inline(json.clone().into())).await.unwrap_err().to_string();
            assert_eq!(from_setting, format!("cannot load the keyring from KEYRING: {fault}; correct its value"));
            let from_secret = load(&FakeSecret(json)).await.unwrap_err().to_string();
            assert_eq!(
                from_secret,
                format!("cannot load the keyring from the secret qr/keys: {fault}; correct its value")
            );
        }
    }
}
