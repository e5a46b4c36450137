//! Untrusted text, shown so that all of it can be seen: characters that are invisible or change the order of others
//! become labels with their code points.

use maud::{Markup, html};

/// A text as markup.
pub(crate) fn text(text: &str) -> Markup {
    html! {
        // Isolated, so that its direction ends with it.
        bdi {
            @for piece in text.split_inclusive(is_hidden) {
                @match piece.chars().next_back().filter(|last| is_hidden(*last)) {
                    Some(hidden) => {
                        (piece[..piece.len() - hidden.len_utf8()])
                        mark { (format!("U+{:04X}", u32::from(hidden))) }
                    }
                    None => (piece),
                }
            }
        }
    }
}

/// Minified JSON with hidden characters as escapes. They occur only in strings, so the JSON means the same.
pub(crate) fn json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            let mut units = [0; 2];
            shown.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character is a control other than a line break or a tab, a format control, or ignorable by default, as
/// Unicode calls it. The joiners U+200C and U+200D and all variation selectors are exempt, because Persian, emoji,
/// names and Mongolian are written with them.
fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{600}'..='\u{605}'
        | '\u{61c}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_get_labels() {
        assert_eq!(
            text("a\u{0}\u{202e}b<\u{e0041}").into_string(),
            "<bdi>a<mark>U+0000</mark><mark>U+202E</mark>b&lt;<mark>U+E0041</mark></bdi>"
        );
        assert_eq!(text("").into_string(), "<bdi></bdi>");
    }

    #[test]
    fn writing_is_left_alone() {
        // Two lines, Persian with its joiner, a family of three, a variation selector.
        for ordinary in ["a\n\tb", "می\u{200c}خواهم", "👨\u{200d}👩\u{200d}👧", "☎\u{fe0f}", "葛\u{e0100}"]
        {
            assert_eq!(text(ordinary).into_string(), format!("<bdi>{ordinary}</bdi>"));
            assert_eq!(json(ordinary), ordinary);
        }
    }

    #[test]
    fn json_means_the_same() {
        let received = "{\"\u{feff}\":\"\u{202e}\u{e0041}\u{7f}\"}";
        let shown = json(received);
        assert_eq!(shown, r#"{"\ufeff":"\u202e\udb40\udc41\u007f"}"#);
        let [shown, received] =
            [&*shown, received].map(|json| serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert_eq!(shown, received);
    }
}
