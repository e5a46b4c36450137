//! The ctext format, implemented a second time and on another AES-256-GCM: a ctext was sealed if and only if it opens
//! here.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use payload_models::DEPLOYED;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sealed_qr::{
    ModelNumber, digits,
    packing::{self, Layout},
};

use crate::sample::KEYRING_JSON;

/// The id of the only key in the sample keyring.
pub(crate) const KEY_ID: u8 = 1;

static KEY: LazyLock<LessSafeKey> = LazyLock::new(|| {
    let keyring: serde_json::Value = serde_json::from_str(&KEYRING_JSON).expect("a keyring is JSON");
    let key = hex::decode(keyring["1"].as_str().expect("the key has the id 1")).expect("keys are hexadecimal");
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("keys have 32 bytes"))
});

/// The contents of a header.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) key_id: u8,
    pub(crate) expires_at: Option<u32>,
    pub(crate) uses: Option<u8>,
}

impl Header {
    fn to_bytes(self) -> Vec<u8> {
        let flags = u8::from(self.expires_at.is_some()) + 4 * u8::from(self.uses.is_some());
        let expiry = self.expires_at.map(u32::to_be_bytes).into_iter().flatten();
        [0x10 + flags, self.key_id].into_iter().chain(expiry).chain(self.uses).collect()
    }
}

/// What a sealed ctext says.
pub(crate) struct Sealed {
    pub(crate) payload: Vec<u8>,
    pub(crate) expires_at: Option<u32>,
    pub(crate) uses: Option<u8>,
    pub(crate) is_revealed_on_redeem: bool,
}

/// The bytes of a ctext.
pub(crate) fn seal(header: Header, nonce: [u8; 12], plaintext: &[u8]) -> Vec<u8> {
    let header = header.to_bytes();
    let mut sealed = plaintext.to_vec();
    let aad = Aad::from([b"sealed-qr", &header[..]].concat());
    KEY.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).expect("the text is short");
    [&header[..], &nonce, &sealed].concat()
}

/// What the bytes of a ctext say, if the sample key sealed it.
pub(crate) fn open(ctext: &[u8]) -> Option<Sealed> {
    let (first, rest) = ctext.split_first()?;
    let [expires, is_packed, counts] = [1, 2, 4].map(|flag| first & flag != 0);
    let (key_id, mut rest) = rest.split_first()?;
    if !(0x10..0x18).contains(first) || *key_id != KEY_ID {
        return None;
    }
    let (mut expires_at, mut uses) = (None, None);
    if expires {
        let (seconds, after) = rest.split_first_chunk()?;
        (expires_at, rest) = (Some(u32::from_be_bytes(*seconds)), after);
    }
    if counts {
        let (&number, after) = rest.split_first().filter(|(number, _)| **number > 0)?;
        (uses, rest) = (Some(number), after);
    }
    let header = &ctext[..ctext.len() - rest.len()];
    let (nonce, sealed) = rest.split_first_chunk()?;
    let mut opened = sealed.to_vec();
    let aad = Aad::from([b"sealed-qr", header].concat());
    let plaintext = KEY.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut opened).ok()?.to_vec();
    let unmarked = plaintext.strip_prefix(&[0]).filter(|_| counts);
    let inner = unmarked.unwrap_or(&plaintext);
    let payload = if is_packed {
        let (number, packed) = inner.split_first()?;
        packing::unpack(layout(ModelNumber::new(*number)?)?, packed)?.into_bytes()
    } else {
        inner.to_vec()
    };
    Some(Sealed { payload, expires_at, uses, is_revealed_on_redeem: unmarked.is_some() })
}

/// The layout of a model of the deployment.
pub(crate) fn layout(number: ModelNumber) -> Option<&'static Layout> {
    DEPLOYED.layout(number)
}

/// What either text of a ctext says, if the sample key sealed it.
pub(crate) fn open_text(text: &str) -> Option<Sealed> {
    open(&digits::decode(text).or_else(|| URL_SAFE_NO_PAD.decode(text).ok())?)
}
