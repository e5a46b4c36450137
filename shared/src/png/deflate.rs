//! One deflate block with its own Huffman codes (RFC 1951; bare section numbers are its).

use super::huffman::{Alphabet, Code};

/// The shortest and the longest copy (3.2.5).
pub(super) const SHORTEST: usize = 3;
const LONGEST: usize = 258;

/// The alphabets: literals, the end of the block and lengths; distances; code lengths (3.2.5 to 3.2.7).
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const CODE_LENGTHS: usize = 19;

const END_OF_BLOCK: usize = 256;

/// The bytes of eight pixels of one colour: most of those in a picture.
const DARK: u8 = 0x00;
const LIGHT: u8 = 0xff;

/// What a block is made of.
pub(super) trait Tokens {
    fn literals(&mut self, bytes: &[u8]);
    /// A copy of at least [`SHORTEST`] bytes.
    fn copy(&mut self, copy: &Copy);
}

/// A symbol of an alphabet and the bits that follow its code.
#[derive(Clone, Copy)]
struct Extended {
    symbol: usize,
    extra: u32,
    extra_bits: usize,
}

/// The symbol of a length from 3 to 258 (3.2.5): four to each number of extra bits, and one for the longest.
fn length_symbol(length: usize) -> Extended {
    if length == LONGEST {
        return Extended { symbol: LITERALS - 1, extra: 0, extra_bits: 0 };
    }
    let code = in_octaves(length - SHORTEST, 4);
    Extended { symbol: END_OF_BLOCK + 1 + code.symbol, ..code }
}

/// Symbols of lengths and distances (3.2.5): `per_octave` of them to each doubling of the value, with as many extra bits as tell its values
/// apart.
fn in_octaves(value: usize, per_octave: usize) -> Extended {
    if value < 2 * per_octave {
        return Extended { symbol: value, extra: 0, extra_bits: 0 };
    }
    let extra_bits = (value.ilog2() - per_octave.ilog2()) as usize;
    let symbol = extra_bits * per_octave + (value >> extra_bits);
    Extended { symbol, extra: (value & ((1 << extra_bits) - 1)) as u32, extra_bits }
}

/// A copy of so many bytes from so far back, be it longer than one pair of symbols can say.
pub(super) struct Copy {
    length: usize,
    lengths: Vec<Extended>,
    distance: Extended,
}

impl Copy {
    pub(super) fn new(length: usize, distance: usize) -> Self {
        let mut lengths = Vec::with_capacity(length / LONGEST + 1);
        let mut rest = length;
        while rest >= SHORTEST {
            // All the longest, save that what is left must not be too short.
            let part = if rest > LONGEST && rest < LONGEST + SHORTEST { rest - SHORTEST } else { rest.min(LONGEST) };
            lengths.push(length_symbol(part));
            rest -= part;
        }
        Self { length, lengths, distance: in_octaves(distance - 1, 2) }
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }
}

/// How often each symbol occurs in a block.
pub(super) struct Counts {
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
    extra_bits: usize,
}

impl Counts {
    pub(super) fn new() -> Self {
        let mut literals = [0; LITERALS];
        literals[END_OF_BLOCK] = 1;
        Self { literals, distances: [0; DISTANCES], extra_bits: 0 }
    }
}

impl Tokens for Counts {
    fn literals(&mut self, bytes: &[u8]) {
        by_eights(bytes, |eight, count| {
            if let Some(light) = whole_modules(eight) {
                self.literals[usize::from(LIGHT)] += light.count_ones();
                self.literals[usize::from(DARK)] += count as u32 - light.count_ones();
            } else {
                for &byte in &eight[..count] {
                    self.literals[usize::from(byte)] += 1;
                }
            }
        });
    }

    fn copy(&mut self, copy: &Copy) {
        for length in &copy.lengths {
            self.literals[length.symbol] += 1;
            self.extra_bits += length.extra_bits;
        }
        self.distances[copy.distance.symbol] += copy.lengths.len() as u32;
        self.extra_bits += copy.lengths.len() * copy.distance.extra_bits;
    }
}

