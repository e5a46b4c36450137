//! The clock of the format.

use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time in whole Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u32);

impl UnixTime {
    /// The start of 2106. The 32-bit clock overflows during that year, so expiries must fall before it.
    const END: Self = Self(4_291_747_200);

    /// The current time. A clock out of range reads as `u32::MAX`, so that codes which expire fail closed.
    #[must_use]
    pub fn now() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|time| time.as_secs().try_into().ok());
        Self(seconds.unwrap_or(u32::MAX))
    }

    /// The time `seconds` later; `None` unless that is before 2106.
    #[must_use]
    pub fn after(self, seconds: u32) -> Option<Self> {
        self.0.checked_add(seconds).map(Self).filter(|time| *time < Self::END)
    }

    /// The time at these Unix seconds; `None` unless that is later than `self` and before 2106.
    #[must_use]
    pub fn until(self, seconds: i64) -> Option<Self> {
        u32::try_from(seconds).ok().map(Self).filter(|time| self < *time && *time < Self::END)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_format_ends_before_2106() {
        let time = UnixTime(1_800_000_000);
        assert_eq!(time.after(1), Some(UnixTime(1_800_000_001)));
        assert_eq!(UnixTime::END.after(0), None);
        assert_eq!(UnixTime(UnixTime::END.0 - 2).after(1), Some(UnixTime(UnixTime::END.0 - 1)));
        assert_eq!(UnixTime(u32::MAX).after(1), None);
        assert!(UnixTime::now() > UnixTime(1_700_000_000));
    }
}
