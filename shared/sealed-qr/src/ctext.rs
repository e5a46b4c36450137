//! The ctext: a payload sealed with AES-256-GCM (NIST SP 800-38D), version 1 of the format.
//!
//! ```text
//! header | nonce (12) | ciphertext (n) | tag (16)
//!
//! header: 0x10 + flags, key id, and for each flag
//!         0x01 Unix seconds (u32, big-endian): when it expires
//!         0x02 nothing: the plaintext is the number of a model and a payload packed by it
//!         0x04 a byte: how often it may be redeemed
//! ```
//!
//! A plaintext that begins with 0x00 is one that only redeeming reveals; what follows is the plaintext proper.
//!
//! The associated data are the ASCII bytes `sealed-qr` followed by the header, so a changed header breaks the seal.
//! `docs/ctext-format.md` describes the format for other implementations.

mod header;
mod series;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;

use self::header::Header;

pub use self::series::Series;
use crate::{
    aead::{self, NONCE_BYTES, TAG_BYTES},
    code_name::CodeName,
    digits,
    keyring::{Key, KeyId, Keyring},
    model_number::ModelNumber,
    packing::Layout,
    payload::Payload,
    random::{RandomError, random_bytes},
    terms::{Reveal, Terms, Uses},
    unix_time::UnixTime,
};

/// How often a nonce is drawn for a text that ends well, which one in 32 does not.
const MAX_DRAWS: usize = 16;
const ASSOCIATED_DATA_PREFIX: &[u8] = b"sealed-qr";
/// The first byte of a plaintext that only redeeming reveals. JSON and numbers of models begin with others.
const REVEALED_ON_REDEEM: u8 = 0;

/// A well-formed ctext. Nothing in it can be trusted before [`Ctext::open`] has checked the seal.
#[derive(Clone, PartialEq, Eq)]
pub struct Ctext {
    header: Header,
    bytes: Vec<u8>,
}

impl Ctext {
    /// Seals a payload with the newest key and a random nonce.
    ///
    /// # Errors
    /// [`RandomError`] if the operating system has no random bytes.
    pub fn seal(payload: &Payload, keyring: &Keyring, terms: Terms) -> Result<Self, RandomError> {
        let (key_id, key) = keyring.newest();
        Sealing::new(key_id, key, payload, terms).seal_well(random_bytes)
    }

    /// Whether the base64url text ends in a letter or a digit. Programs that find links in texts leave out punctuation
    /// at their ends. Only the last 6 bits of a text without leftover bits can be 62 or 63.
    fn ends_well(&self) -> bool {
        !self.bytes.len().is_multiple_of(3) || self.bytes.last().is_none_or(|last| last & 0x3f < 62)
    }

    fn seal_with(header: Header, key: &Key, nonce: [u8; NONCE_BYTES], plaintext: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(byte_len(header.len(), plaintext.len()));
        header.write(&mut bytes);
        let associated_data = associated_data(&bytes);
        bytes.extend(nonce);
        let start = bytes.len();
        bytes.extend(plaintext);
        let tag = aead::seal(key, nonce, &associated_data, &mut bytes[start..]);
        bytes.extend(tag);
        Self { header, bytes }
    }

