//! An assertion: that this service has opened a genuine code just now, and what the code says. It is a JWT (RFC 7519),
//! signed so that the site at the other end can tell.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use scan::ScannedCode;
use sealed_qr::{BaseUrl, RandomError, UnixTime, random_bytes};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{signing_key::SigningKey, usage::UseState};

/// For how many seconds a site accepts an assertion: long enough for a phone on a slow network to load the page.
const VALID_SECONDS: u64 = 60;
/// The length of the identifier, which makes each assertion unique.
const ID_BYTES: usize = 16;

/// Makes the assertion about a code that has been opened and what is known of its use, for the site with the origin
/// `audience`.
///
/// # Errors
/// [`RandomError`] if the operating system has no random bytes.
pub(crate) fn sign(
    code: &ScannedCode,
    state: Option<UseState>,
    issuer: &BaseUrl,
    audience: &str,
    key: &SigningKey,
    now: UnixTime,
) -> Result<String, RandomError> {
    let issued_at = u64::from(now.0);
    let claims = Claims {
        iss: issuer.to_string(),
        aud: audience,
        iat: issued_at,
        exp: issued_at + VALID_SECONDS,
        jti: URL_SAFE_NO_PAD.encode(random_bytes::<ID_BYTES>()?),
        code: code.name.to_string(),
        model: code.model_name(),
        payload: serde_json::from_str(code.payload.as_json()).expect("a payload is JSON"),
        expires_at: code.terms.expires_at.map(|UnixTime(seconds)| seconds),
        state,
    };
    let header = Header { alg: "ES256", typ: "JWT", kid: &key.jwk().kid };
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(&signed));
    Ok(format!("{signed}.{signature}"))
}

fn part(json: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_string(json).expect("strings, numbers and JSON serialize"))
}

/// The JOSE header (RFC 7515, 4).
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: String,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
    code: String,
    model: &'static str,
    /// As it was sealed: number text and the order of members are kept.
    payload: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<u32>,
    /// How often it was redeemed, if that is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<UseState>,
}
