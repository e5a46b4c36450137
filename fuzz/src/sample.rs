//! The sample keyring of `events/`, and a deployment that uses it.

use std::sync::LazyLock;

use sealed_qr::{
    keyring::Keyring,
    keyring_cache::KeyringCache,
    keyring_source::InlineKeyring,
    startup::{Deployment, Source},
};
use tokio::runtime::{Builder, Runtime};

/// Where links of the deployment begin.
pub(crate) const BASE_URL: &str = "https://qr.example.com";

/// The keyring as JSON. Its one key is no secret, and says so.
pub(crate) static KEYRING_JSON: LazyLock<String> = LazyLock::new(|| {
    let environment: serde_json::Value =
        serde_json::from_str(include_str!("../../events/local-env.json")).expect("the file is JSON");
    environment["Parameters"]["KEYRING"].as_str().expect("the file has a keyring").to_owned()
});

/// The keyring.
pub(crate) static KEYRING: LazyLock<Keyring> =
    LazyLock::new(|| Keyring::parse(&KEYRING_JSON).expect("the sample is a keyring"));

/// A deployment with the keyring.
pub(crate) static DEPLOYMENT: LazyLock<Deployment> = LazyLock::new(|| {
    let source = Source::Inline(InlineKeyring(KEYRING_JSON.clone().into()));
    Deployment {
        keyring: wait_for(KeyringCache::fill(source)).expect("the sample is a keyring"),
        public_base_url: Some(BASE_URL.parse().expect("it is a URL")),
    }
});

/// Runs a future to its end.
pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
