//! Texts that people add to what happens to a code: the place of a redemption, the reason of a revocation.

use std::str::FromStr;

use thiserror::Error;

/// A text in one line, of 1 to 100 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortText(String);

impl ShortText {
    /// The greatest number of characters.
    pub const MAX_CHARACTERS: usize = 100;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ShortText {
    type Err = InvalidShortText;

    fn from_str(text: &str) -> Result<Self, InvalidShortText> {
        let has_fair_length = (1..=Self::MAX_CHARACTERS).contains(&text.chars().count());
        if has_fair_length && !text.contains(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidShortText)
        }
    }
}

/// The text is empty, too long or not in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it must have 1 to {} characters, in one line", ShortText::MAX_CHARACTERS)]
pub struct InvalidShortText;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_short_and_in_one_line() {
        for text in ["a", "Gate 3", "入口", &"é".repeat(100)] {
            assert_eq!(text.parse::<ShortText>().unwrap().as_str(), text);
        }
        for text in ["", &"é".repeat(101), "a\nb", "a\tb", "\u{7f}", "\u{85}"] {
            assert_eq!(text.parse::<ShortText>(), Err(InvalidShortText), "{text:?}");
        }
    }
}
