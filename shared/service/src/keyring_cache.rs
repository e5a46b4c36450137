//! The keyring cache: the keyring is fetched before the first request, refreshed between requests, and kept in use
//! while its source cannot be reached.

use std::{sync::Arc, time::Duration};

use sealed_qr::{KeyId, Keyring};
use thiserror::Error;
use tokio::{sync::Mutex, time::timeout};

use crate::{
    keyring_source::{self, KeyringSource, LoadError},
    moment::Moment,
};

/// A keyring older than this is fetched again. This bounds how long a retired key may still open codes.
pub const MAX_AGE: Duration = Duration::from_mins(5);
/// The minimum interval between fetches caused by unknown key ids, so that forged ids cannot cause a flood of calls,
/// and after a failed fetch.
pub const MIN_PAUSE: Duration = Duration::from_secs(30);
/// How long a request waits for a fetch.
pub const MAX_WAIT: Duration = Duration::from_secs(2);

/// A keyring, and the source from which it is refreshed.
#[derive(Debug)]
pub struct KeyringCache<S> {
    source: S,
    /// Locked during a fetch, so that there is one fetch at a time and those who waited for it use its result.
    state: Mutex<State>,
}

/// The outcome of an attempt to refresh the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It was fetched.
    Done,
    /// The cached one stays in use. This says why, and what to do about it.
    Failed(String),
}

#[derive(Debug)]
struct State {
    keyring: Arc<Keyring>,
    fetched_at: Moment,
    /// When the last fetch failed; `None` if it succeeded.
    failed_at: Option<Moment>,
    /// When an unknown key id last caused a fetch. A fetch for another reason does not count: a key may have been added
    /// since, and its codes are genuine.
    forced_at: Option<Moment>,
    /// The outcome of the last attempt, until it is taken.
    last_refresh: Option<Refresh>,
}

/// Why the keyring is refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RefreshCause {
    Age,
    UnknownKey,
}

impl State {
    fn is_stale(&self) -> bool {
        self.fetched_at.elapsed() >= MAX_AGE
    }

    fn lacks(&self, id: KeyId) -> bool {
        self.keyring.get(id).is_none()
    }

    /// Why a request must refresh the keyring, if it must; `wanted` is the key that it needs.
    fn refresh_cause(&self, wanted: Option<KeyId>) -> Option<RefreshCause> {
        if !has_paused_since(self.failed_at) {
            None
        } else if wanted.is_some_and(|id| self.lacks(id)) && has_paused_since(self.forced_at) {
            Some(RefreshCause::UnknownKey)
        } else {
            self.is_stale().then_some(RefreshCause::Age)
        }
    }
}

/// Whether the source may be asked again after what happened at `moment`, if it did.
fn has_paused_since(moment: Option<Moment>) -> bool {
    moment.is_none_or(|moment| moment.elapsed() >= MIN_PAUSE)
}

impl<S: KeyringSource> KeyringCache<S> {
    /// Fetches the keyring for the first time.
    ///
    /// # Errors
    /// [`LoadError`]: nothing can be served without a keyring.
    pub async fn fill(source: S) -> Result<Self, LoadError> {
        let keyring = Arc::new(keyring_source::load(&source).await?);
        let state = State { keyring, fetched_at: Moment::now(), failed_at: None, forced_at: None, last_refresh: None };
        Ok(Self { source, state: Mutex::new(state) })
    }

    /// The keyring, refreshed if it is old.
    pub async fn keyring(&self) -> Arc<Keyring> {
        let mut state = self.state.lock().await;
        self.refresh_if_due(&mut state, None).await;
        Arc::clone(&state.keyring)
    }

    /// The keyring, refreshed if it lacks this key or is old.
    ///
    /// # Errors
    /// [`KeyringUnavailable`] if it is not known whether the key exists: the cached keyring lacks it, and the source
    /// cannot be reached, or must not be asked yet and may have a newer key. A keyring without the key is not an error:
    /// the key does not exist.
    pub async fn keyring_with(&self, id: KeyId) -> Result<Arc<Keyring>, KeyringUnavailable> {
        let mut state = self.state.lock().await;
        let refreshed = self.refresh_if_due(&mut state, Some(id)).await;
        if state.lacks(id) {
            if state.failed_at.is_some() {
                return Err(KeyringUnavailable::OutOfReach);
            }
            // Keys are only ever added above the newest one.
            if !refreshed && id > state.keyring.newest().0 {
                return Err(KeyringUnavailable::NotAskedYet);
            }
        }
        Ok(Arc::clone(&state.keyring))
    }

    /// The time since the cached keyring was fetched.
    pub async fn age(&self) -> Duration {
        self.state.lock().await.fetched_at.elapsed()
    }

    /// The outcome of the last attempt to refresh the keyring; `None` if it has been taken before.
    pub async fn take_refresh(&self) -> Option<Refresh> {
        self.state.lock().await.last_refresh.take()
    }

