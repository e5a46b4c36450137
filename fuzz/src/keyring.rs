//! Keyrings as a secret or a setting contains them.

use std::collections::BTreeMap;

use sealed_qr::{KeyId, Keyring, NewKeyError};

/// A keyring is read as another JSON parser reads it, is written as it was read, and grows by one key. A text that is
/// not a keyring is refused without a key in the message.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let keyring = match Keyring::parse(text) {
        Ok(keyring) => keyring,
        Err(error) => {
            let message = format!("{error} {error:?}");
            assert!(message.split(|character: char| !character.is_ascii_hexdigit()).all(|run| run.len() < 12));
            return;
        }
    };
    let entries: BTreeMap<u8, String> = serde_json::from_str(text).expect("a keyring is an object from ids to keys");
    let is_key = |key: &String| key.len() == 64 && key.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
    assert!(entries.values().all(is_key));
    assert_eq!(entries.last_key_value().map(|(id, _)| *id), Some(keyring.newest().0.get()));
    for id in 1..=255 {
        assert_eq!(KeyId::new(id).and_then(|id| keyring.get(id)).is_some(), entries.contains_key(&id));
    }

    let json = keyring.to_json();
    assert_eq!(serde_json::from_str::<BTreeMap<u8, String>>(&json).ok(), Some(entries));
    assert_eq!(Keyring::parse(&json).as_ref(), Ok(&keyring));
    assert!(format!("{keyring:?}").matches("[redacted]").count() > 0);
    match keyring.with_new_key() {
        Ok(grown) => assert!(grown.is_rotation_of(&keyring) && !keyring.is_rotation_of(&grown)),
        Err(error) => assert!(error == NewKeyError::Full && keyring.newest().0.get() == 255),
    }
}
