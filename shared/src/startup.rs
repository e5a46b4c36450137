//! What a function does before it takes its first request.

use thiserror::Error;

use zeroize::Zeroizing;

use crate::{
    keyring_cache::KeyringCache,
    keyring_source::{FetchError, InlineKeyring, KeyringSource, KeyringUnusable},
    link::BaseUrl,
    secrets_manager::SecretsManager,
    settings::{InvalidSettings, KeyringOrigin, Settings},
};

/// What every function needs to answer requests.
pub struct Deployment {
    /// The keys.
    pub keyring: KeyringCache<Source>,
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
        let source = match keyring {
            KeyringOrigin::Inline(json) => Source::Inline(InlineKeyring(json)),
            KeyringOrigin::Secret(id) => Source::SecretsManager(SecretsManager::from_environment(id, variable)?),
        };
        Ok(Self { keyring: KeyringCache::fill(source).await?, public_base_url })
    }
}

/// Where the keyring of a deployment comes from.
pub enum Source {
    /// The setting `KEYRING`.
    Inline(InlineKeyring),
    /// The secret that `KEYRING_SECRET_ID` names.
    SecretsManager(SecretsManager),
}

impl KeyringSource for Source {
    async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
        match self {
            Self::Inline(source) => source.fetch().await,
            Self::SecretsManager(source) => source.fetch().await,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Inline(source) => source.name(),
            Self::SecretsManager(source) => source.name(),
        }
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
