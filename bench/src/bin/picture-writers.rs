//! Measures the way from a link to its picture.
//!
//! ```text
//! time LINK              the median time of each writer, taken in turns, as JSON in nanoseconds
//! repeat WRITER LINK N   N pictures, to count instructions: the start-up cancels out between two values of N
//! draw WRITER LINK       one picture, on standard output
//! sizes                  the bytes of our PNG and of the smallest by the png crate, for each version, as JSON
//! ```

use std::{
    hint::black_box,
    io::Write as _,
    time::{Duration, Instant},
};

use qr_symbol::{Ecc, Limits, Symbol};
use sealed_qr_bench::{WRITERS, Writer, ours, smallest_by_png};
use serde_json::{Value, json};

const TIMED_FOR: Duration = Duration::from_secs(4);
/// Pictures per sample, so many that reading the clock does not count.
const BATCH: u32 = 8;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["time", link] => println!("{}", median_times(link)),
        ["repeat", writer, link, times] => {
            let writer = writer_named(writer);
            for _ in 0..times.parse().expect("a number") {
                black_box(writer(black_box(link)));
            }
        }
        ["draw", writer, link] => std::io::stdout().write_all(&writer_named(writer)(link)).expect("standard output"),
        ["sizes"] => println!("{}", Value::from_iter((1..=40).map(sizes_at))),
        _ => panic!("usage: see the top of picture-writers.rs"),
    }
}

fn writer_named(name: &str) -> Writer {
    WRITERS.into_iter().find(|(known, _)| *known == name).expect("the name of a writer").1
}

fn median_times(link: &str) -> Value {
    let mut samples = [const { Vec::new() }; WRITERS.len()];
    let start = Instant::now();
    while start.elapsed() < TIMED_FOR {
        for ((_, writer), samples) in WRITERS.iter().zip(&mut samples) {
            let start = Instant::now();
            for _ in 0..BATCH {
                black_box(writer(black_box(link)));
            }
            samples.push(start.elapsed().as_nanos() as u64 / u64::from(BATCH));
        }
    }
    let medians = WRITERS.iter().zip(samples).map(|((name, _), mut samples)| {
        samples.sort_unstable();
        ((*name).to_owned(), json!(samples[samples.len() / 2]))
    });
    Value::Object(medians.collect())
}

fn sizes_at(version: u8) -> Value {
    let text = (1..).map(|digits| "7031529648".repeat(digits)).find(|text| version_of(text) == version);
    let text = text.expect("ten digits never skip a version");
    json!({"version": version, "ours": ours(&text).len(), "smallest_by_png": smallest_by_png(&text).len()})
}

fn version_of(text: &str) -> u8 {
    Symbol::smallest_version(text, Ecc::M, Limits::NONE).expect("it fits").number()
}
