//! Points in time to the millisecond.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time in milliseconds since 1970. It prints by RFC 3339, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The current time; 1970 if the clock is before that.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(since.as_millis().try_into().unwrap_or(u64::MAX))
    }

    /// How long ago `earlier` was; zero if it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The same in whole Unix seconds.
    #[must_use]
    pub fn unix_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The same as a date and a time in UTC; 1970 if the calendar ends before.
    #[must_use]
    pub fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date_time().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_in_utc() {
        assert_eq!(Timestamp(1_800_000_000_000).to_string(), "2027-01-15T08:00:00Z");
        assert_eq!(Timestamp(1_800_000_000_250).to_string(), "2027-01-15T08:00:00.25Z");
        assert_eq!(Timestamp(u64::MAX).to_string(), "1970-01-01T00:00:00Z");
        assert!(Timestamp::now() > Timestamp(1_700_000_000_000));
    }

    #[test]
    fn what_is_later_was_no_time_ago() {
        assert_eq!(Timestamp(5000).since(Timestamp(2000)), Duration::from_secs(3));
        assert_eq!(Timestamp(2000).since(Timestamp(5000)), Duration::ZERO);
        assert_eq!(Timestamp(5999).unix_seconds(), 5);
    }
}
