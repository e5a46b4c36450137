//! The font of captions: which characters it has, how wide they are, and the part of it that a document needs.

use std::{collections::HashMap, sync::LazyLock};

use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};

/// `DejaVu` Sans for captions, as `font/README.md` says.
const FILE: &[u8] = include_bytes!("../font/captions.ttf");
static FACE: LazyLock<Face<'static>> = LazyLock::new(|| Face::parse(FILE, 0).expect("a test reads it"));

/// Points of a millimetre.
pub(crate) const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// The glyph of a character; `None` if the font does not have it.
pub(crate) fn glyph(character: char) -> Option<GlyphId> {
    FACE.glyph_index(character)
}

/// How wide a glyph is, in thousandths of the font's size, as PDF measures it (ISO 32000-2, 9.2.4).
pub(crate) fn width(glyph: GlyphId) -> f64 {
    let units = FACE.glyph_hor_advance(glyph).unwrap_or_default();
    f64::from(units) * 1000.0 / f64::from(FACE.units_per_em())
}

/// How wide a text is, in millimetres, in this size in points.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(character_width).sum::<f64>() / 1000.0 * size / POINTS_PER_MM
}

/// How wide a character is, in thousandths of the font's size. What the font lacks, a browser takes from another: ideograms
/// and pictures are about as wide as high, other letters as wide as these are here.
fn character_width(character: char) -> f64 {
    static ASCII: LazyLock<[f64; 128]> = LazyLock::new(|| std::array::from_fn(|code| of_font(code as u8 as char)));
    ASCII.get(character as usize).copied().unwrap_or_else(|| of_font(character))
}

fn of_font(character: char) -> f64 {
    glyph(character).map_or(if character < '\u{2e80}' { 600.0 } else { 1000.0 }, width)
}

/// Lengths that describe the font, in thousandths of its size.
pub(crate) struct Metrics {
    pub(crate) ascent: f64,
    pub(crate) descent: f64,
    pub(crate) cap_height: f64,
    pub(crate) bounding_box: [f64; 4],
}

pub(crate) fn metrics() -> Metrics {
    let scale = |units: i16| f64::from(units) * 1000.0 / f64::from(FACE.units_per_em());
    let bounds = FACE.global_bounding_box();
    Metrics {
        ascent: scale(FACE.ascender()),
        descent: scale(FACE.descender()),
        cap_height: scale(FACE.capital_height().unwrap_or_else(|| FACE.ascender())),
        bounding_box: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(scale),
    }
}

/// The glyphs that a document uses, and their numbers in its part of the font.
pub(crate) struct Subset {
    numbers: GlyphRemapper,
    /// The numbers of characters, where they are looked up.
    known: HashMap<char, u16>,
    characters: Vec<(u16, char)>,
}

impl Subset {
    pub(crate) fn new() -> Self {
        Self { numbers: GlyphRemapper::new(), known: HashMap::new(), characters: Vec::new() }
    }

    /// The number of a character's glyph; `None` if the font does not have it.
    pub(crate) fn number(&mut self, character: char) -> Option<u16> {
        if let Some(number) = self.known.get(&character) {
            return Some(*number);
        }
        let number = self.numbers.remap(glyph(character)?.0);
        self.known.insert(character, number);
        self.characters.push((number, character));
        Some(number)
    }

    /// The numbers with their characters, which are in the order of the first use.
    pub(crate) fn characters(&self) -> &[(u16, char)] {
        &self.characters
    }

    /// The widths of all numbers, from 0.
    pub(crate) fn widths(&self) -> impl Iterator<Item = f64> {
        self.numbers.remapped_gids().map(|glyph| width(GlyphId(glyph)))
    }

    /// The part of the font that has these glyphs alone.
    pub(crate) fn file(&self) -> Vec<u8> {
        subsetter::subset(FILE, 0, &self.numbers).expect("a test makes one of every glyph")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_scripts_that_need_no_shaping() {
        for character in "AzÄßŁğΩЖЇԱწ№€₴→…·–“”".chars() {
            assert!(glyph(character).is_some_and(|glyph| width(glyph) > 0.0), "{character}");
        }
        for character in ['א', 'ع', '日', 'ก', 'क', '\u{301}', '\u{483}', '\u{202e}', '\u{200b}', '\n', '\u{0}', '😀']
        {
            assert!(glyph(character).is_none(), "{:04x}", u32::from(character));
        }
    }

    #[test]
    fn no_two_characters_have_one_glyph() {
        // So what is copied from a document is what was written.
        let glyphs: Vec<_> = ('\0'..='\u{ffff}').filter_map(glyph).collect();
        assert_eq!(glyphs.iter().copied().collect::<std::collections::BTreeSet<_>>().len(), glyphs.len());
    }

    #[test]
    fn texts_are_as_wide_as_their_characters() {
        // DejaVu Sans has 2048 units, of which A is 1401 wide and the space 651.
        assert!((text_width("A A", 10.0) - (1401.0 * 2.0 + 651.0) / 2048.0 * 10.0 * 25.4 / 72.0).abs() < 1e-9);
        assert!((text_width("席", 72.0) - 25.4).abs() < 1e-9 && text_width("ש", 72.0) < 25.4);
    }

    #[test]
    fn every_glyph_can_be_in_a_document() {
        let mut subset = Subset::new();
        let all: Vec<_> = ('\0'..='\u{ffff}').filter_map(|character| subset.number(character)).collect();
        assert!(all.len() > 2000 && subset.file().len() > 50_000);
        assert_eq!(subset.number('A'), subset.number('A'));
        assert!(metrics().descent < 0.0 && metrics().ascent >= metrics().cap_height);
        let mut few = Subset::new();
        assert_eq!((few.number('A'), few.number('B'), few.number('ع')), (Some(1), Some(2), None));
        assert_eq!((few.characters(), few.widths().count()), (&[(1, 'A'), (2, 'B')][..], 3));
        assert!(few.file().len() < 4000, "{}", few.file().len());
    }
}
