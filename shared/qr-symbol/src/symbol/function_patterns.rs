//! The function patterns of a version (6.3) and its version information (7.10): everything that does not depend on the
//! text.

use super::{format_information, grid::Grid};

/// The number of modules per side (6.3.1).
pub(super) fn size(version: u8) -> usize {
    17 + 4 * usize::from(version)
}

/// What a version draws and what it leaves free. Both grids are symmetric about the diagonal.
pub(super) struct FunctionPatterns {
    /// The dark modules of finder, timing and alignment patterns and of the version information.
    pub(super) dark: Grid,
    /// The modules for codewords: the encoding region without format and version information.
    pub(super) free: Grid,
}

/// Draws the function patterns of a version.
pub(super) fn draw(version: u8) -> FunctionPatterns {
    let size = size(version);
    let mut layout = Layout { dark: Grid::new(size), taken: Grid::new(size) };
    layout.timing();
    layout.finders();
    layout.alignments(version);
    if version >= 7 {
        layout.version_information(version);
    }
    FunctionPatterns { dark: layout.dark, free: layout.taken.inverted() }
}

struct Layout {
    dark: Grid,
    taken: Grid,
}

impl Layout {
    /// Finder patterns and separators (6.3.3, 6.3.4), and the modules of the format information beside them (7.9.1).
    fn finders(&mut self) {
        const FINDER: [u64; 7] = [0x7f, 0x41, 0x5d, 0x5d, 0x5d, 0x41, 0x7f];
        let size = self.dark.size();
        for (dy, dark) in FINDER.into_iter().enumerate() {
            self.dark.set(0, dy, dark);
            self.dark.set(size - 7, dy, dark);
            self.dark.set(0, size - 7 + dy, dark);
        }
        for y in 0..9 {
            self.taken.set(0, y, 0x1ff);
            self.taken.set(size - 8, y, 0xff);
        }
        for y in size - 8..size {
            self.taken.set(0, y, 0x1ff);
        }
    }

    /// Timing patterns (6.3.5): row 6 and column 6, dark at even coordinates between the finder patterns.
    fn timing(&mut self) {
        for at in 0..self.dark.size() {
            self.taken.set(at, 6, 1);
            self.taken.set(6, at, 1);
        }
        for at in (8..self.dark.size() - 8).step_by(2) {
            self.dark.set(at, 6, 1);
            self.dark.set(6, at, 1);
        }
    }

    /// Alignment patterns (6.3.6), centred where the columns and rows of Annex E cross, except inside finder patterns.
    fn alignments(&mut self, version: u8) {
        const ALIGNMENT: [u64; 5] = [0x1f, 0x11, 0x15, 0x11, 0x1f];
        let (mut centres, count) = alignment_centres(version);
        let centres = &mut centres[..count];
        for (row, &y) in centres.iter().enumerate() {
            for (column, &x) in centres.iter().enumerate() {
                let in_finder = matches!((row, column), (0, 0))
                    || row == 0 && column == count - 1
                    || column == 0 && row == count - 1;
                if in_finder {
                    continue;
                }
                for (dy, dark) in ALIGNMENT.into_iter().enumerate() {
                    self.dark.set(x - 2, y - 2 + dy, dark);
                    self.taken.set(x - 2, y - 2 + dy, 0x1f);
                }
            }
        }
    }

    /// Version information (7.10): six rows of three modules to the left of the upper right finder pattern, and the
    /// same transposed.
    fn version_information(&mut self, version: u8) {
        let bits = format_information::version_information(version);
        let far = self.dark.size() - 11;
        for near in 0..6 {
            self.dark.set(far, near, bits >> (3 * near) & 0b111);
            self.taken.set(far, near, 0b111);
        }
        for offset in 0..3 {
            let column = (0..6).fold(0, |column, near| column | (bits >> (3 * near + offset) & 1) << near);
            self.dark.set(0, far + offset, column);
            self.taken.set(0, far + offset, 0x3f);
        }
    }
}

/// The rows and columns of alignment pattern centres (Annex E, Table E.1), and how many there are.
///
/// Counted back from the last one, they are evenly spaced, by the smallest even step that leaves the first gap, which
/// begins at 6, no wider than the others. Version 32 is the table's one exception.
fn alignment_centres(version: u8) -> ([usize; 7], usize) {
    let mut centres = [6; 7];
    if version == 1 {
        return (centres, 0);
    }
    let gaps = usize::from(version) / 7 + 1;
    let last = size(version) - 7;
    let step = if version == 32 { 26 } else { (last - 6).div_ceil(2 * gaps) * 2 };
    for gap in 0..gaps {
        centres[gaps - gap] = last - gap * step;
    }
    (centres, gaps + 1)
}
