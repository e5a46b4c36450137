//! The Huffman codes of pictures (RFC 1951; section numbers refer to that document), computed at compile time for each
//! scale.
//!
//! At a given scale, few values of a byte of pixels can occur. The two of a single colour are the most common and get
//! two bits; all others get codes of equal length. Such files are a few per cent larger than with codes made to
//! measure, but nothing needs to be counted.

use crate::deflate::{
    code_lengths::{CODE_LENGTHS, FEW_ZEROS, MANY_ZEROS},
    huffman::{Codes, END_OF_BLOCK, LONGEST, SYMBOLS},
};

/// The bytes whose eight pixels have one colour.
const DARK: usize = 0x00;
const LIGHT: usize = 0xff;

/// The codes for pictures with `scale` pixels per module.
pub(super) fn for_scale(scale: usize) -> &'static Codes {
    // From eight pixels on, a byte holds at most one change of colour, and where it can lie repeats every 8 scales.
    &CODES[scale.min(8 + scale % 8)]
}

static CODES: [Codes; 16] = {
    let mut codes = [const { Codes::NONE }; 16];
    let mut scale = 1;
    while scale < codes.len() {
        let lengths = Lengths::new(scale);
        codes[scale] = Codes::new(&lengths.symbols, &lengths.code());
        scale += 1;
    }
    codes
};

/// The literals of eight modules that take one byte each, indexed by which of them are dark, the leftmost in the lowest
/// bit.
pub(super) static EIGHT_LITERALS: [u16; 256] = {
    let [dark, light] = [CODES[8].symbols[DARK], CODES[8].symbols[LIGHT]];
    let mut eights = [0; 256];
    let mut at = 0;
    while at < 256 {
        let (mut module, mut length) = (0, 0);
        while module < 8 {
            let code = if at >> module & 1 == 1 { dark } else { light };
            eights[at] |= code.bits << length;
            length += code.length;
            module += 1;
        }
        at += 1;
    }
    eights
};

/// The length of each symbol's code in bits.
struct Lengths {
    symbols: [u8; SYMBOLS],
    /// The length of the codes for bytes of two colours and for the longest copy.
    common: u8,
}

impl Lengths {
    /// A code must be complete: 2^-length, summed over all symbols, is 1. The two bytes of a single colour get length 2
    /// and so take half of that. The other bytes that can occur, topped up to a power of two with some that cannot,
    /// share the length `common` with the symbol for the longest copy. What this leaves goes to the end of the block
    /// and to the other lengths of copies.
    const fn new(scale: usize) -> Self {
        let mut occurring = 0;
        let mut byte = 0;
        while byte < 256 {
            occurring += occurs(byte, scale) as usize;
            byte += 1;
        }
        let common = if occurring > 4 { occurring.next_power_of_two().ilog2() as u8 + 1 } else { 3 };
        let mut symbols = [0; SYMBOLS];
        let mut missing = if occurring > 2 { (1 << (common - 1)) - occurring } else { 0 };
        byte = 1;
        while byte < 255 {
            let fills_up = !occurs(byte, scale) && missing > 0;
            if occurs(byte, scale) || fills_up {
                symbols[byte] = common;
            }
            missing -= fills_up as usize;
            byte += 1;
        }
        symbols[DARK] = 2;
        // If no byte of two colours can occur, light bytes and the lengths of copies share what those would take.
        symbols[LIGHT] = if occurring > 2 { 2 } else { 1 };
        let mut symbol = END_OF_BLOCK;
        while symbol < LONGEST {
            symbols[symbol] = common + if symbol < END_OF_BLOCK + 3 { 4 } else { 5 };
            symbol += 1;
        }
        symbols[LONGEST] = common;
        Self { symbols, common }
    }

    /// The lengths of the code for code lengths (3.2.7), in which symbols 17 and 18 are runs of zeros.
    const fn code(&self) -> [u8; CODE_LENGTHS] {
        let mut lengths = [0; CODE_LENGTHS];
        lengths[self.common as usize] = 1;
        lengths[self.common as usize + 5] = 3;
        let rare = [0, 1, 2, self.common as usize + 4, FEW_ZEROS, MANY_ZEROS];
        let mut at = 0;
        while at < rare.len() {
            lengths[rare[at]] = 4;
            at += 1;
        }
        lengths
    }
}

/// Whether a byte of pixels can have this value: colours change only where modules meet.
const fn occurs(byte: usize, scale: usize) -> bool {
    let changes = (byte ^ byte >> 1) & 0x7f;
    let mut before = 0;
    while before < 8 * scale {
        // Set where a pixel is the last of its module, highest bit first.
        let (mut meet, mut at) = (0, 0);
        while at < 8 {
            meet = meet << 1 | ((before + at + 1) % scale == 0) as usize;
            at += 1;
        }
        if changes & !(meet >> 1) == 0 {
            return true;
        }
        before += 8;
    }
    false
}
