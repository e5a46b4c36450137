//! PNG pictures of symbols, 1 bit per pixel (W3C PNG, third edition; clause numbers refer to that document).
//!
//! The picture of a symbol is one row of pixels per row of modules, repeated as often as a module is high. The writer
//! tells the decoder just that: the bytes of one row, then copies of them.

mod block;
mod codes;
mod pixels;
mod zlib;

use crate::{
    style::{Colour, Style},
    symbol::Symbol,
};

/// The signature of a PNG datastream (5.2).
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The symbol as a PNG picture with a palette of two colours.
#[must_use]
pub fn encode(symbol: &Symbol, style: Style) -> Vec<u8> {
    // An estimate that is rarely too low.
    let mut png = Vec::with_capacity(150 + symbol.modules().pow(2) * style.scale.pixels() / 16);
    png.extend(SIGNATURE);
    chunk(&mut png, *b"IHDR", |png| header(png, style.side(symbol.modules())));
    // A light module's bit is 1, the index of the second colour.
    let (Colour(dark), Colour(light)) = (style.palette.dark(), style.palette.light());
    chunk(&mut png, *b"PLTE", |png| png.extend([dark, light].concat()));
    chunk(&mut png, *b"pHYs", |png| size_in_print(png, symbol, style));
    chunk(&mut png, *b"IDAT", |png| zlib::write(png, symbol, style));
    chunk(&mut png, *b"IEND", |_| ());
    png.shrink_to_fit();
    png
}

/// The image header (11.2.1).
fn header(png: &mut Vec<u8>, side: usize) {
    const BIT_DEPTH: u8 = 1;
    // Also for black and white: some printer drivers print greyscale of one bit as a black square.
    const INDEXED_COLOUR: u8 = 3;
    const DEFLATE: u8 = 0;
    const ADAPTIVE_FILTERING: u8 = 0;
    const NO_INTERLACE: u8 = 0;
    let side = (side as u32).to_be_bytes();
    png.extend(side);
    png.extend(side);
    png.extend([BIT_DEPTH, INDEXED_COLOUR, DEFLATE, ADAPTIVE_FILTERING, NO_INTERLACE]);
}

/// Physical pixel dimensions (11.3.4.3).
fn size_in_print(png: &mut Vec<u8>, symbol: &Symbol, style: Style) {
    const METRE: u8 = 1;
    let (pixels, micrometres) =
        (style.side(symbol.modules()) as u64, style.print_width(symbol.modules()).micrometres());
    let micrometres = u64::from(micrometres);
    let pixels_per_metre = ((pixels * 1_000_000 + micrometres / 2) / micrometres) as u32;
    png.extend(pixels_per_metre.to_be_bytes());
    png.extend(pixels_per_metre.to_be_bytes());
    png.push(METRE);
}

/// A chunk: length, type, data and the CRC of type and data (5.3).
fn chunk(png: &mut Vec<u8>, name: [u8; 4], data: impl FnOnce(&mut Vec<u8>)) {
    let start = png.len();
    png.extend([0; 4]);
    png.extend(name);
    data(png);
    let length = (png.len() - start - 8) as u32;
    png[start..start + 4].copy_from_slice(&length.to_be_bytes());
    let crc = crc32fast::hash(&png[start + 4..]);
    png.extend(crc.to_be_bytes());
}
