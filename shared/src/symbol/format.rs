//! Format information (7.9) and version information (7.10): what a reader needs before the codewords.

use super::Ecc;
use super::mask::Mask;

/// The 15 bits of format information: level, mask and their BCH code, masked so that they are never all zero (7.9, Annex C).
pub(super) fn format_information(ecc: Ecc, mask: Mask) -> u64 {
    let level = match ecc {
        Ecc::L => 0b01,
        Ecc::M => 0b00,
        Ecc::Q => 0b11,
        Ecc::H => 0b10,
    };
    bch(level << 3 | mask.reference(), 10, 0b101_0011_0111) ^ 0b101_0100_0001_0010
}

/// The 18 bits of version information: the version and its Golay code (7.10, Annex D).
pub(super) fn version_information(version: u8) -> u64 {
    bch(version.into(), 12, 0b1_1111_0010_0101)
}

/// `data`, followed by the remainder, of `degree` bits, of its division by the generator polynomial.
fn bch(data: u64, degree: u32, generator: u64) -> u64 {
    let mut remainder = data << degree;
    while remainder >> degree != 0 {
        remainder ^= generator << (remainder.ilog2() - degree);
    }
    data << degree | remainder
}

/// Where the format information stands (7.9.1, Figure 25): in row 8 and in column 8, which start with nine and end with eight of its bits.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Modules 0 to 8, lowest bit first.
    pub(super) start: u64,
    /// The last eight modules, lowest bit first.
    pub(super) end: u64,
}

impl Line {
    /// Column 8, which has its first bit at the top, and the always dark module (7.9.1) above its lower part.
    pub(super) fn column(format: u64) -> Self {
        let Self { start, end } = Self::of(format);
        Self { start, end: end | 1 }
    }

    /// Row 8, which has its first bit at the right.
    pub(super) fn row(format: u64) -> Self {
        Self::of(format.reverse_bits() >> (64 - 15))
    }

    /// Lets the timing pattern, at 6, through.
    fn of(bits: u64) -> Self {
        Self { start: bits & 0x3f | (bits & 0xc0) << 1, end: bits >> 7 & 0xff }
    }
}
