//! Names of the files of codes.

/// The longest name in characters.
const MAX_CHARACTERS: usize = 100;

/// A name that every file system takes: letters, digits, `-`, `_` and `.`, of which the first is a letter or a digit.
/// `None` if nothing is left of the text.
pub(crate) fn of(text: &str) -> Option<String> {
    let name: String = text
        .chars()
        .map(|character| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '_' })
        .skip_while(|character| !character.is_alphanumeric())
        .take(MAX_CHARACTERS)
        .collect();
    let name = name.trim_end_matches(['.', '_']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_leave_their_folder_and_are_not_formulas() {
        for (text, name) in [
            ("A-17", "A-17"),
            ("../../etc/passwd", "etc_passwd"),
            ("=cmd|' /C calc'!A0", "cmd____C_calc__A0"),
            ("Stuhl №5 (blau).", "Stuhl__5__blau"),
            ("席 12", "席_12"),
        ] {
            assert_eq!(of(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!((of(""), of(" ./\\ ")), (None, None));
        assert_eq!(of(&"x".repeat(300)).unwrap().len(), MAX_CHARACTERS);
    }
}
