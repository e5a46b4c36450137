//! Writes pictures to files, one per line of standard input: `ECC SCALE MARGIN FILE TEXT`, separated by tabs. Tests
//! show them to independent readers.

#![expect(clippy::unwrap_used, reason = "its only callers are tests")]

use qr_symbol::{Style, Symbol, png};

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let [ecc, scale, margin, file, text] = line.splitn(5, '\t').collect::<Vec<_>>().try_into().unwrap();
        let symbol = Symbol::encode(text, ecc.parse().unwrap()).unwrap();
        let style = Style { scale: scale.parse().unwrap(), margin: margin.parse().unwrap(), ..Style::default() };
        std::fs::write(file, png::encode(&symbol, style)).unwrap();
    }
}
