//! What someone could make who has a key, or parts of genuine ctexts, but not the right header.

use super::*;

const PAYLOAD: &[u8] = b"{}";

/// Any bytes as header and associated data, sealed properly with a key.
fn sealed_under(header: &[u8], key: &Key, associated_data: &[u8]) -> Vec<u8> {
    let nonce = [7; NONCE_BYTES];
    let mut text = PAYLOAD.to_vec();
    let tag = aead::seal(key, nonce, associated_data, &mut text);
    [header, &nonce, &text, &tag].concat()
}

fn sealed_with_header(header: &[u8]) -> Vec<u8> {
    sealed_under(header, keyring().newest().1, &[b"sealed-qr", header].concat())
}

/// Why neither text opens.
#[track_caller]
fn failure(bytes: &[u8]) -> InvalidCtext {
    let [digits, base64url] = both_texts(bytes).map(|text| reason(opened(&text).unwrap_err()));
    assert_eq!(digits, base64url);
    digits
}

#[test]
fn every_key_of_a_full_keyring_opens() {
    let members: Vec<_> = (1..=255_u8).map(|id| format!(r#""{id}":"{}""#, format!("{id:02x}").repeat(32))).collect();
    let keyring = Keyring::parse(&format!("{{{}}}", members.join(","))).unwrap();
    for id in (1..=255).filter_map(KeyId::new) {
        let ctext = sealed_with(&keyring, plain(id.get()), [0; NONCE_BYTES], PAYLOAD);
        for text in both_texts(&ctext.bytes) {
            assert_eq!(
                Ctext::parse(&text).unwrap().open(&keyring, NOW, |_| None).unwrap().payload.as_json(),
                "{}",
                "{id}"
            );
        }
    }
}

#[test]
fn only_known_headers_open_even_with_the_right_key() {
    for header in
        [&[0x10, 7][..], &[0x11, 7, 0xff, 0xff, 0xff, 0xff], &[0x14, 7, 1], &[0x15, 7, 0xff, 0xff, 0xff, 0xff, 1]]
    {
        let [digits, base64url] = both_texts(&sealed_with_header(header));
        assert!(opened(&digits).is_ok() && opened(&base64url).is_ok());
    }
    for first in (0..=255).filter(|first| !(0x10..=0x17).contains(first)) {
        for header in [&[first, 7][..], &[first, 7, 0, 0, 0, 0]] {
            assert_eq!(
                reason(opened(&digits::encode(&sealed_with_header(header))).unwrap_err()),
                InvalidCtext::Version
            );
        }
    }
    for header in
        [&[0x12, 7][..], &[0x13, 7, 0xff, 0xff, 0xff, 0xff], &[0x16, 7, 1], &[0x17, 7, 0xff, 0xff, 0xff, 0xff, 1]]
    {
        assert_eq!(failure(&sealed_with_header(header)), InvalidCtext::UnknownModel);
    }
    for header in [&[0x14, 7, 0][..], &[0x15, 7, 0xff, 0xff, 0xff, 0xff, 0], &[0x16, 7, 0]] {
        assert_eq!(failure(&sealed_with_header(header)), InvalidCtext::NoUses);
    }
    for id in (0..=255).filter(|id| ![1, 7].contains(id)) {
        assert_eq!(failure(&sealed_with_header(&[0x10, id])), InvalidCtext::UnknownKey, "{id}");
    }
}

#[test]
fn keys_are_not_interchangeable() {
    assert_eq!(failure(&sealed_with_header(&[0x10, 1])), InvalidCtext::Tag);
}

#[test]
fn the_associated_data_are_the_prefix_and_the_header() {
    let header = [0x10, 7];
    let sealed = |associated_data: &[u8]| sealed_under(&header, keyring().newest().1, associated_data);
    for text in both_texts(&sealed(b"sealed-qr\x10\x07")) {
        assert!(opened(&text).is_ok());
    }
    for other in [&b""[..], b"\x10\x07", b"sealed-qr", b"Sealed-qr\x10\x07", b"sealed-qr\x10\x07\0"] {
        assert_eq!(failure(&sealed(other)), InvalidCtext::Tag, "{other:?}");
    }
}

#[test]
fn a_forged_expiry_opens_nothing() {
    let (expired, valid, without) = (expiring(1).bytes, expiring(u32::MAX).bytes, sealed().bytes);
    let mut changed = expired.clone();
    *changed.last_mut().unwrap() ^= 1;
    for (forgery, bytes, expected) in [
        ("postponed", [&[0x11, 7, 0xff, 0xff, 0xff, 0xff], &expired[6..]].concat(), InvalidCtext::Tag),
        ("brought forward", [&[0x11, 7, 0, 0, 0, 1], &valid[6..]].concat(), InvalidCtext::Tag),
        ("cut out", [&[0x10, 7], &valid[6..]].concat(), InvalidCtext::Tag),
        ("put in", [&[0x11, 7, 0xff, 0xff, 0xff, 0xff], &without[2..]].concat(), InvalidCtext::Tag),
        ("expired, tag changed", changed, InvalidCtext::Tag),
        ("expired, unknown key", sealed_with_header(&[0x11, 9, 0, 0, 0, 1]), InvalidCtext::UnknownKey),
    ] {
        assert_eq!(failure(&bytes), expected, "{forgery}");
    }
}
