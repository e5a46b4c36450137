//! The lengths and distances of copies (3.2.5).

use super::huffman::{END_OF_BLOCK, LONGEST};

/// The shortest and the longest copy.
pub(crate) const SHORTEST_COPY: usize = 3;
pub(crate) const LONGEST_COPY: usize = 258;

/// A symbol for a length or a distance, and the bits that follow its code.
pub(crate) struct LengthOrDistance {
    pub(crate) symbol: usize,
    pub(super) extra: u32,
    pub(super) bits: usize,
}

impl LengthOrDistance {
    /// The length of a copy. The longest has its own symbol.
    pub(crate) const fn from_length(length: usize) -> Self {
        if length == LONGEST_COPY {
            return Self { symbol: LONGEST, extra: 0, bits: 0 };
        }
        let value = Self::new(length - SHORTEST_COPY, 4);
        Self { symbol: END_OF_BLOCK + 1 + value.symbol, extra: value.extra, bits: value.bits }
    }

    /// A copy from `bytes` back.
    pub(crate) const fn from_distance(bytes: usize) -> Self {
        Self::new(bytes - 1, 2)
    }

    /// Lengths and distances have `per_octave` symbols for each doubling of the value, with the extra bits that
    /// tell the values of a symbol apart.
    const fn new(value: usize, per_octave: usize) -> Self {
        if value < 2 * per_octave {
            return Self { symbol: value, extra: 0, bits: 0 };
        }
        let bits = (value.ilog2() - per_octave.ilog2()) as usize;
        Self { symbol: bits * per_octave + (value >> bits), extra: (value & ((1 << bits) - 1)) as u32, bits }
    }
}
