//! The lengths of codes, in the order and in the code in which a block announces them (3.2.7).

use super::{
    bit_writer::BitWriter,
    huffman::{Code, SYMBOLS, assign_bits},
};

/// The alphabet of code lengths, the order in which their own lengths are written, and the symbols for 3 to 10 and for
/// 11 to 138 zeros.
pub(crate) const CODE_LENGTHS: usize = 19;
const ORDER: [usize; CODE_LENGTHS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
pub(crate) const FEW_ZEROS: usize = 17;
pub(crate) const MANY_ZEROS: usize = 18;
const MOST_ZEROS: usize = 138;

/// The code lengths of a block, starting with those of the code lengths' own code.
pub(super) struct CodeLengths {
    code: [Code; CODE_LENGTHS],
    words: [u32; 24],
    bits: usize,
}

impl CodeLengths {
    pub(super) const NONE: Self = Self { code: [Code::NONE; CODE_LENGTHS], words: [0; 24], bits: 0 };

    /// The code lengths `announced`, in a code with the lengths `own`.
    pub(super) const fn new(announced: &[u8; SYMBOLS], own: &[u8; CODE_LENGTHS]) -> Self {
        let mut lengths = Self { code: assign_bits(own), ..Self::NONE };
        let mut at = 0;
        while at < CODE_LENGTHS {
            lengths.push(own[ORDER[at]] as u16, 3);
            at += 1;
        }
        at = 0;
        while at < SYMBOLS {
            let mut zeros = 0;
            while zeros < MOST_ZEROS && at + zeros < SYMBOLS && announced[at + zeros] == 0 {
                zeros += 1;
            }
            let (code, run) = lengths.run(zeros, announced[at] as usize);
            assert!(code.length > 0);
            lengths.push(code.bits, code.length);
            at += run;
        }
        lengths
    }

    /// Writes the lengths, and those of a code of distances in which only the symbol `distance` occurs.
    pub(super) fn write<Out: AsMut<Vec<u8>>>(&self, bits: &mut BitWriter<Out>, distance: usize) {
        for (at, &word) in self.words[..self.bits.div_ceil(32)].iter().enumerate() {
            bits.push(word, (self.bits - 32 * at).min(32));
        }
        bits.push_code(self.run(distance, 0).0);
        bits.push_code(self.run(0, 1).0);
    }

    const fn push(&mut self, bits: u16, count: u8) {
        let shifted = (bits as u64) << (self.bits % 32);
        self.words[self.bits / 32] |= shifted as u32;
        if shifted >> 32 != 0 {
            self.words[self.bits / 32 + 1] |= (shifted >> 32) as u32;
        }
        self.bits += count as usize;
    }

    /// The code of a run of zeros, or of `length` if there are too few for a run, and the number of symbols that it
    /// covers.
    const fn run(&self, zeros: usize, length: usize) -> (Code, usize) {
        let (symbol, least, extra_bits) = match zeros {
            0..=2 => return (self.code[length], 1),
            3..=10 => (FEW_ZEROS, 3, 3),
            _ => (MANY_ZEROS, 11, 7),
        };
        let Code { bits, length } = self.code[symbol];
        (Code { bits: bits | ((zeros - least) as u16) << length, length: length + extra_bits }, zeros)
    }
}
