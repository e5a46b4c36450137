//! Draws the picture of a text so many times: `link-to-png TEXT TIMES`. The sources are links to those in `shared`, without the
//! rest of that crate and its dependencies, so that it is built in seconds with the functions' own release profile.
#![allow(dead_code, missing_docs)]

mod picture;
mod png;
mod symbol;

use std::hint::black_box;

fn main() {
    let [text, times] = std::env::args().skip(1).collect::<Vec<_>>().try_into().expect("a text and a number");
    for _ in 0..times.parse().expect("a number") {
        let symbol = symbol::Symbol::encode(black_box(&text), symbol::Ecc::M).expect("the text fits");
        black_box(png::encode(&symbol, picture::Style::default()));
    }
}
