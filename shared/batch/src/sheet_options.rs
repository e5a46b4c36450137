//! The options of sheets of labels.

use std::str::FromStr;

use creation::{
    options::DrawOptions,
    parameter::{Parameter, Values},
};
use label_sheet::{
    CaptionPlace, InvalidPaper, Paper, Sheet, Shift, Size,
    paper::{self, Grid},
    preset,
};
use qr_symbol::Millimetres;
use service::query::{InvalidQuery, Query};

/// The parameter `paper`.
pub const PAPER: Parameter = Parameter {
    name: "paper",
    meaning: "The label paper: a preset, roll for one label per page, or custom.",
    values: Values::Text("the name of a preset, such as avery-l7160, or roll or custom"),
    default: Some("avery-l7160"),
};
/// The parameter `page`.
pub const PAGE: Parameter = Parameter {
    name: "page",
    meaning: "The page of custom paper.",
    values: Values::Text("a4, letter or width x height in millimetres, such as 210x297"),
    default: Some("a4"),
};
/// The parameter `grid`.
pub const GRID: Parameter = Parameter {
    name: "grid",
    meaning: "How many labels custom paper has beside and below each other.",
    values: Values::Text("columns x rows, such as 3x7"),
    default: None,
};
/// The parameter `label`.
pub const LABEL: Parameter = Parameter {
    name: "label",
    meaning: "The size of a label of custom paper or of a roll.",
    values: Values::Text("width x height in millimetres, such as 63.5x38.1"),
    default: None,
};
/// The parameter `first`.
pub const FIRST: Parameter = Parameter {
    name: "first",
    meaning: "Where the first label of custom paper is, from the left and top edges of the page.",
    values: Values::Text("left x top in millimetres, such as 7.25x15.15"),
    default: None,
};
/// The parameter `pitch`.
pub const PITCH: Parameter = Parameter {
    name: "pitch",
    meaning: "From one label of custom paper to the next. If absent, labels touch.",
    values: Values::Text("width x height in millimetres, such as 66x38.1"),
    default: None,
};
/// The parameter `start_at`.
pub const START_AT: Parameter = Parameter {
    name: "start_at",
    meaning: "The first label to be printed, counted row by row from 1, for sheets that have been used in part.",
    values: Values::Integer { min: 1, max: 1000, note: ", at most the labels of a page" },
    default: Some("1"),
};
/// The parameter `shift`.
pub const SHIFT: Parameter = Parameter {
    name: "shift",
    meaning: "By how much everything moves to the right and down, for printers that are off.",
    values: Values::Text("right,down in millimetres from -10 to 10, such as 0.5,-1"),
    default: Some("0,0"),
};
/// The parameter `marks`.
pub const MARKS: Parameter = Parameter {
    name: "marks",
    meaning: "Whether marks for cutting are printed at the edges of the page.",
    values: Values::Words(&["on", "off"]),
    default: Some("off"),
};
/// The parameter `ruler`.
pub const RULER: Parameter = Parameter {
    name: "ruler",
    meaning: "Whether a ruler of 50 mm is printed at the edge of the page, where there is room, which shows when a page \
              was fitted to the paper.",
    values: Values::Words(&["on", "off"]),
    default: Some("on"),
};
/// The parameter `caption_at`.
pub const CAPTION_AT: Parameter = Parameter {
    name: "caption_at",
    meaning: "Where the caption of a code is.",
    values: Values::Words(&["below", "above", "beside"]),
    default: Some("below"),
};

/// The words of a switch.
const SWITCH: [(&str, bool); 2] = [("on", true), ("off", false)];

/// The parameters of sheets.
pub const PARAMETERS: [Parameter; 11] =
    [PAPER, PAGE, GRID, LABEL, FIRST, PITCH, START_AT, SHIFT, MARKS, RULER, CAPTION_AT];

/// What is asked for of sheets. How codes are drawn is asked for elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SheetOptions(Sheet);

impl SheetOptions {
    /// Takes the parameters of sheets.
    ///
    /// # Errors
    /// [`InvalidQuery`]
    pub fn take(query: &mut Query<'_>) -> Result<Self, InvalidQuery> {
        let paper = take_paper(query)?;
        let start: usize = START_AT.take(query)?.unwrap_or(1);
        if !(1..=paper.labels()).contains(&start) {
            let expected = format!("a whole number from 1 to {}, the labels of a page", paper.labels());
            return Err(InvalidQuery::Value { name: START_AT.name, expected });
        }
        let Shifted(shift) = SHIFT.take(query)?.unwrap_or_default();
        let has_marks = MARKS.choose(query, &SWITCH)?.unwrap_or(false);
        let has_ruler = RULER.choose(query, &SWITCH)?.unwrap_or(true);
        let places = [("below", CaptionPlace::Below), ("above", CaptionPlace::Above), ("beside", CaptionPlace::Beside)];
        let caption = CAPTION_AT.choose(query, &places)?.unwrap_or_default();
        Ok(Self(Sheet { start: start - 1, shift, has_marks, has_ruler, caption, ..Sheet::of(paper) }))
    }

