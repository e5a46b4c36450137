//! Bits into bytes.

use super::huffman::Code;

/// Bits in the order in which they are written, lowest first, and their number, 32 at most. All others are zero.
#[derive(Clone, Copy)]
pub(crate) struct Bits {
    pub(crate) bits: u32,
    pub(crate) count: u8,
}

impl Bits {
    pub(crate) const NONE: Self = Self { bits: 0, count: 0 };

    /// These bits, followed by others.
    pub(crate) const fn then(self, next: Self) -> Self {
        debug_assert!(self.count + next.count <= 32);
        Self { bits: self.bits | next.bits << self.count, count: self.count + next.count }
    }
}

/// Bits into the bytes of a vector, its own or a borrowed one, lowest first (3.1.1).
pub(crate) struct BitWriter<Out> {
    out: Out,
    pending: u64,
    /// The number of pending bits: fewer than 32 between calls.
    count: usize,
}

impl<Out: AsMut<Vec<u8>>> BitWriter<Out> {
    /// Writes to the end of `out`.
    pub(crate) const fn new(out: Out) -> Self {
        Self { out, pending: 0, count: 0 }
    }

    /// Writes the lowest `count` bits, 32 at most. All others must be zero.
    pub(crate) fn push(&mut self, bits: u32, count: usize) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out.as_mut().extend((self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    pub(crate) fn push_bits(&mut self, bits: Bits) {
        self.push(bits.bits, bits.count.into());
    }

    pub(crate) fn push_code(&mut self, code: Code) {
        self.push(code.bits.into(), code.length.into());
    }

    /// Writes the pending bits, padded with zeros to a whole byte, and returns all bytes.
    pub(crate) fn finish(mut self) -> Out {
        self.out.as_mut().extend(&self.pending.to_le_bytes()[..self.count.div_ceil(8)]);
        self.out
    }
}
