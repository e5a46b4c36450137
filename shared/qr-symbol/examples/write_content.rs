//! Writes pages of labels, one per line of standard input: `TIMES TEXT`, separated by a tab. Prints the modules of the
//! symbol and the bytes that each label takes. Tests count the instructions.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "its only callers are tests")]

use qr_symbol::{Ecc, Symbol, pdf::Content};

fn main() {
    let empty = Content::new().finish().len();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (times, text) = line.split_once('\t').unwrap();
        let symbol = Symbol::encode(text, Ecc::M).unwrap();
        let mut content = Content::new();
        let times: usize = times.parse().unwrap();
        for _ in 0..times {
            content.operators(b"q 0 -.935 .935 0 56.69 785.2 cm\n");
            content.dark_modules(&symbol);
            content.operators(b"Q BT 1 0 0 1 56.69 780.1 Tm(order-1042)Tj ET\n");
        }
        println!("{} {}", symbol.modules(), (content.finish().len() - empty) / times.max(1));
    }
}