/// The codes of a block, and how they are sent.
pub(super) struct Codes {
    literals: Alphabet<LITERALS>,
    whole: Option<WholeModules>,
    distances: Alphabet<DISTANCES>,
    lengths: Alphabet<CODE_LENGTHS>,
    /// The code lengths of literals and of distances, run-length encoded (3.2.7).
    sent: Vec<Extended>,
    block_bits: usize,
}

impl Codes {
    pub(super) fn new(counts: &Counts) -> Self {
        let literals = Alphabet::new(&counts.literals, 15);
        let distances = Alphabet::new(&counts.distances, 15);
        let mut sent = Vec::with_capacity(32);
        send_lengths(&literals, &mut sent);
        send_lengths(&distances, &mut sent);
        if distances.used.is_empty() {
            sent.push(NO_CODE);
        }
        let mut length_counts = [0; CODE_LENGTHS];
        for token in &sent {
            length_counts[token.symbol] += 1;
        }
        let lengths = Alphabet::new(&length_counts, 7);
        let sent_extra_bits: usize = sent.iter().map(|token| token.extra_bits).sum();
        let header_bits = 3 + 5 + 5 + 4 + 3 * CODE_LENGTHS + lengths.bits + sent_extra_bits;
        let block_bits = header_bits + literals.bits + distances.bits + counts.extra_bits;
        let whole = WholeModules::new([DARK, LIGHT].map(|byte| literals.codes[usize::from(byte)]));
        Self { literals, whole, distances, lengths, sent, block_bits }
    }

    /// The size of the whole block.
    pub(super) fn block_bits(&self) -> usize {
        self.block_bits
    }
}

/// Appends the alphabet's code lengths up to the last symbol that occurs, with runs of zeros as one symbol each (3.2.7).
fn send_lengths<const N: usize>(alphabet: &Alphabet<N>, sent: &mut Vec<Extended>) {
    let mut next = 0;
    for &symbol in &alphabet.used {
        while next < symbol {
            let zeros = symbol - next;
            let (code, run, least, extra_bits) = match zeros {
                0..=2 => (0, 1, 1, 0),
                3..=10 => (17, zeros, 3, 3),
                _ => (18, zeros.min(138), 11, 7),
            };
            sent.push(Extended { symbol: code, extra: (run - least) as u32, extra_bits });
            next += run;
        }
        sent.push(Extended { symbol: alphabet.codes[symbol].length.into(), extra: 0, extra_bits: 0 });
        next += 1;
    }
}

/// The length zero. Without copies there is no distance, and one such length says so (3.2.7).
const NO_CODE: Extended = Extended { symbol: 0, extra: 0, extra_bits: 0 };

/// How many code lengths of an alphabet are sent.
fn count_sent<const N: usize>(alphabet: &Alphabet<N>) -> usize {
    alphabet.used.last().map_or(0, |last| last + 1)
}

/// The codes of up to eight literals at once, each [`DARK`] or [`LIGHT`].
struct WholeModules {
    /// The bits of four codes, for [`LIGHT`] where the index has a bit set, lowest first.
    fours: [Code; 16],
    /// The lengths of the codes for [`DARK`] and for [`LIGHT`].
    lengths: [usize; 2],
}

impl WholeModules {
    /// `None` where four codes may be longer than one can be.
    fn new(codes: [Code; 2]) -> Option<Self> {
        if codes.iter().any(|code| code.length > 4) {
            return None;
        }
        let fours = std::array::from_fn(|light| {
            (0..4).fold(Code::default(), |four, at| {
                let code = codes[light >> at & 1];
                Code { bits: four.bits | code.bits << four.length, length: four.length + code.length }
            })
        });
        Some(Self { fours, lengths: codes.map(|code| code.length.into()) })
    }

    /// The codes of the first `count` of eight literals, and their length.
    fn codes(&self, light: u8, count: usize) -> (u32, usize) {
        let lights = light.count_ones() as usize;
        let length = (count - lights) * self.lengths[0] + lights * self.lengths[1];
        let (first, second) = (self.fours[usize::from(light & 0xf)], self.fours[usize::from(light >> 4)]);
        let bits = u32::from(first.bits) | u32::from(second.bits) << first.length;
        (bits & !(u64::MAX << length) as u32, length)
    }
}

