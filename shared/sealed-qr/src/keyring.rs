//! The keyring: every AES-256 key that still opens codes, by key id. The highest id seals.

use std::{borrow::Cow, collections::BTreeMap, fmt, num::NonZeroU8};

use ctutils::CtEq as _;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    json::Members,
    random::{self, RandomError},
};

/// The length of an AES-256 key.
const KEY_BYTES: usize = 32;

/// The name of a key in the header of a ctext: 1 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(NonZeroU8);

impl KeyId {
    /// The id in a header byte; `None` for 0, which is not an id.
    #[must_use]
    pub fn new(byte: u8) -> Option<Self> {
        NonZeroU8::new(byte).map(Self)
    }

    /// The header byte.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0.get()
    }

    /// Reads an id as keyrings write it: decimal, without a sign or leading zeros.
    fn parse(text: &str) -> Option<Self> {
        let id = text.parse().ok().and_then(Self::new)?;
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A 256-bit key. It is compared in constant time, wiped when it is dropped, and printed as `[redacted]`.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl Key {
    /// Reads 64 lower-case hexadecimal characters.
    fn parse(text: &str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        hex::decode_to_slice(text, &mut *key).ok()?;
        Some(Self(key))
    }

    /// Makes a random key.
    fn generate() -> Result<Self, RandomError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        random::fill(&mut *key)?;
        Ok(Self(key))
    }

    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key for another purpose.
    pub(crate) fn from_derived(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).to_bool()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The keys of a deployment: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyring {
    newest: KeyId,
    keys: BTreeMap<KeyId, Key>,
}

impl Keyring {
    /// Makes a keyring with one random key, whose id is 1.
    ///
    /// # Errors
    /// [`RandomError`] if the operating system has no random bytes.
    pub fn generate() -> Result<Self, RandomError> {
        let newest = KeyId(NonZeroU8::MIN);
        Ok(Self { newest, keys: BTreeMap::from([(newest, Key::generate()?)]) })
    }

    /// Reads a keyring: a JSON object from key id (`"1"` to `"255"`) to 64 lower-case hexadecimal characters.
    ///
    /// # Errors
    /// [`InvalidKeyring`] says what is wrong with the text and never quotes it.
    pub fn parse(json: &str) -> Result<Self, InvalidKeyring> {
        // serde's messages are not passed on, because they quote values. Names and keys are borrowed from the text, so
        // that no copy of a key stays behind in memory.
        let Members(members) = serde_json::from_str(json).map_err(|_| InvalidKeyring::NotAnObject)?;
        let mut entries = Vec::new();
        for (id, key) in members {
            let (Cow::Borrowed(id), Ok(key)) = (id, serde_json::from_str::<&str>(key.get())) else {
                return Err(InvalidKeyring::NotAnObject);
            };
            entries.push((id, key));
        }
        let mut keys = BTreeMap::new();
        for (id, key) in entries {
            let id = KeyId::parse(id).ok_or(InvalidKeyring::Id)?;
            let key = Key::parse(key).ok_or(InvalidKeyring::Key(id))?;
            if keys.insert(id, key).is_some() {
                return Err(InvalidKeyring::Repeated(id));
            }
        }
        let (&newest, _) = keys.last_key_value().ok_or(InvalidKeyring::Empty)?;
        Ok(Self { newest, keys })
    }

    /// The key that seals: the one with the highest id.
    #[must_use]
    pub fn newest(&self) -> (KeyId, &Key) {
        (self.newest, &self.keys[&self.newest])
    }

    /// The same keys and a new one with the next id.
    ///
    /// # Errors
    /// [`NewKeyError`] if all ids are used up or the operating system has no random bytes.
    pub fn with_new_key(&self) -> Result<Self, NewKeyError> {
        self.with_new_key_after(self.newest)
    }

    /// The same keys and a new one, whose id is greater than all of theirs and than `used`.
    ///
    /// An id must never name two keys: a process with the older one would take codes of the newer one for forgeries.
    ///
    /// # Errors
    /// [`NewKeyError`] if all ids are used up or the operating system has no random bytes.
    pub fn with_new_key_after(&self, used: KeyId) -> Result<Self, NewKeyError> {
        let last = self.newest.max(used);
        let newest = last.get().checked_add(1).and_then(KeyId::new).ok_or(NewKeyError::Full)?;
        let mut keys = self.keys.clone();
        keys.insert(newest, Key::generate()?);
        Ok(Self { newest, keys })
    }

    /// The keyring as it was while the key with this id was the newest; `None` if that key is not in it, or no longer.
    ///
    /// Work that takes longer than a rotation may seal all of its codes with the key that it began with.
    #[must_use]
    pub fn up_to(&self, id: KeyId) -> Option<Self> {
        self.get(id)?;
        let keys = self.keys.range(..=id).map(|(id, key)| (*id, key.clone())).collect();
        Some(Self { newest: id, keys })
    }

    /// Whether these are the keys of `before` plus exactly one, with a greater id.
    #[must_use]
    pub fn is_rotation_of(&self, before: &Self) -> bool {
        let mut old = self.clone();
        old.keys.remove(&self.newest);
        old.keys == before.keys
    }

    /// The JSON that [`Keyring::parse`] reads.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        // Allocated in full beforehand: a string that grows leaves copies of keys behind.
        let mut json = Zeroizing::new(String::with_capacity(2 + self.keys.len() * (2 * KEY_BYTES + 9)));
        for (id, key) in &self.keys {
            let separator = if json.is_empty() { '{' } else { ',' };
            let mut hex = Zeroizing::new([0; 2 * KEY_BYTES]);
            hex::encode_to_slice(key.bytes(), &mut *hex).expect("two characters for each byte");
            json.push(separator);
            json.extend(["\"", &id.to_string(), "\":\""]);
            json.extend(hex.iter().copied().map(char::from));
            json.push('"');
        }
        json.push('}');
        json
    }

    /// All keys, the newest first.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values().rev()
    }

    /// The same ids with other keys.
    pub(crate) fn map(&self, other: impl Fn(&Key) -> Key) -> Self {
        Self { newest: self.newest, keys: self.keys.iter().map(|(id, key)| (*id, other(key))).collect() }
    }

    /// The key with this id, if it is in the keyring.
    #[must_use]
    pub fn get(&self, id: KeyId) -> Option<&Key> {
        self.keys.get(&id)
    }
}

