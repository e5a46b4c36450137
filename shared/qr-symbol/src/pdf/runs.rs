//! The dark modules of a symbol as runs.

use crate::symbol::Symbol;

/// The runs of one width in a row, as far as it lies in a strip of 64 columns: at least one.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) row: u8,
    /// In modules, [`Runs::WIDEST`] at most.
    pub(super) width: u8,
    /// The first column of the strip.
    strip: u8,
    /// The columns in which a run begins, the first in the lowest bit.
    starts: u64,
}

impl Runs {
    /// The most modules of a run: wider ones, which are rare, are divided, so that a width is one digit.
    pub(super) const WIDEST: u8 = 9;
}

impl Iterator for Runs {
    /// The column in which a run begins.
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let column = (self.starts != 0).then(|| self.strip + self.starts.trailing_zeros() as u8);
        self.starts &= self.starts.wrapping_sub(1);
        column
    }
}

/// Visits the runs of a symbol strip by strip: those of one module first, row by row, then those of two, and so on.
/// Runs end where strips end.
pub(super) fn visit_by_width(symbol: &Symbol, mut visit: impl FnMut(Runs)) {
    for strip in 0..symbol.modules().div_ceil(64) {
        // The modules of each row, and where runs begin that have not been visited.
        let mut rows: Vec<_> = symbol.rows().iter().map(|row| (row[strip], starts(row[strip]))).collect();
        for width in 1..=Runs::WIDEST {
            for ((dark, starts), row) in rows.iter_mut().zip(0..) {
                let wider = if width < Runs::WIDEST { *starts & *dark >> width } else { 0 };
                let ending = *starts & !wider;
                *starts = wider;
                if ending != 0 {
                    visit(Runs { row, width, strip: 64 * strip as u8, starts: ending });
                }
            }
        }
    }
}

/// The modules of a word at which runs begin, those that are divided at each of their parts.
fn starts(dark: u64) -> u64 {
    // Where two, four, eight and ten dark modules follow each other.
    let two = dark & dark >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let ten = eight & two >> 8;
    let mut starts = dark & !(dark << 1);
    let mut too_wide = starts & ten;
    while too_wide != 0 {
        too_wide <<= Runs::WIDEST;
        starts |= too_wide;
        too_wide &= ten;
    }
    starts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Where the runs of a word begin, module by module.
    fn naive_starts(dark: u64) -> u64 {
        let (mut starts, mut length) = (0, 0);
        for x in 0..64 {
            length = if dark >> x & 1 == 1 { length + 1 } else { 0 };
            starts |= u64::from(length % u32::from(Runs::WIDEST) == 1) << x;
        }
        starts
    }

    proptest! {
        #[test]
        fn runs_begin_after_light_modules_and_where_they_are_divided(word: u64, other: u64, third: u64) {
            for dark in [word, word | other, word | other | third, !(word & other & third), 0, u64::MAX] {
                prop_assert_eq!(starts(dark), naive_starts(dark), "{:064b}", dark);
            }
        }
    }
}
