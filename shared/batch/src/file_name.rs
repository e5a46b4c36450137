//! Names of the files of codes.

/// The longest name in bytes. With an extension, it stays below the 255 that file systems take.
const MAX_BYTES: usize = 200;
/// What Windows takes for devices, whatever extension follows.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// The same, followed by a digit.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// A name that every file system takes: letters, digits, `-`, `_` and `.`, of which the first is a letter or a digit.
/// `None` if nothing is left of the text.
pub(crate) fn of(text: &str) -> Option<String> {
    let characters = text
        .chars()
        .map(|character| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '_' })
        .skip_while(|character| !character.is_alphanumeric());
    let mut name = String::new();
    for character in characters {
        if name.len() + character.len_utf8() > MAX_BYTES {
            break;
        }
        name.push(character);
    }
    let name = name.trim_end_matches(['.', '_']);
    if is_device(name) {
        return Some(format!("code-{name}"));
    }
    (!name.is_empty()).then(|| name.to_owned())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = stem.strip_suffix(char::is_numeric).unwrap_or_default();
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.contains(&numbered)
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
    }

    #[test]
    fn names_are_no_longer_than_file_systems_take() {
        assert_eq!(of(&"x".repeat(300)).unwrap().len(), 200);
        assert_eq!(of(&"席".repeat(300)).unwrap().len(), 198);
    }

    #[test]
    fn names_are_not_those_of_devices() {
        for (text, name) in
            [("CON", "code-CON"), ("nul.tar", "code-nul.tar"), ("com1", "code-com1"), ("LPT¹", "code-LPT¹")]
        {
            assert_eq!(of(text).as_deref(), Some(name), "{text}");
        }
        for text in ["cone", "com", "com12", "lpta", "x.con"] {
            assert_eq!(of(text).as_deref(), Some(text));
        }
    }
}
