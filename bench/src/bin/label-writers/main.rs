//! Measures sheets of labels and many pictures, each in one process.
//!
//! ```text
//! links N                  the captions and links of N codes with sealed payloads, a line each
//! seal N                   seals N payloads, draws them and writes our sheet of labels
//! sheet < LINES            qrcodegen's symbols of such lines, on a sheet by printpdf
//! pictures WRITER FOLDER < LINES   a PNG for each line
//! ```
//!
//! Sheets are PDF on standard output. The most memory that the process had (VmHWM, in KiB) is on standard error.

mod our_sheet;
mod printpdf_sheet;

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
};

use sealed_qr_bench::WRITERS;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["links", count] => {
            for (caption, link) in our_sheet::links(number(count)) {
                println!("{caption} {link}");
            }
        }
        ["seal", count] => write(&our_sheet::sheet(&our_sheet::links(number(count)))),
        ["sheet"] => write(&printpdf_sheet::sheet(&lines(&input()))),
        ["pictures", writer, folder] => {
            let (_, writer) = WRITERS.into_iter().find(|(known, _)| *known == writer).expect("the name of a writer");
            for (caption, link) in lines(&input()) {
                let path = Path::new(folder).join(caption).with_extension("png");
                fs::write(path, writer(link)).expect("a folder that can be written");
            }
        }
        _ => panic!("usage: see the top of label-writers/main.rs"),
    }
    eprintln!("{}", peak_memory());
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn input() -> String {
    let mut lines = String::new();
    io::stdin().read_to_string(&mut lines).expect("lines of text");
    lines
}

/// The caption and the link of each line.
fn lines(input: &str) -> Vec<(&str, &str)> {
    input.lines().map(|line| line.split_once(' ').expect("a caption and a link")).collect()
}

fn write(document: &[u8]) {
    io::stdout().write_all(document).expect("standard output");
}

fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
