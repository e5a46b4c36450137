//! What people and their programs do to the text of a ctext in a link.

/// The text without what cannot be part of a ctext and gets into links: white space and invisible characters anywhere,
/// as from a line break in a mail, and punctuation around it, as from the sentence or the brackets that a link was
/// copied from.
pub(crate) fn clean(text: &str) -> String {
    let visible: String = text.chars().filter(|&character| !is_white_or_invisible(character)).collect();
    visible.trim_matches(|character: char| !is_in_ctexts(character)).to_owned()
}

fn is_white_or_invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character occurs in digits or base64url.
fn is_in_ctexts(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_links_pick_up_on_their_way_is_dropped() {
        for text in [
            "E1_-a",
            " E1_-a\n",
            "E1_-a.",
            "E1_-a,",
            "E1_-a)",
            "(E1_-a)",
            "<E1_-a>",
            "\"E1_-a\"",
            "E1_-a\u{200b}",
            "E1_\r\n -a",
            "E1\u{2060}_-a\u{feff}",
            "„E1_-a“.",
            "E1_-a…",
            "*E1_-a*",
            "E1_-a;",
            "\u{202a}E1_-a\u{202c}",
            "E1_\u{ad}-a/",
        ] {
            assert_eq!(clean(text), "E1_-a", "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_parser() {
        for text in ["E1.2", "E1=2", "1\u{0}2", "١٢", "-E1_", "E+/1"] {
            assert_eq!(clean(text), text.trim_matches(['١', '٢']), "{text:?}");
        }
        assert_eq!(clean("..."), "");
    }
}
