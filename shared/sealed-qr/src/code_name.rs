//! The name of a code: what people and logs call it.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// Crockford's base32: without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BITS_OF_CHARACTER: usize = 5;
const CHARACTERS: usize = 16;
const CHARACTERS_OF_GROUP: usize = 4;
/// The characters of a name with the hyphens between its groups.
const WRITTEN: usize = CHARACTERS + CHARACTERS / CHARACTERS_OF_GROUP - 1;

/// The name of a code: the first 80 bits of the SHA-256 of its ctext's bytes, in Crockford's base32, such as
/// `7Q4M-K2XA-9PTD-3HBE`.
///
/// Every ctext has one. It opens nothing and does not tell what the code says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeName([u8; CHARACTERS]);

impl CodeName {
    /// The name of the code with this ctext.
    pub(crate) fn of(ctext: &[u8]) -> Self {
        let hash = Sha256::digest(ctext);
        let (first, _) = hash.split_first_chunk().expect("a hash of 32 bytes has 16");
        let bits = u128::from_be_bytes(*first);
        Self(std::array::from_fn(|at| {
            let index = bits >> (u128::BITS as usize - BITS_OF_CHARACTER * (at + 1));
            ALPHABET[(index % 32) as usize]
        }))
    }

    /// The characters, without the hyphens between them.
    #[must_use]
    pub fn as_characters(&self) -> &str {
        str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl fmt::Display for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written as a whole, because every request has a name to write.
        let mut written = [b'-'; WRITTEN];
        for (group, place) in self.0.chunks(CHARACTERS_OF_GROUP).zip(written.chunks_mut(CHARACTERS_OF_GROUP + 1)) {
            place[..CHARACTERS_OF_GROUP].copy_from_slice(group);
        }
        f.write_str(str::from_utf8(&written).expect("the alphabet is ASCII"))
    }
}

impl fmt::Debug for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads a name as people write it: in either case, with hyphens and spaces anywhere or nowhere, with I and L for 1 and
/// O for 0.
impl FromStr for CodeName {
    type Err = InvalidCodeName;

    fn from_str(text: &str) -> Result<Self, InvalidCodeName> {
        let written = text.bytes().filter(|character| !matches!(character, b'-' | b' '));
        let characters: Vec<_> = written
            .map(|character| match character.to_ascii_uppercase() {
                b'I' | b'L' => b'1',
                b'O' => b'0',
                other => other,
            })
            .collect();
        let name = characters.try_into().map_err(|_| InvalidCodeName)?;
        let name = Self(name);
        if name.0.iter().all(|character| ALPHABET.contains(character)) { Ok(name) } else { Err(InvalidCodeName) }
    }
}

/// The text is not the name of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the name of a code: 16 letters and digits, such as 7Q4M-K2XA-9PTD-3HBE")]
pub struct InvalidCodeName;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_beginning_of_the_hash() {
        // FIPS 180-4's example: SHA-256 of "abc" begins with ba7816bf 8f01cfea 4141.
        let name = CodeName::of(b"abc");
        assert_eq!(name.to_string(), "Q9W1-DFWF-077Y-MGA1");
        assert_eq!(name.as_characters(), "Q9W1DFWF077YMGA1");
        assert_eq!(format!("{name:?}"), name.to_string());
        assert_ne!(name, CodeName::of(b"abd"));
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        let name = CodeName::of(b"abc");
        for text in [
            "Q9W1-DFWF-077Y-MGA1",
            "q9w1dfwf077ymga1",
            "q9wi dfwf o77y mgal",
            "Q9WLDFWF-O77YMGAI",
            " Q9W1-DFWF-077Y-MGA1 ",
        ] {
            assert_eq!(text.parse(), Ok(name), "{text}");
        }
        for text in [
            "",
            "Q9W1-DFWF-077Y-MGA",
            "Q9W1-DFWF-077Y-MGA11",
            "Q9W1-DFWF-077Y-MGAU",
            "Q9W1_DFWF_077Y_MGA1",
            "Q9W1-DFWF-077Y-MGAé",
        ] {
            assert_eq!(text.parse::<CodeName>(), Err(InvalidCodeName), "{text}");
        }
    }
}
