//! Ctexts that were sealed, and that may be changed on the way.

use std::num::NonZeroU8;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sealed_qr::{Ctext, OpenError, Reveal, UnixTime, Uses, digits};

use crate::{
    reference::{self, Header},
    sample::KEYRING,
};

/// Takes a time, an expiry and a number of uses (0 for none), a nonce, a place, a change and a plaintext. What the second implementation
/// seals opens here, to the same plaintext; if it is changed at this place, or cut there, it never opens.
pub fn run(data: &[u8]) {
    let Some((&now, data)) = data.split_first_chunk() else { return };
    let Some((&expires_at, data)) = data.split_first_chunk() else { return };
    let Some((&uses, data)) = data.split_first() else { return };
    let Some((&nonce, data)) = data.split_first_chunk() else { return };
    let Some((&place, data)) = data.split_first_chunk() else { return };
    let Some((&change, plaintext)) = data.split_first() else { return };
    let now = UnixTime(u32::from_be_bytes(now));
    let expires_at = Some(u32::from_be_bytes(expires_at)).filter(|seconds| *seconds > 0);

    let uses = Some(uses).filter(|uses| *uses > 0);
    let sealed = reference::seal(Header { key_id: reference::KEY_ID, expires_at, uses }, nonce, plaintext);
    let unmarked = plaintext.strip_prefix(&[0]).filter(|_| uses.is_some());
    let reveal = if unmarked.is_some() { Reveal::OnRedeem } else { Reveal::Always };
    let uses = uses.and_then(NonZeroU8::new).map(|limit| Uses { limit, reveal });
    let plaintext = unmarked.unwrap_or(plaintext);
    let is_json =
        serde_json::from_slice::<serde::de::IgnoredAny>(plaintext).is_ok() && std::str::from_utf8(plaintext).is_ok();
    let expired = expires_at.map(UnixTime).filter(|expires_at| *expires_at <= now);
    for text in texts(&sealed) {
        let opened = Ctext::parse(&text).expect("a sealed ctext is well-formed").open(&KEYRING, now, |_| None);
        match (expired, is_json) {
            (Some(at), _) => assert_eq!(opened, Err(OpenError::Expired(at))),
            (None, true) => {
                assert!(opened.is_ok_and(|opened| {
                    opened.payload.as_json().as_bytes() == plaintext && opened.terms.uses == uses
                }));
            }
            (None, false) => assert!(matches!(opened, Err(OpenError::Invalid(_)))),
        }
    }

    let place = usize::from(u16::from_be_bytes(place)) % sealed.len();
    let mut changed = sealed.clone();
    changed[place] ^= change;
    let forgeries = [&changed, &sealed[..place], &sealed[place..], &[&sealed[..], &[change]].concat()];
    for forgery in forgeries.into_iter().filter(|forgery| **forgery != sealed[..]) {
        for text in texts(forgery) {
            let opened =
                Ctext::parse(&text).map_err(OpenError::from).and_then(|ctext| ctext.open(&KEYRING, now, |_| None));
            assert!(matches!(opened, Err(OpenError::Invalid(_))));
        }
    }
}

fn texts(ctext: &[u8]) -> [String; 2] {
    [digits::encode(ctext), URL_SAFE_NO_PAD.encode(ctext)]
}
