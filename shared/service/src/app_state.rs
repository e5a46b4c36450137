//! What a function needs to answer requests.

use sealed_qr::BaseUrl;
use thiserror::Error;

use crate::{
    keyring_cache::KeyringCache,
    keyring_source::{AnyKeyringSource, LoadError},
    settings::{InvalidSettings, Settings},
};

/// What a running function needs to answer requests.
#[derive(Debug)]
pub struct AppState {
    /// The keys.
    pub keyring: KeyringCache<AnyKeyringSource>,
    /// The beginning of links, unless they begin with the address of the request.
    pub public_base_url: Option<BaseUrl>,
}

impl AppState {
    /// Reads the environment and fetches the keyring.
    ///
    /// # Errors
    /// [`StartupError`] says in one line what is wrong and what to do. It contains no secrets.
    pub async fn from_environment() -> Result<Self, StartupError> {
        let Settings { keyring, public_base_url } = Settings::read(|name| std::env::var(name).ok())?;
        Ok(Self { keyring: KeyringCache::fill(keyring).await?, public_base_url })
    }
}

/// Why a function cannot start.
#[derive(Debug, Error)]
pub enum StartupError {
    /// The environment variables are incomplete, wrong or contradict each other.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// There is no usable keyring.
    #[error(transparent)]
    Keyring(#[from] LoadError),
}
