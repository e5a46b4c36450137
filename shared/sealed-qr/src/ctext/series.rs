//! A series of codes that can be made again, for requests that are repeated because no answer came.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;

use super::{Ctext, Sealing};
use crate::{
    aead::NONCE_BYTES,
    keyring::{Key, KeyId, Keyring},
    payload::Payload,
    terms::Terms,
};

/// What the key that makes nonces is derived for.
const PURPOSE: &str = "sealed-qr nonces of series";

/// A series of codes that can be made again: the same payload with the same terms at the same place of a series with the
/// same name has the same ctext, as long as no newer key seals.
///
/// Each nonce is the output of a pseudorandom function of everything that its ctext depends on: the name of the series,
/// the place, the header and the plaintext. So no two plaintexts share one, except as random ones would, and what is
/// equal was equal before (as in SIV, RFC 5297, 1.1).
pub struct Series<'a> {
    key_id: KeyId,
    key: &'a Key,
    nonces: Hkdf<Sha256>,
    name: &'a [u8],
}

impl<'a> Series<'a> {
    /// The series with this name that the newest key of a keyring seals. Names of different callers must differ.
    #[must_use]
    pub fn new(keyring: &'a Keyring, name: &'a [u8]) -> Self {
        let (key_id, key) = keyring.newest();
        let nonces = Hkdf::new(None, &*key.derive::<32>(PURPOSE));
        Self { key_id, key, nonces, name }
    }

    /// Seals the payload at a place of the series.
    #[must_use]
    pub fn seal(&self, place: u32, payload: &Payload, terms: Terms) -> Ctext {
        let sealing = Sealing::new(self.key_id, self.key, payload, terms);
        let mut draw = 0;
        let nonce = || {
            draw += 1;
            Ok::<_, std::convert::Infallible>(self.nonce(place, draw, &sealing))
        };
        let Ok(ctext) = sealing.seal_well(nonce);
        ctext
    }

    fn nonce(&self, place: u32, draw: u8, sealing: &Sealing<'_>) -> [u8; NONCE_BYTES] {
        let mut header = Vec::with_capacity(16);
        sealing.header.write(&mut header);
        // Only one split of the bytes into these parts is possible: the name's length precedes it, and a header says by
        // its first byte how long it is.
        let length = (self.name.len() as u64).to_be_bytes();
        let place = place.to_be_bytes();
        let mut nonce = [0; NONCE_BYTES];
        self.nonces
            .expand_multi_info(&[&length, self.name, &place, &[draw], &header, &sealing.plaintext], &mut nonce)
            .expect("a nonce is shorter than 8160 bytes");
        nonce
    }
}

impl fmt::Debug for Series<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Reveal, UnixTime, Uses};

    fn keyring() -> Keyring {
        Keyring::parse(&format!(r#"{{"3": "{}"}}"#, "01".repeat(32))).unwrap()
    }

    fn payload(json: &str) -> Payload {
        Payload::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_sealed_again_is_the_same_code_and_opens() {
        let (keyring, terms) = (keyring(), Terms { expires_at: Some(UnixTime(9)), uses: None });
        let codes = [(); 2].map(|()| Series::new(&keyring, b"a").seal(7, &payload(r#"{"id":"A-17"}"#), terms));
        assert!(codes[0] == codes[1]);
        let opened = codes[0].open(&keyring, UnixTime(1), |_| None).unwrap();
        assert_eq!((opened.payload.as_json(), opened.terms), (r#"{"id":"A-17"}"#, terms));
    }

    #[test]
    fn whatever_differs_gives_another_nonce() {
        let keyring = keyring();
        let expiring = |at| Terms { expires_at: Some(UnixTime(at)), uses: None };
        let once =
            Terms { expires_at: None, uses: Some(Uses { limit: 1.try_into().unwrap(), reveal: Reveal::Always }) };
        let other = Keyring::parse(&format!(r#"{{"3": "{}"}}"#, "02".repeat(32))).unwrap();
        let sealed = [
            (&keyring, &b"a"[..], 1, "{}", Terms::default()),
            (&keyring, b"b", 1, "{}", Terms::default()),
            (&keyring, b"", 1, "{}", Terms::default()),
            (&keyring, b"a", 2, "{}", Terms::default()),
            (&keyring, b"a", 1, r#"{"a":1}"#, Terms::default()),
            (&keyring, b"a", 1, "{}", expiring(8)),
            (&keyring, b"a", 1, "{}", expiring(9)),
            (&keyring, b"a", 1, "{}", once),
            (&other, b"a", 1, "{}", Terms::default()),
        ]
        .map(|(keyring, name, place, json, terms)| {
            let ctext = Series::new(keyring, name).seal(place, &payload(json), terms);
            ctext.bytes[ctext.header.len()..][..NONCE_BYTES].to_vec()
        });
        assert_eq!(BTreeSet::from(sealed.clone()).len(), sealed.len());
    }

    #[test]
    fn its_texts_end_well_too() {
        let keyring = keyring();
        let series = Series::new(&keyring, b"a");
        for place in 0..500 {
            let text = series.seal(place, &payload(r#"{"a":123}"#), Terms::default()).to_base64url();
            assert!(text.ends_with(|last: char| last.is_ascii_alphanumeric()), "{place}");
        }
    }

    #[test]
    fn it_seals_what_other_implementations_seal() {
        // By the HKDF and AESGCM of Python's `cryptography`.
        let keyring = keyring();
        let ctext =
            Series::new(&keyring, b"order-7").seal(1, &payload(r#"{"id":"A-17","amount":1250}"#), Terms::default());
        assert_eq!(
            ctext.to_base64url(),
            "EAMI75qG4Wj3mESuXGqYSUOuKMY5MHbvfSPSYxmCOq8Udr-fkbpA--UbUba6GNVYuVCZ_xxpx8XT"
        );
    }
}
