//! Pictures of codes, read by programs that are not ours.

use std::io::Cursor;

use png::{BitDepth, ColorType};

/// The text of the code in a PNG picture.
pub(crate) fn read(picture: &[u8]) -> String {
    let picture = Picture::decode(picture);
    let margin = (0..picture.side).find(|at| picture.is_dark(*at, *at)).expect("a code has dark modules");
    // The first line of the finder pattern at the top left is seven modules long.
    let scale = (margin..picture.side).take_while(|x| picture.is_dark(*x, margin)).count() / 7;
    let modules = (picture.side - 2 * margin) / scale;
    let grid = rqrr::SimpleGrid::from_func(modules, |x, y| {
        let middle = |module| margin + module * scale + scale / 2;
        picture.is_dark(middle(x), middle(y))
    });
    rqrr::Grid::new(grid).decode().expect("the code can be read").1
}

/// A square picture of two colours, one bit per pixel.
struct Picture {
    side: usize,
    bits: Vec<u8>,
    dark: u8,
}

impl Picture {
    fn decode(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(png)).read_info().expect("the picture is PNG");
        let mut bits = vec![0; reader.output_buffer_size().expect("the picture fits in memory")];
        let frame = reader.next_frame(&mut bits).expect("the picture is PNG");
        assert_eq!((frame.width, frame.bit_depth), (frame.height, BitDepth::One));
        let dark = match (frame.color_type, &reader.info().palette) {
            (ColorType::Grayscale, None) => 0,
            (ColorType::Indexed, Some(palette)) => {
                let brightness = |colour: &[u8]| colour.iter().copied().map(u32::from).sum::<u32>();
                u8::from(brightness(&palette[3..]) < brightness(&palette[..3]))
            }
            other => panic!("{other:?} is neither black and white nor two colours"),
        };
        Self { side: frame.width as usize, bits, dark }
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.bits[y * self.side.div_ceil(8) + x / 8] >> (7 - x % 8) & 1 == self.dark
    }
}
