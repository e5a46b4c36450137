//! The number of a payload model in a ctext.

use std::{fmt, num::NonZeroU8};

/// The name of a payload model in a ctext: 1 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelNumber(NonZeroU8);

impl ModelNumber {
    /// The number in a byte of a ctext; `None` for 0, which is not a number of a model.
    #[must_use]
    pub const fn new(byte: u8) -> Option<Self> {
        match NonZeroU8::new(byte) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The byte.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }
}

impl fmt::Display for ModelNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
