//! A stream of bits, the most significant bit of each byte first.

/// Bits in a number that is read or written at once.
const MAX_WIDTH: u32 = u64::BITS;

/// The number of bits that tell `count` things apart.
pub(super) fn width(count: u64) -> u32 {
    count.saturating_sub(1).checked_ilog2().map_or(0, |highest| highest + 1)
}

/// Writes bits.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    length: usize,
}

impl BitWriter {
    /// Writes the `width` low bits of `value`.
    pub(super) fn write(&mut self, value: u64, width: u32) {
        let mut left = width;
        while left > 0 {
            let used = (self.length % 8) as u32;
            if used == 0 {
                self.bytes.push(0);
            }
            let taken = left.min(8 - used);
            left -= taken;
            let chunk = (value >> left) as u8 & (0xff >> (8 - taken));
            if let Some(last) = self.bytes.last_mut() {
                *last += chunk << (8 - used - taken);
            }
            self.length += taken as usize;
        }
    }

    /// Writes a number of at most 2^63 - 1 in the Exp-Golomb code of an order (ITU-T H.264, 9.1, for order 0): as many
    /// zeros as the number, increased by 2^order, has bits after its first `order + 1`, and then that number.
    pub(super) fn write_exp_golomb(&mut self, value: u64, order: u32) {
        let increased = value + (1 << order);
        let highest = increased.ilog2();
        self.write(0, highest - order);
        self.write(increased, highest + 1);
    }

    /// How many bits were written.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Takes back all bits but the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = length;
        self.bytes.truncate(length.div_ceil(8));
        if let (Some(last), used @ 1..) = (self.bytes.last_mut(), length % 8) {
            *last &= 0xff << (8 - used);
        }
    }

    /// The bits, filled up with zeros to whole bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads bits.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bits are left.
    pub(super) fn left(&self) -> usize {
        8 * self.bytes.len() - self.at
    }

    /// Reads a number of `width` bits; `None` if there are not that many left.
    pub(super) fn read(&mut self, width: u32) -> Option<u64> {
        debug_assert!(width <= MAX_WIDTH);
        let mut value = 0;
        let mut left = width;
        while left > 0 {
            let used = (self.at % 8) as u32;
            let byte = self.bytes.get(self.at / 8)?;
            let taken = left.min(8 - used);
            left -= taken;
            let chunk = (byte >> (8 - used - taken)) & (0xff >> (8 - taken));
            value = (value << taken) + u64::from(chunk);
            self.at += taken as usize;
        }
        Some(value)
    }

    /// Reads one bit.
    pub(super) fn read_bit(&mut self) -> Option<bool> {
        Some(self.read(1)? == 1)
    }

    /// Reads a number that tells `count` things apart; `None` also if it is not below `count`.
    pub(super) fn read_below(&mut self, count: u64) -> Option<u64> {
        self.read(width(count)).filter(|value| *value < count)
    }

    /// Reads what [`BitWriter::write_exp_golomb`] writes.
    pub(super) fn read_exp_golomb(&mut self, order: u32) -> Option<u64> {
        let mut zeros = 0;
        while !self.read_bit()? {
            zeros += 1;
            if zeros + order >= MAX_WIDTH - 1 {
                return None;
            }
        }
        let rest = zeros + order;
        Some((1 << rest) + self.read(rest)? - (1 << order))
    }

    /// The bytes after a number of zero bits that fill up the current byte; `None` if one of these is set.
    pub(super) fn rest(mut self) -> Option<&'a [u8]> {
        let padding = (self.at.next_multiple_of(8) - self.at) as u32;
        (self.read(padding)? == 0).then(|| &self.bytes[self.at / 8..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bits_fill_bytes_from_the_top() {
        let mut bits = BitWriter::default();
        bits.write(0b101, 3);
        bits.write(0, 0);
        bits.write(0xfff, 7);
        assert_eq!((bits.len(), bits.into_bytes()), (10, vec![0b1011_1111, 0b1100_0000]));
    }

    #[test]
    fn exp_golomb_codes_of_order_0() {
        // H.264, table 9-2.
        for (value, code, width) in [(0, 0b1, 1), (1, 0b010, 3), (2, 0b011, 3), (3, 0b00100, 5), (6, 0b00111, 5)] {
            let mut bits = BitWriter::default();
            bits.write_exp_golomb(value, 0);
            assert_eq!(bits.len(), width as usize, "{value}");
            assert_eq!(BitReader::new(&bits.into_bytes()).read(width), Some(code), "{value}");
        }
    }

    #[test]
    fn things_are_told_apart_by_the_fewest_bits() {
        let widths = [0, 1, 2, 3, 4, 5, 256, 257, 1 << 32].map(width);
        assert_eq!(widths, [0, 0, 1, 2, 2, 3, 8, 9, 32]);
        assert_eq!(BitReader::new(&[0b1100_0000]).read_below(3), None);
        assert_eq!(BitReader::new(&[0b1000_0000]).read_below(3), Some(2));
        assert_eq!(BitReader::new(&[]).read_below(1), Some(0));
    }

    #[test]
    fn the_end_is_the_end() {
        let mut bits = BitReader::new(&[0; 3]);
        assert_eq!((bits.left(), bits.read(5), bits.left()), (24, Some(0), 19));
        let mut bits = BitReader::new(&[0xff, 0x80]);
        assert_eq!((bits.read(9), bits.read(8)), (Some(0x1ff), None));
        let after = |read: u32| {
            let mut bits = BitReader::new(&[0xff, 0x80, 7]);
            bits.read(read).and_then(|_| bits.rest())
        };
        assert_eq!((after(8), after(9), after(16)), (Some(&[0x80, 7][..]), Some(&[7][..]), Some(&[7][..])));
        assert_eq!((after(7), after(24)), (None, Some(&[][..])));
    }

    #[test]
    fn numbers_too_large_for_the_code_are_refused() {
        for order in [0, 3] {
            for (zeros, is_read) in [(62 - order, true), (63 - order, false), (64 - order, false)] {
                let mut bits = BitWriter::default();
                bits.write(0, zeros);
                bits.write(1, 1);
                bits.write(u64::MAX, 64);
                let read = BitReader::new(&bits.into_bytes()).read_exp_golomb(order);
                assert_eq!(read.is_some(), is_read, "{zeros} zeros, order {order}");
            }
            assert_eq!(BitReader::new(&[0; 100]).read_exp_golomb(order), None);
            let mut bits = BitWriter::default();
            bits.write_exp_golomb((1 << 62) - 1, order);
            assert_eq!(BitReader::new(&bits.into_bytes()).read_exp_golomb(order), Some((1 << 62) - 1));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            numbers in proptest::collection::vec((any::<u64>(), 0..=64_u32, 0..8_u32), 0..20),
            undone in 0..40_u32,
        ) {
            let mut bits = BitWriter::default();
            for &(value, width, order) in &numbers {
                bits.write(value, width);
                bits.write_exp_golomb(value >> 2, order);
                let length = bits.len();
                bits.write(u64::MAX, undone);
                bits.truncate(length);
            }
            let bytes = bits.into_bytes();
            let mut bits = BitReader::new(&bytes);
            for (value, width, order) in numbers {
                let mask = u64::MAX.checked_shr(64 - width).unwrap_or(0);
                prop_assert_eq!(bits.read(width), Some(value & mask));
                prop_assert_eq!(bits.read_exp_golomb(order), Some(value >> 2));
            }
            prop_assert_eq!(bits.rest(), Some(&[][..]));
        }
    }
}
