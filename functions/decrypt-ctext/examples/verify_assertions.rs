//! Checks assertions as a site in Rust would, with the crate `jsonwebtoken`. The standard input is JSON: the key set of
//! the service, the issuer, the audience and the texts to check; printed is what is wrong with each, or null. Tests run
//! it.

use std::{
    error::Error,
    io::{self, Write as _},
};

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    crypto::{CryptoProvider, JwtVerifier, KeyUtils},
    decode, decode_header,
    errors::ErrorKind,
    get_current_timestamp,
    jwk::JwkSet,
    signature,
};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;

#[derive(Deserialize)]
struct Input {
    key_set: JwkSet,
    issuer: String,
    audience: String,
    texts: Vec<String>,
}

/// What the crate leaves to its user.
#[derive(Deserialize)]
struct Claims {
    iat: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    PROVIDER.install_default().map_err(|_| "there is a provider already")?;
    let input: Input = serde_json::from_reader(io::stdin())?;
    let verdicts: Vec<_> =
        input.texts.iter().map(|text| check(&input, text).err().map(|error| error.to_string())).collect();
    Ok(writeln!(io::stdout(), "{}", serde_json::to_string(&verdicts)?)?)
}

fn check(input: &Input, text: &str) -> Result<(), Box<dyn Error>> {
    let kid = decode_header(text)?.kid.ok_or("no key is named")?;
    let key = DecodingKey::from_jwk(input.key_set.find(&kid).ok_or("the key is unknown")?)?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_issuer(&[&input.issuer]);
    validation.set_audience(&[&input.audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    let Claims { iat } = decode(text, &key, &validation)?.claims;
    if iat > get_current_timestamp() { Err("it was issued in the future".into()) } else { Ok(()) }
}

/// `ring` in place of the crate's own choices: another implementation of the signature than the one that makes it.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::ES256 => Ok(Box::new(Es256(key.try_get_as_bytes()?.to_owned()))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// A public key of P-256, as an uncompressed point.
struct Es256(Vec<u8>);

impl signature::Verifier<Vec<u8>> for Es256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0);
        key.verify(message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Es256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}
