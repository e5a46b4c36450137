//! The key by which a redemption that is repeated is recognized.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

const MAX_CHARACTERS: usize = 255;

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

/// Reads the header `Idempotency-Key`: a string as structured fields have it, `"8e03978e"` (RFC 9651, 3.3.3), or the
/// same without quotation marks, as many programs send it.
impl FromStr for RedemptionKey {
    type Err = InvalidRedemptionKey;

    fn from_str(text: &str) -> Result<Self, InvalidRedemptionKey> {
        let inner = text.strip_prefix('"').map_or(Some(text), |rest| rest.strip_suffix('"'));
        let is_key = |inner: &&str| {
            (1..=MAX_CHARACTERS).contains(&inner.len())
                && inner.bytes().all(|character| character.is_ascii_graphic() && !matches!(character, b'"' | b'\\'))
        };
        let inner = inner.filter(is_key).ok_or(InvalidRedemptionKey)?;
        Ok(Self(hex::encode(&Sha256::digest(inner)[..16])))
    }
}

impl fmt::Debug for RedemptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "The header Idempotency-Key must be 1 to {MAX_CHARACTERS} visible ASCII characters, with or without quotation marks \
     around them, such as \"8e03978e-40d5-43dd-bc93-6894a57f9324\". Make a new one for each redemption."
)]
pub struct InvalidRedemptionKey;

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
        assert!("x".repeat(255).parse::<RedemptionKey>().is_ok());
        let long = "x".repeat(256);
        for text in ["", "\"\"", "\"abc", "abc\"", "a b", "a\\b", "a\"b", "é", "a\n", "a, b", &long] {
            assert_eq!(text.parse::<RedemptionKey>(), Err(InvalidRedemptionKey), "{text:?}");
        }
    }

    #[test]
    fn random_keys_differ() {
        let [first, second] = [(); 2].map(|()| RedemptionKey::random_text().unwrap());
        assert_ne!(first, second);
        assert!(first.parse::<RedemptionKey>().is_ok());
    }
}
