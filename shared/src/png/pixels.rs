//! The rows of pixels of a picture, one for each row of modules.

use crate::picture::Style;
use crate::symbol::{Row, Symbol};

/// The different rows of a picture as PNG scanlines (7.2): a filter type byte, then 8 pixels a byte, leftmost highest, set where light.
pub(super) struct Pixels {
    /// The scanlines of the rows of modules from top to bottom, and then that of a row of light pixels, each filled up with zeros.
    bytes: Vec<u8>,
    /// How many bytes a scanline takes there.
    stride: usize,
    /// The number of bytes of a scanline.
    pub(super) scanline: usize,
    /// How many bytes at the left are the same in all scanlines: the filter type and the margin.
    pub(super) left: usize,
    /// How many bytes at the right are the same in all scanlines.
    pub(super) right: usize,
    /// How many rows of pixels a row of modules is high.
    pub(super) repeats: usize,
    /// How many rows of light pixels are above and below the symbol.
    pub(super) margin: usize,
}

/// Scanlines are filled up to a multiple of what checksums read at once.
const VECTOR: usize = 32;

/// Filter type 0, none (9.2).
const UNFILTERED: u8 = 0;
const LIGHT: u8 = 0xff;

impl Pixels {
    /// Draws the rows of the symbol.
    pub(super) fn new(symbol: &Symbol, style: Style) -> Self {
        let side = style.side(symbol.modules());
        let scale = style.scale.pixels();
        let margin = style.margin.modules() * scale;
        let scanline = 1 + side.div_ceil(8);
        let stride = scanline.next_multiple_of(VECTOR);
        let mut bytes = vec![0; (symbol.modules() + 1) * stride];
        let mut lines = bytes.chunks_exact_mut(stride);
        for (line, row) in lines.by_ref().zip(symbol.rows().iter().chain([&Row::default()])) {
            line[0] = UNFILTERED;
            // Pixels beyond the picture's width are light as well, so that margins end in whole light bytes.
            line[1..scanline].fill(LIGHT);
            if scale == 8 {
                darken_bytes(&mut line[1 + margin / 8..], symbol.modules(), row);
            } else {
                darken(&mut line[1..], row, margin, scale);
            }
        }
        let right = side.div_ceil(8) - (side - margin).div_ceil(8);
        Self { bytes, stride, scanline, left: 1 + margin / 8, right, repeats: scale, margin }
    }

    /// The scanlines of the rows of modules from top to bottom, and then that of a row of light pixels, each with zeros after it.
    pub(super) fn padded(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.stride)
    }

    /// The scanlines of the rows of modules from top to bottom.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let modules = self.bytes.len() / self.stride - 1;
        self.padded().take(modules).map(|line| &line[..self.scanline])
    }

    /// The scanline of a row of light pixels.
    pub(super) fn light(&self) -> &[u8] {
        &self.bytes[self.bytes.len() - self.stride..][..self.scanline]
    }
}

/// Clears the pixels of the dark modules.
fn darken(line: &mut [u8], row: &Row, margin: usize, scale: usize) {
    for (index, &word) in row.iter().enumerate() {
        let mut dark = word;
        while dark != 0 {
            let first = dark.trailing_zeros();
            let run = (dark >> first).trailing_ones();
            let start = margin + (64 * index + first as usize) * scale;
            clear(line, start, start + run as usize * scale);
            dark &= (u64::MAX << (first + run - 1)) << 1;
        }
    }
}

/// Clears the bytes of the dark modules, eight at a time: the quick way where a byte is a module.
fn darken_bytes(line: &mut [u8], modules: usize, row: &Row) {
    let fill = |dark: u64| {
        // Each byte keeps the bit of its own module, which then fills it.
        let bits = ((dark & 0xff) * 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
        let dark = ((bits + 0x7f7f_7f7f_7f7f_7f7f) >> 7 & 0x0101_0101_0101_0101) * 0xff;
        (!dark).to_le_bytes()
    };
    for (line, mut dark) in line[..modules].chunks_mut(64).zip(row.iter().copied()) {
        let (eights, rest) = line.as_chunks_mut();
        for eight in eights {
            *eight = fill(dark);
            dark >>= 8;
        }
        rest.copy_from_slice(&fill(dark)[..rest.len()]);
    }
}

/// Clears the pixels from `start` to before `end`.
fn clear(line: &mut [u8], start: usize, end: usize) {
    let before = !(0xff >> (start % 8));
    let after = 0xff >> (end % 8);
    if start / 8 == end / 8 {
        line[start / 8] &= before | after;
        return;
    }
    line[start / 8] &= before;
    for byte in &mut line[start / 8 + 1..end / 8] {
        *byte = 0;
    }
    if !end.is_multiple_of(8) {
        line[end / 8] &= after;
    }
}
