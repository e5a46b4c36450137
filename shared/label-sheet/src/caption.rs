//! Captions: which texts can be printed, and how they are fitted into their place.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizer;
use thiserror::Error;

use crate::font;

/// The smallest size of captions, in points.
pub const MIN_SIZE: f64 = 5.0;
/// From one size to the next that is tried, in points.
const STEP: f64 = 0.5;
/// From one line to the next, in sizes of the font.
const LINE: f64 = 1.2;
/// What stands for what is cut off.
const ELLIPSIS: char = '…';

/// A character that the font of captions does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("U+{:04X} cannot be printed in PDF, whose font has no such character", u32::from(*.0))]
pub struct UnprintableCharacter(pub char);

/// Whether a PDF can have this caption.
///
/// # Errors
/// [`UnprintableCharacter`] is the first that it cannot have.
pub fn check(caption: &str) -> Result<(), UnprintableCharacter> {
    printed(caption)
        .chars()
        .find(|character| font::glyph(*character).is_none())
        .map_or(Ok(()), |character| Err(UnprintableCharacter(character)))
}

/// The caption as it is printed: letters and their marks composed (NFC), because the font does not place marks; a space
/// for any white space, such as a tab or the end of a line; no hyphens but those that can be seen.
pub(crate) fn printed(caption: &str) -> Cow<'_, str> {
    let is_plain = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain(caption) && !caption.starts_with(' ') && !caption.ends_with(' ') && !caption.contains("  ") {
        return Cow::Borrowed(caption);
    }
    let mut printed = String::with_capacity(caption.len());
    for word in caption.split(|character: char| character.is_whitespace() && !keeps_together(character)) {
        if !word.is_empty() {
            if !printed.is_empty() {
                printed.push(' ');
            }
            printed.extend(
                word.chars()
                    .filter(|character| *character != '\u{ad}')
                    .map(|character| if keeps_together(character) { '\u{a0}' } else { character }),
            );
        }
    }
    Cow::Owned(ComposingNormalizer::new_nfc().normalize(&printed).into_owned())
}

/// Whether it is a space at which no line ends.
const fn keeps_together(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// How captions are set: all of a sheet alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Setting {
    /// In points.
    pub(crate) size: f64,
    /// The most lines.
    pub(crate) lines: usize,
}

impl Setting {
    /// No captions.
    pub(crate) const NONE: Self = Self { size: MIN_SIZE, lines: 0 };

    /// From one line to the next, in millimetres.
    pub(crate) fn line_height(self) -> f64 {
        line_height(self.size)
    }

    /// The height of all lines, in millimetres.
    pub(crate) fn height(self) -> f64 {
        self.lines as f64 * self.line_height()
    }

    /// The largest, up to this size in points, in which all captions fit into a place of this width and height, in
    /// millimetres; otherwise the smallest, in which some are cut. It has the lines that are needed.
    pub(crate) fn of(captions: &[Cow<'_, str>], max_size: f64, width: f64, height: f64) -> Self {
        // Most fit on one line, and a line is as wide as its size.
        let widths: Vec<_> = captions.iter().map(|caption| font::text_width(caption, 1.0)).collect();
        let mut size = max_size.max(MIN_SIZE);
        loop {
            let most = lines(size, height);
            let needed = captions.iter().zip(&widths).try_fold(0, |needed: usize, (caption, unit)| {
                let lines = if unit * size <= width { usize::from(!caption.is_empty()) } else { most + 1 };
                let lines = if lines <= most { lines } else { whole_lines(caption, size, width, most)? };
                Some(needed.max(lines))
            });
            match needed {
                Some(lines) => return Self { size, lines },
                None if size <= MIN_SIZE => return Self { size, lines: most },
                None => size = (size - STEP).max(MIN_SIZE),
            }
        }
    }

    /// The lines of a caption, the last of which is cut with an ellipsis if not all of it fits. There are none if not
    /// even that fits.
    pub(crate) fn fit(self, caption: &str, width: f64) -> Vec<Cow<'_, str>> {
        let mut lines = Vec::new();
        let mut rest = caption;
        while !rest.is_empty() && lines.len() < self.lines {
            if lines.len() + 1 == self.lines && font::text_width(rest, self.size) > width {
                lines.extend(cut(rest, self.size, width).map(Cow::Owned));
                break;
            }
            let line = first_line(rest, self.size, width);
            lines.push(Cow::Borrowed(line.text));
            rest = line.rest;
        }
        lines
    }
}

/// The height of a line, in millimetres, in this size in points.
pub(crate) fn line_height(size: f64) -> f64 {
    size * LINE / font::POINTS_PER_MM
}

#[expect(clippy::cast_sign_loss, reason = "heights are positive")]
fn lines(size: f64, height: f64) -> usize {
    (height / line_height(size) + 1e-9).max(0.0) as usize
}

/// A line and what follows it.
struct Line<'a> {
    text: &'a str,
    rest: &'a str,
    has_whole_words: bool,
}

/// The words that fit on a line, or as much of the first word as does.
fn first_line(text: &str, size: f64, width: f64) -> Line<'_> {
    let mut used = 0.0;
    let mut word = None;
    for (at, character) in text.char_indices() {
        used += font::text_width(character.encode_utf8(&mut [0; 4]), size);
        if at > 0 && begins_word(character) {
            word = Some(at);
        }
        if character != ' ' && used > width {
            let end = word.unwrap_or(if at == 0 { character.len_utf8() } else { at });
            return Line {
                text: text[..end].trim_end(),
                rest: text[end..].trim_start(),
                has_whole_words: word.is_some(),
            };
        }
    }
    Line { text, rest: "", has_whole_words: true }
}

