//! Points in time whose age counts while Lambda freezes the process.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A point in time, by both clocks. The monotonic clock may stop while the process is frozen, and the wall clock may
/// be set back.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    monotonic: Instant,
    wall: SystemTime,
}

impl Moment {
    /// The current time.
    #[must_use]
    pub fn now() -> Self {
        Self { monotonic: Instant::now(), wall: wall_clock() }
    }

    /// The time since then: the greater of what the two clocks say.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        let by_wall = wall_clock().duration_since(self.wall).unwrap_or_default();
        self.monotonic.elapsed().max(by_wall)
    }
}

#[cfg(not(test))]
fn wall_clock() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
pub(crate) use fake::{set_wall_clock, wall_clock};

#[cfg(test)]
mod fake {
    use std::{
        cell::Cell,
        time::{Duration, SystemTime},
    };

    thread_local! {
        static WALL_CLOCK: Cell<Duration> = const { Cell::new(Duration::from_hours(24)) };
    }

    pub(crate) fn wall_clock() -> SystemTime {
        SystemTime::UNIX_EPOCH + WALL_CLOCK.get()
    }

    /// Sets the wall clock of this thread. It starts at 24 hours and moves only when it is set.
    pub(crate) fn set_wall_clock(since_epoch: Duration) {
        WALL_CLOCK.set(since_epoch);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_greater_of_both_clocks_counts() {
        let moment = Moment::now();
        assert_eq!(moment.elapsed(), Duration::ZERO);
        advance(Duration::from_secs(5)).await;
        assert_eq!(moment.elapsed(), Duration::from_secs(5));
        set_wall_clock(Duration::from_hours(36));
        assert_eq!(moment.elapsed(), Duration::from_hours(12));
        set_wall_clock(Duration::from_hours(1));
        assert_eq!(moment.elapsed(), Duration::from_secs(5), "a clock that was set back is ignored");
    }
}
