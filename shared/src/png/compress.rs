//! The zlib stream (RFC 1950) of a picture: one deflate block of literal rows and copies of them.
//!
//! The picture is walked twice: to count what occurs, which decides the Huffman codes, and to write.

use super::checksum::Adler32;
use super::deflate::{Block, Codes, Copy, Counts, SHORTEST, Tokens};
use super::pixels::Pixels;

/// A picture's zlib stream, decided but not yet written.
pub(super) struct ZlibStream<'a> {
    pixels: &'a Pixels,
    codes: Codes,
}

impl<'a> ZlibStream<'a> {
    /// What is neither block header nor block: two bytes before, the checksum after.
    const FRAME: usize = 2 + 4;

    pub(super) fn new(pixels: &'a Pixels) -> Self {
        let mut counts = Counts::new();
        walk(pixels, &mut counts);
        Self { pixels, codes: Codes::new(&counts) }
    }

    /// The number of bytes that [`write`](Self::write) appends.
    pub(super) fn len(&self) -> usize {
        Self::FRAME + self.codes.block_bits().div_ceil(8)
    }

    /// Appends the stream.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        // Deflate with a window of 32 KiB, no dictionary, default level; a multiple of 31 (RFC 1950, 2.2).
        out.extend([0x78, 0x9c]);
        let start = out.len();
        out.resize(start + self.codes.block_bits().div_ceil(8), 0);
        let mut block = Block::begin(&mut out[start..], &self.codes);
        walk(self.pixels, &mut block);
        block.end();
        out.extend(self.checksum().to_be_bytes());
    }

    /// Adler-32 of the picture before compression: the margin, the rows, and the margin again.
    fn checksum(&self) -> u32 {
        let Pixels { scanline, repeats, margin, .. } = *self.pixels;
        let mut adler = Adler32::new();
        let mut lines = self.pixels.padded();
        let light = lines.next_back().unwrap_or_default();
        adler.add(light, scanline, margin);
        for row in lines {
            adler.add(row, scanline, repeats);
        }
        adler.add(light, scanline, margin);
        adler.finish()
    }
}

/// The picture as literals and copies. A copy from one row back holds the repeats of a row, and what the next one begins with.
fn walk(pixels: &Pixels, tokens: &mut impl Tokens) {
    let Pixels { scanline, left, right, repeats, margin, .. } = *pixels;
    let repeats = right + (repeats - 1) * scanline;
    let to_next = Copy::new(repeats + left, scanline);
    let to_end = Copy::new(repeats, scanline);
    tokens.literals(&pixels.light()[..left]);
    if margin > 0 {
        light_rows(pixels, tokens);
        copy(tokens, &Copy::new(left, scanline), pixels.light(), 0);
    }
    let mut rows = pixels.rows().peekable();
    while let Some(row) = rows.next() {
        tokens.literals(&row[left..scanline - right]);
        let next = margin > 0 || rows.peek().is_some();
        copy(tokens, if next { &to_next } else { &to_end }, row, scanline - right);
    }
    if margin > 0 {
        light_rows(pixels, tokens);
    }
}

/// The margin above or below the symbol, from where the symbol's columns begin.
fn light_rows(pixels: &Pixels, tokens: &mut impl Tokens) {
    let (light, left) = (pixels.light(), pixels.left);
    tokens.literals(&light[left..=left]);
    copy(tokens, &Copy::new(light.len() - left - 1, 1), light, left + 1);
    copy(tokens, &Copy::new((pixels.margin - 1) * light.len(), light.len()), light, 0);
}

/// A copy of what `row`, which repeats, holds from `start` on.
fn copy(tokens: &mut impl Tokens, copy: &Copy, row: &[u8], start: usize) {
    if copy.length() < SHORTEST {
        for byte in row.iter().cycle().skip(start).take(copy.length()) {
            tokens.literals(&[*byte]);
        }
    } else {
        tokens.copy(copy);
    }
}
