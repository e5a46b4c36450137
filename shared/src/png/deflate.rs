//! One deflate block of literals and of copies from one row back (RFC 1951; bare section numbers are its).

use super::codes::{CODE_LENGTHS, Code, Codes, EIGHT_LITERALS, END_OF_BLOCK, LONGEST};

/// The shortest and the longest copy (3.2.5).
const SHORTEST_COPY: usize = 3;
const LONGEST_COPY: usize = 258;

/// A block while it is written.
pub(super) struct Block<'a> {
    bits: BitWriter<'a>,
    codes: &'static Codes,
    /// The one distance of all copies: its code has one bit, a zero, and the extra bits follow.
    distance: Extended,
    /// The bits of the longest copy, and how many they are.
    longest: (u32, usize),
    /// How many bytes the next copy is to hold.
    to_copy: usize,
}

impl<'a> Block<'a> {
    /// Writes the header of the last block of a stream, with its codes (3.2.3, 3.2.7).
    pub(super) fn begin(out: &'a mut Vec<u8>, scale: usize, row: usize) -> Self {
        let (codes, distance) = (Codes::of(scale), Extended::new(row - 1, 2));
        let mut bits = BitWriter { out, pending: 0, count: 0 };
        let (last, dynamic) = (1, 0b10);
        bits.push(last | dynamic << 1, 3);
        bits.push((codes.symbols.len() - 257) as u32, 5);
        bits.push(distance.symbol as u32, 5);
        bits.push((CODE_LENGTHS - 4) as u32, 4);
        let sent = &codes.sent;
        for (at, &word) in sent.words[..sent.bits.div_ceil(32)].iter().enumerate() {
            bits.push(word, (sent.bits - 32 * at).min(32));
        }
        bits.push_code(sent.run(distance.symbol, 0).0);
        bits.push_code(sent.run(0, 1).0);
        let longest = copy(codes, LONGEST_COPY, &distance);
        Self { bits, codes, distance, longest, to_copy: 0 }
    }

    pub(super) fn literals(&mut self, bytes: &[u8]) {
        self.write_copy();
        for &byte in bytes {
            self.bits.push_code(self.codes.symbols[usize::from(byte)]);
        }
    }

    /// The literals of modules that are a byte each: of the first `count` in `dark`, lowest bit first. The others are light.
    pub(super) fn modules(&mut self, dark: &[u64], count: usize) {
        self.write_copy();
        let mut rest = count;
        for &word in dark {
            for dark in word.to_le_bytes() {
                if rest == 0 {
                    return;
                }
                // Dark literals take two bits, light ones one: a zero.
                let modules = rest.min(8);
                self.bits.push(EIGHT_LITERALS[usize::from(dark)].into(), modules + dark.count_ones() as usize);
                rest -= modules;
            }
        }
    }

    /// Copies so many bytes, together with those of the copies just before.
    pub(super) fn copy(&mut self, count: usize) {
        self.to_copy += count;
    }

    fn write_copy(&mut self) {
        // What is left must not be too short for a copy.
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

/// The bits of a copy, and how many they are: 29 at most.
fn copy(codes: &Codes, length: usize, distance: &Extended) -> (u32, usize) {
    let length = Extended::of_length(length);
    let code = codes.symbols[length.symbol];
    let after_code = length.extra | distance.extra << (length.bits + 1);
    (u32::from(code.bits) | after_code << code.length, usize::from(code.length) + length.bits + 1 + distance.bits)
}

/// A symbol and the bits that follow its code.
struct Extended {
    symbol: usize,
    extra: u32,
    bits: usize,
}

impl Extended {
    /// Lengths and distances (3.2.5): `per_octave` symbols to each doubling of the value, with as many extra bits as tell its values apart.
    fn new(value: usize, per_octave: usize) -> Self {
        if value < 2 * per_octave {
            return Self { symbol: value, extra: 0, bits: 0 };
        }
        let bits = (value.ilog2() - per_octave.ilog2()) as usize;
        Self { symbol: bits * per_octave + (value >> bits), extra: (value & ((1 << bits) - 1)) as u32, bits }
    }

    /// The length of a copy: the longest has a symbol of its own.
    fn of_length(length: usize) -> Self {
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
    /// How many bits are pending: fewer than 32 between calls.
    count: usize,
}

impl BitWriter<'_> {
    /// Writes the lowest `count` bits, 32 at most; the others are zero.
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

    /// Writes what is pending, and zeros up to a whole byte.
    fn finish(self) {
        self.out.extend(&self.pending.to_le_bytes()[..self.count.div_ceil(8)]);
    }
}
