//! Texts of ctexts as they appear in links: base64url, digits, or neither.

use sealed_qr::{Ctext, OpenError, Reveal, UnixTime};

use crate::{reference, sample::KEYRING};

/// See [`check`].
pub fn run(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        check(text);
    }
}

/// A ctext has one text of each form, and it opens if and only if the second implementation says that it was sealed.
pub(crate) fn check(text: &str) {
    const NOW: UnixTime = UnixTime(1_800_000_000);
    let sealed = reference::open_text(text);
    let Ok(ctext) = Ctext::parse(text) else {
        assert!(sealed.is_none());
        return;
    };
    let forms = [ctext.to_digits(), ctext.to_base64url()];
    assert!(forms.iter().any(|form| form == text));
    for form in forms {
        assert!(Ctext::parse(&form).is_ok_and(|parsed| parsed == ctext));
    }
    match (ctext.open(&KEYRING, NOW, reference::layout), sealed) {
        (Ok(opened), Some(sealed)) => {
            assert_eq!(opened.payload.as_json().as_bytes(), sealed.payload);
            assert!(sealed.expires_at.is_none_or(|expires_at| expires_at > NOW.0));
            let uses = opened.terms.uses;
            assert_eq!(uses.map(|uses| uses.limit.get()), sealed.uses);
            assert_eq!(uses.is_some_and(|uses| uses.reveal == Reveal::OnRedeem), sealed.is_revealed_on_redeem);
        }
        (Err(OpenError::Expired(UnixTime(seconds))), Some(sealed)) => {
            assert!(seconds <= NOW.0 && sealed.expires_at == Some(seconds));
        }
        (Err(OpenError::Invalid(_)), Some(sealed)) => {
            assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&sealed.payload).is_err());
        }
        (Err(error), Some(_)) => panic!("the second implementation opens it: {error}"),
        (opened, None) => assert!(matches!(opened, Err(OpenError::Invalid(_)))),
    }
}
