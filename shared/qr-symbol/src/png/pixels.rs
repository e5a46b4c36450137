//! The pixels of a picture, one row of modules at a time.

use crate::{style::Style, symbol::Row};

/// The scanline of a row of modules (7.2): a filter type byte, then 8 pixels per byte, the leftmost in the highest bit,
/// set where light.
pub(super) struct Scanline {
    /// The scanline, padded with zeros.
    bytes: [u8; MOST_BYTES],
    /// The number of bytes of the scanline.
    pub(super) length: usize,
    /// Scanlines differ only from `start` to before `end`: the filter type and the margins around that are always the
    /// same.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) modules: usize,
    pub(super) scale: usize,
    margin: usize,
}

/// The longest scanline, rounded up to what checksums read at once.
const MOST_BYTES: usize = 1056;

/// Filter type 0, none (9.2).
const UNFILTERED: u8 = 0;
const LIGHT: u8 = 0xff;

impl Scanline {
    /// The scanline of light modules.
    pub(super) fn new(modules: usize, style: Style) -> Self {
        let scale = style.scale.pixels();
        let margin = style.margin.modules() * scale;
        let side = style.side(modules);
        let length = 1 + side.div_ceil(8);
        let mut bytes = [0; MOST_BYTES];
        bytes[0] = UNFILTERED;
        // Pixels to the right of the picture are light, too, so that margins end in whole light bytes.
        bytes[1..length].fill(LIGHT);
        // A row that is not repeated has no copy that its margins could be part of.
        let (start, end) = if scale == 1 { (0, length) } else { (1 + margin / 8, 1 + (side - margin).div_ceil(8)) };
        Self { bytes, length, start, end, modules, scale, margin }
    }

    /// The bytes of the scanline, padded with zeros to a multiple of 32.
    pub(super) fn padded(&self) -> &[[u8; 32]] {
        &self.bytes.as_chunks().0[..self.length.div_ceil(32)]
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Draws a row of modules over the previous one.
    pub(super) fn draw(&mut self, row: &Row) {
        if self.scale == 8 {
            draw_bytes(&mut self.bytes[self.start..self.end], row);
        } else {
            self.bytes[1..self.length].fill(LIGHT);
            darken(&mut self.bytes[1..], row, self.margin, self.scale);
        }
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

/// Draws modules that take one byte each.
fn draw_bytes(line: &mut [u8], row: &Row) {
    for (line, word) in line.chunks_mut(64).zip(row) {
        let (eights, rest) = line.as_chunks_mut();
        let mut dark = word.to_le_bytes().into_iter().map(|dark| EIGHT_MODULES[usize::from(dark)]);
        for (eight, bytes) in eights.iter_mut().zip(dark.by_ref()) {
            *eight = bytes;
        }
        if let Some(bytes) = dark.next() {
            rest.copy_from_slice(&bytes[..rest.len()]);
        }
    }
}

/// The bytes of eight modules, indexed by which of them are dark, the leftmost in the lowest bit.
static EIGHT_MODULES: [[u8; 8]; 256] = {
    let mut eights = [[LIGHT; 8]; 256];
    let mut at = 0;
    while at < 8 * 256 {
        let (modules, module) = (at / 8, at % 8);
        if modules >> module & 1 == 1 {
            eights[modules][module] = !LIGHT;
        }
        at += 1;
    }
    eights
};

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
