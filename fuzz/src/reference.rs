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
}

impl Header {
    fn to_bytes(self) -> Vec<u8> {
        match self.expires_at {
            None => vec![0x10, self.key_id],
            Some(seconds) => [&[0x11, self.key_id][..], &seconds.to_be_bytes()].concat(),
        }
    }
}

/// The bytes of a ctext.
pub(crate) fn seal(header: Header, nonce: [u8; 12], plaintext: &[u8]) -> Vec<u8> {
    let header = header.to_bytes();
    let mut sealed = plaintext.to_vec();
    let aad = Aad::from([b"sealed-qr", &header[..]].concat());
    KEY.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).expect("the text is short");
    [&header[..], &nonce, &sealed].concat()
}

/// The payload and the expiry in the bytes of a ctext, if the sample key sealed it.
pub(crate) fn open(ctext: &[u8]) -> Option<(Vec<u8>, Option<u32>)> {
    let (header, sealed, expires_at) = match ctext {
        [0x10 | 0x12, KEY_ID, sealed @ ..] => (&ctext[..2], sealed, None),
        [0x11 | 0x13, KEY_ID, a, b, c, d, sealed @ ..] => {
            (&ctext[..6], sealed, Some(u32::from_be_bytes([*a, *b, *c, *d])))
        }
        _ => return None,
    };
    let (nonce, sealed) = sealed.split_first_chunk()?;
    let mut opened = sealed.to_vec();
    let aad = Aad::from([b"sealed-qr", header].concat());
    let payload = KEY.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut opened).ok()?.to_vec();
    if header[0] & 2 == 0 {
        return Some((payload, expires_at));
    }
    let (number, packed) = payload.split_first()?;
    let payload = packing::unpack(layout(ModelNumber::new(*number)?)?, packed)?;
    Some((payload.into_bytes(), expires_at))
}

/// The layout of a model of the deployment.
pub(crate) fn layout(number: ModelNumber) -> Option<&'static Layout> {
    DEPLOYED.layout(number)
}

/// The payload and the expiry in either text of a ctext, if the sample key sealed it.
pub(crate) fn open_text(text: &str) -> Option<(Vec<u8>, Option<u32>)> {
    open(&digits::decode(text).or_else(|| URL_SAFE_NO_PAD.decode(text).ok())?)
}