    /// Checks the seal and only then reveals the payload. `layout` is what the models with their numbers pack by; for
    /// payloads that are not packed, `|_| None` does.
    ///
    /// # Errors
    /// [`OpenError::Invalid`] if the ctext was not sealed with a key of the keyring, or by a model that `layout` does
    /// not know; [`OpenError::Expired`] if it was, but has expired by `now`.
    pub fn open<'a>(
        &self,
        keyring: &Keyring,
        now: UnixTime,
        layout: impl FnOnce(ModelNumber) -> Option<&'a Layout>,
    ) -> Result<Opened, OpenError> {
        let key = keyring.get(self.header.key_id).ok_or(InvalidCtext::UnknownKey)?;
        let (header, sealed) = self.bytes.split_at(self.header.len());
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(InvalidCtext::Length)?;
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_BYTES>().ok_or(InvalidCtext::Length)?;

        let mut plaintext = ciphertext.to_vec();
        aead::open(key, *nonce, &associated_data(header), &mut plaintext, *tag).ok_or(InvalidCtext::Tag)?;

        let expires_at = self.header.expires_at;
        if let Some(expires_at) = expires_at.filter(|expires_at| *expires_at <= now) {
            return Err(OpenError::Expired(expires_at));
        }
        let uses = self.header.uses.map(|limit| Uses { limit, reveal: take_reveal(&mut plaintext) });
        let payload = if self.header.is_packed {
            let number = plaintext.first().ok_or(InvalidCtext::NotPacked)?;
            let number = ModelNumber::new(*number).ok_or(InvalidCtext::UnknownModel)?;
            let layout = layout(number).ok_or(InvalidCtext::UnknownModel)?;
            Payload::from_authentic_packed(number, layout, plaintext).ok_or(InvalidCtext::NotPacked)?
        } else {
            Payload::from_authentic(plaintext).ok_or(InvalidCtext::NotJson)?
        };
        Ok(Opened { payload, terms: Terms { expires_at, uses } })
    }

    /// Reads either text of a ctext: decimal digits, or base64url without padding. The first character tells them
    /// apart, since version 1 in base64url begins with `E` or `F`.
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
        let header = Header::read(&bytes)?;
        if bytes.len() < byte_len(header.len(), 0) {
            return Err(InvalidCtext::Length);
        }
        Ok(Self { header, bytes })
    }

    /// The key with which it claims to be sealed.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.header.key_id
    }

    /// The name of the code.
    #[must_use]
    pub fn name(&self) -> CodeName {
        CodeName::of(&self.bytes)
    }

    /// The length in bytes of a ctext with these terms whose payload has `plaintext` bytes ([`Payload::sealed_len`]).
    #[must_use]
    pub const fn byte_len(plaintext: usize, terms: Terms) -> usize {
        let marker = if terms.is_revealed_on_redeem() { 1 } else { 0 };
        byte_len(Header::byte_len(terms.expires_at.is_some(), terms.uses.is_some()), marker + plaintext)
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
        f.debug_struct("Ctext").field("key_id", &self.header.key_id).finish_non_exhaustive()
    }
}

/// A ctext that lacks only its nonce.
struct Sealing<'a> {
    header: Header,
    key: &'a Key,
    plaintext: Cow<'a, [u8]>,
}

impl<'a> Sealing<'a> {
    fn new(key_id: KeyId, key: &'a Key, payload: &'a Payload, terms: Terms) -> Self {
        let header = Header {
            key_id,
            expires_at: terms.expires_at,
            is_packed: payload.model().is_some(),
            uses: terms.uses.map(|uses| uses.limit),
        };
        let mut plaintext = Cow::Borrowed(payload.plaintext());
        if terms.is_revealed_on_redeem() {
            plaintext.to_mut().insert(0, REVEALED_ON_REDEEM);
        }
        Self { header, key, plaintext }
    }

    /// Seals with a nonce whose text ends well, which one in 32 does not.
    fn seal_well<E>(&self, mut nonce: impl FnMut() -> Result<[u8; NONCE_BYTES], E>) -> Result<Ctext, E> {
        let mut seal = || Ok(Ctext::seal_with(self.header, self.key, nonce()?, &self.plaintext));
        let mut ctext = seal()?;
        for _ in 1..MAX_DRAWS {
            if ctext.ends_well() {
                break;
            }
            ctext = seal()?;
        }
        Ok(ctext)
    }
}

/// What an authentic ctext says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The payload.
    pub payload: Payload,
    /// The terms of the code.
    pub terms: Terms,
}

/// The length in bytes of a ctext whose header and plaintext have these lengths.
const fn byte_len(header: usize, plaintext: usize) -> usize {
    header + NONCE_BYTES + plaintext + TAG_BYTES
}

/// Takes the mark from the plaintext of a code that counts.
fn take_reveal(plaintext: &mut Vec<u8>) -> Reveal {
    if plaintext.first() == Some(&REVEALED_ON_REDEEM) {
        plaintext.remove(0);
        Reveal::OnRedeem
    } else {
        Reveal::Always
    }
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
    /// It counts to 0.
    NoUses,
    /// The key is not, or no longer, in the keyring.
    UnknownKey,
    /// The seal is broken.
    Tag,
    /// It was sealed with a key of the keyring, but the payload is not JSON.
    NotJson,
    /// It was sealed with a key of the keyring, but by a model that is not known.
    UnknownModel,
    /// It was sealed with a key of the keyring, but its model does not pack like this.
    NotPacked,
}

impl InvalidCtext {
    /// The stable name of the reason.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Length => "length",
            Self::Version => "version",
            Self::NoUses => "no-uses",
            Self::UnknownKey => "unknown-key",
            Self::Tag => "tag",
            Self::NotJson => "not-json",
            Self::UnknownModel => "unknown-model",
            Self::NotPacked => "not-packed",
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
