//! Adler-32 (RFC 1950, 8.2) of repeated rows, each read only once.

/// The largest prime below 2^16.
const MODULUS: u64 = 65_521;

/// The sums so far, not yet reduced. Those of the largest picture are below 2^56.
pub(super) struct Adler32 {
    /// One more than the sum of all bytes.
    low: u64,
    /// The sum of the values of `low` after each byte.
    high: u64,
}

impl Adler32 {
    pub(super) fn new() -> Self {
        Self { low: 1, high: 0 }
    }

    /// Adds the first `length` bytes of `row`, which is padded with zeros, `times` times.
    ///
    /// A row of n bytes with the sum s adds s to `low`. To `high` it adds each byte as often as there are bytes from it
    /// to the end of the row, and n times the previous value of `low`, which grows by s with each repeat.
    pub(super) fn add(&mut self, row: &[[u8; 32]], length: usize, times: usize) {
        let (mut sum, mut by_place) = (0, 0);
        for (place, &byte) in row.as_flattened().iter().enumerate() {
            sum += u32::from(byte);
            by_place += place as u32 * u32::from(byte);
        }
        let (sum, by_place, n, times) = (u64::from(sum), u64::from(by_place), length as u64, times as u64);
        let earlier_repeats = times * times.saturating_sub(1) / 2;
        self.high += times * (n * sum - by_place + n * self.low) + earlier_repeats * n * sum;
        self.low += times * sum;
    }

    pub(super) fn finish(&self) -> u32 {
        let (low, high) = (self.low % MODULUS, self.high % MODULUS);
        (high << 16 | low) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Adler32;

    /// The definition, byte by byte.
    fn adler32(bytes: &[u8]) -> u32 {
        let (mut low, mut high) = (1, 0);
        for &byte in bytes {
            low = (low + u32::from(byte)) % 65_521;
            high = (high + low) % 65_521;
        }
        high << 16 | low
    }

    #[test]
    fn repeated_rows_have_the_checksum_of_their_bytes() {
        let rows: [(Vec<u8>, usize); 4] =
            [(vec![255; 1046], 640), (vec![], 3), ((0..=255).collect(), 0), ((0..=255).rev().collect(), 40)];
        let (mut ours, mut bytes) = (Adler32::new(), Vec::new());
        for (row, times) in rows {
            let mut padded = row.clone();
            padded.resize(row.len().next_multiple_of(32), 0);
            ours.add(padded.as_chunks().0, row.len(), times);
            bytes.extend(row.repeat(times));
            assert_eq!(ours.finish(), adler32(&bytes));
        }
    }
}
