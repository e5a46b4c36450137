//! The languages of the pages, and which of them a reader gets.
//!
//! The texts are in `languages/`, one file of Project Fluent for each language, which is read when it is first needed.

use std::{borrow::Cow, fmt, str::FromStr, sync::OnceLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use thiserror::Error;
use unic_langid::LanguageIdentifier;

/// The most ranges of a header that are looked at. People have a handful.
const MAX_RANGES: usize = 16;
/// The first of the characters that hold the places of values in a text until it is known how the values are shown. They
/// are for private use, so no text contains them.
const FIRST_SLOT: u32 = 0xe000;

/// A language.
pub struct Language {
    /// The tag of `lang` in HTML (RFC 5646).
    pub tag: &'static str,
    /// More tags of readers who get this language.
    aliases: &'static [&'static str],
    /// Whether it is written from right to left.
    pub is_right_to_left: bool,
    source: &'static str,
    transform: Option<fn(&str) -> Cow<'_, str>>,
    texts: OnceLock<FluentBundle<FluentResource>>,
}

macro_rules! languages {
    ($($tag:literal $aliases:expr, $is_right_to_left:literal;)*) => {
        /// All languages, the default first.
        static LANGUAGES: [Language; [$($tag,)*].len()] =
            [$(Language::new($tag, &$aliases, $is_right_to_left, include_str!(concat!(env!("OUT_DIR"), "/", $tag, ".ftl"))),)*];
    };
}

languages! {
    "en" [], false;
    "de" [], false;
    "fr" [], false;
    "es" [], false;
    "it" [], false;
    "pt" [], false;
    "nl" [], false;
    "pl" [], false;
    "cs" [], false;
    "sv" [], false;
    "tr" [], false;
    "el" [], false;
    "uk" [], false;
    "ru" [], false;
    "ar" [], true;
    "he" ["iw"], true;
    "fa" [], true;
    "hi" [], false;
    "bn" [], false;
    "id" ["in"], false;
    "vi" [], false;
    "th" [], false;
    "zh-Hans" ["zh", "zh-CN", "zh-SG"], false;
    "zh-Hant" ["zh-TW", "zh-HK", "zh-MO"], false;
    "ja" [], false;
    "ko" [], false;
}

/// English with accents on every letter, which shows what is not taken from the files.
static PSEUDO: Language = Language {
    tag: "en-XA",
    aliases: &[],
    is_right_to_left: false,
    source: include_str!(concat!(env!("OUT_DIR"), "/en.ftl")),
    transform: Some(accented),
    texts: OnceLock::new(),
};

/// A value in a text.
pub type Value<'a> = FluentValue<'a>;

/// A piece of a text: words of the language, or the place of a value by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// The value with this number in the list that was given.
    Slot(usize),
}

impl Language {
    const fn new(
        tag: &'static str,
        aliases: &'static [&'static str],
        is_right_to_left: bool,
        source: &'static str,
    ) -> Self {
        Self { tag, aliases, is_right_to_left, source, transform: None, texts: OnceLock::new() }
    }

    /// English, which readers get who ask for nothing that there is.
    #[must_use]
    pub fn english() -> &'static Self {
        &LANGUAGES[0]
    }

    /// The language that suits the header `accept-language` (RFC 9110, 12.5.4) best, by looking ranges up (RFC 4647,
    /// 3.4).
    #[must_use]
    pub fn accepted(header: Option<&str>) -> &'static Self {
        let requested = header.map(ranges).unwrap_or_default();
        let available: Vec<(LanguageIdentifier, &Self)> = LANGUAGES
            .iter()
            .flat_map(|language| {
                [language.tag].into_iter().chain(language.aliases.iter().copied()).map(move |tag| (tag, language))
            })
            .filter_map(|(tag, language)| Some((tag.parse().ok()?, language)))
            .collect();
        let tags: Vec<_> = available.iter().map(|(tag, _)| tag).collect();
        let found = negotiate_languages(&requested, &tags, None, NegotiationStrategy::Lookup);
        let found = found.first().and_then(|found| available.iter().find(|(tag, _)| tag == **found));
        found.map_or(Self::english(), |(_, language)| language)
    }

    /// The text with this id.
    #[must_use]
    pub fn text(&'static self, id: &str) -> Cow<'static, str> {
        self.text_with(id, &[])
    }

    /// The text with this id and values.
    #[must_use]
    pub fn text_with(&'static self, id: &str, values: &[(&'static str, Value<'_>)]) -> Cow<'static, str> {
        let args: FluentArgs<'_> = values.iter().cloned().collect();
        let bundle = self.texts.get_or_init(|| self.read());
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let pattern = pattern.expect("tests hold every file against the English one, and that against the code");
        // A value that is missing shows as its name, which tests look for.
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned().into()
    }

    /// The text with this id and values, in pieces: those of `slots`, by name, are left to the caller.
    #[must_use]
    pub fn pieces(&'static self, id: &str, values: &[(&'static str, Value<'_>)], slots: &[&'static str]) -> Pieces {
        let slot = |number: usize| char::from_u32(FIRST_SLOT + u32::try_from(number).unwrap_or_default());
        let filled = slots
            .iter()
            .enumerate()
            .map(|(number, name)| (*name, slot(number).map_or("".into(), |slot| slot.to_string().into())));
        let values: Vec<_> = values.iter().cloned().chain(filled).collect();
        Pieces { text: self.text_with(id, &values), slots: slots.len() }
    }

    fn read(&self) -> FluentBundle<FluentResource> {
        let tag = self.tag.parse().expect("the tag of a language");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // HTML isolates what is filled in.
        bundle.set_use_isolating(false);
        bundle.set_transform(self.transform);
        let resource = FluentResource::try_new(self.source.to_owned()).expect("tests read every file");
        bundle.add_resource(resource).expect("each id once, as tests see");
        bundle
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag)
    }
}

