//! A ctext has one text of each form. No other text opens it.

use super::*;

const DECIMAL: &str = "0123456789";
const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `{"id":"","amount":0}`, sealed by `seal_here`.
const DIGITS: &str = "01129207048439568031072586494786612003466620655855567297688882\
                      604154647989182736522886567577056049630705001272485101131066";
/// `{}`, sealed by `seal_here`.
const LETTERS: &str = "EAcAAQIDBAUGBwgJCgtbJlnPr8kiK8tg35y-xglk3Rg";

/// One text of each form, with its alphabet.
const TEXTS: [(&str, &str); 2] = [(DIGITS, DECIMAL), (LETTERS, BASE64URL)];

/// Seals with the newest key and the nonce 00 01 … 0b.
fn seal_here(payload: &str) -> Ctext {
    let nonce = std::array::from_fn(|at| u8::try_from(at).unwrap());
    sealed_with(&keyring(), plain(7), nonce, payload.as_bytes())
}

/// The text with `new` in place of the `count` characters from `at` on.
fn replaced(text: &str, at: usize, count: usize, new: impl std::fmt::Display) -> String {
    format!("{}{new}{}", &text[..at], &text[at + count..])
}

#[track_caller]
fn refused(text: impl AsRef<str>) {
    let text = text.as_ref();
    assert!(matches!(opened(text), Err(OpenError::Invalid(_))), "{text:?}");
}

#[test]
fn the_texts_of_these_tests_open() {
    assert_eq!(seal_here(r#"{"id":"","amount":0}"#).to_digits(), DIGITS);
    assert_eq!(seal_here("{}").to_base64url(), LETTERS);
    assert_eq!(opened(DIGITS).unwrap().as_json(), r#"{"id":"","amount":0}"#);
    assert_eq!(opened(LETTERS).unwrap().as_json(), "{}");
}

#[test]
fn every_length_opens_in_both_texts() {
    for length in 2..=22 {
        let payload = format!("\"{}\"", "x".repeat(length - 2));
        for text in both_texts(&seal_here(&payload).bytes) {
            assert_eq!(opened(&text).unwrap().as_json(), payload);
        }
    }
}

#[test]
fn every_character_counts() {
    for (text, alphabet) in TEXTS {
        for (at, original) in text.char_indices() {
            for other in alphabet.chars().filter(|other| *other != original) {
                refused(replaced(text, at, 1, other));
            }
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    for (text, _) in TEXTS {
        for length in 1..text.len() {
            refused(&text[..length]);
            refused(&text[length..]);
        }
    }
}

#[test]
fn every_deletion_insertion_and_swap_is_refused() {
    for (text, alphabet) in TEXTS {
        for (at, character) in text.char_indices() {
            refused(replaced(text, at, 1, ""));
            refused(replaced(text, at, 0, &alphabet[at % alphabet.len()..][..1]));
            if let Some(before) = text[..at].chars().next_back().filter(|before| *before != character) {
                refused(replaced(text, at - 1, 2, format!("{character}{before}")));
            }
        }
    }
}

#[test]
fn extensions_are_refused() {
    for (text, alphabet) in TEXTS {
        let zeros = [3, 5, 8, 10, 13, 15, 17, 34].map(|count| "0".repeat(count));
        let characters = alphabet.chars().map(String::from);
        for more in characters.chain(zeros).chain([text.to_owned()]) {
            refused(format!("{text}{more}"));
            refused(format!("{more}{text}"));
        }
    }
}

/// A chunk of *k* bytes is less than 256^*k*. A reader that took the remainder would open these.
#[test]
fn a_chunk_has_one_text() {
    let mut tried = [false; 8];
    for length in 2..282 {
        let text = seal_here(&format!("\"{}\"", "x".repeat(length - 2))).to_digits();
        assert!(opened(&text).is_ok(), "{text}");
        for at in (0..text.len()).step_by(17) {
            let chunk = &text[at..text.len().min(at + 17)];
            let bytes = match chunk.len() {
                3 => 1,
                5 => 2,
                8 => 3,
                10 => 4,
                13 => 5,
                15 => 6,
                _ => 7,
            };
            let overlong = (chunk.parse::<u64>().unwrap() + 256_u64.pow(bytes)).to_string();
            let overlong = format!("{overlong:0>width$}", width = chunk.len());
            if overlong.len() == chunk.len() {
                refused(replaced(&text, at, chunk.len(), overlong));
                tried[bytes as usize] = true;
            }
        }
    }
    assert_eq!(tried[1..], [true; 7], "chunks of every length");
}

#[test]
fn a_ctext_has_one_text_in_base64url() {
    // The last character of 32 bytes has two bits that no byte uses, that of 33 none, that of 34 four.
    for (payload, text) in [
        ("{}", LETTERS),
        (r#""x""#, "EAcAAQIDBAUGBwgJCgsCIySbnOIC_5t7mgHfDCeScByP"),
        (r#""xy""#, "EAcAAQIDBAUGBwgJCgsCI398CVI-4m0uvh97tZsX-nklkw"),
    ] {
        assert_eq!(opened(text).unwrap().as_json(), payload);
        for padding in ["=", "=="] {
            refused(format!("{text}{padding}"));
        }
        let last = text.len() - 1;
        for other in BASE64URL.chars().filter(|other| !text.ends_with(*other)) {
            refused(replaced(text, last, 1, other));
        }
    }
}

#[test]
fn the_standard_alphabet_of_base64_is_refused() {
    let text = "EAcAAAAAAAAAAAAAAAQ17xUKe3oiYx-uPmG-XL2q7XFhM68BnO3kPDL2I_WIFPX-CtM";
    assert_eq!(opened(text).unwrap().as_json(), r#"{"id":"","amount":0}"#);
    refused(text.replace('-', "+"));
    refused(text.replace('_', "/"));
    refused(text.replace('-', "+").replace('_', "/") + "=");
}

#[test]
fn white_space_quotes_and_signs_are_refused() {
    for (text, _) in TEXTS {
        for blank in [" ", "\n", "\r\n", "\t", "\0", "\u{a0}", "\u{200b}", "\u{feff}"] {
            for at in [0, 17, text.len()] {
                refused(replaced(text, at, 0, blank));
            }
        }
        refused(format!("\"{text}\""));
    }
    refused(replaced(DIGITS, 0, 1, '+'));
    refused(replaced(DIGITS, 0, 1, '-'));
    refused(format!("+{DIGITS}"));
}

#[test]
fn digits_and_letters_of_other_scripts_are_refused() {
    let shifted = |character: char, zero: char, ours: char| {
        char::from_u32(u32::from(character) - u32::from(ours) + u32::from(zero)).unwrap()
    };
    // Arabic-Indic, Devanagari, full-width and mathematical digits.
    for zero in ['٠', '०', '０', '𝟎'] {
        refused(DIGITS.chars().map(|digit| shifted(digit, zero, '0')).collect::<String>());
        refused(replaced(DIGITS, 0, 1, zero));
    }
    let full_width = |letter: char| if letter.is_ascii_alphabetic() { shifted(letter, 'Ａ', 'A') } else { letter };
    refused(LETTERS.chars().map(full_width).collect::<String>());
    let swapped = |letter: char| {
        if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() }
    };
    refused(LETTERS.chars().map(swapped).collect::<String>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn random_texts_are_refused(
        digits in "[0-9]{1,300}",
        letters in "E[A-Za-z0-9_-]{1,300}",
        printable in "[ -~\t\n\r\u{b}\u{c}]{1,300}",
    ) {
        for text in [digits, letters, printable] {
            refused(text);
        }
    }
}