/// Whether a line may end before a character. Scripts of East and South-East Asia have no spaces between words.
const fn begins_word(character: char) -> bool {
    matches!(character, ' ' | '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..)
}

/// How many lines of whole words a caption has; `None` if these are more than allowed, or a word is wider than a line.
fn whole_lines(caption: &str, size: f64, width: f64, most: usize) -> Option<usize> {
    let mut rest = caption;
    for lines in 0..=most {
        if rest.is_empty() {
            return Some(lines);
        }
        let line = first_line(rest, size, width);
        if !line.has_whole_words {
            return None;
        }
        rest = line.rest;
    }
    None
}

/// As much of a text as fits before an ellipsis, by characters; `None` if the ellipsis itself does not fit.
fn cut(text: &str, size: f64, width: f64) -> Option<String> {
    let mut left = width - font::text_width("…", size);
    if left < 0.0 {
        return None;
    }
    let fits = |character: &char| {
        left -= font::text_width(character.encode_utf8(&mut [0; 4]), size);
        left >= 0.0
    };
    let mut line = String::from(text.chars().take_while(fits).collect::<String>().trim_end());
    line.push(ELLIPSIS);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_named() {
        assert_eq!(check("A-17 · Ωмега №5"), Ok(()));
        assert_eq!(check("A\u{202e}17"), Err(UnprintableCharacter('\u{202e}')));
        assert_eq!(check("A\u{0}17"), Err(UnprintableCharacter('\u{0}')));
        let error = check("席 12").unwrap_err().to_string();
        assert_eq!(error, "U+5E2D cannot be printed in PDF, whose font has no such character");
        assert_eq!(check("x\u{301}"), Err(UnprintableCharacter('\u{301}')), "there is no such letter");
    }

    #[test]
    fn captions_are_printed_composed_and_with_single_spaces() {
        for (caption, printed_as) in [
            ("A-17", "A-17"),
            ("Zoe\u{308} A\u{30a}", "Zoë Å"),
            ("\tHall\r\nNorth \u{3000} 12\u{202f}€ ", "Hall North 12\u{a0}€"),
            ("soft\u{ad}ware", "software"),
            (" \u{2009}\n", ""),
            ("席\u{200d}", "席\u{200d}"),
        ] {
            assert_eq!(printed(caption), printed_as, "{caption:?}");
            assert_eq!(printed(printed_as), printed_as, "{caption:?}");
        }
        assert!(matches!(printed("Hall North 12"), Cow::Borrowed(_)));
        assert_eq!(check("Zoe\u{308}\t12\n\u{ad}"), Ok(()));
    }

    fn setting(captions: &[&str], width: f64, height: f64) -> Setting {
        let captions: Vec<_> = captions.iter().map(|caption| Cow::Borrowed(*caption)).collect();
        Setting::of(&captions, 9.0, width, height)
    }

    #[test]
    fn captions_are_as_large_as_all_of_them_fit() {
        assert_eq!(setting(&["A-17"], 30.0, 4.0), Setting { size: 9.0, lines: 1 });
        assert_eq!(setting(&["A-17"], 30.0, 20.0), Setting { size: 9.0, lines: 1 });
        let long = ["A-17", "a caption of thirty letters"];
        assert!(setting(&long, 36.0, 4.0).size < 9.0);
        assert_eq!(setting(&long, 20.0, 4.0), Setting { size: MIN_SIZE, lines: 1 });
        assert_eq!(setting(&long, 20.0, 12.0), Setting { size: 9.0, lines: 2 });
        assert_eq!(setting(&["", ""], 20.0, 12.0).lines, 0);
        assert_eq!(setting(&["A-17"], 20.0, 1.0).lines, 0, "not one line is that low");
    }

    #[test]
    fn what_does_not_fit_is_cut_with_an_ellipsis() {
        let setting = Setting { size: 8.0, lines: 1 };
        let caption = "a caption that is much too long for one line";
        let [line] = &setting.fit(caption, 30.0)[..] else { panic!() };
        assert!(line.ends_with('…') && caption.starts_with(line.trim_end_matches('…')));
        let width = font::text_width(line, 8.0);
        assert!(width <= 30.0 && width > 27.0, "{width}");
        assert_eq!(Setting { size: 8.0, lines: 2 }.fit(caption, 30.0), ["a caption that is", "much too long for…"]);
        assert_eq!(setting.fit("", 30.0), [""; 0]);
        assert_eq!(setting.fit("WWWW", 2.9), ["…"]);
        assert_eq!(setting.fit("WWWW", 1.0), [""; 0]);
    }

    #[test]
    fn lines_end_between_words_if_these_fit() {
        let fit = |caption, width| Setting { size: 8.0, lines: 3 }.fit(caption, width);
        assert_eq!(fit("Hall North, Gate 12, Seat 4", 20.0), ["Hall North,", "Gate 12, Seat", "4"]);
        assert_eq!(fit("Gate Donaudampfschifffahrt 12", 20.0), ["Gate", "Donaudampfs", "chifffahrt 12"]);
        assert_eq!(fit("Hall\u{a0}North 12", 14.0), ["Hall\u{a0}Nort", "h 12"], "these words stay together");
        assert_eq!(fit("北館12番席北館12番席", 12.0), ["北館12", "番席北", "館12…"]);
        assert_eq!(setting(&["北館12番席北館12番席"], 12.0, 16.0), Setting { size: 9.0, lines: 4 });
        assert_eq!(setting(&["Donaudampfschifffahrt"], 15.0, 20.0).size, MIN_SIZE, "words are not broken to be larger");
    }
}
