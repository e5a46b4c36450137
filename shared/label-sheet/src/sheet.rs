//! What a sheet of labels is asked for.

use std::borrow::Cow;

use qr_symbol::{Style, Symbol, pdf::Ink};
use thiserror::Error;

use crate::{caption, layout::Layout, paper::Paper};

/// What every label of a sheet has in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    /// The paper.
    pub paper: Paper,
    /// The place of the first label on the first page, counted from 0. Those before it have been used.
    pub start: usize,
    /// By how much all labels are moved.
    pub shift: Shift,
    /// Whether marks for cutting are printed at the edges of the page.
    pub has_marks: bool,
    /// Whether a ruler is printed at the edge of the page, where there is room.
    pub has_ruler: bool,
    /// Where captions are.
    pub caption: CaptionPlace,
    /// Margin and colours of the codes. The size counts if `is_sized`.
    pub style: Style,
    /// Whether codes are as large as the style says. Otherwise they are as large as fits.
    pub is_sized: bool,
    /// What codes and captions are printed with.
    pub ink: Ink,
}

impl Sheet {
    /// A sheet of this paper: all of it is free, codes are as large as fits, and there is a ruler, but no marks.
    #[must_use]
    pub fn of(paper: Paper) -> Self {
        Self {
            paper,
            start: 0,
            shift: Shift::default(),
            has_marks: false,
            has_ruler: true,
            caption: CaptionPlace::default(),
            style: Style::default(),
            is_sized: false,
            ink: Ink::default(),
        }
    }

    /// Whether codes of at most this many modules a side fit on their labels, with these captions.
    ///
    /// # Errors
    /// [`TooLarge`]
    pub fn check<'a>(
        &self,
        modules: usize,
        captions: &(impl Iterator<Item = &'a str> + Clone),
    ) -> Result<(), TooLarge> {
        let captions: Vec<_> = captions.clone().map(caption::printed).collect();
        Layout::of(self, modules, &captions).map(drop)
    }
}

/// By how much all labels are moved, for printers that are off: to the right and down, in millimetres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shift {
    x: f64,
    y: f64,
}

impl Shift {
    /// The most in each direction, in millimetres.
    pub const MAX: f64 = 10.0;

    /// A shift; `None` if it is further than [`Shift::MAX`].
    #[must_use]
    pub fn new(x: f64, y: f64) -> Option<Self> {
        (x.abs() <= Self::MAX && y.abs() <= Self::MAX).then_some(Self { x, y })
    }

    /// To the right and down.
    pub(crate) const fn by(self) -> (f64, f64) {
        (self.x, self.y)
    }
}

/// Where the caption of a code is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptionPlace {
    /// Under the code.
    #[default]
    Below,
    /// Above the code.
    Above,
    /// To the right of the code, in several lines if need be.
    Beside,
}

/// A label.
#[derive(Debug)]
pub struct Label<'a> {
    /// Its code.
    pub symbol: &'a Symbol,
    /// Its caption; empty for none. White space is printed as single spaces.
    pub caption: Cow<'a, str>,
}

/// A code does not fit on its label in the size that is asked for, or could not be read in the largest that fits.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error(
    "a code of {modules} modules a side needs {} mm per module, and its label has room for {} mm",
    (needed * 1000.0).round() / 1000.0,
    (fits * 1000.0).floor() / 1000.0
)]
pub struct TooLarge {
    /// The modules of the code.
    pub modules: usize,
    /// The millimetres per module that it needs.
    pub needed: f64,
    /// The millimetres per module that fit.
    pub fits: f64,
}
