//! Notices a store that has lost what happened, such as a table that was restored from a backup: in it, codes that were
//! redeemed since would be unused.
//!
//! The time of a recent write is kept twice: in the store itself, and then in another one, which is not part of its
//! backups. So the store is never behind the other, unless it has lost something.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::{
    Timestamp,
    store::{CodeStore, OutOfReach},
};

/// How long the mark of a process stays where it is, in milliseconds. What happened in the last such time before a backup
/// may be lost unnoticed.
const RAISED_EVERY: u64 = 60_000;

/// The mark, and the other store in which it is kept.
#[derive(Debug)]
pub struct HighWaterMark<S> {
    other: S,
    is_checked: AtomicBool,
    raised_at: AtomicU64,
}

impl<S: CodeStore> HighWaterMark<S> {
    /// A mark that is also kept in `other`.
    pub fn new(other: S) -> Self {
        Self { other, is_checked: AtomicBool::new(false), raised_at: AtomicU64::new(0) }
    }

    /// Checks, once per process, that the store is not behind its mark.
    ///
    /// # Errors
    /// [`OutOfReach`] if it is behind, or if that is not known.
    pub async fn check(&self, store: &impl CodeStore) -> Result<(), OutOfReach> {
        if self.is_checked.load(Ordering::Relaxed) {
            return Ok(());
        }
        // In this order, a mark that is raised meanwhile does not look like a loss.
        let expected = self.other.mark().await?;
        let kept = store.mark().await?;
        if let Some(expected) = expected.filter(|expected| kept.is_none_or(|kept| kept < *expected)) {
            let since = kept.map_or("its beginning".to_owned(), |kept| kept.to_string());
            return Err(OutOfReach(format!(
                "the table lacks what happened between {since} and {expected}, so codes that were redeemed would be \
                 unused; see docs/operations.md, Restore the table of codes"
            )));
        }
        self.is_checked.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Raises the mark after a write, if it has not been raised for a while.
    ///
    /// # Errors
    /// [`OutOfReach`] if it could not be raised. The next write tries again.
    pub async fn raise(&self, store: &impl CodeStore, now: Timestamp) -> Result<(), OutOfReach> {
        if now.0 < self.raised_at.load(Ordering::Relaxed).saturating_add(RAISED_EVERY) {
            return Ok(());
        }
        store.raise_mark(now).await?;
        self.other.raise_mark(now).await?;
        self.raised_at.store(now.0, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[tokio::test]
    async fn a_store_that_lost_something_is_noticed() {
        let (store, other) = (MemoryStore::default(), MemoryStore::default());
        let mark = || HighWaterMark::new(&other);
        assert_eq!(mark().check(&store).await, Ok(()), "nothing has happened yet");
        mark().raise(&store, NOW).await.unwrap();
        assert_eq!(mark().check(&store).await, Ok(()));
        let restored = MemoryStore::default();
        for (kept, since) in [(None, "its beginning"), (Some(Timestamp(NOW.0 - 1)), "2027-01-15T07:59:59.999Z")] {
            if let Some(kept) = kept {
                restored.raise_mark(kept).await.unwrap();
            }
            let OutOfReach(said) = mark().check(&restored).await.unwrap_err();
            assert!(said.contains(&format!("between {since} and 2027-01-15T08:00:00Z")), "{said}");
        }
        restored.raise_mark(NOW).await.unwrap();
        assert_eq!(mark().check(&restored).await, Ok(()));
    }

    #[tokio::test]
    async fn a_process_that_knows_does_not_ask_again() {
        let (store, other) = (MemoryStore::default(), MemoryStore::default());
        let mark = HighWaterMark::new(&other);
        mark.check(&store).await.unwrap();
        other.raise_mark(NOW).await.unwrap();
        assert_eq!(mark.check(&store).await, Ok(()));
    }

    #[tokio::test]
    async fn the_mark_is_raised_now_and_then_and_never_goes_back() {
        let (store, other) = (MemoryStore::default(), MemoryStore::default());
        let mark = HighWaterMark::new(&other);
        let later = |milliseconds: u64| Timestamp(NOW.0 + milliseconds);
        for (at, expected) in [(0, 0), (59_999, 0), (60_000, 60_000), (119_999, 60_000), (120_001, 120_001)] {
            mark.raise(&store, later(at)).await.unwrap();
            assert_eq!(store.mark().await, Ok(Some(later(expected))));
            assert_eq!(other.mark().await, Ok(Some(later(expected))));
        }
        store.raise_mark(NOW).await.unwrap();
        assert_eq!(store.mark().await, Ok(Some(later(120_001))));
    }
}