    /// How many codes fill the first pages, at least so many.
    pub(crate) fn fill(&self, codes: usize) -> usize {
        let Sheet { paper, start, .. } = self.0;
        (start + codes).next_multiple_of(paper.labels()) - start
    }

    /// The same for pages behind the first ones.
    pub(crate) const fn continued(self) -> Self {
        Self(Sheet { start: 0, ..self.0 })
    }

    /// The sheet whose codes are drawn like this.
    #[must_use]
    pub fn sheet(&self, draw: &DrawOptions) -> Sheet {
        Sheet { style: draw.style, is_sized: draw.is_sized, ink: draw.ink, ..self.0 }
    }
}

fn take_paper(query: &mut Query<'_>) -> Result<Paper, InvalidQuery> {
    let name = query.take(PAPER.name)?;
    let page: Option<Page> = PAGE.take(query)?;
    let grid: Option<Pair<u32>> = GRID.take(query)?;
    let label: Option<Pair<Length>> = LABEL.take(query)?;
    let first: Option<Pair<Length>> = FIRST.take(query)?;
    let pitch: Option<Pair<Length>> = PITCH.take(query)?;
    let given = [
        (LABEL, label.is_some()),
        (GRID, grid.is_some()),
        (FIRST, first.is_some()),
        (PITCH, pitch.is_some()),
        (PAGE, page.is_some()),
    ];
    let no_other_than = |used: &[Parameter]| {
        let other = given.iter().find(|(parameter, is_given)| *is_given && !used.contains(parameter));
        other.map_or(Ok(()), |(parameter, _)| Err(InvalidQuery::Needed { name: parameter.name, other: "paper=custom" }))
    };
    let missing = |parameter: Parameter| InvalidQuery::Missing { name: parameter.name };
    let invalid = |error: InvalidPaper| {
        let names = [PAGE, GRID, LABEL, FIRST, PITCH].map(|parameter| parameter.name).join(", ");
        InvalidQuery::Contradictory(format!("This is not label paper ({names}): {error}"))
    };
    match name.as_deref().unwrap_or("avery-l7160") {
        "custom" => {
            let Pair(columns, rows) = grid.ok_or(missing(GRID))?;
            let label = label.ok_or(missing(LABEL))?.size();
            let first = first.ok_or(missing(FIRST))?.size();
            let Page(page) = page.unwrap_or_default();
            let pitch = pitch.map_or(label, Pair::size);
            Paper::new(Grid { page, columns, rows, label, first, pitch }).map_err(invalid)
        }
        "roll" => {
            no_other_than(&[LABEL])?;
            Paper::roll(label.ok_or(missing(LABEL))?.size()).map_err(invalid)
        }
        name => {
            no_other_than(&[])?;
            preset::named(name).map(|preset| preset.paper).ok_or_else(|| PAPER.invalid())
        }
    }
}

/// The text is not what the parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unreadable;

/// Two values with an `x` between them.
#[derive(Clone, Copy)]
struct Pair<T>(T, T);

impl<T: FromStr> FromStr for Pair<T> {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let (first, second) = text.split_once('x').ok_or(Unreadable)?;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let read = |text: &str| text.parse().ok().filter(|_| is_number(text)).ok_or(Unreadable);
        Ok(Self(read(first)?, read(second)?))
    }
}

impl Pair<Length> {
    const fn size(self) -> Size {
        let Self(Length(width), Length(height)) = self;
        Size { width, height }
    }
}

/// A length in millimetres that fits on the largest page.
#[derive(Clone, Copy)]
struct Length(Millimetres);

impl FromStr for Length {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let limits = Millimetres::from_micrometres(0)..=paper::MAX_PAGE;
        Millimetres::parse_within(text, limits).map(Self).map_err(|_| Unreadable)
    }
}

/// A page by name or size.
struct Page(Size);

impl Default for Page {
    fn default() -> Self {
        Self(Size::A4)
    }
}

impl FromStr for Page {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text {
            "a4" => Ok(Self(Size::A4)),
            "letter" => Ok(Self(Size::LETTER)),
            _ => text.parse().map(|pair: Pair<Length>| Self(pair.size())),
        }
    }
}

#[derive(Default)]
struct Shifted(Shift);

