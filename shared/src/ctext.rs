//! The ctext: a payload sealed with AES-256-GCM (NIST SP 800-38D), version 1 of the format.
//!
//! ```text
//! header | nonce (12) | ciphertext (n) | tag (16)
//!
//! header: 0x10, key id                               never expires
//!         0x11, key id, Unix seconds (u32, big-endian)
//! ```
//!
//! The associated data are the ASCII bytes `sealed-qr` followed by the header, so a changed header breaks the
//! seal. `docs/ctext-format.md` describes the format for other implementations.

#[cfg(test)]
mod tests;

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;

use crate::{
    aead::{self, NONCE_BYTES, TAG_BYTES},
    digits,
    keyring::{Key, KeyId, Keyring},
    payload::Payload,
};

/// First header byte of a code that never expires: version 1 in the high nibble.
const LASTING: u8 = 0x10;
/// First header byte of a code that expires.
const EXPIRING: u8 = 0x11;
const ASSOCIATED_DATA_PREFIX: &[u8] = b"sealed-qr";

/// A point in time in Unix seconds, up to 2106.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u32);

impl UnixTime {
    /// The beginning of 2106, the last year of the format's clock, which is not whole.
    const END: Self = Self(4_291_747_200);

    /// The time now. A clock that is off the range reads as its end: no code that expires opens then.
    #[must_use]
    pub fn now() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|time| time.as_secs().try_into().ok());
        Self(seconds.unwrap_or(u32::MAX))
    }

    /// So many seconds later; `None` unless that is before 2106.
    #[must_use]
    pub fn after(self, seconds: u32) -> Option<Self> {
        self.0.checked_add(seconds).map(Self).filter(|time| *time < Self::END)
    }
}

/// A ctext of well-formed shape. Nothing in it is to be believed before [`Ctext::open`] has checked the seal.
#[derive(Clone, PartialEq, Eq)]
pub struct Ctext {
    key_id: KeyId,
    expires_at: Option<UnixTime>,
    bytes: Vec<u8>,
}

impl Ctext {
    /// Seals a payload with the newest key and a nonce from the operating system, for good or until `expires_at`.
    ///
    /// # Errors
    /// The operating system's generator failed.
    pub fn seal(payload: &Payload, keyring: &Keyring, expires_at: Option<UnixTime>) -> Result<Self, getrandom::Error> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce)?;
        Ok(Self::seal_with(keyring.newest(), expires_at, nonce, payload.as_json().as_bytes()))
    }

    fn seal_with(
        (key_id, key): (KeyId, &Key),
        expires_at: Option<UnixTime>,
        nonce: [u8; NONCE_BYTES],
        plaintext: &[u8],
    ) -> Self {
        let mut bytes = Vec::with_capacity(Self::len(plaintext.len(), expires_at.is_some()));
        match expires_at {
            None => bytes.extend([LASTING, key_id.get()]),
            Some(UnixTime(seconds)) => {
                bytes.extend([EXPIRING, key_id.get()]);
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
    /// [`Unopened::Invalid`] when this is not an authentic ctext of a key in the keyring;
    /// [`Unopened::Expired`] when it is, but its time is over at `now`.
    pub fn open(&self, keyring: &Keyring, now: UnixTime) -> Result<Payload, Unopened> {
        let key = keyring.get(self.key_id).ok_or(Invalid::UnknownKey)?;
        let (header, sealed) = self.bytes.split_at(header_len(self.expires_at.is_some()));
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Invalid::Length)?;
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_BYTES>().ok_or(Invalid::Length)?;

        let mut plaintext = ciphertext.to_vec();
        aead::open(key, *nonce, &associated_data(header), &mut plaintext, *tag).ok_or(Invalid::Tag)?;

        match self.expires_at {
            Some(expires_at) if expires_at <= now => Err(Unopened::Expired(expires_at)),
            _ => Ok(Payload::from_authentic(plaintext).ok_or(Invalid::NotJson)?),
        }
    }

    /// Reads either text of a ctext: decimal digits, or base64url without padding. Which one it is shows in
    /// the first character, since version 1 in base64url always begins with `E`.
    ///
    /// # Errors
    /// [`Invalid`] when no version-1 ctext has this text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = if text.starts_with(|first: char| first.is_ascii_digit()) {
            digits::decode(text)
        } else {
            URL_SAFE_NO_PAD.decode(text).ok()
        };
        Self::from_bytes(bytes.ok_or(Invalid::Text)?)
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Self, Invalid> {
        let (key_id, expires_at) = match bytes[..] {
            [LASTING, key_id, ..] => (key_id, None),
            [EXPIRING, key_id, a, b, c, d, ..] => (key_id, Some(UnixTime(u32::from_be_bytes([a, b, c, d])))),
            [EXPIRING | LASTING, ..] | [] => return Err(Invalid::Length),
            _ => return Err(Invalid::Version),
        };
        let key_id = KeyId::new(key_id).ok_or(Invalid::UnknownKey)?;
        let ctext = Self { key_id, expires_at, bytes };
        if ctext.bytes.len() < Self::len(0, expires_at.is_some()) {
            return Err(Invalid::Length);
        }
        Ok(ctext)
    }

    /// The key it claims to be sealed with.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// When it says that it expires: to be believed only once [`Ctext::open`] has succeeded.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixTime> {
        self.expires_at
    }

    /// Bytes of a ctext with a payload of so many bytes.
    #[must_use]
    pub const fn len(payload: usize, expires: bool) -> usize {
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

/// Why a text is not an authentic ctext. For logs and metrics: outside, all of these look the same, so that
/// nobody learns from the answer how close a forgery came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", self.name())]
pub enum Invalid {
    /// Neither strict digits nor strict base64url.
    Text,
    /// Too short for its header.
    Length,
    /// Another version, or none.
    Version,
    /// A key that is not, or no longer, in the keyring.
    UnknownKey,
    /// The seal does not hold.
    Tag,
    /// Sealed with our key, but not JSON.
    NotJson,
}

impl Invalid {
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
pub enum Unopened {
    /// Not an authentic ctext.
    #[error("invalid: {0}")]
    Invalid(#[from] Invalid),
    /// Authentic, but its time is over.
    #[error("expired")]
    Expired(UnixTime),
}
