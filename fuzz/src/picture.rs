//! Pictures of any text.

use qr_symbol::{Ecc, Limits, Margin, Scale, Style, Symbol, png};

use crate::pictures;

/// Takes a level and a limit of segments (0 for none) in one byte, a scale, a margin and a text. The text's picture
/// reads back as the text.
pub fn run(data: &[u8]) {
    let Some((&[options, scale, margin], text)) = data.split_first_chunk() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let ecc = Ecc::ALL[usize::from(options) % Ecc::ALL.len()];
    let max_segments = match usize::from(options) / Ecc::ALL.len() {
        0 => usize::MAX,
        limit => limit,
    };
    let style = Style {
        scale: Scale::new(1 + scale % 40).expect("the scale is within its limits"),
        margin: Margin::new(margin % 17).expect("the margin is within its limits"),
        ..Style::default()
    };
    let limits = Limits { max_segments, ..Limits::NONE };
    let symbol = Symbol::encode_in(text, ecc, limits);
    assert_eq!(symbol.as_ref().ok().map(Symbol::version), Symbol::smallest_version(text, ecc, limits));
    let Ok(symbol) = symbol else { return };
    assert!(Symbol::smallest_version(text, ecc, Limits::NONE).is_some_and(|smallest| smallest <= symbol.version()));
    assert_eq!(pictures::read(&png::encode(&symbol, style)), text);
}
