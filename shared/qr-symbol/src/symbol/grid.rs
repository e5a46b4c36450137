//! A square of modules, one bit each.

/// The modules of one row: bit `x % 64` of word `x / 64` is set where module `x` is dark. Bits beyond the symbol are
/// zero.
pub type Row = [u64; 3];

/// The number of modules in a word.
pub(super) const WORD: usize = 64;

/// A square of modules in strips 64 columns wide: bit `x` of `strip[y]` is the module in column `x` of the strip, row
/// `y`.
///
/// In a strip, the rows of a symbol are neighbours in memory, so that one instruction can work on several.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    size: usize,
    strips: Vec<Strip>,
}

/// The rows of a strip, followed by unset ones.
pub(super) type Strip = [u64; HEIGHT];

/// The rows of the largest symbol (6.3.1) and three more, which makes a multiple of the masks' period.
pub(super) const HEIGHT: usize = 180;

impl Grid {
    /// A square of `size` × `size` modules, all unset.
    pub(super) fn new(size: usize) -> Self {
        Self { size, strips: vec![[0; HEIGHT]; size.div_ceil(WORD)] }
    }

    /// Modules per side.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// How many modules are set.
    pub(super) fn count(&self) -> usize {
        self.strips.as_flattened().iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The strips from left to right. Part of the last one lies outside the square.
    pub(super) fn strips(&self) -> &[Strip] {
        &self.strips
    }

    /// Row `y` of strip `strip`.
    pub(super) fn word_mut(&mut self, strip: usize, y: usize) -> &mut u64 {
        &mut self.strips[strip][y]
    }

    /// Row `y` of strip `strip`.
    pub(super) fn word(&self, strip: usize, y: usize) -> u64 {
        self.strips[strip][y]
    }

    /// Sets the modules of row `y`, from column `x` on, where `bits` has ones, lowest bit first.
    pub(super) fn set(&mut self, x: usize, y: usize, bits: u64) {
        *self.word_mut(x / WORD, y) |= bits << (x % WORD);
        let spill = u128::from(bits) << (x % WORD) >> WORD;
        if spill != 0 {
            *self.word_mut(x / WORD + 1, y) |= spill as u64;
        }
    }

    /// Inverts the grid.
    pub(super) fn inverted(mut self) -> Self {
        let size = self.size;
        for (index, strip) in self.strips.iter_mut().enumerate() {
            for row in &mut strip[..size] {
                *row = !*row & inside(size, index);
            }
        }
        self
    }

    /// Sets what is set in `other`, a grid of the same size.
    pub(super) fn overlay(&mut self, other: &Self) {
        for (word, other) in self.strips.as_flattened_mut().iter_mut().zip(other.strips.as_flattened()) {
            *word |= other;
        }
    }

    /// Sets every other row outside the square. Such stripes contain no run, block or finder pattern, so penalties can
    /// be scored on whole words.
    pub(super) fn stripe_outside(&mut self) {
        let size = self.size;
        for (index, strip) in self.strips.iter_mut().enumerate() {
            for row in strip[..size].iter_mut().step_by(2) {
                *row |= !inside(size, index);
            }
        }
    }

    /// The grid with rows and columns exchanged.
    pub(super) fn transposed(&self) -> Self {
        let mut flipped = Self::new(self.size);
        for (x, strip) in self.strips.iter().enumerate() {
            for (y, rows) in strip[..self.size].chunks(WORD).enumerate() {
                let mut block = [0; WORD];
                block[..rows.len()].copy_from_slice(rows);
                transpose(&mut block);
                let columns = WORD.min(self.size - x * WORD);
                flipped.strips[y][x * WORD..][..columns].copy_from_slice(&block[..columns]);
            }
        }
        flipped
    }
}

/// The columns of a strip that lie within a square of `size` × `size` modules.
pub(super) fn inside(size: usize, strip: usize) -> u64 {
    u64::MAX >> ((strip + 1) * WORD).saturating_sub(size)
}

/// Exchanges rows and columns of 64 × 64 bits: swaps the off-diagonal quarters, then does the same in each quarter, and
/// so on.
fn transpose(block: &mut [u64; WORD]) {
    let mut width = WORD / 2;
    let mut low = u64::from(u32::MAX);
    while width > 0 {
        for pair in block.chunks_exact_mut(2 * width) {
            let (upper, lower) = pair.split_at_mut(width);
            for (upper, lower) in upper.iter_mut().zip(lower) {
                let swap = (*upper >> width ^ *lower) & low;
                *lower ^= swap;
                *upper ^= swap << width;
            }
        }
        width /= 2;
        low ^= low << width;
    }
}