/// The language with a tag, for operators who want one for all.
impl FromStr for &'static Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        let mut all = LANGUAGES.iter().chain([&PSEUDO]);
        all.find(|language| language.tag.eq_ignore_ascii_case(tag)).ok_or_else(|| {
            UnknownLanguage(LANGUAGES.iter().map(|language| language.tag).collect::<Vec<_>>().join(", "))
        })
    }
}

/// The tag is not one of a language of the pages. It holds the tags of those languages.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("none of the languages of the pages, which are {0}")]
pub struct UnknownLanguage(String);

/// A text in pieces.
#[derive(Clone, Debug)]
pub struct Pieces {
    text: Cow<'static, str>,
    slots: usize,
}

impl Pieces {
    /// The pieces, in the order of the language.
    pub fn iter(&self) -> impl Iterator<Item = Piece<'_>> {
        let slot = |character: char| {
            let number = u32::from(character).checked_sub(FIRST_SLOT).and_then(|number| usize::try_from(number).ok());
            number.filter(|number| *number < self.slots)
        };
        self.text.split_inclusive(move |character| slot(character).is_some()).flat_map(move |piece| {
            let last = piece.chars().next_back().filter(|last| slot(*last).is_some());
            let words = &piece[..piece.len() - last.map_or(0, char::len_utf8)];
            let words = (!words.is_empty()).then_some(Piece::Words(words));
            [words, last.and_then(slot).map(Piece::Slot)].into_iter().flatten()
        })
    }
}

/// The ranges of a header, the most wanted first.
fn ranges(header: &str) -> Vec<LanguageIdentifier> {
    let mut ranges: Vec<_> = header.split(',').take(MAX_RANGES).filter_map(weighted).collect();
    ranges.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    ranges.into_iter().map(|(_, range)| range).collect()
}

/// A range with its weight, unless it is unwanted.
fn weighted(item: &str) -> Option<(f32, LanguageIdentifier)> {
    let (range, weight) = item.split_once(';').unwrap_or((item, ""));
    let weight = match weight.trim().strip_prefix("q=") {
        Some(weight) => weight.parse().ok().filter(|weight| *weight > 0.0 && *weight <= 1.0)?,
        None => 1.0,
    };
    Some((weight, range.trim().parse().ok()?))
}

