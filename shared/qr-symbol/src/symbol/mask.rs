//! The data mask patterns (7.8.2): what each of the eight inverts.

use super::grid::WORD;

/// A data mask pattern reference, 0 to 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mask(u8);

impl Mask {
    /// All masks in the order of their references.
    pub(super) const ALL: [Self; 8] = [Self(0), Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(7)];

    /// The three bits that name the mask in the format information.
    pub(super) fn reference(self) -> u64 {
        self.0.into()
    }

    /// What the mask inverts.
    pub(super) fn upright(self) -> &'static Pattern {
        &UPRIGHT[usize::from(self.0)]
    }

    /// What the mask inverts, with rows and columns exchanged.
    pub(super) fn transposed(self) -> &'static Pattern {
        &TRANSPOSED[usize::from(self.0)]
    }

    /// Whether the mask inverts the module in row `i`, column `j` (7.8.2, Table 10).
    #[expect(clippy::manual_is_multiple_of, reason = "as the table has it")]
    const fn inverts(self, i: usize, j: usize) -> bool {
        match self.0 {
            0 => (i + j) % 2 == 0,
            1 => i % 2 == 0,
            2 => j % 3 == 0,
            3 => (i + j) % 3 == 0,
            4 => (i / 2 + j / 3) % 2 == 0,
            5 => (i * j) % 2 + (i * j) % 3 == 0,
            6 => ((i * j) % 2 + (i * j) % 3) % 2 == 0,
            _ => ((i + j) % 2 + (i * j) % 3) % 2 == 0,
        }
    }
}

/// Every mask repeats after twelve rows and after twelve columns.
pub(super) const PERIOD: usize = 12;

/// What a mask inverts: for each strip of a grid, the rows of one period.
pub(super) type Pattern = [[u64; PERIOD]; 3];

/// The patterns of the masks.
static UPRIGHT: [Pattern; 8] = patterns(false);
/// The patterns with rows and columns exchanged.
static TRANSPOSED: [Pattern; 8] = patterns(true);

const fn patterns(transposed: bool) -> [Pattern; 8] {
    let mut patterns = [[[0; PERIOD]; 3]; 8];
    let mut bit = 0;
    while bit < 8 * PERIOD * 3 * WORD {
        let (mask, y, x) = (bit / (PERIOD * 3 * WORD), bit / (3 * WORD) % PERIOD, bit % (3 * WORD));
        let inverts = if transposed { Mask::ALL[mask].inverts(x, y) } else { Mask::ALL[mask].inverts(y, x) };
        if inverts {
            patterns[mask][x / WORD][y] |= 1 << (x % WORD);
        }
        bit += 1;
    }
    patterns
}
