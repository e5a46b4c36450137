//! Every picture is read back by independent decoders and compared with its symbol, pixel by pixel.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::io::Cursor;

use qr_symbol::{Colour, Ecc, Limits, Margin, Palette, PrintSize, Scale, Style, Symbol, Version, png::encode};

/// A symbol of the version.
fn symbol(version: u8) -> Symbol {
    let mut text = String::new();
    let mut state = u32::from(version);
    while Symbol::smallest_version(&text, Ecc::M, Limits::NONE) < Version::new(version) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(char::from(b'a' + (state >> 24) as u8 % 26));
    }
    Symbol::encode(&text, Ecc::M).unwrap()
}

fn style(scale: u8, margin: u8) -> Style {
    Style { scale: Scale::new(scale).unwrap(), margin: Margin::new(margin).unwrap(), ..Style::default() }
}

/// The colours of a row of pixels.
fn pixel_row(symbol: &Symbol, style: Style, y: usize) -> Vec<[u8; 3]> {
    let module = |pixel: usize| (pixel / style.scale.pixels()).checked_sub(style.margin.modules());
    let is_dark = |x: usize| module(x).zip(module(y)).is_some_and(|(x, y)| symbol.is_dark(x, y));
    let colour = |x: usize| if is_dark(x) { style.palette.dark().0 } else { style.palette.light().0 };
    (0..style.side(symbol.modules())).map(colour).collect()
}

fn assert_shows(bytes: &[u8], symbol: &Symbol, style: Style) {
    let image = image::load_from_memory(bytes).unwrap().into_rgb8();
    let side = style.side(symbol.modules());
    assert_eq!((image.width() as usize, image.height() as usize), (side, side));
    let mut expected = Vec::new();
    for (y, row) in image.as_raw().chunks(3 * side).enumerate() {
        // The rows of pixels of one row of modules are alike.
        if y % style.scale.pixels() == 0 {
            expected = pixel_row(symbol, style, y);
        }
        assert_eq!(row.as_chunks().0, expected, "row {y} of version {} {style:?}", symbol.version());
    }
}

/// The bits of a row of pixels, as greyscale pictures of one bit per pixel have them: set where light.
fn bit_row(symbol: &Symbol, style: Style, y: usize) -> Vec<u8> {
    let light = |(x, pixel): (usize, &[u8; 3])| u8::from(*pixel == style.palette.light().0) << (7 - x);
    let byte = |pixels: &[[u8; 3]]| pixels.iter().enumerate().map(light).sum();
    pixel_row(symbol, style, y).chunks(8).map(byte).collect()
}

/// Like [`assert_shows`], but fast enough for thousands of pictures: the decoder does not turn bits into colours.
fn assert_bits_show(bytes: &[u8], symbol: &Symbol, style: Style) {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let side = style.side(symbol.modules());
    let mut rows = 0;
    let mut expected = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        if rows % style.scale.pixels() == 0 {
            expected = bit_row(symbol, style, rows);
        }
        // Bits beyond the width mean nothing.
        let (last, whole) = row.data().split_last().unwrap();
        let last = last & (0xff << ((8 - side % 8) % 8));
        assert!(whole == &expected[..whole.len()] && Some(&last) == expected.last(), "row {rows} of {style:?}");
        rows += 1;
    }
    assert_eq!(rows, side);
}

#[test]
fn every_version_is_read_back_at_several_scales_and_margins() {
    for version in 1..=40 {
        let symbol = symbol(version);
        for (scale, margin) in [(1, 0), (1, 4), (2, 1), (3, 4), (5, 0), (7, 16), (8, 4), (8, 0), (16, 3)] {
            let style = style(scale, margin);
            assert_shows(&encode(&symbol, style), &symbol, style);
        }
    }
}

