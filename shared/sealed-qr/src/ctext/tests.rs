mod forgeries;
mod texts;

use std::collections::BTreeMap;

use super::*;
use crate::json::Members;
use proptest::prelude::*;

const NOW: UnixTime = UnixTime(1_800_000_000);

fn keyring() -> Keyring {
    Keyring::parse(&format!(r#"{{"1": "{}", "7": "{}"}}"#, "01".repeat(32), "ab".repeat(32))).unwrap()
}

/// Seals with the newest key, or another one of the keyring.
fn sealed_with(keyring: &Keyring, header: Header, nonce: [u8; NONCE_BYTES], plaintext: &[u8]) -> Ctext {
    Ctext::seal_with(header, keyring.get(header.key_id).unwrap(), nonce, plaintext)
}

fn plain(key_id: u8) -> Header {
    Header { key_id: KeyId::new(key_id).unwrap(), expires_at: None, is_packed: false, uses: None }
}

fn until(expires_at: impl Into<Option<u32>>) -> Terms {
    Terms { expires_at: expires_at.into().map(UnixTime), uses: None }
}

fn counting(limit: u8, reveal: Reveal) -> Terms {
    Terms { expires_at: None, uses: Some(Uses { limit: limit.try_into().unwrap(), reveal }) }
}

fn payload(json: &str) -> Payload {
    Payload::from_authentic(json.as_bytes().to_vec()).unwrap()
}

fn sealed() -> Ctext {
    Ctext::seal(&payload(r#"{"id":"A-17","amount":1250}"#), &keyring(), Terms::default()).unwrap()
}

fn reason(error: OpenError) -> InvalidCtext {
    match error {
        OpenError::Invalid(reason) => reason,
        OpenError::Expired(_) => panic!("expired"),
    }
}

fn opened(text: &str) -> Result<Payload, OpenError> {
    opened_with_terms(text).map(|opened| opened.payload)
}

fn opened_with_terms(text: &str) -> Result<Opened, OpenError> {
    Ctext::parse(text).map_err(OpenError::from).and_then(|ctext| ctext.open(&keyring(), NOW, |_| None))
}

fn both_texts(bytes: &[u8]) -> [String; 2] {
    [digits::encode(bytes), URL_SAFE_NO_PAD.encode(bytes)]
}

fn expiring(expires_at: u32) -> Ctext {
    let ctext = Ctext::seal(&payload("{}"), &keyring(), until(expires_at)).unwrap();
    assert_eq!(ctext.bytes[..6], [&[0x11, 7][..], &expires_at.to_be_bytes()].concat());
    ctext
}

#[test]
fn the_newest_key_seals_and_both_texts_open() {
    let ctext = sealed();
    assert_eq!(ctext.bytes[..2], [0x10, 7]);
    for text in [ctext.to_digits(), ctext.to_base64url()] {
        assert_eq!(opened(&text).unwrap().as_json(), r#"{"id":"A-17","amount":1250}"#);
    }
    assert!(ctext.to_base64url().starts_with('E'));
}

#[test]
fn a_code_says_how_often_it_may_be_redeemed() {
    for limit in [1, 2, 255] {
        for reveal in [Reveal::Always, Reveal::OnRedeem] {
            let terms = counting(limit, reveal);
            let ctext = Ctext::seal(&payload(r#"{"id":"A-17"}"#), &keyring(), terms).unwrap();
            assert_eq!(ctext.bytes[..3], [0x14, 7, limit]);
            assert_eq!(ctext.bytes.len(), Ctext::byte_len(13, terms));
            assert!(ctext.to_base64url().starts_with('F'));
            for text in [ctext.to_digits(), ctext.to_base64url()] {
                let opened = opened_with_terms(&text).unwrap();
                assert_eq!((opened.payload.as_json(), opened.terms), (r#"{"id":"A-17"}"#, terms));
            }
        }
    }
    let terms = Terms { expires_at: Some(UnixTime(u32::MAX)), ..counting(3, Reveal::Always) };
    let ctext = Ctext::seal(&payload("{}"), &keyring(), terms).unwrap();
    assert_eq!(ctext.bytes[..7], [0x15, 7, 255, 255, 255, 255, 3]);
    assert_eq!(opened_with_terms(&ctext.to_digits()).unwrap().terms, terms);
}

#[test]
fn only_a_code_that_counts_has_a_mark() {
    let mark = [&[REVEALED_ON_REDEEM][..], b"{}"].concat();
    let uncounted = sealed_with(&keyring(), plain(7), [0; NONCE_BYTES], &mark);
    assert_eq!(reason(opened(&uncounted.to_digits()).unwrap_err()), InvalidCtext::NotJson);
    let uses = Some(std::num::NonZeroU8::MIN);
    let marked_twice = [&[REVEALED_ON_REDEEM][..], &mark].concat();
    let counted = sealed_with(&keyring(), Header { uses, ..plain(7) }, [0; NONCE_BYTES], &marked_twice);
    assert_eq!(reason(opened(&counted.to_digits()).unwrap_err()), InvalidCtext::NotJson);
}

#[test]
fn both_texts_have_one_name() {
    let ctext = sealed();
    for text in [ctext.to_digits(), ctext.to_base64url()] {
        assert_eq!(Ctext::parse(&text).unwrap().name(), ctext.name());
    }
    assert_ne!(ctext.name(), sealed().name(), "another nonce makes another code");
}

#[test]
fn an_older_key_opens_until_it_is_deleted() {
    let old = Keyring::parse(&format!(r#"{{"1": "{}"}}"#, "01".repeat(32))).unwrap();
    let other = Keyring::parse(&format!(r#"{{"2": "{}"}}"#, "01".repeat(32))).unwrap();
    let ctext = Ctext::seal(&payload("{}"), &old, Terms::default()).unwrap();
    assert!(ctext.open(&keyring(), NOW, |_| None).is_ok());
    assert_eq!(reason(ctext.open(&other, NOW, |_| None).unwrap_err()), InvalidCtext::UnknownKey);
}

#[test]
fn any_changed_bit_breaks_the_seal() {
    for original in [sealed(), expiring(u32::MAX)] {
        assert!(original.open(&keyring(), NOW, |_| None).is_ok());
        for bit in 0..original.bytes.len() * 8 {
            let mut bytes = original.bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let opened =
                Ctext::from_bytes(bytes).map_err(OpenError::from).and_then(|c| c.open(&keyring(), NOW, |_| None));
            assert!(matches!(opened, Err(OpenError::Invalid(_))), "bit {bit}");
        }
    }
}

#[test]
fn any_other_length_breaks_the_seal() {
    let bytes = sealed().bytes;
    let shorter = (0..bytes.len()).map(|length| bytes[..length].to_vec());
    for other in shorter.chain([[&[0], &bytes[..]].concat(), vec![0x11, 7]]) {
        for text in both_texts(&other) {
            assert!(matches!(opened(&text), Err(OpenError::Invalid(_))), "{text}");
        }
    }
    for text in both_texts(&[&bytes[..], &[0]].concat()) {
        assert_eq!(reason(opened(&text).unwrap_err()), InvalidCtext::Tag);
    }
}

#[test]
fn a_ctext_is_thirty_bytes_longer_than_its_payload_or_thirty_four() {
    assert_eq!(
        [
            (0, until(None)),
            (27, until(None)),
            (27, until(0)),
            (27, counting(1, Reveal::Always)),
            (27, counting(1, Reveal::OnRedeem))
        ]
        .map(|(payload, terms)| Ctext::byte_len(payload, terms)),
        [30, 57, 61, 58, 59]
    );
    assert_eq!((sealed().bytes.len(), expiring(1).bytes.len()), (57, 36));
    assert_eq!((sealed().bytes.capacity(), expiring(1).bytes.capacity()), (57, 36));
    for header in [&[0x10, 7][..], &[0x11, 7, 0, 0, 0, 1]] {
        let shortest = [header, &[0; 28]].concat();
        assert_eq!(Ctext::from_bytes(shortest[..header.len() + 27].to_vec()), Err(InvalidCtext::Length));
        assert_eq!(
            reason(Ctext::from_bytes(shortest).unwrap().open(&keyring(), UnixTime(0), |_| None).unwrap_err()),
            InvalidCtext::Tag
        );
    }
}

#[test]
fn reasons_are_told_apart() {
    let cases = [
        ("", InvalidCtext::Length),
        ("E", InvalidCtext::Text),
        ("E===", InvalidCtext::Text),
        ("e30", InvalidCtext::Version),
        ("EA", InvalidCtext::Length),
        ("EAc", InvalidCtext::Length),
        ("EQcAAAA", InvalidCtext::Length),
        ("EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", InvalidCtext::UnknownKey),
        ("12", InvalidCtext::Text),
        ("032", InvalidCtext::Version),
    ];
    for (text, expected) in cases {
        assert_eq!(Ctext::parse(text).unwrap_err(), expected, "{text:?}");
    }
    let mut no_json = sealed_with(&keyring(), plain(7), [0; NONCE_BYTES], b"no JSON");
    assert_eq!(reason(no_json.open(&keyring(), NOW, |_| None).unwrap_err()), InvalidCtext::NotJson);
    no_json.bytes.pop();
    assert_eq!(reason(no_json.open(&keyring(), NOW, |_| None).unwrap_err()), InvalidCtext::Tag);
}

#[test]
fn a_code_expires_at_its_second() {
    for expires_at in [NOW.0 + 1, NOW.0 + 3600, u32::MAX] {
        for text in both_texts(&expiring(expires_at).bytes) {
            assert_eq!(opened(&text).unwrap().as_json(), "{}", "{expires_at}");
        }
    }
    for expires_at in [0, 1, NOW.0 - 1, NOW.0] {
        for text in both_texts(&expiring(expires_at).bytes) {
            assert_eq!(opened(&text), Err(OpenError::Expired(UnixTime(expires_at))));
        }
    }
    assert_eq!(opened_with_terms(&expiring(u32::MAX).to_digits()).unwrap().terms, until(u32::MAX));
    assert_eq!(opened_with_terms(&sealed().to_digits()).unwrap().terms, Terms::default());
}

#[test]
fn links_end_in_a_letter_or_a_digit() {
    for length in 2..5 {
        let payload = payload(&format!("\"{}\"", "x".repeat(length - 2)));
        for _ in 0..1000 {
            let text = Ctext::seal(&payload, &keyring(), Terms::default()).unwrap().to_base64url();
            assert!(text.ends_with(|last: char| last.is_ascii_alphanumeric()), "{text}");
        }
    }
}

#[test]
fn nonces_differ() {
    let nonces: std::collections::BTreeSet<_> = (0..1000).map(|_| sealed().bytes[2..14].to_vec()).collect();
    assert_eq!(nonces.len(), 1000);
    // No bit is fixed, as it would be in a counter, a clock or a process id.
    for bit in 0..NONCE_BYTES * 8 {
        let ones = nonces.iter().filter(|nonce| nonce[bit / 8] >> (bit % 8) & 1 == 1).count();
        assert!((350..650).contains(&ones), "bit {bit} is set in {ones} of 1000");
    }
}

#[test]
fn a_ctext_does_not_print() {
    assert_eq!(format!("{:?}", expiring(1)), "Ctext { key_id: KeyId(7), .. }");
}

#[test]
fn the_published_vectors_hold() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/ctext-v1.json")).unwrap();
    let text = |vector: &serde_json::Value, member: &str| vector[member].as_str().unwrap().to_owned();
    let time = |seconds: &serde_json::Value| seconds.as_u64().map(|seconds| UnixTime(seconds.try_into().unwrap()));
    let keyring = Keyring::parse(&vectors["keyring"].to_string()).unwrap();
    let now = time(&vectors["now"]).unwrap();
    let model = |vector: &serde_json::Value| {
        vector["model"].as_u64().and_then(|model| ModelNumber::new(model.try_into().unwrap()))
    };
    let uses = |vector: &serde_json::Value| {
        let limit = vector["uses"].as_u64()?;
        let reveal = if vector["reveal"] == "on-redeem" { Reveal::OnRedeem } else { Reveal::Always };
        Some(Uses { limit: u8::try_from(limit).unwrap().try_into().unwrap(), reveal })
    };
    let models = std::fs::read_to_string("../../tests/vectors/models.json").unwrap();
    let Members(models) = serde_json::from_str(&models).unwrap();
    let layouts: BTreeMap<_, _> = models
        .iter()
        .map(|(number, schema)| {
            (ModelNumber::new(number.parse().unwrap()).unwrap(), Layout::of_schema(schema.get()).unwrap())
        })
        .collect();

    for vector in vectors["valid"].as_array().unwrap() {
        let key_id = KeyId::new(vector["key_id"].as_u64().unwrap().try_into().unwrap()).unwrap();
        let mut nonce = [0; NONCE_BYTES];
        hex::decode_to_slice(text(vector, "nonce"), &mut nonce).unwrap();
        let payload = text(vector, "payload");
        let header = Header {
            key_id,
            expires_at: time(&vector["expires_at"]),
            is_packed: model(vector).is_some(),
            uses: uses(vector).map(|uses| uses.limit),
        };
        let plaintext = match model(vector) {
            None => Payload::parse(payload.as_bytes()).unwrap(),
            Some(number) => Payload::parse(payload.as_bytes()).unwrap().packed_by(number, &layouts[&number]),
        };
        let terms = Terms { expires_at: header.expires_at, uses: uses(vector) };
        let mark: &[u8] = if terms.is_revealed_on_redeem() { &[0] } else { &[] };
        let sealed = sealed_with(&keyring, header, nonce, &[mark, plaintext.plaintext()].concat());
        assert_eq!(sealed.name().to_string(), text(vector, "code"), "{vector}");
        for (ours, published) in [(sealed.to_digits(), "digits"), (sealed.to_base64url(), "base64url")] {
            assert_eq!(ours, text(vector, published), "{vector}");
            let opened = Ctext::parse(&ours).unwrap().open(&keyring, now, |number| layouts.get(&number)).unwrap();
            assert_eq!((opened.payload.as_json(), opened.terms), (payload.as_str(), terms), "{vector}");
        }
    }
    for vector in vectors["invalid"].as_array().unwrap() {
        let opened = Ctext::parse(&text(vector, "text")).map_err(OpenError::from);
        let failure =
            match opened.and_then(|ctext| ctext.open(&keyring, now, |number| layouts.get(&number))).unwrap_err() {
                OpenError::Invalid(reason) => reason.name(),
                OpenError::Expired(_) => "expired",
            };
        assert_eq!(failure, text(vector, "failure"), "{vector}");
    }
}

/// Any JSON value, as text, with white space where the grammar allows it.
fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?",
    ];
    let string = || prop_oneof![any::<String>(), "[ -~\u{a0}-\u{10ffff}]{0,20}"].prop_map(|text| quoted(&text));
    let leaf =
        prop_oneof![Just("null".to_owned()), Just("true".to_owned()), Just("false".to_owned()), number, string()];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let members = prop::collection::btree_map(string(), inner.clone(), 0..6);
        let list = (prop::collection::vec(inner, 0..6), space());
        prop_oneof![
            list.prop_map(|(elements, space)| format!(
                "[{space}{}{space}]",
                elements.join(&format!("{space},{space}"))
            )),
            (members, space()).prop_map(|(members, space)| object(&members, &space)),
        ]
    })
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,3}"
}

fn object(members: &BTreeMap<String, String>, space: &str) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}{space}:{space}{value}")).collect();
    format!("{{{space}{}{space}}}", members.join(&format!("{space},{space}")))
}

proptest! {
    #[test]
    fn any_json_survives(
        others in prop::collection::btree_map(any::<String>().prop_map(|name| quoted(&name)), json(), 0..5),
        id in any::<String>(),
        amount in any::<i64>(),
        space in space(),
        expires_at in proptest::option::of(NOW.0 + 1..),
    ) {
        let mut members = others;
        members.insert(quoted("id"), quoted(&id));
        members.insert(quoted("amount"), amount.to_string());
        let sent = object(&members, &space);
        let sealed = Payload::parse(sent.as_bytes()).unwrap();
        let ctext = Ctext::seal(&sealed, &keyring(), until(expires_at)).unwrap();
        prop_assert_eq!(ctext.bytes.len(), Ctext::byte_len(sealed.as_json().len(), until(expires_at)));
        for text in [ctext.to_digits(), ctext.to_base64url()] {
            prop_assert_eq!(opened(&text), Ok(sealed.clone()));
        }
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        prop_assert_eq!(value(sealed.as_json()), value(&sent));
    }

    #[test]
    fn no_changed_text_opens(
        plaintext in ".{0,40}",
        expires_at in proptest::option::of(NOW.0 + 1..),
        form in any::<bool>(),
        place in any::<prop::sample::Index>(),
        cut in 0_usize..3,
        put in "[0-9A-Za-z_=+/-]{0,3}",
    ) {
        let ctext = Ctext::seal(&payload(&quoted(&plaintext)), &keyring(), until(expires_at)).unwrap();
        let text = if form { ctext.to_digits() } else { ctext.to_base64url() };
        let place = place.index(text.len());
        let changed = format!("{}{put}{}", &text[..place], &text[(place + cut).min(text.len())..]);
        prop_assume!(changed != text);
        prop_assert!(matches!(opened(&changed), Err(OpenError::Invalid(_))));
    }

    #[test]
    fn one_ctext_has_one_text_of_each_form(text in "[EF][A-Za-z0-9_-]{39,60}") {
        if let Ok(ctext) = Ctext::parse(&text) {
            prop_assert_eq!(ctext.to_base64url(), text);
        }
    }
}
