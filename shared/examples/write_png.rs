//! Writes pictures to files, so that tests can show them to readers that are not ours: a line of standard input
//! for each, `ECC SCALE MARGIN FILE TEXT`, parted by tabs.

#![expect(clippy::unwrap_used, reason = "its only callers are tests")]

use sealed_qr::{picture::Style, png, symbol::Symbol};

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let [ecc, scale, margin, file, text] = line.splitn(5, '\t').collect::<Vec<_>>().try_into().unwrap();
        let symbol = Symbol::encode(text, ecc.parse().unwrap()).unwrap();
        let style = Style { scale: scale.parse().unwrap(), margin: margin.parse().unwrap(), ..Style::default() };
        std::fs::write(file, png::encode(&symbol, style)).unwrap();
    }
}
