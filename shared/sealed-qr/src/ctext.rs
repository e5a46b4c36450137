//! The ctext: a payload sealed with AES-256-GCM (NIST SP 800-38D), version 1 of the format.
//!
//! ```text
//! header | nonce (12) | ciphertext (n) | tag (16)
//!
//! header: 0x10, key id                                 never expires
//!         0x11, key id, Unix seconds (u32, big-endian) expires
//! ```
//!
//! The associated data are the ASCII bytes `sealed-qr` followed by the header, so a changed header breaks the seal.
//! `docs/ctext-format.md` describes the format for other implementations.

#[cfg(test)]
mod tests;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;

use crate::{
    aead::{self, NONCE_BYTES, TAG_BYTES},
    digits,
    keyring::{Key, KeyId, Keyring},
    payload::Payload,
    random::{self, RandomError},
    unix_time::UnixTime,
};

/// The first header byte of a ctext that never expires: version 1 in the high nibble.
const NEVER_EXPIRES: u8 = 0x10;
/// The first header byte of a ctext that expires.
const EXPIRES: u8 = 0x11;
/// How often a nonce is drawn for a text that ends well, which one in 32 does not.
const MAX_DRAWS: usize = 16;
const ASSOCIATED_DATA_PREFIX: &[u8] = b"sealed-qr";

/// A well-formed ctext. Nothing in it can be trusted before [`Ctext::open`] has checked the seal.
#[derive(Clone, PartialEq, Eq)]
pub struct Ctext {
    key_id: KeyId,
    expires_at: Option<UnixTime>,
    bytes: Vec<u8>,
}

impl Ctext {
    /// Seals a payload with the newest key and a random nonce. It stays valid until `expires_at`, or forever.
    ///
    /// # Errors
    /// [`RandomError`] if the operating system has no random bytes.
    pub fn seal(payload: &Payload, keyring: &Keyring, expires_at: Option<UnixTime>) -> Result<Self, RandomError> {
        let draw = || {
            let mut nonce = [0; NONCE_BYTES];
            random::fill(&mut nonce)?;
            Ok(Self::seal_with(keyring.newest(), expires_at, nonce, payload.as_json().as_bytes()))
        };
        let mut ctext = draw()?;
        for _ in 1..MAX_DRAWS {
            if ctext.ends_well() {
                break;
            }
            ctext = draw()?;
        }
        Ok(ctext)
    }

    /// Whether the base64url text ends in a letter or a digit. Programs that find links in texts leave out punctuation
    /// at their ends. Only the last 6 bits of a text without leftover bits can be 62 or 63.
    fn ends_well(&self) -> bool {
        !self.bytes.len().is_multiple_of(3) || self.bytes.last().is_none_or(|last| last & 0x3f < 62)
    }

    fn seal_with(
        (key_id, key): (KeyId, &Key),
        expires_at: Option<UnixTime>,
        nonce: [u8; NONCE_BYTES],
        plaintext: &[u8],
    ) -> Self {
        let mut bytes = Vec::with_capacity(Self::byte_len(plaintext.len(), expires_at.is_some()));
        match expires_at {
            None => bytes.extend([NEVER_EXPIRES, key_id.get()]),
            Some(UnixTime(seconds)) => {
                bytes.extend([EXPIRES, key_id.get()]);
                bytes.extend(seconds.to_be_bytes());
            }
        }
        let associated_data = associated_data(&bytes);
        bytes.extend(nonce);
        let start = bytes.len();
        bytes.extend(plaintext);
        let tag = aead::seal(key, nonce, &associated_data, &mut bytes[start..]);
        bytes.extend(tag);
        Self { key_id, expires_at, bytes }
    }

