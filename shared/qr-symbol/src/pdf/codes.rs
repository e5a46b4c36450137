//! The Huffman codes of content streams, fixed at compile time: short ones for what the records of runs are made of,
//! long ones for all other operators.

use crate::deflate::{
    code_lengths::{CODE_LENGTHS, FEW_ZEROS},
    huffman::{Codes, SYMBOLS},
    length_or_distance::LengthOrDistance,
};

pub(super) static CODES: Codes = Codes::new(&lengths(), &announced_in());

/// Bytes, the lengths of copies, and the length of the codes of both. The counts are those of symbols with 33 to 41
/// modules, each with a caption.
const COMMON: [(&[u8], &[usize], u8); 6] = [
    (b" 012", &[11], 3),
    (b"3", &[9], 4),
    (b"456789", &[], 5),
    (b"", &[8], 6),
    (b".", &[3, 10, 13], 8),
    (b"\n-eTr", &[4, 5, 7], 10),
];
const LETTERS: &[u8] = b"abcdfghijklmnopqstuvwxyzABCDEFGHIJKLMNOPQRSUVWXYZ()";
const LENGTH_OF_LETTERS: u8 = 12;

/// The length of each symbol's code in bits.
const fn lengths() -> [u8; SYMBOLS] {
    let mut lengths = [0; SYMBOLS];
    let mut group = 0;
    while group < COMMON.len() {
        let (bytes, copies, length) = COMMON[group];
        assign(&mut lengths, bytes, length);
        let mut at = 0;
        while at < copies.len() {
            lengths[LengthOrDistance::from_length(copies[at]).symbol] = length;
            at += 1;
        }
        group += 1;
    }
    assign(&mut lengths, LETTERS, LENGTH_OF_LETTERS);
    share_rest(&mut lengths);
    lengths
}

const fn assign(lengths: &mut [u8; SYMBOLS], bytes: &[u8], length: u8) {
    let mut at = 0;
    while at < bytes.len() {
        lengths[bytes[at] as usize] = length;
        at += 1;
    }
}

/// Gives 15 bits, the most there are, to all symbols that have no length yet, and one bit less to as many of them as
/// makes the code complete.
const fn share_rest(lengths: &mut [u8; SYMBOLS]) {
    let (mut left, mut at) = (1 << 15, 0);
    while at < SYMBOLS {
        left -= if lengths[at] == 0 { 1 } else { 1 << (15 - lengths[at]) };
        at += 1;
    }
    at = 0;
    while at < SYMBOLS {
        if lengths[at] == 0 {
            lengths[at] = if left > 0 { 14 } else { 15 };
            left -= (left > 0) as i32;
        }
        at += 1;
    }
}

/// The lengths of the code in which the lengths are announced.
const fn announced_in() -> [u8; CODE_LENGTHS] {
    let mut lengths = [0; CODE_LENGTHS];
    lengths[14] = 1;
    lengths[15] = 3;
    lengths[LENGTH_OF_LETTERS as usize] = 3;
    // With those of the only distance, which follow.
    let few = [1, 3, 4, 5, 6, 8, 10, FEW_ZEROS];
    let mut at = 0;
    while at < few.len() {
        lengths[few[at]] = 5;
        at += 1;
    }
    lengths
}