    /// Refreshes the keyring if a request must. Returns whether it is fresh now.
    async fn refresh_if_due(&self, state: &mut State, wanted: Option<KeyId>) -> bool {
        let Some(cause) = state.refresh_cause(wanted) else { return false };
        let now = Moment::now();
        let failure = match timeout(MAX_WAIT, keyring_source::load(&self.source)).await {
            Ok(Ok(keyring)) => {
                state.keyring = Arc::new(keyring);
                state.fetched_at = now;
                state.failed_at = None;
                if cause == RefreshCause::UnknownKey {
                    state.forced_at = Some(now);
                }
                state.last_refresh = Some(Refresh::Done);
                return true;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("fetching {} took longer than {} s", self.source.name(), MAX_WAIT.as_secs()),
        };
        state.failed_at = Some(now);
        state.last_refresh = Some(Refresh::Failed(failure));
        false
    }
}

/// Why it is not known whether a key exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyringUnavailable {
    /// The source of the keyring cannot be reached.
    #[error("the source of the keyring cannot be reached")]
    OutOfReach,
    /// The source has been asked for an unknown key a moment ago, and may have got this one since.
    #[error("the source of the keyring must not be asked again yet")]
    NotAskedYet,
}

#[cfg(test)]
mod tests {
    use std::sync::{
        RwLock,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::time::{Instant, advance, sleep};
    use zeroize::Zeroizing;

    use super::*;
    use crate::{keyring_source::FetchError, moment::set_wall_clock};

    /// A source in memory that counts its calls and can be slow or broken.
    struct FakeSource {
        calls: AtomicUsize,
        answer: RwLock<Result<String, FetchError>>,
        delay: RwLock<Duration>,
    }

    impl FakeSource {
        fn new() -> Arc<Self> {
            Arc::new(Self {
                calls: AtomicUsize::new(0),
                answer: RwLock::new(Ok(keyring_json(&[1]))),
                delay: RwLock::new(Duration::ZERO),
            })
        }

        fn answer(&self, ids: &[u8]) {
            *self.answer.write().unwrap() = Ok(keyring_json(ids));
        }

        fn fail(&self) {
            *self.answer.write().unwrap() = Err(FetchError("broken on purpose".to_owned()));
        }

        fn calls(&self) -> usize {
            self.calls.load(Ordering::Relaxed)
        }
    }

    impl KeyringSource for Arc<FakeSource> {
        async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            let delay = *self.delay.read().unwrap();
            sleep(delay).await;
            self.answer.read().unwrap().clone().map(Zeroizing::new)
        }

        fn name(&self) -> String {
            "the fake".to_owned()
        }
    }

