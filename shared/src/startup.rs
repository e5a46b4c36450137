//! What a function does before it takes its first request.

use thiserror::Error;

use crate::{
    keyring::Keyring,
    keyring_source::{self, FetchError, InlineKeyring, KeyringUnusable},
    link::BaseUrl,
    secrets_manager::SecretsManager,
    settings::{InvalidSettings, KeyringOrigin, Settings},
};

/// What every function needs to answer requests.
#[derive(Debug)]
pub struct Deployment {
    /// The keys.
    pub keyring: Keyring,
    /// What links begin with, when it is not the address of the request.
    pub public_base_url: Option<BaseUrl>,
}

impl Deployment {
    /// Reads the environment and fetches the keyring.
    ///
    /// # Errors
    /// [`StartupError`] in one line: what is wrong and what to do, without any secret.
    pub async fn from_environment() -> Result<Self, StartupError> {
        let variable = |name: &str| std::env::var(name).ok();
        let Settings { keyring, public_base_url } = Settings::read(variable)?;
        let keyring = match keyring {
            KeyringOrigin::Inline(json) => keyring_source::load(&InlineKeyring(json)).await?,
            KeyringOrigin::Secret(id) => keyring_source::load(&SecretsManager::from_environment(id, variable)?).await?,
        };
        Ok(Self { keyring, public_base_url })
    }
}

/// Why a function cannot start.
#[derive(Debug, Error)]
pub enum StartupError {
    /// The environment variables contradict each other or are wrong.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// Secrets Manager cannot be asked.
    #[error(transparent)]
    SecretsManager(#[from] FetchError),
    /// There is no usable keyring.
    #[error(transparent)]
    Keyring(#[from] KeyringUnusable),
}
