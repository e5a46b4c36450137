//! One deflate block of literals and of copies from one row back (RFC 1951; section numbers refer to that document).

use super::codes::{CODE_LENGTHS, Code, Codes, EIGHT_LITERALS, END_OF_BLOCK, LONGEST};

/// The shortest and the longest copy (3.2.5).
const SHORTEST_COPY: usize = 3;
const LONGEST_COPY: usize = 258;

/// A block that is being written.
pub(super) struct Block<'a> {
    bits: BitWriter<'a>,
    codes: &'static Codes,
    /// The distance of all copies. Its code is one zero bit, followed by the extra bits.
    distance: LengthOrDistance,
    /// The bits of the longest copy, and their number.
    longest: (u32, usize),
    /// The bytes that the next copy will have.
    to_copy: usize,
}

impl<'a> Block<'a> {
    /// Writes the header of the last block of a stream, with its codes (3.2.3, 3.2.7).
    pub(super) fn begin(out: &'a mut Vec<u8>, scale: usize, row: usize) -> Self {
        let (codes, distance) = (Codes::for_scale(scale), LengthOrDistance::new(row - 1, 2));
        let mut bits = BitWriter { out, pending: 0, count: 0 };
        let (last, dynamic) = (1, 0b10);
        bits.push(last | dynamic << 1, 3);
        bits.push((codes.symbols.len() - 257) as u32, 5);
        bits.push(distance.symbol as u32, 5);
        bits.push((CODE_LENGTHS - 4) as u32, 4);
        let header = &codes.header;
        for (at, &word) in header.words[..header.bits.div_ceil(32)].iter().enumerate() {
            bits.push(word, (header.bits - 32 * at).min(32));
        }
        bits.push_code(header.run(distance.symbol, 0).0);
        bits.push_code(header.run(0, 1).0);
        let longest = copy(codes, LONGEST_COPY, &distance);
        Self { bits, codes, distance, longest, to_copy: 0 }
    }

    pub(super) fn literals(&mut self, bytes: &[u8]) {
        self.write_copy();
        for &byte in bytes {
            self.bits.push_code(self.codes.symbols[usize::from(byte)]);
        }
    }

    /// The literals of the first `count` modules in `dark`, lowest bit first, where each module takes one byte.
    pub(super) fn modules(&mut self, dark: &[u64], count: usize) {
        self.write_copy();
        let mut rest = count;
        for &word in dark {
            for dark in word.to_le_bytes() {
                if rest == 0 {
                    return;
                }
                // A dark literal takes two bits, a light one takes one.
                let modules = rest.min(8);
                self.bits.push(EIGHT_LITERALS[usize::from(dark)].into(), modules + dark.count_ones() as usize);
                rest -= modules;
            }
        }
    }

    /// Copies `count` bytes. Consecutive copies are joined.
    pub(super) fn copy(&mut self, count: usize) {
        self.to_copy += count;
    }

    fn write_copy(&mut self) {
        // The rest must not become too short for a copy.
        while self.to_copy >= LONGEST_COPY + SHORTEST_COPY {
            self.bits.push(self.longest.0, self.longest.1);
            self.to_copy -= LONGEST_COPY;
        }
        while self.to_copy > 0 {
            let part = if self.to_copy > LONGEST_COPY { LONGEST_COPY - SHORTEST_COPY } else { self.to_copy };
            let (bits, count) = copy(self.codes, part, &self.distance);
            self.bits.push(bits, count);
            self.to_copy -= part;
        }
    }

    /// Ends the block, and with it the stream of bits.
    pub(super) fn end(mut self) {
        self.write_copy();
        self.bits.push_code(self.codes.symbols[END_OF_BLOCK]);
        self.bits.finish();
    }
}

/// The bits of a copy, and their number, 29 at most.
fn copy(codes: &Codes, length: usize, distance: &LengthOrDistance) -> (u32, usize) {
    let length = LengthOrDistance::from_length(length);
    let code = codes.symbols[length.symbol];
    let after_code = length.extra | distance.extra << (length.bits + 1);
    (u32::from(code.bits) | after_code << code.length, usize::from(code.length) + length.bits + 1 + distance.bits)
}

/// A symbol for a length or a distance, and the bits that follow its code.
struct LengthOrDistance {
    symbol: usize,
    extra: u32,
    bits: usize,
}

impl LengthOrDistance {
    /// Lengths and distances (3.2.5) have `per_octave` symbols for each doubling of the value, with the extra bits that
    /// tell the values of a symbol apart.
    fn new(value: usize, per_octave: usize) -> Self {
        if value < 2 * per_octave {
            return Self { symbol: value, extra: 0, bits: 0 };
        }
        let bits = (value.ilog2() - per_octave.ilog2()) as usize;
        Self { symbol: bits * per_octave + (value >> bits), extra: (value & ((1 << bits) - 1)) as u32, bits }
    }

    /// The length of a copy. The longest has its own symbol.
    fn from_length(length: usize) -> Self {
        if length == LONGEST_COPY {
            return Self { symbol: LONGEST, extra: 0, bits: 0 };
        }
        let value = Self::new(length - SHORTEST_COPY, 4);
        Self { symbol: END_OF_BLOCK + 1 + value.symbol, ..value }
    }
}

/// Bits into bytes, lowest first (3.1.1).
struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    pending: u64,
    /// The number of pending bits: fewer than 32 between calls.
    count: usize,
}

impl BitWriter<'_> {
    /// Writes the lowest `count` bits, 32 at most. All others must be zero.
    fn push(&mut self, bits: u32, count: usize) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out.extend((self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    fn push_code(&mut self, code: Code) {
        self.push(code.bits.into(), code.length.into());
    }

    /// Writes the pending bits, padded with zeros to a whole byte.
    fn finish(self) {
        self.out.extend(&self.pending.to_le_bytes()[..self.count.div_ceil(8)]);
    }
}