    fn keyring_json(ids: &[u8]) -> String {
        let members: Vec<_> = ids.iter().map(|id| format!(r#""{id}": "{}""#, "ab".repeat(32))).collect();
        format!("{{{}}}", members.join(","))
    }

    fn id(byte: u8) -> KeyId {
        KeyId::new(byte).unwrap()
    }

    async fn newest(cache: &KeyringCache<Arc<FakeSource>>) -> u8 {
        cache.keyring().await.newest().0.get()
    }

    #[tokio::test(start_paused = true)]
    async fn a_young_keyring_is_not_fetched_again() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        advance(MAX_AGE.saturating_sub(Duration::from_millis(1))).await;
        assert_eq!((newest(&cache).await, source.calls()), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_keyring_is_fetched_again() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        source.answer(&[1, 2]);
        advance(MAX_AGE).await;
        assert_eq!((newest(&cache).await, newest(&cache).await, source.calls()), (2, 2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_retired_key_is_gone_within_the_age() {
        let source = FakeSource::new();
        source.answer(&[1, 2]);
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        source.answer(&[2]);
        assert!(cache.keyring_with(id(1)).await.unwrap().get(id(1)).is_some());
        advance(MAX_AGE).await;
        assert!(cache.keyring_with(id(1)).await.unwrap().get(id(1)).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_key_is_asked_for_but_not_all_the_time() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        for pause in 1..=3 {
            assert!(cache.keyring_with(id(2)).await.unwrap().get(id(2)).is_none(), "the source has just said so");
            for forged in (3..=255).cycle().take(1000) {
                let unavailable = cache.keyring_with(id(forged)).await.unwrap_err();
                assert_eq!(unavailable, KeyringUnavailable::NotAskedYet);
            }
            assert_eq!(source.calls(), 1 + pause);
            advance(MIN_PAUSE).await;
        }
        source.answer(&[1, 9]);
        assert!(cache.keyring_with(id(9)).await.unwrap().get(id(9)).is_some());
        assert_eq!(source.calls(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_added_right_after_a_fetch_is_found_at_once() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        source.answer(&[1, 2]);
        assert!(cache.keyring_with(id(2)).await.unwrap().get(id(2)).is_some(), "after the first fetch");
        advance(MAX_AGE).await;
        assert_eq!(newest(&cache).await, 2);
        source.answer(&[1, 2, 3]);
        assert!(cache.keyring_with(id(3)).await.unwrap().get(id(3)).is_some(), "after a fetch for its age");
    }

    #[tokio::test(start_paused = true)]
    async fn a_forged_id_does_not_make_forgeries_of_genuine_codes() {
        let source = FakeSource::new();
        source.answer(&[1, 3]);
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        assert!(cache.keyring_with(id(200)).await.is_ok(), "no such key");
        source.answer(&[1, 3, 4]);
        assert_eq!(cache.keyring_with(id(4)).await.unwrap_err(), KeyringUnavailable::NotAskedYet);
        assert!(cache.keyring_with(id(2)).await.unwrap().get(id(2)).is_none(), "no key is added below the newest");
        advance(MIN_PAUSE).await;
        assert!(cache.keyring_with(id(4)).await.unwrap().get(id(4)).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn either_clock_alone_makes_a_keyring_old() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        source.answer(&[2]);
        set_wall_clock(Duration::from_hours(36));
        assert_eq!((cache.age().await, newest(&cache).await), (Duration::from_hours(12), 2), "frozen for twelve hours");
        source.answer(&[3]);
        set_wall_clock(Duration::from_hours(1));
        assert_eq!(newest(&cache).await, 2, "set back");
        advance(MAX_AGE).await;
        assert_eq!(newest(&cache).await, 3, "the monotonic clock goes on");
    }

    #[tokio::test(start_paused = true)]
    async fn an_outage_is_survived_with_the_keyring_at_hand() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        source.fail();
        advance(MAX_AGE).await;
        for _ in 0..100 {
            assert_eq!(newest(&cache).await, 1);
            assert!(cache.keyring_with(id(1)).await.is_ok());
            assert_eq!(cache.keyring_with(id(2)).await.unwrap_err(), KeyringUnavailable::OutOfReach);
        }
        assert_eq!(source.calls(), 2, "one attempt in each pause");
        source.answer(&[1, 2]);
        advance(MIN_PAUSE).await;
        assert_eq!((newest(&cache).await, source.calls()), (2, 3));
        assert!(cache.keyring_with(id(3)).await.is_ok(), "no such key, and the source has said so");
    }

    #[tokio::test(start_paused = true)]
    async fn every_attempt_is_reported_once() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        advance(MAX_AGE.saturating_sub(Duration::from_secs(1))).await;
        newest(&cache).await;
        assert_eq!((cache.take_refresh().await, cache.age().await), (None, Duration::from_secs(299)));
        source.fail();
        advance(Duration::from_secs(1)).await;
        for _ in 0..2 {
            newest(&cache).await;
        }
        let failure = "cannot load the keyring from the fake: broken on purpose".to_owned();
        assert_eq!((cache.take_refresh().await, cache.age().await), (Some(Refresh::Failed(failure)), MAX_AGE));
        assert_eq!(cache.take_refresh().await, None);
        source.answer(&[1, 2]);
        advance(MIN_PAUSE).await;
        newest(&cache).await;
        assert_eq!((cache.take_refresh().await, cache.age().await), (Some(Refresh::Done), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn garbage_does_not_replace_a_keyring() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        for garbage in ["", "{}", "null", r#"{"1": "short"}"#] {
            *source.answer.write().unwrap() = Ok(garbage.to_owned());
            advance(MAX_AGE).await;
            assert_eq!(newest(&cache).await, 1);
        }
        assert_eq!(source.calls(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_bounded() {
        let source = FakeSource::new();
        let cache = KeyringCache::fill(Arc::clone(&source)).await.unwrap();
        *source.delay.write().unwrap() = Duration::from_hours(1);
        advance(MAX_AGE).await;
        let start = Instant::now();
        assert_eq!(newest(&cache).await, 1);
        assert_eq!(start.elapsed(), MAX_WAIT);
        assert_eq!(newest(&cache).await, 1);
        assert_eq!(start.elapsed(), MAX_WAIT, "the next request does not wait again");
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_one_fetch_at_a_time() {
        let source = FakeSource::new();
        let cache = Arc::new(KeyringCache::fill(Arc::clone(&source)).await.unwrap());
        *source.delay.write().unwrap() = Duration::from_secs(1);
        source.answer(&[1, 2]);
        advance(MAX_AGE).await;
        let requests: Vec<_> = (0..50)
            .map(|_| {
                let cache = Arc::clone(&cache);
                tokio::spawn(async move { newest(&cache).await })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), 2);
        }
        assert_eq!(source.calls(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_first_keyring_there_is_no_service() {
        let source = FakeSource::new();
        source.fail();
        let error = KeyringCache::fill(source).await.err().unwrap().to_string();
        assert_eq!(error, "cannot load the keyring from the fake: broken on purpose");
    }
}
