//! The key by which a redemption that is repeated is recognized.

use std::{fmt, str::FromStr};

use service::idempotency_key::{IdempotencyKey, InvalidIdempotencyKey};
use sha2::{Digest as _, Sha256};

/// What tells one redemption of a code from another: a hash of the caller's `Idempotency-Key`, or a random number.
#[derive(Clone, PartialEq, Eq)]
pub struct RedemptionKey(String);

impl RedemptionKey {
    /// A new random key as a caller would write it.
    ///
    /// # Errors
    /// The operating system has no random bytes.
    pub fn random_text() -> Result<String, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(hex::encode(bytes))
    }

    /// The key in a record.
    pub(crate) fn from_record(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The key as records have it: 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the header `Idempotency-Key`.
impl FromStr for RedemptionKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let key: IdempotencyKey = text.parse()?;
        Ok(Self(hex::encode(&Sha256::digest(key.as_str())[..16])))
    }
}

impl fmt::Debug for RedemptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_and_without_quotation_marks() {
        let key: RedemptionKey = "abc".parse().unwrap();
        assert_eq!(key.as_str(), "ba7816bf8f01cfea414140de5dae2223");
        assert_eq!("\"abc\"".parse(), Ok(key.clone()));
        assert_eq!(RedemptionKey::from_record(key.as_str()), key);
        assert_ne!("abd".parse(), Ok(key.clone()));
        assert_eq!(format!("{key:?}"), key.as_str(), "a hash of the caller's key may be in a log");
        assert_eq!("a b".parse::<RedemptionKey>(), Err(InvalidIdempotencyKey));
    }

    #[test]
    fn random_keys_differ() {
        let [first, second] = [(); 2].map(|()| RedemptionKey::random_text().unwrap());
        assert_ne!(first, second);
        assert!(first.parse::<RedemptionKey>().is_ok());
    }
}
