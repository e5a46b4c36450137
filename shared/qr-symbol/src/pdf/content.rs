//! Content streams (7.8.2), compressed as they are written.
//!
//! The dark modules of a symbol are one path, because renderers smooth the edges of each path by itself: a hairline of
//! the ground would show where two meet. The runs of one width follow each other, row by row: then records differ in
//! little but the column.

use std::fmt;

use super::{codes::CODES, records::Records, runs};
use crate::{
    deflate::{
        ZLIB_HEADER,
        adler32::{Adler32, Sums},
        bit_writer::BitWriter,
        huffman::END_OF_BLOCK,
    },
    symbol::Symbol,
};

/// A content stream for the filter `FlateDecode` (7.4.4).
pub struct Content {
    bits: BitWriter<Vec<u8>>,
    adler: Adler32,
}

impl Content {
    /// An empty stream.
    #[must_use]
    pub fn new() -> Self {
        let mut bits = BitWriter::new(ZLIB_HEADER.to_vec());
        CODES.write_header(&mut bits, &Records::<2>::DISTANCE);
        Self { bits, adler: Adler32::new() }
    }

    /// Appends operators with their operands, as they are. They must end with white space.
    pub fn operators(&mut self, operators: &[u8]) {
        for &byte in operators {
            self.bits.push_code(CODES.symbols[usize::from(byte)]);
        }
        self.adler.add(Sums::new(operators, 0), operators.len());
        self.adler.reduce();
    }

    /// Appends a path that fills the dark modules with the current colour.
    ///
    /// The first coordinate is the row, counted from the top, and the second is the column, counted from the left, both
    /// in modules: the matrix `0 -s s 0 x y cm` puts the top left corner of the symbol at (`x`, `y`) and makes modules
    /// `s` units wide and high.
    pub fn dark_modules(&mut self, symbol: &Symbol) {
        if symbol.modules() <= 100 {
            self.records::<2>(symbol);
        } else {
            self.records::<3>(symbol);
        }
        self.operators(b"f\n");
    }

    fn records<const DIGITS: usize>(&mut self, symbol: &Symbol) {
        let mut records = Records::<DIGITS>::new(&mut self.bits, &mut self.adler);
        runs::visit_by_width(symbol, |runs| records.extend(runs));
        records.finish();
    }

    /// Ends the stream.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bits.push_code(CODES.symbols[END_OF_BLOCK]);
        let mut stream = self.bits.finish();
        stream.extend(self.adler.finish().to_be_bytes());
        stream
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) fn decompressed(stream: &[u8]) -> Vec<u8> {
    use std::io::Read as _;

    let (mut decoder, mut content) = (flate2::read::ZlibDecoder::new(stream), Vec::new());
    decoder.read_to_end(&mut content).unwrap();
    assert_eq!(decoder.total_in(), stream.len() as u64);
    content
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        ecc::Ecc,
        symbol::{Limits, Row},
        version::Version,
    };

    /// The modules in the rectangles of a path. No module is in two.
    fn fill(path: &str) -> Vec<Row> {
        let mut rows = vec![Row::default(); 177];
        let mut digits = None;
        for record in path.lines() {
            let [row, column, height, width, "re"] = record.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{record}")
            };
            assert_eq!((height, width.len(), row.len()), ("1", 1, column.len()));
            assert_eq!(*digits.get_or_insert(row.len()), row.len());
            let [row, column, width] = [row, column, width].map(|number| number.parse::<usize>().unwrap());
            for column in column..column + width {
                assert_eq!(rows[row][column / 64] >> (column % 64) & 1, 0, "{record}");
                rows[row][column / 64] |= 1 << (column % 64);
            }
        }
        rows
    }

    #[track_caller]
    fn assert_filled(symbol: &Symbol) {
        let mut content = Content::new();
        content.dark_modules(symbol);
        let content = String::from_utf8(decompressed(&content.finish())).unwrap();
        let filled = fill(content.strip_suffix("f\n").unwrap());
        assert_eq!(&filled[..symbol.modules()], symbol.rows());
        assert!(filled[symbol.modules()..].iter().all(|row| *row == Row::default()));
    }

    #[test]
    fn the_path_holds_exactly_the_dark_modules_of_every_version() {
        for version in 1..=40 {
            let limits = Limits { min_version: Version::new(version).unwrap(), ..Limits::NONE };
            let symbol = Symbol::encode_in(&format!("version {version}"), Ecc::M, limits).unwrap();
            assert_eq!(symbol.version(), limits.min_version);
            assert_filled(&symbol);
        }
    }

    proptest! {
        #[test]
        fn the_path_holds_exactly_the_dark_modules(text in ".{1,300}", ecc in 0..4_usize) {
            assert_filled(&Symbol::encode(&text, Ecc::ALL[ecc]).unwrap());
        }

        #[test]
        fn operators_stay_as_they_are(parts in prop::collection::vec((any::<Vec<u8>>(), any::<bool>()), 0..5)) {
            let symbol = Symbol::encode("1", Ecc::L).unwrap();
            let mut only_symbol = Content::new();
            only_symbol.dark_modules(&symbol);
            let path = decompressed(&only_symbol.finish());
            let (mut content, mut expected) = (Content::new(), Vec::new());
            for (operators, then_symbol) in parts {
                content.operators(&operators);
                expected.extend(operators);
                if then_symbol {
                    content.dark_modules(&symbol);
                    expected.extend(&path);
                }
            }
            assert_eq!(decompressed(&content.finish()), expected);
        }
    }
}
