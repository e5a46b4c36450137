//! Secrets for other purposes, derived from the keys of the keyring by HKDF-SHA-256 (RFC 5869).

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::keyring::{Key, Keyring};

/// The most bytes that HKDF-SHA-256 derives (RFC 5869, 2.3).
const MAX_BYTES: usize = 255 * 32;

impl Key {
    /// Derives secret bytes for another purpose than sealing.
    ///
    /// The label names the purpose, so each purpose has its own. Whoever knows what is derived learns neither the key
    /// nor what is derived for other labels.
    #[must_use]
    pub fn derive<const N: usize>(&self, label: &str) -> Zeroizing<[u8; N]> {
        const { assert!(N <= MAX_BYTES, "HKDF-SHA-256 derives at most 8160 bytes") };
        let mut derived = Zeroizing::new([0; N]);
        expand(self.bytes(), label.as_bytes(), &mut *derived);
        derived
    }
}

impl Keyring {
    /// The same ids with keys that are derived for another purpose: what is sealed with one of the two keyrings does not
    /// open with the other.
    #[must_use]
    pub fn derived(&self, label: &str) -> Self {
        self.map(|key| Key::from_derived(key.derive(label)))
    }
}

/// HKDF without a salt, which keys that are uniformly random do not need (RFC 5869, 3.1 and 3.3).
fn expand(key: &[u8], info: &[u8], derived: &mut [u8]) {
    Hkdf::<Sha256>::new(None, key).expand(info, derived).expect("the caller asks for at most 8160 bytes");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ctext, InvalidCtext, Payload, Terms, UnixTime};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    #[test]
    fn the_vector_of_rfc_5869_without_a_salt_holds() {
        // Appendix A.3.
        let mut derived = [0; 42];
        expand(&[0x0b; 22], b"", &mut derived);
        assert_eq!(
            hex(&derived),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        );
    }

    #[test]
    fn a_key_derives_what_other_implementations_derive() {
        // By Python's `cryptography`.
        let key = Key::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        assert_eq!(
            hex(&*key.derive::<40>("a purpose")),
            "1424d0f742e3a99ee776da30cc08a7b5fefd4b434522dd9e771c548f9c529f167d820323765b7a1d"
        );
        assert_eq!(hex(&*key.derive::<16>("a purpose")), hex(&key.derive::<40>("a purpose")[..16]));
    }

    #[test]
    fn every_key_and_every_label_derives_something_else() {
        let [key, other] = [[1; 32], [2; 32]].map(Key::from_bytes);
        assert_ne!(key.derive::<32>("a"), key.derive::<32>("b"));
        assert_ne!(key.derive::<32>("a"), other.derive::<32>("a"));
        assert_ne!(*key.derive::<32>(""), *key.bytes(), "the key itself stays secret");
        assert_eq!(key.derive::<MAX_BYTES>("a").len(), 8160);
    }

    #[test]
    fn what_a_derived_keyring_seals_opens_with_it_alone() {
        let keyring = Keyring::generate().unwrap().with_new_key().unwrap();
        let purposes = [keyring.clone(), keyring.derived("a"), keyring.derived("b")];
        for (at, sealing) in purposes.iter().enumerate() {
            let payload = Payload::parse(br#"{"a":1}"#).unwrap();
            let ctext = Ctext::seal(&payload, sealing, Terms::default()).unwrap();
            assert_eq!(ctext.key_id(), keyring.newest().0);
            for (other, opening) in purposes.iter().enumerate() {
                let opened = ctext.open(opening, UnixTime(0), |_| None);
                assert_eq!(opened.is_ok(), at == other, "{at} {other}");
                assert!(opened.is_ok() || opened == Err(InvalidCtext::Tag.into()));
            }
        }
    }
}
