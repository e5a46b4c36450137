//! From a link to a PNG picture: by Sealed QR, and by the crates that people use for it. All draw 8 pixels per module
//! and the quiet zone of 4 modules, at error correction level M.

use qr_symbol::{Ecc, Style, Symbol};

/// Draws the code of a text.
pub type Writer = fn(&str) -> Vec<u8>;

/// The writers by name.
pub const WRITERS: [(&str, Writer); 4] = [
    ("ours", ours),
    ("qrcode+image", qrcode_and_image),
    ("fast_qr+png", fast_qr_and_png),
    ("qrcodegen+png", qrcodegen_and_png),
];

const SCALE: usize = 8;
const QUIET_ZONE: usize = 4;

/// Sealed QR's own, with its default options.
pub fn ours(text: &str) -> Vec<u8> {
    qr_symbol::png::encode(&Symbol::encode(text, Ecc::M).unwrap(), Style::default())
}

/// `qrcode` drawn by `image`, as the readme of `qrcode` shows it: 8 pixels per module and the quiet zone are its
/// defaults.
pub fn qrcode_and_image(text: &str) -> Vec<u8> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
    let image = code.render::<image::Luma<u8>>().build();
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

fn fast_qr_and_png(text: &str) -> Vec<u8> {
    let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build().unwrap();
    let pixels = pixels(code.size, |x, y| code[y][x].value());
    write_png(code.size, &pixels, png::Compression::Fast, None)
}

fn qrcodegen_and_png(text: &str) -> Vec<u8> {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).unwrap();
    let modules = code.size() as usize;
    let pixels = pixels(modules, |x, y| code.get_module(x as i32, y as i32));
    write_png(modules, &pixels, png::Compression::Fast, None)
}

/// The smallest file that the `png` crate makes of the same pixels as [`ours`], however long it takes. It is greyscale,
/// which spares it the 18 bytes of our palette.
pub fn smallest_by_png(text: &str) -> Vec<u8> {
    let symbol = Symbol::encode(text, Ecc::M).unwrap();
    let pixels = pixels(symbol.modules(), |x, y| symbol.is_dark(x, y));
    let filters = [png::Filter::NoFilter, png::Filter::Up, png::Filter::Paeth, png::Filter::Adaptive];
    let compressions = [png::Compression::Balanced, png::Compression::High];
    let files = compressions.iter().flat_map(|&compression| {
        let (modules, pixels) = (symbol.modules(), &pixels);
        filters.iter().map(move |&filter| write_png(modules, pixels, compression, Some(filter)))
    });
    files.min_by_key(Vec::len).unwrap()
}

/// Rows of pixels: one bit each, most significant first, set for light.
fn pixels(modules: usize, is_dark: impl Fn(usize, usize) -> bool) -> Vec<u8> {
    let side = modules + 2 * QUIET_ZONE;
    let mut pixels = Vec::with_capacity(side * side * SCALE);
    for y in 0..side {
        // At 8 pixels per module, a module is a byte.
        let row = (0..side).map(|x| {
            let inside = |at| (QUIET_ZONE..QUIET_ZONE + modules).contains(&at);
            if inside(x) && inside(y) && is_dark(x - QUIET_ZONE, y - QUIET_ZONE) { 0 } else { 0xff }
        });
        let start = pixels.len();
        pixels.extend(row);
        for _ in 1..SCALE {
            pixels.extend_from_within(start..start + side);
        }
    }
    pixels
}

fn write_png(modules: usize, pixels: &[u8], compression: png::Compression, filter: Option<png::Filter>) -> Vec<u8> {
    let side = ((modules + 2 * QUIET_ZONE) * SCALE) as u32;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(compression);
    if let Some(filter) = filter {
        encoder.set_filter(filter);
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}
