//! Pictures of any text.

use sealed_qr::{
    picture::{Margin, Scale, Style},
    png,
    symbol::{Ecc, Symbol},
};

use crate::pictures;

/// Takes a level, a scale, a margin and a text. Its picture reads back as the text.
pub fn run(data: &[u8]) {
    let Some((&[ecc, scale, margin], text)) = data.split_first_chunk() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let ecc = Ecc::ALL[usize::from(ecc) % Ecc::ALL.len()];
    let style = Style {
        scale: Scale::new(1 + scale % 40).expect("it is in the range"),
        margin: Margin::new(margin % 17).expect("it is in the range"),
        ..Style::default()
    };
    let symbol = Symbol::encode(text, ecc);
    assert_eq!(symbol.as_ref().ok().map(Symbol::version), Symbol::smallest_version(text, ecc));
    let Ok(symbol) = symbol else { return };
    assert_eq!(pictures::read(&png::encode(&symbol, style)), text);
}
