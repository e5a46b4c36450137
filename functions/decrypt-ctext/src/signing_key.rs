//! The keys that sign assertions: ECDSA with P-256 and SHA-256, which JOSE calls ES256 (RFC 7518, 3.4).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    NistP256, Sec1Point,
    ecdsa::{self, Signature, signature::Signer as _},
    elliptic_curve::{
        Curve as _,
        bigint::{Encoding as _, NonZero, U256, U320},
    },
};
use sealed_qr::Key;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// What the keys are derived for. Another label, another key.
const LABEL: &str = "sealed-qr assertion ES256 v1";
/// Eight bytes more than the order of the curve has, so that no key is noticeably likelier than another.
const DERIVED_BYTES: usize = 40;

/// A signing key, derived from a key of the keyring. It is wiped when it is dropped, and printed as `[redacted]`.
pub(crate) struct SigningKey {
    key: ecdsa::SigningKey,
    jwk: Jwk,
}

impl SigningKey {
    /// Derives the signing key that belongs to a key of the keyring.
    pub(crate) fn derived_from(key: &Key) -> Self {
        Self::from_scalar(&scalar(&key.derive(LABEL)))
    }

    fn from_scalar(scalar: &U256) -> Self {
        let bytes = Zeroizing::new(scalar.to_be_bytes());
        let key = ecdsa::SigningKey::from_slice(bytes.as_slice())
            .expect("the scalar is between 1 and the order of the curve");
        let jwk = Jwk::of(&key.verifying_key().to_sec1_point(false));
        Self { key, jwk }
    }

    /// Signs a text. The nonce is derived from the key and the text (RFC 6979), so it takes no random numbers.
    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        let signature: Signature = self.key.sign(text.as_bytes());
        signature.to_bytes().into()
    }

    /// The public key.
    pub(crate) fn jwk(&self) -> &Jwk {
        &self.jwk
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The private key from random bits, 64 more than needed: (c mod (n - 1)) + 1 (FIPS 186-5, A.2.1).
fn scalar(bits: &[u8; DERIVED_BYTES]) -> Zeroizing<U256> {
    let order = NistP256::ORDER.as_ref().resize::<{ U320::LIMBS }>();
    let order_minus_one = NonZero::new(order.wrapping_sub(&U320::ONE)).expect("the order is greater than 1");
    let bits = Zeroizing::new(U320::from_be_bytes((*bits).into()));
    let rest = Zeroizing::new(bits.rem(&order_minus_one));
    Zeroizing::new(rest.resize::<{ U256::LIMBS }>().wrapping_add(&U256::ONE))
}

/// A public key as a JSON Web Key (RFC 7517; RFC 7518, 6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Jwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
    r#use: &'static str,
    alg: &'static str,
    pub(crate) kid: String,
}

impl Jwk {
    fn of(point: &Sec1Point) -> Self {
        let coordinate =
            |bytes: Option<&_>| URL_SAFE_NO_PAD.encode::<&[u8]>(bytes.map_or(&[], |bytes: &p256::FieldBytes| bytes));
        let [x, y] = [point.x(), point.y()].map(coordinate);
        let kid = thumbprint(&x, &y);
        Self { kty: "EC", crv: "P-256", x, y, r#use: "sig", alg: "ES256", kid }
    }
}

/// The thumbprint of a key (RFC 7638): the hash of its required members, in the order of their names.
fn thumbprint(x: &str, y: &str) -> String {
    let required = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(required))
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;
    use sealed_qr::Keyring;

    use super::*;

    /// The key of RFC 6979, A.2.5.
    fn key_of_rfc_6979() -> SigningKey {
        SigningKey::from_scalar(&U256::from_be_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"))
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    #[test]
    fn the_vectors_of_rfc_6979_hold() {
        let key = key_of_rfc_6979();
        assert_eq!(
            hex(&key.sign("sample")),
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
        );
        assert_eq!(
            hex(&key.sign("test")),
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367\
             019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"
        );
    }

    #[test]
    fn the_public_key_is_that_of_rfc_6979() {
        let Jwk { x, y, .. } = key_of_rfc_6979().jwk;
        let [x, y] = [x, y].map(|coordinate| hex(&URL_SAFE_NO_PAD.decode(coordinate).unwrap()));
        assert_eq!(x, "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
        assert_eq!(y, "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    }

    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        // The key of RFC 7517, A.1; its thumbprint by `jose` for Node.
        let (x, y) = ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
        assert_eq!(thumbprint(x, y), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }

    #[test]
    fn scalars_are_between_1_and_the_order() {
        let order = U256::from_be_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        let bits = |number: U320| -> [u8; DERIVED_BYTES] { number.to_be_bytes().into() };
        let of = |number: U320| *scalar(&bits(number));
        let order_minus_one = order.resize().wrapping_sub(&U320::ONE);
        assert_eq!(of(U320::ZERO), U256::ONE);
        assert_eq!(of(U320::ONE), U256::from(2u8));
        assert_eq!(of(order_minus_one.wrapping_sub(&U320::ONE)), order.wrapping_sub(&U256::ONE));
        assert_eq!(of(order_minus_one), U256::ONE, "it begins again");
        // By Python: (2**320 - 1) % (n - 1) + 1.
        assert_eq!(
            of(U320::MAX),
            U256::from_be_hex("fffffffe00000001431905529c0166cd22159165b6faae71f756a572fc632550")
        );
    }

    #[test]
    fn every_key_of_the_keyring_has_its_own_that_verifies_what_it_signs() {
        let json = format!(r#"{{"1":"{}","2":"{}"}}"#, "ab".repeat(32), "cd".repeat(32));
        let keyring = Keyring::parse(&json).unwrap();
        let keys: Vec<_> = keyring.keys().map(SigningKey::derived_from).collect();
        assert_ne!(keys[0].jwk, keys[1].jwk);
        let signature = Signature::from_slice(&keys[0].sign("text")).unwrap();
        assert!(keys[0].key.verifying_key().verify(b"text", &signature).is_ok());
        assert!(keys[1].key.verifying_key().verify(b"text", &signature).is_err());
        // By Python's `cryptography`, from "ab" * 32.
        assert_eq!(keys[1].jwk.kid, "dlL6JNM7JzsSEHpENQZR3DJT78SBuc3jL7_4rIazKt4");
    }

    #[test]
    fn signing_keys_print_as_redacted() {
        assert_eq!(format!("{:?}", key_of_rfc_6979()), "[redacted]");
    }
}
