//! The signing keys of a keyring, derived when they are first needed.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sealed_qr::Keyring;
use serde::Serialize;

use crate::signing_key::{Jwk, SigningKey};

/// The signing keys of the keyring in use. Nothing is derived before something is signed or the public keys are asked
/// for.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys(Mutex<Option<Arc<Derived>>>);

/// What has been derived from a keyring so far.
#[derive(Debug)]
pub(crate) struct Derived {
    keyring: Arc<Keyring>,
    newest: OnceLock<SigningKey>,
    key_set: OnceLock<String>,
}

impl SigningKeys {
    /// The signing keys of a keyring. Those of the one before are forgotten.
    pub(crate) fn of(&self, keyring: Arc<Keyring>) -> Arc<Derived> {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*cached {
            Some(derived) if derived.keyring == keyring => Arc::clone(derived),
            _ => {
                let derived = Derived { keyring, newest: OnceLock::new(), key_set: OnceLock::new() };
                Arc::clone(cached.insert(Arc::new(derived)))
            }
        }
    }
}

impl Derived {
    /// The key that signs: that of the newest key of the keyring.
    pub(crate) fn newest(&self) -> &SigningKey {
        self.newest.get_or_init(|| SigningKey::derived_from(self.keyring.newest().1))
    }

    /// The public keys of all keys of the keyring as a JWK Set (RFC 7517, 5), the newest first.
    pub(crate) fn key_set(&self) -> &str {
        self.key_set.get_or_init(|| {
            let mut keys: Vec<Jwk> = Vec::new();
            for key in self.keyring.keys() {
                let jwk = SigningKey::derived_from(key).jwk().clone();
                // Libraries refuse a set with two keys of one name, which a keyring with a repeated key would make.
                if !keys.contains(&jwk) {
                    keys.push(jwk);
                }
            }
            serde_json::to_string(&KeySet { keys }).expect("strings serialize")
        })
    }
}

#[derive(Serialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(bytes: &[u8]) -> Arc<Keyring> {
        let key = |(id, byte): (usize, &u8)| format!(r#""{}":"{}""#, id + 1, format!("{byte:02x}").repeat(32));
        let members: Vec<_> = bytes.iter().enumerate().map(key).collect();
        Arc::new(Keyring::parse(&format!("{{{}}}", members.join(","))).unwrap())
    }

    fn kids(key_set: &str) -> Vec<String> {
        let set: serde_json::Value = serde_json::from_str(key_set).unwrap();
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_newest_key_signs_and_all_are_published() {
        let keys = SigningKeys::default();
        let derived = keys.of(keyring(&[1, 2, 3]));
        let kids = kids(derived.key_set());
        assert_eq!((kids.len(), &kids[0]), (3, &derived.newest().jwk().kid));
        let before = keys.of(keyring(&[1, 2]));
        assert_eq!(before.newest().jwk().kid, kids[1]);
    }

    #[test]
    fn a_key_that_is_repeated_is_published_once() {
        assert_eq!(kids(SigningKeys::default().of(keyring(&[1, 2, 1])).key_set()).len(), 2);
    }

    #[test]
    fn keys_are_derived_once_per_keyring_and_only_on_demand() {
        let keys = SigningKeys::default();
        let first = keys.of(keyring(&[1]));
        assert!(first.newest.get().is_none() && first.key_set.get().is_none());
        first.newest();
        let again = keys.of(keyring(&[1]));
        assert!(Arc::ptr_eq(&first, &again) && again.newest.get().is_some(), "the same keyring, fetched again");
        assert!(!Arc::ptr_eq(&first, &keys.of(keyring(&[1, 2]))));
        assert!(!format!("{first:?}").contains("kid"), "{first:?}");
    }
}