/// Why a keyring cannot take a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NewKeyError {
    /// The last id is used.
    #[error("the keyring has used key id 255, the last one, and cannot take another key: start a new keyring")]
    Full,
    /// The operating system has no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why a text is not a keyring. It never quotes the text, which might be a misplaced key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidKeyring {
    /// The text is not JSON, or not an object of strings.
    #[error("it is not a JSON object of the form {{\"1\": \"<64 hexadecimal characters>\"}}")]
    NotAnObject,
    /// The object is empty.
    #[error("it contains no keys")]
    Empty,
    /// A member name is not a key id.
    #[error("a key id is not a whole number from 1 to 255 without leading zeros")]
    Id,
    /// An id appears twice.
    #[error("key id {0} appears twice")]
    Repeated(KeyId),
    /// A value is not a key.
    #[error("the key with id {0} is not 64 lower-case hexadecimal characters")]
    Key(KeyId),
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    #[test]
    fn the_highest_id_seals_and_every_id_opens() {
        let other = KEY.replace('0', "1");
        let json = format!("\n{{\n  \"9\": \"{KEY}\",\n  \"10\": \"{other}\",\n  \"1\": \"{KEY}\"\n}}\n");
        let keyring = Keyring::parse(&json).unwrap();
        assert_eq!(keyring.newest().0.get(), 10);
        assert_eq!(keyring.newest().1.bytes()[..2], [0x11, 0x11]);
        assert_eq!(keyring.get(KeyId::new(9).unwrap()).unwrap().bytes()[..2], [0x00, 0x11]);
        assert!(keyring.get(KeyId::new(2).unwrap()).is_none());
        let first_bytes: Vec<_> = keyring.keys().map(|key| key.bytes()[0]).collect();
        assert_eq!(first_bytes, [0x11, 0x00, 0x00], "the newest first");
    }

    #[test]
    fn anything_else_is_refused_without_being_quoted() {
        let [short, shorter] = [&KEY[..63], &KEY[..62]];
        let upper_case = format!("{shorter}AB");
        let key_1 = InvalidKeyring::Key(KeyId(NonZeroU8::MIN));
        let not_an_object = [
            String::new(),
            KEY.to_owned(),
            format!(r#"{{"1":"{KEY}"#),
            format!(r#"["{KEY}"]"#),
            format!(r#""{KEY}""#),
            r#"{"1":1234567890123456789}"#.to_owned(),
            format!(r#"{{"1":["{KEY}"]}}"#),
            format!(r#"{{"1":{{"key":"{KEY}"}}}}"#),
            format!(r#"{{"1":"{KEY}"}}x"#),
            format!(r#"{{"1":"{KEY}"}} {KEY}"#),
        ];
        let ids = ["0", "256", "01", "x", "", "-1", "+1", "1.0", " 1", "999999999999", KEY];
        let keys = [
            short,
            shorter,
            &format!("{KEY}ab"),
            "",
            &upper_case,
            &KEY.to_uppercase(),
            &format!("{short}g"),
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
        ];
        let cases = (not_an_object.map(|json| (json, InvalidKeyring::NotAnObject, "json")).into_iter())
            .chain(ids.map(|id| (format!(r#"{{"{id}":"{KEY}"}}"#), InvalidKeyring::Id, "255")))
            .chain(keys.map(|key| (format!(r#"{{"1":"{key}"}}"#), key_1, "64 lower-case hexadecimal")))
            .chain([
                ("{}".to_owned(), InvalidKeyring::Empty, "no keys"),
                (format!(r#"{{"1":"{KEY}","1":"{KEY}"}}"#), InvalidKeyring::Repeated(KeyId(NonZeroU8::MIN)), "twice"),
                (
                    format!(r#"{{"1":"{KEY}","2":"{short}"}}"#),
                    InvalidKeyring::Key(KeyId::new(2).unwrap()),
                    "the key with id 2",
                ),
            ]);
        for (json, expected, words) in cases {
            let error = Keyring::parse(&json).unwrap_err();
            assert_eq!(error, expected, "{json}");
            let message = error.to_string();
            assert!(message.to_lowercase().contains(words) && !message.contains('\n'), "{json}: {message}");
            let printed = format!("{message} {error:?}").to_lowercase();
            assert!((0..=56).all(|at| !printed.contains(&KEY[at..at + 8])), "{printed}");
        }
    }

    #[test]
    fn a_new_keyring_has_one_random_key() {
        let keyring = Keyring::generate().unwrap();
        assert_eq!((keyring.newest().0.get(), keyring.keys.len()), (1, 1));
        assert_ne!(keyring, Keyring::generate().unwrap());
        assert_eq!(Keyring::parse(&keyring.to_json()).unwrap(), keyring);
    }

    #[test]
    fn a_rotation_adds_one_new_key() {
        let before = Keyring::parse(&format!(r#"{{"3": "{KEY}", "7": "{KEY}"}}"#)).unwrap();
        let after = before.with_new_key().unwrap();
        assert_eq!(after.newest().0.get(), 8);
        assert_eq!(after.get(KeyId::new(3).unwrap()), before.get(KeyId::new(3).unwrap()));
        assert_ne!(after.newest().1, before.with_new_key().unwrap().newest().1, "keys are random");
        assert!(after.is_rotation_of(&before));
        assert!(!before.is_rotation_of(&after) && !before.is_rotation_of(&before));
        assert!(!after.with_new_key().unwrap().is_rotation_of(&before));
        let skipped = before.with_new_key_after(KeyId::new(9).unwrap()).unwrap();
        assert_eq!(skipped.newest().0.get(), 10);
        assert!(skipped.is_rotation_of(&before));
        assert_eq!(before.with_new_key_after(KeyId::new(3).unwrap()).unwrap().newest().0.get(), 8);
        let retired = Keyring::parse(&format!(r#"{{"7": "{KEY}"}}"#)).unwrap();
        assert!(!after.is_rotation_of(&retired), "a key that was retired meanwhile must not come back");
        assert_eq!(Keyring::parse(&after.to_json()).unwrap(), after);
        assert_eq!(*before.to_json(), format!(r#"{{"3":"{KEY}","7":"{KEY}"}}"#));
    }

    #[test]
    fn what_was_begun_with_a_key_can_be_finished_with_it() {
        let before = Keyring::parse(&format!(r#"{{"3": "{KEY}", "7": "{KEY}"}}"#)).unwrap();
        let after = before.with_new_key().unwrap().with_new_key().unwrap();
        let [seven, two] = [7, 2].map(|id| KeyId::new(id).unwrap());
        assert_eq!((after.up_to(seven), before.up_to(seven)), (Some(before.clone()), Some(before)));
        assert_eq!(after.up_to(two), None, "it may never have been there");
        assert_eq!(after.up_to(after.newest().0).unwrap(), after);
    }

    #[test]
    fn the_last_id_has_no_next() {
        let full = Keyring::parse(&format!(r#"{{"255": "{KEY}"}}"#)).unwrap();
        assert_eq!(full.with_new_key(), Err(NewKeyError::Full));
        let before = Keyring::parse(&format!(r#"{{"1": "{KEY}"}}"#)).unwrap();
        assert_eq!(before.with_new_key_after(KeyId::new(255).unwrap()), Err(NewKeyError::Full));
    }

    #[test]
    fn writing_keys_leaves_no_copy_behind() {
        let mut keyring = Keyring::parse(&format!(r#"{{"1": "{KEY}"}}"#)).unwrap();
        for _ in 2..=255 {
            keyring = keyring.with_new_key().unwrap();
        }
        // A string that had grown would have about twice the capacity that it needs.
        let json = keyring.to_json();
        assert!(json.capacity() < json.len() + 2 * KEY.len(), "{} bytes for {}", json.capacity(), json.len());
    }

    #[test]
    fn keys_print_as_redacted() {
        let keyring = Keyring::parse(&format!(r#"{{"1": "{KEY}"}}"#)).unwrap();
        let printed = format!("{keyring:?} {keyring:#?}");
        assert!(printed.contains("[redacted]"));
        assert!(!printed.contains("0011") && !printed.contains("17, 34"));
    }
}
