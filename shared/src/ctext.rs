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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);

    fn keyring() -> Keyring {
        Keyring::parse(&format!(r#"{{"1": "{}", "7": "{}"}}"#, "01".repeat(32), "ab".repeat(32))).unwrap()
    }

    fn payload(json: &str) -> Payload {
        Payload::from_authentic(json.as_bytes().to_vec()).unwrap()
    }

    fn sealed() -> Ctext {
        Ctext::seal(&payload(r#"{"id":"A-17","amount":1250}"#), &keyring(), None).unwrap()
    }

    fn reason(error: Unopened) -> Invalid {
        match error {
            Unopened::Invalid(reason) => reason,
            Unopened::Expired(_) => panic!("expired"),
        }
    }

    fn expiring(expires_at: u32) -> Ctext {
        let ctext = Ctext::seal(&payload("{}"), &keyring(), Some(UnixTime(expires_at))).unwrap();
        assert_eq!(ctext.bytes[..6], [&[0x11, 7][..], &expires_at.to_be_bytes()].concat());
        ctext
    }

    #[test]
    fn the_newest_key_seals_and_both_texts_open() {
        let ctext = sealed();
        assert_eq!(ctext.bytes[..2], [0x10, 7]);
        for text in [ctext.to_digits(), ctext.to_base64url()] {
            let opened = Ctext::parse(&text).unwrap().open(&keyring(), NOW).unwrap();
            assert_eq!(opened.as_json(), r#"{"id":"A-17","amount":1250}"#);
        }
        assert!(ctext.to_base64url().starts_with('E'));
    }

    #[test]
    fn an_older_key_opens_until_it_is_deleted() {
        let old = Keyring::parse(&format!(r#"{{"1": "{}"}}"#, "01".repeat(32))).unwrap();
        let other = Keyring::parse(&format!(r#"{{"2": "{}"}}"#, "01".repeat(32))).unwrap();
        let ctext = Ctext::seal(&payload("{}"), &old, None).unwrap();
        assert!(ctext.open(&keyring(), NOW).is_ok());
        assert_eq!(reason(ctext.open(&other, NOW).unwrap_err()), Invalid::UnknownKey);
    }

    #[test]
    fn any_changed_bit_breaks_the_seal() {
        for original in [sealed(), expiring(u32::MAX)] {
            assert!(original.open(&keyring(), NOW).is_ok());
            for bit in 0..original.bytes.len() * 8 {
                let mut bytes = original.bytes.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let opened = Ctext::from_bytes(bytes).map_err(Unopened::from).and_then(|c| c.open(&keyring(), NOW));
                assert!(matches!(opened, Err(Unopened::Invalid(_))), "bit {bit}");
            }
        }
    }

    #[test]
    fn any_other_length_breaks_the_seal() {
        let bytes = sealed().bytes;
        for length in 0..bytes.len() {
            let opened = Ctext::from_bytes(bytes[..length].to_vec()).map_err(Unopened::from);
            assert!(opened.and_then(|c| c.open(&keyring(), NOW)).is_err(), "{length} bytes");
        }
        let longer = Ctext::from_bytes([&bytes[..], &[0]].concat()).unwrap();
        assert_eq!(reason(longer.open(&keyring(), NOW).unwrap_err()), Invalid::Tag);
    }

    #[test]
    fn reasons_are_told_apart() {
        let cases = [
            ("", Invalid::Length),
            ("E", Invalid::Text),
            ("E===", Invalid::Text),
            ("e30", Invalid::Version),
            ("EA", Invalid::Length),
            ("EAc", Invalid::Length),
            ("EQcAAAA", Invalid::Length),
            ("EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Invalid::UnknownKey),
            ("12", Invalid::Text),
            ("032", Invalid::Version),
        ];
        for (text, expected) in cases {
            assert_eq!(Ctext::parse(text).unwrap_err(), expected, "{text:?}");
        }
        let mut no_json = Ctext::seal_with(keyring().newest(), None, [0; NONCE_BYTES], b"no JSON");
        assert_eq!(reason(no_json.open(&keyring(), NOW).unwrap_err()), Invalid::NotJson);
        no_json.bytes.pop();
        assert_eq!(reason(no_json.open(&keyring(), NOW).unwrap_err()), Invalid::Tag);
    }

    #[test]
    fn a_code_expires_at_its_second() {
        assert!(expiring(NOW.0 + 1).open(&keyring(), NOW).is_ok());
        assert_eq!(expiring(NOW.0).open(&keyring(), NOW), Err(Unopened::Expired(NOW)));
        assert_eq!(expiring(0).open(&keyring(), NOW), Err(Unopened::Expired(UnixTime(0))));
    }

    #[test]
    fn the_clock_of_the_format_ends_before_2106() {
        assert_eq!(NOW.after(1), Some(UnixTime(NOW.0 + 1)));
        assert_eq!(UnixTime::END.after(0), None);
        assert_eq!(UnixTime(UnixTime::END.0 - 2).after(1), Some(UnixTime(UnixTime::END.0 - 1)));
        assert_eq!(UnixTime(u32::MAX).after(1), None);
        assert!(UnixTime::now() > NOW || UnixTime::now() > UnixTime(1_700_000_000));
    }

    #[test]
    fn nonces_differ() {
        let nonces: std::collections::BTreeSet<_> = (0..1000).map(|_| sealed().bytes[2..14].to_vec()).collect();
        assert_eq!(nonces.len(), 1000);
    }

    #[test]
    fn nothing_of_a_ctext_prints() {
        assert_eq!(format!("{:?}", expiring(1)), "Ctext { key_id: KeyId(7), .. }");
    }

    #[test]
    fn the_published_vectors_hold() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/ctext-v1.json")).unwrap();
        let text = |vector: &serde_json::Value, member: &str| vector[member].as_str().unwrap().to_owned();
        let time = |seconds: &serde_json::Value| seconds.as_u64().map(|seconds| UnixTime(seconds.try_into().unwrap()));
        let keyring = Keyring::parse(&vectors["keyring"].to_string()).unwrap();
        let now = time(&vectors["now"]).unwrap();

        for vector in vectors["valid"].as_array().unwrap() {
            let key_id = KeyId::new(vector["key_id"].as_u64().unwrap().try_into().unwrap()).unwrap();
            let key = keyring.get(key_id).unwrap();
            let mut nonce = [0; NONCE_BYTES];
            hex::decode_to_slice(text(vector, "nonce"), &mut nonce).unwrap();
            let payload = text(vector, "payload");
            let sealed = Ctext::seal_with((key_id, key), time(&vector["expires_at"]), nonce, payload.as_bytes());
            for (ours, published) in [(sealed.to_digits(), "digits"), (sealed.to_base64url(), "base64url")] {
                assert_eq!(ours, text(vector, published), "{vector}");
                let opened = Ctext::parse(&ours).unwrap().open(&keyring, now).unwrap();
                assert_eq!(opened.as_json(), payload, "{vector}");
            }
        }
        for vector in vectors["invalid"].as_array().unwrap() {
            let opened = Ctext::parse(&text(vector, "text")).map_err(Unopened::from);
            let failure = match opened.and_then(|ctext| ctext.open(&keyring, now)).unwrap_err() {
                Unopened::Invalid(reason) => reason.name(),
                Unopened::Expired(_) => "expired",
            };
            assert_eq!(failure, text(vector, "failure"), "{vector}");
        }
    }

    proptest! {
        #[test]
        fn payloads_survive(text in ".{0,300}") {
            let json = serde_json::to_string(&text).unwrap();
            let ctext = Ctext::seal(&payload(&json), &keyring(), None).unwrap();
            prop_assert_eq!(ctext.bytes.len(), 30 + json.len());
            let opened = Ctext::parse(&ctext.to_digits()).unwrap().open(&keyring(), NOW).unwrap();
            prop_assert_eq!(opened.as_json(), json);
        }

        #[test]
        fn one_ctext_has_one_text_of_each_form(text in "E[A-Za-z0-9_-]{39,60}") {
            if let Ok(ctext) = Ctext::parse(&text) {
                prop_assert_eq!(ctext.to_base64url(), text);
            }
        }
    }
}
