//! The zlib stream (RFC 1950) of a picture: one deflate block of literal rows and copies of them.

use super::{block::Block, pixels::Scanline};
use crate::{
    deflate::{ZLIB_HEADER, adler32::Adler32},
    style::Style,
    symbol::{Row, Symbol},
};

/// Appends the stream.
pub(super) fn write(out: &mut Vec<u8>, symbol: &Symbol, style: Style) {
    out.extend(ZLIB_HEADER);
    let (modules, scale, margin) = (symbol.modules(), style.scale.pixels(), style.margin.modules());
    let scanline = Scanline::new(modules, style);
    let block = Block::begin(out, scale, scanline.length);
    let mut stream = Stream { scanline, block, adler: Adler32::new(), begun: false };
    stream.push(&Row::default(), margin * scale);
    for row in symbol.rows() {
        stream.push(row, scale);
    }
    stream.push(&Row::default(), margin * scale);
    let Stream { block, adler, .. } = stream;
    block.end();
    out.extend(adler.finish().to_be_bytes());
}

struct Stream<'a> {
    scanline: Scanline,
    block: Block<'a>,
    adler: Adler32,
    begun: bool,
}

impl Stream<'_> {
    /// Adds a row of modules, `height` pixels high: the bytes that are new, and copies of the row above, which continue
    /// into the left margin of the next row.
    fn push(&mut self, row: &Row, height: usize) {
        if height == 0 {
            return;
        }
        let Self { scanline, block, adler, begun } = self;
        scanline.draw(row);
        adler.add_rows(scanline.padded(), scanline.length, height);
        let bytes = scanline.bytes();
        if *begun {
            block.copy(scanline.start);
            if scanline.scale == 8 {
                block.modules(row, scanline.modules);
            } else {
                block.literals(&bytes[scanline.start..scanline.end]);
            }
            block.copy(bytes.len() - scanline.end);
        } else {
            // The first row has nothing to copy from.
            block.literals(bytes);
            *begun = true;
        }
        block.copy((height - 1) * bytes.len());
    }
}
