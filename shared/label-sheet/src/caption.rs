//! Captions: which texts can be printed, and how they are fitted into their place.

use thiserror::Error;

use crate::font;

/// The largest and the smallest size of captions, in points.
pub const MAX_SIZE: f64 = 9.0;
/// The smallest size of captions, in points.
pub const MIN_SIZE: f64 = 5.0;
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
    caption
        .chars()
        .find(|character| font::glyph(*character).is_none())
        .map_or(Ok(()), |character| Err(UnprintableCharacter(character)))
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
    /// From one line to the next, in millimetres.
    pub(crate) fn line_height(self) -> f64 {
        line_height(self.size)
    }

    /// The largest in which all captions fit into a place of this width and height, in millimetres; otherwise the
    /// smallest.
    pub(crate) fn of<'a>(captions: &(impl Iterator<Item = &'a str> + Clone), width: f64, height: f64) -> Self {
        let sizes = (0..=8).map(|step| MAX_SIZE - f64::from(step) * 0.5).filter(|size| *size >= MIN_SIZE);
        let settings = sizes.map(|size| Self { size, lines: lines(size, height) }).filter(|setting| setting.lines > 0);
        let smallest = Self { size: MIN_SIZE, lines: lines(MIN_SIZE, height) };
        let fits = |setting: &Self| {
            captions.clone().all(|caption| wrapped(caption, setting.size, width, setting.lines).is_some())
        };
        settings.clone().find(fits).unwrap_or(smallest)
    }

    /// The lines of a caption, the last of which is cut with an ellipsis if not all of it fits.
    pub(crate) fn fit(self, caption: &str, width: f64) -> Vec<String> {
        if caption.is_empty() || self.lines == 0 {
            return Vec::new();
        }
        wrapped(caption, self.size, width, self.lines).unwrap_or_else(|| cut(caption, self.size, width, self.lines))
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

/// The caption in lines of whole words; `None` if it has more, or words that are wider than a line.
fn wrapped(caption: &str, size: f64, width: f64, max_lines: usize) -> Option<Vec<String>> {
    if font::text_width(caption, size) <= width {
        return Some(vec![caption.to_owned()]);
    }
    let mut lines: Vec<String> = Vec::new();
    for word in caption.split(' ').filter(|word| !word.is_empty()) {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        if let Some(longer) = longer.filter(|line| font::text_width(line, size) <= width) {
            lines.pop();
            lines.push(longer);
        } else if font::text_width(word, size) <= width && lines.len() < max_lines {
            lines.push(word.to_owned());
        } else {
            return None;
        }
    }
    Some(lines)
}

/// As much of the caption as fits, by characters.
fn cut(caption: &str, size: f64, width: f64, max_lines: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = caption;
    while !rest.is_empty() && lines.len() < max_lines {
        let is_last = lines.len() + 1 == max_lines;
        if font::text_width(rest, size) <= width {
            lines.push(rest.to_owned());
            break;
        }
        let fits = |end: usize| {
            let text = &rest[..end];
            font::text_width(text, size) + if is_last { font::text_width("…", size) } else { 0.0 } <= width
        };
        let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
        let end = ends.take_while(|end| fits(*end)).last().unwrap_or(0);
        let line = rest[..end].trim_end();
        lines.push(if is_last { format!("{line}{ELLIPSIS}") } else { line.to_owned() });
        if end == 0 {
            break;
        }
        rest = rest[end..].trim_start();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_named() {
        assert_eq!(check("A-17 · Ωмега №5"), Ok(()));
        assert_eq!(check("A\u{202e}17"), Err(UnprintableCharacter('\u{202e}')));
        let error = check("席 12").unwrap_err().to_string();
        assert_eq!(error, "U+5E2D cannot be printed in PDF, whose font has no such character");
        assert!(check("e\u{301}").is_err(), "marks are not placed");
    }

    #[test]
    fn captions_are_as_large_as_all_of_them_fit() {
        let setting = |captions: &[&str], width, height| Setting::of(&captions.iter().copied(), width, height);
        assert_eq!(setting(&["A-17"], 30.0, 4.0), Setting { size: 9.0, lines: 1 });
        let long = ["A-17", "a caption of thirty letters"];
        assert!(setting(&long, 36.0, 4.0).size < 9.0);
        assert_eq!(setting(&long, 20.0, 4.0), Setting { size: MIN_SIZE, lines: 1 });
        assert_eq!(setting(&long, 20.0, 12.0).lines, 3);
    }

    #[test]
    fn what_does_not_fit_is_cut_with_an_ellipsis() {
        let setting = Setting { size: 8.0, lines: 1 };
        let caption = "a caption that is much too long for one line";
        let [line] = &setting.fit(caption, 30.0)[..] else { panic!() };
        assert!(line.ends_with('…') && caption.starts_with(line.trim_end_matches('…')));
        let width = font::text_width(line, 8.0);
        assert!(width <= 30.0 && width > 27.0, "{width}");
        let lines = Setting { size: 8.0, lines: 2 }.fit(caption, 30.0);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| font::text_width(line, 8.0) <= 30.0) && lines[1].ends_with('…'));
        let words = Setting { size: 8.0, lines: 3 }.fit("Hall North, Gate 12, Seat 4", 20.0);
        assert_eq!(words, ["Hall North,", "Gate 12, Seat", "4"]);
        assert_eq!(setting.fit("", 30.0), [""; 0]);
        assert_eq!(setting.fit("WWWW", 1.0), ["…"]);
    }
}
