//! Label paper: the page, and where its labels are.

use qr_symbol::Millimetres;
use thiserror::Error;

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The width.
    pub width: Millimetres,
    /// The height.
    pub height: Millimetres,
}

impl Size {
    /// A4 (ISO 216).
    pub const A4: Self = Self::from_micrometres(210_000, 297_000);
    /// Letter (ANSI A).
    pub const LETTER: Self = Self::from_micrometres(215_900, 279_400);

    /// A size in micrometres.
    #[must_use]
    pub const fn from_micrometres(width: u32, height: u32) -> Self {
        Self { width: Millimetres::from_micrometres(width), height: Millimetres::from_micrometres(height) }
    }
}

/// What describes label paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The page.
    pub page: Size,
    /// The labels of a row.
    pub columns: u32,
    /// The rows.
    pub rows: u32,
    /// A label.
    pub label: Size,
    /// From the left and top edges of the page to the first label.
    pub first: Size,
    /// From the left and top edges of a label to those of the next.
    pub pitch: Size,
}

/// Label paper whose labels are all on the page, beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper(Grid);

/// The longest side of a page, that of A0.
pub const MAX_PAGE: Millimetres = Millimetres::from_micrometres(1_189_000);
/// The smallest label, in micrometres.
const MIN_LABEL: u32 = 5_000;
/// The most labels of a page.
const MAX_LABELS: u32 = 1000;

impl Paper {
    /// Paper with these labels.
    ///
    /// # Errors
    /// [`InvalidPaper`]
    pub const fn new(grid: Grid) -> Result<Self, InvalidPaper> {
        let Grid { page, columns, rows, label, first, pitch } = grid;
        if columns == 0 || rows == 0 || columns.saturating_mul(rows) > MAX_LABELS {
            return Err(InvalidPaper::Count);
        }
        let pages = [page.width.micrometres(), page.height.micrometres()];
        let labels = [label.width.micrometres(), label.height.micrometres()];
        let firsts = [first.width.micrometres(), first.height.micrometres()];
        let pitches = [pitch.width.micrometres(), pitch.height.micrometres()];
        let counts = [columns, rows];
        let mut axis = 0;
        while axis < 2 {
            if pages[axis] > MAX_PAGE.micrometres() || labels[axis] < MIN_LABEL {
                return Err(InvalidPaper::Size);
            }
            if counts[axis] > 1 && pitches[axis] < labels[axis] {
                return Err(InvalidPaper::Overlap);
            }
            let end = firsts[axis] as u64 + pitches[axis] as u64 * (counts[axis] - 1) as u64 + labels[axis] as u64;
            if end > pages[axis] as u64 {
                return Err(InvalidPaper::BeyondPage);
            }
            axis += 1;
        }
        Ok(Self(grid))
    }

    /// A roll, each of whose labels is a page.
    ///
    /// # Errors
    /// [`InvalidPaper::Size`]
    pub const fn roll(label: Size) -> Result<Self, InvalidPaper> {
        let first = Size::from_micrometres(0, 0);
        Self::new(Grid { page: label, columns: 1, rows: 1, label, first, pitch: label })
    }

    /// What describes it.
    #[must_use]
    pub const fn grid(&self) -> &Grid {
        &self.0
    }

    /// The labels of a page.
    #[must_use]
    pub const fn labels(&self) -> usize {
        (self.0.columns * self.0.rows) as usize
    }

    /// The left and top edges, in millimetres, of the label in this place of a page, row by row from 0.
    pub(crate) fn corner(&self, place: usize) -> (f64, f64) {
        let Grid { columns, first, pitch, .. } = self.0;
        let (column, row) = (place % columns as usize, place / columns as usize);
        (
            first.width.to_f64() + column as f64 * pitch.width.to_f64(),
            first.height.to_f64() + row as f64 * pitch.height.to_f64(),
        )
    }
}

/// Why there is no such paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPaper {
    /// There are no labels, or too many.
    #[error("a page has 1 to {MAX_LABELS} labels")]
    Count,
    /// The page is too large, or the labels are too small.
    #[error("a page is at most 1189 mm wide and high, and a label at least 5 mm")]
    Size,
    /// Labels overlap.
    #[error("the labels overlap: the pitch must be at least the label")]
    Overlap,
    /// The labels do not fit on the page.
    #[error("the labels do not fit on the page")]
    BeyondPage,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid {
        page: Size::A4,
        columns: 3,
        rows: 7,
        label: Size::from_micrometres(63_500, 38_100),
        first: Size::from_micrometres(7_200, 15_150),
        pitch: Size::from_micrometres(66_000, 38_100),
    };

    #[test]
    fn labels_are_counted_row_by_row() {
        let paper = Paper::new(GRID).unwrap();
        assert_eq!((paper.labels(), paper.corner(0), paper.corner(5)), (21, (7.2, 15.15), (139.2, 53.25)));
    }

    #[test]
    fn labels_that_overlap_or_leave_the_page_are_refused() {
        let tall = Size { height: Millimetres::from_micrometres(38_101), ..GRID.label };
        let moved = Size { width: Millimetres::from_micrometres(14_600), ..GRID.first };
        for (grid, error) in [
            (Grid { columns: 0, ..GRID }, InvalidPaper::Count),
            (Grid { columns: 1000, rows: 1000, ..GRID }, InvalidPaper::Count),
            (Grid { label: tall, ..GRID }, InvalidPaper::Overlap),
            (Grid { first: moved, ..GRID }, InvalidPaper::BeyondPage),
            (Grid { rows: 8, ..GRID }, InvalidPaper::BeyondPage),
            (Grid { page: Size::from_micrometres(2_000_000, 297_000), ..GRID }, InvalidPaper::Size),
        ] {
            assert_eq!(Paper::new(grid), Err(error), "{grid:?}");
        }
        assert_eq!(Paper::roll(Size::from_micrometres(57_000, 4_000)), Err(InvalidPaper::Size));
    }
}
