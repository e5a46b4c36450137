//! The header `Idempotency-Key`, by which a request that is repeated is recognized.

use std::str::FromStr;

use thiserror::Error;

const MAX_CHARACTERS: usize = 255;

/// What a caller has chosen to tell one request from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the value of the header: a string as structured fields have it, `"8e03978e"` (RFC 9651, 3.3.3), or the same
/// without quotation marks, as many programs send it.
impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let inner = text.strip_prefix('"').map_or(Some(text), |rest| rest.strip_suffix('"'));
        let is_key = |inner: &&str| {
            (1..=MAX_CHARACTERS).contains(&inner.len())
                && inner.bytes().all(|character| character.is_ascii_graphic() && !matches!(character, b'"' | b'\\'))
        };
        inner.filter(is_key).map(|inner| Self(inner.to_owned())).ok_or(InvalidIdempotencyKey)
    }
}

/// The text is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "The header Idempotency-Key must be 1 to {MAX_CHARACTERS} visible ASCII characters, with or without quotation marks \
     around them, such as \"8e03978e-40d5-43dd-bc93-6894a57f9324\". Send the same one only to repeat a request."
)]
pub struct InvalidIdempotencyKey;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_and_without_quotation_marks() {
        for text in ["abc", "\"abc\""] {
            assert_eq!(text.parse::<IdempotencyKey>().unwrap().as_str(), "abc");
        }
        assert!("x".repeat(255).parse::<IdempotencyKey>().is_ok());
        let long = "x".repeat(256);
        for text in ["", "\"\"", "\"abc", "abc\"", "a b", "a\\b", "a\"b", "é", "a\n", "a, b", &long] {
            assert_eq!(text.parse::<IdempotencyKey>(), Err(InvalidIdempotencyKey), "{text:?}");
        }
    }
}
