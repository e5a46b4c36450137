//! Format information (7.9) and version information (7.10): what a reader needs before the codewords.

use crate::ecc::Ecc;

use super::mask::Mask;

/// The 15 bits of format information: level, mask and their BCH code, masked so that they are never all zero (7.9,
/// Annex C).
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

/// Format information as it is laid out (7.9.1, Figure 25): in row 8 and again in column 8, nine modules at the start
/// of the line and eight at its end.
#[derive(Clone, Copy)]
pub(super) struct FormatBits {
    /// Modules 0 to 8, lowest bit first.
    pub(super) start: u64,
    /// The last eight modules, lowest bit first.
    pub(super) end: u64,
}

impl FormatBits {
    /// Column 8, which has its first bit at the top, and the always dark module (7.9.1) above its lower part.
    pub(super) fn column(format: u64) -> Self {
        let Self { start, end } = Self::split(format);
        Self { start, end: end | 1 }
    }

    /// Row 8, which has its first bit at the right.
    pub(super) fn row(format: u64) -> Self {
        Self::split(format.reverse_bits() >> (64 - 15))
    }

    /// Leaves out module 6, which belongs to the timing pattern.
    fn split(bits: u64) -> Self {
        Self { start: bits & 0x3f | (bits & 0xc0) << 1, end: bits >> 7 & 0xff }
    }
}
