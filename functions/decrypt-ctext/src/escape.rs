//! Untrusted text, shown so that all of it can be seen: characters that are invisible or change the order of others
//! become labels with their code points.

use std::{borrow::Cow, iter};

use maud::{Markup, html};

/// A text as markup.
pub(crate) fn text(text: &str) -> Markup {
    labelled(text, is_hidden)
}

/// A text as markup in which everything is labelled that cannot be seen, for texts that would look alike otherwise.
pub(crate) fn exact_text(text: &str) -> Markup {
    labelled(text, is_unseen)
}

/// What can be seen of a text: texts that look alike have the same.
pub(crate) fn seen(text: &str) -> String {
    text.chars().filter(|character| *character == ' ' || !is_unseen(*character)).collect::<String>().trim().to_owned()
}

/// A text as markup, with labels in place of the characters that `is_labelled` picks.
fn labelled(text: &str, is_labelled: impl Fn(char) -> bool) -> Markup {
    html! {
        // Isolated, so that its direction ends with it.
        bdi {
            @for piece in text.split_inclusive(&is_labelled) {
                @match piece.chars().next_back().filter(|last| is_labelled(*last)) {
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

/// Minified JSON with hidden characters as escapes. They occur only in strings, so the JSON means the same. Each string
/// is isolated: otherwise those that are written from right to left would change places with one another.
pub(crate) fn json(json: &str) -> Markup {
    html! {
        @for (is_string, piece) in pieces(json) {
            @if is_string && !piece.is_ascii() { bdi { (escaped(piece)) } } @else { (escaped(piece)) }
        }
    }
}

/// JSON cut into its strings, with their quotation marks, and what is between them.
fn pieces(json: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = json;
    iter::from_fn(move || {
        let is_string = rest.starts_with('"');
        let length = if is_string { string_length(rest) } else { rest.find('"').unwrap_or(rest.len()) };
        let (piece, others) = rest.split_at(length);
        rest = others;
        (!piece.is_empty()).then_some((is_string, piece))
    })
}

/// The length of the JSON string that a text begins with.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(is_hidden) {
        return json.into();
    }
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            let mut units = [0; 2];
            shown.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(character);
        }
    }
    shown.into()
}

/// Whether a character is a control other than a line break or a tab, a format control, or ignorable by default, as
/// Unicode 16.0 calls it. The joiners U+200C and U+200D and all variation selectors are exempt, because Persian, emoji,
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
        | '\u{890}'..='\u{891}'
        | '\u{8e2}'
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
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => true,
        _ => character.is_control(),
    }
}

/// Whether a character leaves nothing to see, or nothing to tell it from a space.
fn is_unseen(character: char) -> bool {
    is_hidden(character)
        || (character.is_whitespace() && character != ' ')
        || matches!(character, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
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
            assert_eq!(escaped(ordinary), ordinary);
        }
    }

    #[test]
    fn json_means_the_same() {
        let received = "{\"\u{feff}\":\"\u{202e}\u{e0041}\u{7f}\"}";
        let shown = escaped(received);
        assert_eq!(shown, r#"{"\ufeff":"\u202e\udb40\udc41\u007f"}"#);
        let [shown, received] =
            [&*shown, received].map(|json| serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert_eq!(shown, received);
    }

    #[test]
    fn strings_do_not_change_places() {
        assert_eq!(
            json(r#"{"a":"b\"c","d":[1]}"#).into_string(),
            r"{&quot;a&quot;:&quot;b\&quot;c&quot;,&quot;d&quot;:[1]}"
        );
        let shown = json("{\"אב\":\"ג\\\\\",\"ד\":1}").into_string();
        let expected = r"{<bdi>'אב'</bdi>:<bdi>'ג\\'</bdi>,<bdi>'ד'</bdi>:1}".replace('\'', "&quot;");
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_looks_alike_is_told_apart() {
        for alike in ["id", "id\u{200d}", "i\u{fe0f}d", "\u{200c}id", "id\u{a0}", " id", "id\t", "id\u{3000}"] {
            assert_eq!(seen(alike), "id");
        }
        assert_ne!(seen("i d"), seen("id"));
        assert_eq!(exact_text("id\u{200d}").into_string(), "<bdi>id<mark>U+200D</mark></bdi>");
        assert_eq!(exact_text("i d\u{a0}").into_string(), "<bdi>i d<mark>U+00A0</mark></bdi>");
    }

    /// By the tables of the crate `regex-syntax`, which are those of Unicode 16.0.
    #[test]
    fn what_is_hidden_is_what_unicode_says() {
        let class = r"[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}--[\n\t\u{200c}\u{200d}\p{Variation_Selector}]]";
        let parsed = regex_syntax::parse(class).unwrap();
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = parsed.kind() else {
            panic!("a class");
        };
        for character in '\0'..=char::MAX {
            let expected = class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&character));
            assert_eq!(
                is_hidden(character),
                expected || character == '\u{2028}' || character == '\u{2029}',
                "{character:?}"
            );
        }
    }
}