    /// Checks the seal and only then reveals the payload.
    ///
    /// # Errors
    /// [`OpenError::Invalid`] if the ctext was not sealed with a key of the keyring; [`OpenError::Expired`] if it was,
    /// but has expired by `now`.
    pub fn open(&self, keyring: &Keyring, now: UnixTime) -> Result<Payload, OpenError> {
        let key = keyring.get(self.key_id).ok_or(InvalidCtext::UnknownKey)?;
        let (header, sealed) = self.bytes.split_at(header_len(self.expires_at.is_some()));
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(InvalidCtext::Length)?;
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_BYTES>().ok_or(InvalidCtext::Length)?;

        let mut plaintext = ciphertext.to_vec();
        aead::open(key, *nonce, &associated_data(header), &mut plaintext, *tag).ok_or(InvalidCtext::Tag)?;

        match self.expires_at {
            Some(expires_at) if expires_at <= now => Err(OpenError::Expired(expires_at)),
            _ => Ok(Payload::from_authentic(plaintext).ok_or(InvalidCtext::NotJson)?),
        }
    }

    /// Reads either text of a ctext: decimal digits, or base64url without padding. The first character tells them
    /// apart, since version 1 in base64url always begins with `E`.
    ///
    /// # Errors
    /// [`InvalidCtext`] if no version-1 ctext has this text.
    pub fn parse(text: &str) -> Result<Self, InvalidCtext> {
        let bytes = if text.starts_with(|first: char| first.is_ascii_digit()) {
            digits::decode(text)
        } else {
            URL_SAFE_NO_PAD.decode(text).ok()
        };
        Self::from_bytes(bytes.ok_or(InvalidCtext::Text)?)
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Self, InvalidCtext> {
        let (key_id, expires_at) = match bytes[..] {
            [NEVER_EXPIRES, key_id, ..] => (key_id, None),
            [EXPIRES, key_id, a, b, c, d, ..] => (key_id, Some(UnixTime(u32::from_be_bytes([a, b, c, d])))),
            [EXPIRES | NEVER_EXPIRES, ..] | [] => return Err(InvalidCtext::Length),
            _ => return Err(InvalidCtext::Version),
        };
        let key_id = KeyId::new(key_id).ok_or(InvalidCtext::UnknownKey)?;
        let ctext = Self { key_id, expires_at, bytes };
        if ctext.bytes.len() < Self::byte_len(0, expires_at.is_some()) {
            return Err(InvalidCtext::Length);
        }
        Ok(ctext)
    }

    /// The key with which it claims to be sealed.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// When it claims to expire. Trust this only after [`Ctext::open`] has succeeded.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixTime> {
        self.expires_at
    }

    /// The length in bytes of a ctext whose payload has `payload` bytes.
    #[must_use]
    pub const fn byte_len(payload: usize, expires: bool) -> usize {
        header_len(expires) + NONCE_BYTES + payload + TAG_BYTES
    }

    /// The text for QR codes: decimal digits.
    #[must_use]
    pub fn to_digits(&self) -> String {
        digits::encode(&self.bytes)
    }

    /// The text for e-mail, NFC and the like: base64url without padding.
    #[must_use]
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.bytes)
    }
}

impl std::fmt::Debug for Ctext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctext").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

const fn header_len(expires: bool) -> usize {
    if expires { 6 } else { 2 }
}

fn associated_data(header: &[u8]) -> Vec<u8> {
    [ASSOCIATED_DATA_PREFIX, header].concat()
}

/// Why a text is not an authentic ctext. This is for logs and metrics. Show callers the same answer for all of these,
/// so that nobody learns how close a forgery came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[error("{}", self.name())]
pub enum InvalidCtext {
    /// The text is neither strict digits nor strict base64url.
    Text,
    /// It is too short.
    Length,
    /// The version is unknown.
    Version,
    /// The key is not, or no longer, in the keyring.
    UnknownKey,
    /// The seal is broken.
    Tag,
    /// It was sealed with a key of the keyring, but the payload is not JSON.
    NotJson,
}

impl InvalidCtext {
    /// The stable name of the reason.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Length => "length",
            Self::Version => "version",
            Self::UnknownKey => "unknown-key",
            Self::Tag => "tag",
            Self::NotJson => "not-json",
        }
    }
}

/// Why a ctext does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It is not an authentic ctext.
    #[error("invalid ctext: {0}")]
    Invalid(#[from] InvalidCtext),
    /// It is authentic, but expired at this time.
    #[error("the ctext has expired")]
    Expired(UnixTime),
}
