//! Deflate (RFC 1951) for what this crate draws: it knows beforehand which bytes repeat and how common each is, and so
//! neither searches nor counts. Section numbers in this module refer to that document.

pub(crate) mod adler32;
pub(crate) mod bit_writer;
pub(crate) mod code_lengths;
pub(crate) mod huffman;
pub(crate) mod length_or_distance;

/// The beginning of a zlib stream: deflate with a window of 32 KiB, no dictionary, default level; a multiple of 31
/// (RFC 1950, 2.2).
pub(crate) const ZLIB_HEADER: [u8; 2] = [0x78, 0x9c];