#[test]
fn every_scale_and_margin_is_read_back() {
    for version in [1, 2, 7] {
        let symbol = symbol(version);
        for scale in 1..=40 {
            for margin in 0..=16 {
                let style = style(scale, margin);
                assert_bits_show(&encode(&symbol, style), &symbol, style);
            }
        }
    }
    let (symbol, style) = (symbol(40), style(40, 16));
    assert_shows(&encode(&symbol, style), &symbol, style);
}

#[test]
fn colours_are_a_palette() {
    let symbol = symbol(3);
    let palette = Palette::new(Colour([0x12, 0x34, 0x56]), Colour([0xfe, 0xdc, 0xba])).unwrap();
    let style = Style { palette, ..Style::default() };
    let picture = encode(&symbol, style);
    assert_shows(&picture, &symbol, style);
    let reader = png::Decoder::new(Cursor::new(&picture)).read_info().unwrap();
    assert_eq!(reader.info().color_type, png::ColorType::Indexed);
}

#[test]
fn pictures_are_one_bit_deep_and_allocated_once() {
    for scale in 1..=40 {
        let picture = encode(&symbol(5), style(scale, 4));
        let mut reader = png::Decoder::new(Cursor::new(&picture)).read_info().unwrap();
        assert_eq!(reader.info().bit_depth, png::BitDepth::One);
        assert_eq!(reader.info().color_type, png::ColorType::Indexed);
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        reader.finish().unwrap();
        assert!(picture.capacity() - picture.len() <= 18, "reserved {} for {}", picture.capacity(), picture.len());
    }
}

#[test]
fn a_picture_says_how_large_it_is_in_print() {
    let symbol = symbol(5);
    // 45 modules with the margin.
    for (size, scale, expected) in [
        (PrintSize::default(), 8, 24_242),
        (PrintSize::Module("0.1".parse().unwrap()), 40, 400_000),
        (PrintSize::Module("10".parse().unwrap()), 1, 100),
        (PrintSize::Width("45".parse().unwrap()), 10, 10_000),
        (PrintSize::Width("1000".parse().unwrap()), 40, 1800),
    ] {
        let style = Style { print_size: size, ..style(scale, 4) };
        let picture = encode(&symbol, style);
        let reader = png::Decoder::new(Cursor::new(&picture)).read_info().unwrap();
        let dimensions = reader.info().pixel_dims.unwrap();
        assert_eq!((dimensions.xppu, dimensions.yppu, dimensions.unit), (expected, expected, png::Unit::Meter));
    }
}

/// The size of the smallest file that the `png` crate makes of the same pixels.
fn best_of_png_crate(symbol: &Symbol, style: Style) -> usize {
    let side = style.side(symbol.modules());
    let pixels: Vec<_> = (0..side).flat_map(|y| bit_row(symbol, style, y)).collect();
    let width = u32::try_from(side).unwrap();
    let filters = [
        png::Filter::NoFilter,
        png::Filter::Sub,
        png::Filter::Up,
        png::Filter::Avg,
        png::Filter::Paeth,
        png::Filter::Adaptive,
    ];
    let sizes = filters.into_iter().flat_map(|filter| [6, 9].into_iter().map(move |level| (filter, level))).map(
        |(filter, level)| {
            let mut out = Vec::new();
            let mut encoder = png::Encoder::new(&mut out, width, width);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.set_depth(png::BitDepth::One);
            encoder.set_deflate_compression(png::DeflateCompression::Level(level));
            encoder.set_filter(filter);
            encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 24_242, yppu: 24_242, unit: png::Unit::Meter }));
            let mut writer = encoder.write_header().unwrap();
            writer.write_image_data(&pixels).unwrap();
            writer.finish().unwrap();
            out.len()
        },
    );
    sizes.min().unwrap()
}

#[test]
fn pictures_are_about_as_small_as_a_general_compressor_makes_them() {
    let style = Style::default();
    for version in 1..=40 {
        let symbol = symbol(version);
        let (ours, theirs) = (encode(&symbol, style).len(), best_of_png_crate(&symbol, style));
        assert!(ours * 100 <= theirs * 115, "version {version}: {ours} bytes, png {theirs}");
    }
}
