//! Adler-32 (RFC 1950, 8.2) of repeated rows, each read only once.

/// The largest prime below 2^16.
const MODULUS: u64 = 65_521;

/// The sums so far. Those of the largest picture are below 2^56 without being reduced.
pub(crate) struct Adler32 {
    /// One more than the sum of all bytes.
    low: u64,
    /// The sum of the values of `low` after each byte.
    high: u64,
}

impl Adler32 {
    pub(crate) fn new() -> Self {
        Self { low: 1, high: 0 }
    }

    /// Adds `length` bytes with these sums.
    pub(crate) fn add(&mut self, sums: Sums, length: usize) {
        self.high += length as u64 * self.low + sums.weighted;
        self.low += sums.sum;
    }

    /// Adds the first `length` bytes of `row`, which is padded with zeros, `times` times.
    ///
    /// A row of n bytes with the sum s adds s to `low`. To `high` it adds each byte as often as there are bytes from it
    /// to the end of the row, and n times the previous value of `low`, which grows by s with each repeat.
    pub(crate) fn add_rows(&mut self, row: &[[u8; 32]], length: usize, times: usize) {
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

    /// Keeps the sums from overflowing.
    pub(crate) fn reduce(&mut self) {
        (self.low, self.high) = (self.low % MODULUS, self.high % MODULUS);
    }

    pub(crate) fn finish(&self) -> u32 {
        let (low, high) = (self.low % MODULUS, self.high % MODULUS);
        (high << 16 | low) as u32
    }
}

/// What a sequence of bytes adds to the checksum, whatever comes before it.
#[derive(Clone, Copy)]
pub(crate) struct Sums {
    sum: u64,
    /// The sum of each byte times the number of bytes from it to the end.
    weighted: u64,
}

impl Sums {
    /// The sums of `bytes` with `after` zeros after them. Zeros before them would change nothing.
    pub(crate) const fn new(bytes: &[u8], after: usize) -> Self {
        let mut sums = Self { sum: 0, weighted: 0 };
        let mut at = 0;
        while at < bytes.len() {
            sums.sum += bytes[at] as u64;
            sums.weighted += sums.sum;
            at += 1;
        }
        sums.weighted += after as u64 * sums.sum;
        sums
    }

    /// The sums of bytes in place of the zeros after others.
    pub(crate) const fn and(self, others: Self) -> Self {
        Self { sum: self.sum + others.sum, weighted: self.weighted + others.weighted }
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
            ours.add_rows(padded.as_chunks().0, row.len(), times);
            bytes.extend(row.repeat(times));
            assert_eq!(ours.finish(), adler32(&bytes));
        }
    }
}