impl FromStr for Shifted {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let read = |text: &str| -> Option<f64> {
            let Length(length) = text.strip_prefix('-').unwrap_or(text).parse().ok()?;
            Some(if text.starts_with('-') { -length.to_f64() } else { length.to_f64() })
        };
        let (right, down) = text.split_once(',').ok_or(Unreadable)?;
        let shift = read(right).zip(read(down)).and_then(|(right, down)| Shift::new(right, down));
        shift.map(Self).ok_or(Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documentation;

    fn options(query: &str) -> Result<SheetOptions, String> {
        let mut query = Query::parse(query);
        let options = SheetOptions::take(&mut query).map_err(|error| error.to_string())?;
        query.finish(PARAMETERS.map(|parameter| parameter.name)).map_err(|error| error.to_string())?;
        Ok(options)
    }

    #[test]
    fn paper_is_a_preset_a_roll_or_custom() {
        let labels = |query: &str| options(query).map(|options| options.0.paper.labels());
        assert_eq!((labels(""), labels("paper=avery-5160"), labels("paper=roll&label=57x32")), (Ok(21), Ok(30), Ok(1)));
        let l7160 = "paper=custom&grid=3x7&label=63.5x38.1&first=7.25x15.15&pitch=66x38.1";
        assert_eq!(options(l7160), options("paper=avery-l7160"));
        assert_eq!(labels("paper=custom&page=100x50&grid=2x1&label=50x50&first=0x0"), Ok(2));
    }

    #[test]
    fn pages_are_filled_from_the_first_free_label_on() {
        let options = options("start_at=20").unwrap();
        assert_eq!([1, 2, 3, 23, 24, 500].map(|codes| options.fill(codes)), [2, 2, 23, 23, 44, 506]);
        assert_eq!([1, 21, 500].map(|codes| options.continued().fill(codes)), [21, 21, 504]);
    }

    #[test]
    fn what_is_not_paper_is_refused_with_what_to_do() {
        for (query, detail) in [
            ("paper=l7160", "The value of paper must be the name of a preset, such as avery-l7160, or roll or custom."),
            ("paper=custom", "The parameter grid is missing."),
            ("paper=roll", "The parameter label is missing."),
            ("label=57x32", "The parameter label has no meaning without paper=custom: send both or neither."),
            (
                "paper=roll&label=57x32&grid=1x1",
                "The parameter grid has no meaning without paper=custom: send both or neither.",
            ),
            ("paper=custom&grid=3&label=57x32&first=0x0", "The value of grid must be columns x rows, such as 3x7."),
            ("paper=custom&grid=3x+7&label=57x32&first=0x0", "The value of grid must be columns x rows, such as 3x7."),
            (
                "paper=custom&grid=9x7&label=57x32&first=0x0",
                "This is not label paper (page, grid, label, first, pitch): the labels do not fit on the page.",
            ),
            ("start_at=22", "The value of start_at must be a whole number from 1 to 21, the labels of a page."),
            ("start_at=0", "The value of start_at must be a whole number from 1 to 21, the labels of a page."),
            ("shift=11,0", "The value of shift must be right,down in millimetres from -10 to 10, such as 0.5,-1."),
            ("caption_at=left", "The value of caption_at must be below, above or beside."),
            ("marks=yes", "The value of marks must be on or off."),
        ] {
            assert_eq!(options(query).unwrap_err(), detail, "{query}");
        }
    }

    #[test]
    fn defaults_are_what_the_parameters_say() {
        let said: Vec<_> = PARAMETERS
            .into_iter()
            .filter(|parameter| parameter.name != PAGE.name)
            .filter_map(|parameter| Some(format!("{}={}", parameter.name, parameter.default?)))
            .collect();
        assert_eq!(options(&said.join("&")), options(""));
        assert_eq!(options("shift=-0.5,2.25").unwrap().0.shift, Shift::new(-0.5, 2.25).unwrap());
    }

    #[test]
    fn the_documentation_has_exactly_these_parameters() {
        documentation::assert_parameters(include_str!("../../../docs/labels.md"), "Parameters", PARAMETERS);
    }

    #[test]
    fn the_papers_of_the_documentation_are_papers() {
        let page = include_str!("../../../docs/labels.md");
        let examples: Vec<_> =
            page.lines().flat_map(|line| line.split('`')).filter(|code| code.contains("paper=")).collect();
        assert!(examples.iter().filter(|example| options(example).is_ok()).count() >= 3, "{examples:?}");
        for example in examples.into_iter().filter(|example| example.starts_with("paper=") && example.contains('&')) {
            assert!(options(example).is_ok(), "{example}");
        }
        for table_row in page.lines().filter(|line| line.starts_with("| `avery-")) {
            let name = table_row.split('`').nth(1).unwrap();
            assert!(options(&format!("paper={name}")).is_ok(), "{name}");
        }
    }
}