/// A block while it is written.
pub(super) struct Block<'a> {
    bits: BitWriter<'a>,
    codes: &'a Codes,
}

impl<'a> Block<'a> {
    /// Writes, into as many bytes as the block takes, the header of the last block of a stream, with its codes (3.2.3, 3.2.7).
    pub(super) fn begin(out: &'a mut [u8], codes: &'a Codes) -> Self {
        const ORDER: [usize; CODE_LENGTHS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let mut bits = BitWriter { out, at: 0, pending: 0, count: 0 };
        let (last, dynamic) = (1, 0b10);
        bits.push(last | dynamic << 1, 3);
        bits.push((count_sent(&codes.literals) - 257) as u32, 5);
        bits.push((count_sent(&codes.distances).max(1) - 1) as u32, 5);
        bits.push((CODE_LENGTHS - 4) as u32, 4);
        for symbol in ORDER {
            bits.push(codes.lengths.codes[symbol].length.into(), 3);
        }
        for token in &codes.sent {
            bits.push_extended(&codes.lengths.codes, *token);
        }
        Self { bits, codes }
    }

    fn push_literals(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.bits.push_code(self.codes.literals.codes[usize::from(byte)]);
        }
    }

    /// Ends the block, and with it the stream of bits.
    pub(super) fn end(mut self) {
        self.bits.push_code(self.codes.literals.codes[END_OF_BLOCK]);
        self.bits.finish();
    }
}

impl Tokens for Block<'_> {
    fn literals(&mut self, bytes: &[u8]) {
        by_eights(bytes, |eight, count| match (whole_modules(eight), &self.codes.whole) {
            (Some(light), Some(whole)) => {
                let (bits, length) = whole.codes(light, count);
                self.bits.push(bits, length);
            }
            _ => self.push_literals(&eight[..count]),
        });
    }

    fn copy(&mut self, copy: &Copy) {
        for length in &copy.lengths {
            self.bits.push_extended(&self.codes.literals.codes, *length);
            self.bits.push_extended(&self.codes.distances.codes, copy.distance);
        }
    }
}

/// Does something with each eight bytes, and how many of them count: fewer in the last ones, which end in zeros.
#[inline]
fn by_eights(bytes: &[u8], mut each: impl FnMut([u8; 8], usize)) {
    let (eights, rest) = bytes.as_chunks();
    for eight in eights {
        each(*eight, 8);
    }
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |last, &byte| last << 8 | u64::from(byte));
        each(last.to_le_bytes(), rest.len());
    }
}

/// If each of eight bytes is all dark or all light, the bits that say which are light, lowest first.
fn whole_modules(bytes: [u8; 8]) -> Option<u8> {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    let bytes = u64::from_le_bytes(bytes);
    let light = bytes & LOWEST;
    // The factor moves the lowest bit of each byte into the highest byte, each to its own place.
    (light * u64::from(LIGHT) == bytes).then_some((light.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8)
}

/// Bits into bytes, lowest first (3.1.1).
struct BitWriter<'a> {
    out: &'a mut [u8],
    /// How many bytes are written.
    at: usize,
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
            self.out[self.at..self.at + 4].copy_from_slice(&(self.pending as u32).to_le_bytes());
            self.at += 4;
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    fn push_code(&mut self, code: Code) {
        self.push(code.bits.into(), code.length.into());
    }

    /// Writes a symbol's code and its extra bits: 28 bits at most.
    fn push_extended(&mut self, codes: &[Code], token: Extended) {
        let code = codes[token.symbol];
        self.push(u32::from(code.bits) | token.extra << code.length, usize::from(code.length) + token.extra_bits);
    }

    /// Writes what is pending, and zeros up to a whole byte.
    fn finish(self) {
        let bytes = self.count.div_ceil(8);
        self.out[self.at..self.at + bytes].copy_from_slice(&self.pending.to_le_bytes()[..bytes]);
    }
}
