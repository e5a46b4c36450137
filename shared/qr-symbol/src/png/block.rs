//! One deflate block of literals and of copies from one row back (RFC 1951; section numbers refer to that document).

use super::codes::{self, EIGHT_LITERALS};
use crate::deflate::{
    bit_writer::{BitWriter, Bits},
    huffman::{Codes, END_OF_BLOCK},
    length_or_distance::{LONGEST_COPY, LengthOrDistance, SHORTEST_COPY},
};

/// A block that is being written.
pub(super) struct Block<'a> {
    bits: BitWriter<&'a mut Vec<u8>>,
    codes: &'static Codes,
    /// The distance of all copies.
    distance: LengthOrDistance,
    /// The bits of the longest copy.
    longest: Bits,
    /// The bytes that the next copy will have.
    to_copy: usize,
}

impl<'a> Block<'a> {
    /// Writes the header of the last block of a stream to the end of `out`.
    pub(super) fn begin(out: &'a mut Vec<u8>, scale: usize, row: usize) -> Self {
        let (codes, distance) = (codes::for_scale(scale), LengthOrDistance::from_distance(row));
        let mut bits = BitWriter::new(out);
        codes.write_header(&mut bits, &distance);
        let longest = codes.copy(LONGEST_COPY, &distance);
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
            self.bits.push_bits(self.longest);
            self.to_copy -= LONGEST_COPY;
        }
        while self.to_copy > 0 {
            let part = if self.to_copy > LONGEST_COPY { LONGEST_COPY - SHORTEST_COPY } else { self.to_copy };
            self.bits.push_bits(self.codes.copy(part, &self.distance));
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
