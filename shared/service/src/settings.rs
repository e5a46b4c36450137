//! The settings of a function, from environment variables. An empty variable counts as unset.

use sealed_qr::{BaseUrl, link::InvalidBaseUrl};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{aws::InvalidEnvironment, keyring_source::AnyKeyringSource, secrets_manager::SecretsManager};

const KEYRING: &str = "KEYRING";
const KEYRING_SECRET_ID: &str = "KEYRING_SECRET_ID";
const PUBLIC_BASE_URL: &str = "PUBLIC_BASE_URL";

/// The settings of a function that answers requests.
#[derive(Debug)]
pub struct Settings {
    /// Where the keyring is fetched from.
    pub keyring: AnyKeyringSource,
    /// The beginning of links, unless they begin with the address of the request.
    pub public_base_url: Option<BaseUrl>,
}

impl Settings {
    /// Reads the settings. `variable` looks one up by name.
    ///
    /// # Errors
    /// [`InvalidSettings`] names the variable and the remedy, never a value.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let keyring = match (variable(KEYRING).map(Zeroizing::new), variable(KEYRING_SECRET_ID)) {
            (Some(json), None) => AnyKeyringSource::Inline(json),
            (None, Some(id)) => AnyKeyringSource::SecretsManager(SecretsManager::from_environment(id, variable)?),
            (None, None) => return Err(InvalidSettings::NoKeyring),
            (Some(_), Some(_)) => return Err(InvalidSettings::TwoKeyrings),
        };
        let public_base_url = variable(PUBLIC_BASE_URL).map(|url| url.parse()).transpose()?;
        Ok(Self { keyring, public_base_url })
    }
}

/// Reads the one setting of the function that rotates the keyring: the secret that holds it.
///
/// # Errors
/// [`InvalidSettings`] names the variable and the remedy.
pub fn rotated_secret(variable: impl Fn(&str) -> Option<String>) -> Result<SecretsManager, InvalidSettings> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let id = variable(KEYRING_SECRET_ID).ok_or(InvalidSettings::NoSecret)?;
    Ok(SecretsManager::from_environment(id, variable)?)
}

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidSettings {
    /// No keyring is set.
    #[error(
        "neither {KEYRING_SECRET_ID} nor {KEYRING} is set: set {KEYRING_SECRET_ID} to the name or ARN of the keyring's \
         secret or, for a local run, {KEYRING} to the keyring itself"
    )]
    NoKeyring,
    /// Two keyrings are set.
    #[error("{KEYRING_SECRET_ID} and {KEYRING} are both set: unset one of them")]
    TwoKeyrings,
    /// The secret to rotate is not set.
    #[error("{KEYRING_SECRET_ID} is not set: set it to the secret's ARN")]
    NoSecret,
    /// What Lambda sets in the environment is incomplete.
    #[error(transparent)]
    Aws(#[from] InvalidEnvironment),
    /// The base URL is invalid.
    #[error("{PUBLIC_BASE_URL} is {0}: correct or unset it")]
    PublicBaseUrl(#[from] InvalidBaseUrl),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring_source::KeyringSource as _;

    const AWS: [(&str, &str); 3] =
        [("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "hush")];

    fn read(variables: &[(&str, &str)]) -> Result<Settings, InvalidSettings> {
        let variable = |name: &str| variables.iter().chain(&AWS).find(|(variable, _)| *variable == name);
        Settings::read(|name| variable(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn exactly_one_keyring_is_set() {
        assert!(matches!(read(&[("KEYRING", "{}")]).unwrap().keyring, AnyKeyringSource::Inline(_)));
        let secret = read(&[("KEYRING", ""), ("KEYRING_SECRET_ID", "id"), ("PUBLIC_BASE_URL", "")]).unwrap();
        assert_eq!(secret.keyring.name(), "the secret id");
        assert!(matches!(secret.keyring, AnyKeyringSource::SecretsManager(secret) if secret.id() == "id"));
        assert!(secret.public_base_url.is_none());
        for none in
            [&[][..], &[("KEYRING", "")], &[("KEYRING_SECRET_ID", "")], &[("KEYRING", ""), ("KEYRING_SECRET_ID", "")]]
        {
            let message = read(none).unwrap_err().to_string();
            assert!(message.starts_with("neither KEYRING_SECRET_ID nor KEYRING is set: set "), "{none:?}: {message}");
        }
        let message = read(&[("KEYRING", "{}"), ("KEYRING_SECRET_ID", "id")]).unwrap_err().to_string();
        assert_eq!(message, "KEYRING_SECRET_ID and KEYRING are both set: unset one of them");
    }

    #[test]
    fn the_base_url_is_checked() {
        let with = |url| read(&[("KEYRING", "{}"), ("PUBLIC_BASE_URL", url)]);
        assert_eq!(with("https://a/").unwrap().public_base_url.unwrap().to_string(), "https://a");
        for url in [
            "qr.example",
            "ftp://qr.example",
            "https://",
            "https://user@qr.example",
            "https://qr.example?a",
            "HTTPS://qr.example",
            "secret value",
        ] {
            let error = with(url).unwrap_err().to_string();
            assert!(error.starts_with("PUBLIC_BASE_URL is not of the form https://host, "), "{url}: {error}");
            assert!(error.ends_with(": correct or unset it") && !error.contains("secret"), "{url}: {error}");
        }
    }

    #[test]
    fn what_lambda_sets_is_required_only_with_a_secret() {
        let secret = |missing: &str| {
            let set = AWS.into_iter().chain([("KEYRING_SECRET_ID", "id")]).filter(|(name, _)| *name != missing);
            let variables: Vec<_> = set.collect();
            let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
            rotated_secret(|name| find(name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(secret("").is_ok());
        assert_eq!(secret("KEYRING_SECRET_ID").unwrap_err(), InvalidSettings::NoSecret);
        for (name, _) in AWS {
            assert!(secret(name).unwrap_err().to_string().starts_with(&format!("{name} is not set")), "{name}");
        }
    }

    #[test]
    fn secrets_do_not_print() {
        for variables in [[("KEYRING", "hush")], [("KEYRING_SECRET_ID", "id")]] {
            assert!(!format!("{:?}", read(&variables).unwrap()).contains("hush"));
        }
    }
}
