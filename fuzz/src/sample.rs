//! The sample keyring of `events/`, and a service that uses it.

use std::sync::LazyLock;

use sealed_qr::Keyring;
use service::{app_state::AppState, keyring_cache::KeyringCache, keyring_source::AnyKeyringSource};
use tokio::runtime::{Builder, Runtime};

/// The beginning of the service's links.
pub(crate) const BASE_URL: &str = "https://qr.example.com";

/// The keyring as JSON. Its only key is not a secret, and says so.
pub(crate) static KEYRING_JSON: LazyLock<String> = LazyLock::new(|| {
    let environment: serde_json::Value =
        serde_json::from_str(include_str!("../../events/local-env.json")).expect("the file is JSON");
    environment["Parameters"]["KEYRING"].as_str().expect("the file has a keyring").to_owned()
});

/// The keyring.
pub(crate) static KEYRING: LazyLock<Keyring> =
    LazyLock::new(|| Keyring::parse(&KEYRING_JSON).expect("the sample is a keyring"));

/// The state of a service with the keyring.
pub(crate) static STATE: LazyLock<AppState> = LazyLock::new(state);

/// The same, just started.
pub(crate) fn state() -> AppState {
    let source = AnyKeyringSource::Inline(KEYRING_JSON.clone().into());
    AppState {
        keyring: wait_for(KeyringCache::fill(source)).expect("the sample is a keyring"),
        public_base_url: Some(BASE_URL.parse().expect("a base URL")),
    }
}

/// Runs a future to its end. The runtime is kept, because the fuzzer calls this millions of times.
pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