/// Accents on every letter.
fn accented(text: &str) -> Cow<'_, str> {
    const PLAIN: &str = "aceilnorsuyzACEILNORSUYZ";
    const ACCENTED: &str = "áçéíłñóřšúýžÁÇÉÍŁÑÓŘŠÚÝŽ";
    let accent = |letter| {
        let place = PLAIN.chars().position(|plain| plain == letter);
        place.and_then(|place| ACCENTED.chars().nth(place)).unwrap_or(letter)
    };
    text.chars().map(accent).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use fluent_syntax::{ast, parser};

    use super::*;

    /// The texts of a file in their order: of each, its values, and how often it has each of them in each form.
    fn catalogue(language: &Language) -> Vec<(String, BTreeSet<String>)> {
        let file = parser::parse(language.source).unwrap_or_else(|(_, errors)| panic!("{language:?}: {errors:?}"));
        let messages = file.body.iter().filter_map(|entry| match entry {
            ast::Entry::Message(message) => Some(message),
            ast::Entry::Junk { content } => panic!("{language:?}: {content}"),
            _ => None,
        });
        messages
            .map(|message| {
                assert!(message.attributes.is_empty());
                let mut values = BTreeSet::new();
                of_pattern(message.value.as_ref().unwrap(), &mut values);
                (message.id.name.to_owned(), values)
            })
            .collect()
    }

    fn of_pattern(pattern: &ast::Pattern<&str>, values: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            match element {
                ast::PatternElement::Placeable { expression: ast::Expression::Inline(inline) } => {
                    of_inline(inline, values);
                }
                ast::PatternElement::Placeable { expression: ast::Expression::Select { selector, variants } } => {
                    of_inline(selector, values);
                    for variant in variants {
                        of_pattern(&variant.value, values);
                    }
                }
                ast::PatternElement::TextElement { .. } => {}
            }
        }
    }

    fn of_inline(inline: &ast::InlineExpression<&str>, values: &mut BTreeSet<String>) {
        if let ast::InlineExpression::VariableReference { id } = inline {
            values.insert(id.name.to_owned());
        }
    }

    #[test]
    fn every_language_has_all_texts_with_all_values() {
        let english = catalogue(Language::english());
        assert!(english.len() > 60);
        for language in &LANGUAGES {
            assert_eq!(catalogue(language), english, "{language:?}");
            let file = format!("{}/languages/{}.ftl", env!("CARGO_MANIFEST_DIR"), language.tag);
            let file = std::fs::read_to_string(file).unwrap();
            let reviewed = file.lines().nth(1).and_then(|line| line.strip_prefix("# Reviewed by a native speaker: "));
            assert!(matches!(reviewed, Some("no" | "yes")), "{language:?}");
        }
    }

    #[test]
    fn every_text_can_be_written_with_any_number() {
        let english = catalogue(Language::english());
        for language in &LANGUAGES {
            for (id, values) in &english {
                for number in [0, 1, 2, 3, 5, 11, 12, 21, 100, 255] {
                    let values: BTreeMap<_, _> = values.iter().map(|name| (name.as_str(), number)).collect();
                    let args: FluentArgs<'_> =
                        values.into_iter().map(|(name, value)| (name, FluentValue::from(value))).collect();
                    let bundle = language.texts.get_or_init(|| language.read());
                    let pattern = bundle.get_message(id).unwrap().value().unwrap();
                    let mut errors = Vec::new();
                    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
                    assert!(errors.is_empty() && !text.is_empty(), "{language:?} {id} {number}: {errors:?}");
                    assert!(!text.contains(['{', '}', '\u{2068}']), "{language:?} {id}: {text}");
                }
            }
        }
    }

    #[test]
    fn readers_get_the_language_that_they_want_most() {
        assert_eq!(Language::accepted(None).tag, "en");
        for (header, tag) in
            [("", "en"), ("*", "en"), ("tlh", "en"), ("en-GB,en;q=0.9", "en"), ("\u{e9}, ;;q=, en;q=0", "en")]
        {
            assert_eq!(Language::accepted(Some(header)).tag, tag, "{header}");
        }
    }

    #[test]
    fn a_text_comes_in_pieces() {
        let pieces = Language::english().pieces("redeemed-times-at", &[("used", 2.into())], &["time", "place"]);
        let pieces: Vec<_> = pieces.iter().collect();
        assert_eq!(
            pieces,
            [
                Piece::Words("Redeemed 2 times, last on "),
                Piece::Slot(0),
                Piece::Words(", "),
                Piece::Slot(1),
                Piece::Words("."),
            ]
        );
    }

    #[test]
    fn the_pseudo_language_shows_what_is_not_translated() {
        let pseudo: &Language = "en-XA".parse().unwrap();
        assert_eq!(pseudo.text("as-json"), "Áš JŠÓÑ");
        let error = <&Language>::from_str("xx").unwrap_err().to_string();
        assert!(error.starts_with("none of the languages of the pages, which are en"), "{error}");
    }
}
