//! Texts of decimal digits, and the bytes that they encode.

use sealed_qr::digits;

use crate::base64url;

/// Every byte string has exactly one text of digits; and such a text, like any other, is checked as that of a ctext.
pub fn run(data: &[u8]) {
    let encoded = digits::encode(data);
    assert_eq!(encoded.len(), digits::encoded_len(data.len()));
    assert_eq!(digits::decode(&encoded).as_deref(), Some(data));

    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(bytes) = digits::decode(text) {
        assert_eq!(digits::encode(&bytes), text);
    }
    base64url::check(text);
}
