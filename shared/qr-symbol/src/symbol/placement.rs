//! The placement of codewords in the matrix (7.7.3): in columns two modules wide, from the right, alternately upwards
//! and downwards.
//!
//! It works on a grid of columns (the symbol with rows and columns exchanged). There, the two module columns are two
//! words, and a stretch without function patterns is filled at once.

use super::grid::{Grid, WORD};

/// The symbol's columns with the codewords in their places. Remainder bits stay light (7.7.3).
pub(super) fn place(codewords: &[u8], free: &Grid) -> Grid {
    let size = free.size();
    let strips = free.strips().len();
    let mut columns = Grid::new(size);
    let mut bits = BitStream::new(codewords);
    let mut upwards = true;
    for pair in (1..size).step_by(2).rev() {
        // The vertical timing pattern in column 6 shifts the pairs: they begin at even columns to its right, at odd
        // ones to its left.
        let right = if pair > 6 { pair + 1 } else { pair };
        let left = right - 1;
        for strip in 0..strips {
            let strip = if upwards { strips - 1 - strip } else { strip };
            let length = WORD.min(size - strip * WORD);
            let in_reading_order = |word: u64| if upwards { word.reverse_bits() >> (WORD - length) } else { word };
            let [in_right, in_left] = fill([right, left].map(|x| in_reading_order(free.word(strip, x))), &mut bits);
            *columns.word_mut(strip, right) = in_reading_order(in_right);
            *columns.word_mut(strip, left) = in_reading_order(in_left);
        }
        upwards = !upwards;
    }
    columns
}

/// Puts the next bits of the stream where the columns are free, alternating between right and left.
fn fill([free_right, free_left]: [u64; 2], bits: &mut BitStream) -> [u64; 2] {
    let (mut right, mut left) = (0, 0);
    let mut todo = free_right | free_left;
    while todo != 0 {
        let at = todo.trailing_zeros();
        let run = (free_right & free_left & todo).wrapping_shr(at).trailing_ones().min(BitStream::MOST / 2);
        let done = if run > 0 {
            let taken = bits.take(2 * run);
            right |= even_bits(taken) << at;
            left |= even_bits(taken >> 1) << at;
            run
        } else {
            let only = bits.take(1) << at;
            right |= only & free_right;
            left |= only & free_left;
            1
        };
        todo &= (u64::MAX << (at + done - 1)) << 1;
    }
    [right, left]
}

/// The even bits of a word, packed together.
fn even_bits(word: u64) -> u64 {
    let word = word & 0x5555_5555_5555_5555;
    let word = (word | word >> 1) & 0x3333_3333_3333_3333;
    let word = (word | word >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    let word = (word | word >> 4) & 0x00ff_00ff_00ff_00ff;
    let word = (word | word >> 8) & 0x0000_ffff_0000_ffff;
    (word | word >> 16) & 0x0000_0000_ffff_ffff
}

/// The bits of the codewords, highest bit first, then zeros.
struct BitStream {
    /// The codewords, each with its bits reversed, so that the next bit is the lowest.
    bytes: Vec<u8>,
    at: usize,
}

impl BitStream {
    /// The most bits that can be taken at once: a word, less the seven bits of its first byte that may be used up.
    const MOST: u32 = 56;

    fn new(codewords: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(codewords.len() + WORD / 8);
        bytes.extend(codewords.iter().map(|byte| byte.reverse_bits()));
        bytes.extend([0; WORD / 8]);
        Self { bytes, at: 0 }
    }

    /// The next `count` bits, the first one lowest.
    fn take(&mut self, count: u32) -> u64 {
        let word = self.bytes[self.at / 8..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let bits = word >> (self.at % 8) & !(u64::MAX << count);
        self.at += count as usize;
        bits
    }
}
