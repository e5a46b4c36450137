//! The settings of a function, from environment variables. An empty variable counts as unset.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::link::{BaseUrl, InvalidBaseUrl};

const KEYRING: &str = "KEYRING";
const KEYRING_SECRET_ID: &str = "KEYRING_SECRET_ID";
const PUBLIC_BASE_URL: &str = "PUBLIC_BASE_URL";

/// How a function is set up.
#[derive(Debug)]
pub struct Settings {
    /// Where the keyring comes from.
    pub keyring: KeyringOrigin,
    /// What links begin with, when it is not the address of the request.
    pub public_base_url: Option<BaseUrl>,
}

/// Where the keyring comes from.
pub enum KeyringOrigin {
    /// `KEYRING`, for local runs: the keyring's JSON itself.
    Inline(Zeroizing<String>),
    /// `KEYRING_SECRET_ID`, when deployed: name or ARN of the secret that holds the JSON.
    Secret(String),
}

impl fmt::Debug for KeyringOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("Inline([redacted])"),
            Self::Secret(id) => f.debug_tuple("Secret").field(id).finish(),
        }
    }
}

impl Settings {
    /// Reads the settings; `variable` looks one up by name.
    ///
    /// # Errors
    /// [`InvalidSettings`] names the variable and the remedy, never a value.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let keyring = match (set(KEYRING).map(Zeroizing::new), set(KEYRING_SECRET_ID)) {
            (Some(json), None) => KeyringOrigin::Inline(json),
            (None, Some(id)) => KeyringOrigin::Secret(id),
            (None, None) => return Err(InvalidSettings::NoKeyring),
            (Some(_), Some(_)) => return Err(InvalidSettings::TwoKeyrings),
        };
        let public_base_url = set(PUBLIC_BASE_URL).map(|url| url.parse()).transpose()?;
        Ok(Self { keyring, public_base_url })
    }
}

/// What is wrong with the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidSettings {
    /// No keyring is set.
    #[error(
        "neither {KEYRING_SECRET_ID} nor {KEYRING} is set: set {KEYRING_SECRET_ID} to the name or ARN of the \
         keyring's secret, or, for a local run, {KEYRING} to the keyring itself"
    )]
    NoKeyring,
    /// Two keyrings are set.
    #[error("{KEYRING_SECRET_ID} and {KEYRING} are both set: unset one of them")]
    TwoKeyrings,
    /// The base URL is none.
    #[error("{PUBLIC_BASE_URL} is {0}: correct or unset it")]
    PublicBaseUrl(#[from] InvalidBaseUrl),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, InvalidSettings> {
        Settings::read(|name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn exactly_one_keyring() {
        assert!(matches!(read(&[("KEYRING", "{}")]).unwrap().keyring, KeyringOrigin::Inline(_)));
        let secret = read(&[("KEYRING", ""), ("KEYRING_SECRET_ID", "id"), ("PUBLIC_BASE_URL", "")]).unwrap();
        assert!(matches!(secret.keyring, KeyringOrigin::Secret(id) if id == "id"));
        assert!(secret.public_base_url.is_none());
        assert_eq!(read(&[]).unwrap_err(), InvalidSettings::NoKeyring);
        assert_eq!(read(&[("KEYRING", "{}"), ("KEYRING_SECRET_ID", "id")]).unwrap_err(), InvalidSettings::TwoKeyrings);
    }

    #[test]
    fn the_base_url_is_checked() {
        let with = |url| read(&[("KEYRING", "{}"), ("PUBLIC_BASE_URL", url)]);
        assert_eq!(with("https://a/").unwrap().public_base_url.unwrap().to_string(), "https://a");
        let error = with("secret value").unwrap_err().to_string();
        assert!(error.starts_with("PUBLIC_BASE_URL is not of the form https://host") && !error.contains("secret"));
    }

    #[test]
    fn an_inline_keyring_does_not_print() {
        assert!(!format!("{:?}", read(&[("KEYRING", "hush")]).unwrap()).contains("hush"));
    }
}
