//! The Huffman codes of a block (3.2.2), computed at compile time.

use super::{
    bit_writer::{BitWriter, Bits},
    code_lengths::{CODE_LENGTHS, CodeLengths},
    length_or_distance::LengthOrDistance,
};

/// The alphabet of literals, the end of the block and lengths (3.2.5).
pub(crate) const SYMBOLS: usize = 286;
pub(crate) const END_OF_BLOCK: usize = 256;
/// The symbol for the longest copy.
pub(crate) const LONGEST: usize = SYMBOLS - 1;

/// Bits in the order in which they are written, lowest first, and their number.
#[derive(Clone, Copy)]
pub(crate) struct Code {
    pub(crate) bits: u16,
    pub(crate) length: u8,
}

impl Code {
    pub(crate) const NONE: Self = Self { bits: 0, length: 0 };

    /// The code, followed by other bits.
    pub(crate) const fn then(self, next: Bits) -> Bits {
        Bits { bits: self.bits as u32, count: self.length }.then(next)
    }
}

/// The code of each symbol, and their lengths as the header of a block announces them.
pub(crate) struct Codes {
    pub(crate) symbols: [Code; SYMBOLS],
    lengths: CodeLengths,
}

impl Codes {
    pub(crate) const NONE: Self = Self { symbols: [Code::NONE; SYMBOLS], lengths: CodeLengths::NONE };

    /// The codes with these lengths, which are announced in a code with the lengths `announced_in`.
    pub(crate) const fn new(lengths: &[u8; SYMBOLS], announced_in: &[u8; CODE_LENGTHS]) -> Self {
        assert!(is_complete(lengths) && is_complete(announced_in));
        Self { symbols: assign_bits(lengths), lengths: CodeLengths::new(lengths, announced_in) }
    }

    /// Writes the header of the last block of a stream (3.2.3, 3.2.7), in which all copies have the same distance. Its
    /// code is one zero bit, followed by the extra bits.
    pub(crate) fn write_header<Out: AsMut<Vec<u8>>>(&self, bits: &mut BitWriter<Out>, distance: &LengthOrDistance) {
        let (last, dynamic) = (1, 0b10);
        bits.push(last | dynamic << 1, 3);
        bits.push((SYMBOLS - 257) as u32, 5);
        bits.push(distance.symbol as u32, 5);
        bits.push((CODE_LENGTHS - 4) as u32, 4);
        self.lengths.write(bits, distance.symbol);
    }

    /// The bits of a copy from that distance back.
    pub(crate) const fn copy(&self, length: usize, distance: &LengthOrDistance) -> Bits {
        let length = LengthOrDistance::from_length(length);
        let after_code = length.extra | distance.extra << (length.bits + 1);
        self.symbols[length.symbol].then(Bits { bits: after_code, count: (length.bits + 1 + distance.bits) as u8 })
    }
}

/// Whether every sequence of bits begins with a code: 2^-length, summed over all symbols, is 1.
const fn is_complete<const N: usize>(lengths: &[u8; N]) -> bool {
    const LONGEST_CODE: u8 = 15;
    let (mut sum, mut at) = (0, 0);
    while at < N {
        sum += if lengths[at] > 0 { 1 << (LONGEST_CODE - lengths[at]) } else { 0 };
        at += 1;
    }
    sum == 1 << LONGEST_CODE
}

/// Bits by length, then by symbol (3.2.2).
pub(super) const fn assign_bits<const N: usize>(lengths: &[u8; N]) -> [Code; N] {
    let mut codes = [Code::NONE; N];
    let (mut length, mut next) = (1, 0_u16);
    while length < 16 {
        let mut symbol = 0;
        while symbol < N {
            if lengths[symbol] == length {
                codes[symbol] = Code { bits: next.reverse_bits() >> (16 - length), length };
                next += 1;
            }
            symbol += 1;
        }
        next <<= 1;
        length += 1;
    }
    codes
}
