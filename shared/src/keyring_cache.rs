//! The keyring at hand: fetched before the first request, kept fresh between requests, kept in use when its
//! source is out of reach.

use std::{
    sync::{self, Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::{
    keyring::{KeyId, Keyring},
    keyring_source::{self, KeyringSource, KeyringUnusable},
};

/// A keyring older than this is fetched again: how long a retired key may still open codes.
pub const MAX_AGE: Duration = Duration::from_mins(5);
/// At least so much time passes between two fetches for the sake of an unknown key id, so that a stream of forged ids
/// does not become a stream of calls, and after an attempt that failed.
pub const MIN_PAUSE: Duration = Duration::from_secs(30);
/// How long a request waits for an attempt.
pub const MAX_WAIT: Duration = Duration::from_secs(2);

/// A keyring and the source it is fetched from.
pub struct KeyringCache<S> {
    source: S,
    state: RwLock<State>,
    /// Held while fetching, so that there is one fetch at a time.
    fetching: Mutex<()>,
    /// Until someone takes it.
    last_refresh: sync::Mutex<Option<Refresh>>,
}

/// What became of an attempt to fetch the keyring again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It was fetched.
    Done,
    /// The one at hand stays in use. Why, and what to do about it.
    Failed(String),
}

#[derive(Clone)]
struct State {
    keyring: Arc<Keyring>,
    fetched_at: Instant,
    /// When a fetch failed; none has succeeded since.
    failed_at: Option<Instant>,
    /// When it was last fetched for the sake of an unknown key id. That it has just been fetched for
    /// another reason does not count: a key may have been added in between, and its codes are genuine.
    forced_at: Option<Instant>,
}

impl State {
    fn is_stale(&self) -> bool {
        self.fetched_at.elapsed() >= MAX_AGE
    }

    fn lacks(&self, id: KeyId) -> bool {
        self.keyring.get(id).is_none()
    }

    /// Whether the source did not answer when it was asked last.
    fn is_out_of_reach(&self) -> bool {
        self.failed_at.is_some()
    }
}

/// Whether something that happened, if it did, is far enough back to ask the source again.
fn is_past(moment: Option<Instant>) -> bool {
    moment.is_none_or(|moment| moment.elapsed() >= MIN_PAUSE)
}

/// Why the keyring is fetched again.
#[derive(Clone, Copy)]
enum Reason {
    Age,
    UnknownKey,
}

impl<S: KeyringSource> KeyringCache<S> {
    /// Fetches the keyring for the first time.
    ///
    /// # Errors
    /// [`KeyringUnusable`]: without a keyring nothing can be served.
    pub async fn fill(source: S) -> Result<Self, KeyringUnusable> {
        let keyring = Arc::new(keyring_source::load(&source).await?);
        let state = State { keyring, fetched_at: Instant::now(), failed_at: None, forced_at: None };
        let (state, last_refresh) = (RwLock::new(state), sync::Mutex::new(None));
        Ok(Self { source, state, fetching: Mutex::new(()), last_refresh })
    }

    /// The keyring, fetched again if it is old.
    pub async fn keyring(&self) -> Arc<Keyring> {
        self.refresh_if(|state| state.is_stale().then_some(Reason::Age)).await.keyring
    }

    /// A keyring with this key, fetched again if the one at hand has no such key.
    ///
    /// # Errors
    /// [`OutOfReach`] when the key is not at hand and the source cannot be asked for it. A keyring without the key
    /// is no error: there is no such key then.
    pub async fn keyring_with(&self, id: KeyId) -> Result<Arc<Keyring>, OutOfReach> {
        let due = |state: &State| {
            let is_forced = state.lacks(id) && is_past(state.forced_at);
            if is_forced { Some(Reason::UnknownKey) } else { state.is_stale().then_some(Reason::Age) }
        };
        let state = self.refresh_if(due).await;
        if state.lacks(id) && state.is_out_of_reach() { Err(OutOfReach) } else { Ok(state.keyring) }
    }

    /// How long ago the keyring at hand was fetched.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.state.read().unwrap_or_else(PoisonError::into_inner).fetched_at.elapsed()
    }

    /// What became of the latest attempt to fetch the keyring again, once; `None` if it was taken before.
    #[must_use]
    pub fn take_refresh(&self) -> Option<Refresh> {
        self.last_refresh.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn refresh_if(&self, due: impl Fn(&State) -> Option<Reason>) -> State {
        let due = |state: &State| due(state).filter(|_| is_past(state.failed_at));
        let state = self.state();
        if due(&state).is_none() {
            return state;
        }
        let _one_at_a_time = self.fetching.lock().await;
        // Whoever held the lock before may have fetched it.
        let state = self.state();
        match due(&state) {
            Some(reason) => self.refresh(state, reason).await,
            None => state,
        }
    }

    async fn refresh(&self, before: State, reason: Reason) -> State {
        let now = Instant::now();
        let failure = match timeout(MAX_WAIT, keyring_source::load(&self.source)).await {
            Ok(Ok(keyring)) => {
                let forced_at = match reason {
                    Reason::UnknownKey => Some(now),
                    Reason::Age => before.forced_at,
                };
                let state = State { keyring: Arc::new(keyring), fetched_at: now, failed_at: None, forced_at };
                return self.set(state, Refresh::Done);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("{} does not answer within {} s", self.source.name(), MAX_WAIT.as_secs()),
        };
        self.set(State { failed_at: Some(now), ..before }, Refresh::Failed(failure))
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, state: State, refresh: Refresh) -> State {
        *self.last_refresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(refresh);
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state.clone();
        state
    }
}

/// The source of the keyring cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfReach;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::{advance, sleep};
    use zeroize::Zeroizing;

    use super::*;
    use crate::keyring_source::FetchError;

    /// A source in memory that counts its calls and can be slow or broken.
    struct Twin {
        calls: AtomicUsize,
        answer: RwLock<Result<String, FetchError>>,
        delay: RwLock<Duration>,
    }

    impl Twin {
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

    impl KeyringSource for Arc<Twin> {
        async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
            self.calls.fetch_add(1, Ordering::Relaxed);
            let delay = *self.delay.read().unwrap();
            sleep(delay).await;
            self.answer.read().unwrap().clone().map(Zeroizing::new)
        }

        fn name(&self) -> String {
            "the twin".to_owned()
        }
    }

    fn keyring_json(ids: &[u8]) -> String {
        let members: Vec<_> = ids.iter().map(|id| format!(r#""{id}": "{}""#, "ab".repeat(32))).collect();
        format!("{{{}}}", members.join(","))
    }

    fn id(byte: u8) -> KeyId {
        KeyId::new(byte).unwrap()
    }

    async fn newest(cache: &KeyringCache<Arc<Twin>>) -> u8 {
        cache.keyring().await.newest().0.get()
    }

    #[tokio::test(start_paused = true)]
    async fn a_young_keyring_is_not_fetched_again() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        advance(MAX_AGE.saturating_sub(Duration::from_millis(1))).await;
        assert_eq!((newest(&cache).await, twin.calls()), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_keyring_is_fetched_again() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        twin.answer(&[1, 2]);
        advance(MAX_AGE).await;
        assert_eq!((newest(&cache).await, newest(&cache).await, twin.calls()), (2, 2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_retired_key_is_gone_within_the_age() {
        let twin = Twin::new();
        twin.answer(&[1, 2]);
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        twin.answer(&[2]);
        assert!(cache.keyring_with(id(1)).await.unwrap().get(id(1)).is_some());
        advance(MAX_AGE).await;
        assert!(cache.keyring_with(id(1)).await.unwrap().get(id(1)).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_key_is_asked_for_but_not_all_the_time() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        for pause in 1..=3 {
            for forged in (2..=255).cycle().take(1000) {
                assert!(cache.keyring_with(id(forged)).await.unwrap().get(id(forged)).is_none());
            }
            assert_eq!(twin.calls(), 1 + pause);
            advance(MIN_PAUSE).await;
        }
        twin.answer(&[1, 9]);
        assert!(cache.keyring_with(id(9)).await.unwrap().get(id(9)).is_some());
        assert_eq!(twin.calls(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_added_right_after_a_fetch_is_found_at_once() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        twin.answer(&[1, 2]);
        assert!(cache.keyring_with(id(2)).await.unwrap().get(id(2)).is_some(), "after the first fetch");
        advance(MAX_AGE).await;
        assert_eq!(newest(&cache).await, 2);
        twin.answer(&[1, 2, 3]);
        assert!(cache.keyring_with(id(3)).await.unwrap().get(id(3)).is_some(), "after a fetch for its age");
    }

    #[tokio::test(start_paused = true)]
    async fn an_outage_is_survived_with_the_keyring_at_hand() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        twin.fail();
        advance(MAX_AGE).await;
        for _ in 0..100 {
            assert_eq!(newest(&cache).await, 1);
            assert!(cache.keyring_with(id(1)).await.is_ok());
            assert_eq!(cache.keyring_with(id(2)).await.unwrap_err(), OutOfReach);
        }
        assert_eq!(twin.calls(), 2, "one attempt in each pause");
        twin.answer(&[1, 2]);
        advance(MIN_PAUSE).await;
        assert_eq!((newest(&cache).await, twin.calls()), (2, 3));
        assert!(cache.keyring_with(id(3)).await.is_ok(), "no such key, and the source has said so");
    }

    #[tokio::test(start_paused = true)]
    async fn every_attempt_is_reported_once() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        advance(MAX_AGE.saturating_sub(Duration::from_secs(1))).await;
        newest(&cache).await;
        assert_eq!((cache.take_refresh(), cache.age()), (None, Duration::from_secs(299)));
        twin.fail();
        advance(Duration::from_secs(1)).await;
        for _ in 0..2 {
            newest(&cache).await;
        }
        let failure = "the twin yields no keyring: broken on purpose".to_owned();
        assert_eq!((cache.take_refresh(), cache.age()), (Some(Refresh::Failed(failure)), MAX_AGE));
        assert_eq!(cache.take_refresh(), None);
        twin.answer(&[1, 2]);
        advance(MIN_PAUSE).await;
        newest(&cache).await;
        assert_eq!((cache.take_refresh(), cache.age()), (Some(Refresh::Done), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn garbage_does_not_replace_a_keyring() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        for garbage in ["", "{}", "null", r#"{"1": "short"}"#] {
            *twin.answer.write().unwrap() = Ok(garbage.to_owned());
            advance(MAX_AGE).await;
            assert_eq!(newest(&cache).await, 1);
        }
        assert_eq!(twin.calls(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_bounded() {
        let twin = Twin::new();
        let cache = KeyringCache::fill(Arc::clone(&twin)).await.unwrap();
        *twin.delay.write().unwrap() = Duration::from_hours(1);
        advance(MAX_AGE).await;
        let start = Instant::now();
        assert_eq!(newest(&cache).await, 1);
        assert_eq!(start.elapsed(), MAX_WAIT);
        assert_eq!(newest(&cache).await, 1);
        assert_eq!(start.elapsed(), MAX_WAIT, "the next request does not wait again");
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_one_fetch_at_a_time() {
        let twin = Twin::new();
        let cache = Arc::new(KeyringCache::fill(Arc::clone(&twin)).await.unwrap());
        *twin.delay.write().unwrap() = Duration::from_secs(1);
        twin.answer(&[1, 2]);
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
        assert_eq!(twin.calls(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_first_keyring_there_is_no_service() {
        let twin = Twin::new();
        twin.fail();
        let error = KeyringCache::fill(twin).await.err().unwrap().to_string();
        assert_eq!(error, "the twin yields no keyring: broken on purpose");
    }
}
