//! Adler-32 (RFC 1950, 8.2) of rows that repeat, without reading them more than once.

/// The largest prime below 2^16.
const MODULUS: u64 = 65_521;

/// The checksum of what came so far.
pub(super) struct Adler32 {
    /// One more than the sum of all bytes.
    low: u64,
    /// The sum of all values that `low` had after a byte.
    high: u64,
}

impl Adler32 {
    pub(super) fn new() -> Self {
        Self { low: 1, high: 0 }
    }

    /// Adds the first `length` bytes of `row`, which ends in zeros, so many `times`: 16 KiB and 2^16 times at most.
    ///
    /// A row of n bytes with the sum s adds s to `low`. To `high` it adds each byte as often as there are bytes from it to the row's end, and
    /// n times what `low` was before: in each repeat, s more than in the one before.
    pub(super) fn add(&mut self, row: &[u8], length: usize, times: usize) {
        let alone = u64::from(simd_adler32::adler32(&row));
        let (padded, n, times) = (row.len() as u64, length as u64, times as u64);
        let sum = (alone & 0xffff) + MODULUS - 1;
        let weighted = (alone >> 16) + (padded - n + 1) * MODULUS - padded - (padded - n) * (sum % MODULUS);
        let earlier_repeats = times * times.saturating_sub(1) / 2;
        self.high = (self.high + times * (weighted + n * self.low) + earlier_repeats * n * sum) % MODULUS;
        self.low = (self.low + times * sum) % MODULUS;
    }

    pub(super) fn finish(&self) -> u32 {
        (self.high << 16 | self.low) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Adler32;

    #[test]
    fn repeated_rows_have_the_checksum_of_their_bytes() {
        let rows: [(Vec<u8>, usize); 4] =
            [(vec![255; 1046], 640), (vec![], 3), ((0..=255).collect(), 0), ((0..=255).rev().collect(), 40)];
        let (mut ours, mut bytes) = (Adler32::new(), Vec::new());
        for (row, times) in rows {
            let padded = [row.clone(), vec![0; row.len() % 40]].concat();
            ours.add(&padded, row.len(), times);
            bytes.extend(row.repeat(times));
            assert_eq!(ours.finish(), simd_adler32::adler32(&bytes.as_slice()));
        }
    }
}
