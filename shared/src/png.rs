//! PNG pictures with one bit a pixel.

use crate::{picture::Style, symbol::Symbol};

/// Draws `symbol` as a PNG file.
#[must_use]
pub fn encode(symbol: &Symbol, style: &Style) -> Vec<u8> {
    let side = style.side(symbol.modules());
    let (scale, margin) = (style.scale.pixels(), style.margin.modules());
    let mut pixels = vec![0xff; side.div_ceil(8) * side];
    for (y, row) in pixels.chunks_mut(side.div_ceil(8)).enumerate() {
        for x in 0..side {
            let module = |pixel: usize| (pixel / scale).wrapping_sub(margin);
            if symbol.is_dark(module(x), module(y)) {
                row[x / 8] &= !(0x80 >> (x % 8));
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("a vector takes all bytes, and the pixels are as many as the header says");
    file
}
