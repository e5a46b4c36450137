//! Writes a sheet of numbered labels to the standard output, for tests and for looking at it.
//!
//! ```text
//! write_sheet pdf|html PRESET LABELS CAPTION [NAME=VALUE]...
//! ```
//!
//! `PRESET` may also be the width and the height of the labels of a roll in millimetres, such as `57x32`. In `CAPTION`,
//! `#` is the number of the label. Options are those of the API; `version` is that of all codes, and
//! `times` how often the document is made, for measuring.

#![expect(clippy::print_stderr, reason = "people read it")]

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use label_sheet::{CaptionPlace, Label, Paper, Sheet, Shift, Size, html, paper::MAX_PAGE, pdf, preset};
use qr_symbol::{Ecc, Limits, Millimetres, ModuleSize, Palette, PrintSize, Symbol, Version, pdf::Ink};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, paper, labels, caption, options @ ..] = &arguments[..] else {
        return Err("usage: write_sheet pdf|html PRESET LABELS CAPTION [NAME=VALUE]...".into());
    };
    let mut sheet = Sheet::of(read_paper(paper)?);
    let (mut limits, mut times) = (Limits::NONE, 1);
    for option in options {
        let (name, value) = option.split_once('=').ok_or("options are NAME=VALUE")?;
        match name {
            "times" => times = value.parse()?,
            "version" => limits.min_version = value.parse().ok().and_then(Version::new).ok_or("no such version")?,
            _ => set(&mut sheet, name, value)?,
        }
    }
    let numbers = 1..=labels.parse::<u32>()?;
    let text = |number| format!("HTTPS://QR.EXAMPLE.ORG/D/{number:08}");
    let symbols = numbers.clone().map(|number| Symbol::encode_in(&text(number), Ecc::M, limits));
    let symbols = symbols.collect::<Result<Vec<_>, _>>()?;
    let label = |(number, symbol)| Label { symbol, caption: caption.replace('#', &format!("{number}")).into() };
    let labels: Vec<_> = numbers.zip(&symbols).map(label).collect();
    let mut document = Vec::new();
    for _ in 0..times {
        document = match format.as_str() {
            "html" => html::encode(&sheet, &labels, "Labels")?.html.into_bytes(),
            _ => pdf::encode(&sheet, &labels, "Labels")?,
        };
    }
    io::stdout().write_all(&document)?;
    Ok(())
}

fn read_paper(name: &str) -> Result<Paper, Failure> {
    match (preset::named(name), name.split_once('x')) {
        (Some(preset), _) => Ok(preset.paper),
        (None, Some((width, height))) => Ok(Paper::roll(Size { width: length(width)?, height: length(height)? })?),
        (None, None) => Err("unknown paper".into()),
    }
}

fn length(text: &str) -> Result<Millimetres, Failure> {
    Millimetres::parse_within(text, Millimetres::from_micrometres(0)..=MAX_PAGE)
        .map_err(|_| "a length is in millimetres".into())
}

fn set(sheet: &mut Sheet, name: &str, value: &str) -> Result<(), Failure> {
    let palette = sheet.style.palette;
    match name {
        "caption_at" => {
            sheet.caption = match value {
                "above" => CaptionPlace::Above,
                "beside" => CaptionPlace::Beside,
                _ => CaptionPlace::Below,
            }
        }
        "start_at" => sheet.start = value.parse::<usize>()?.saturating_sub(1),
        "shift" => {
            let (right, down) = value.split_once(',').ok_or("a shift is RIGHT,DOWN")?;
            sheet.shift = Shift::new(right.parse()?, down.parse()?).ok_or("a shift is at most 10 mm")?;
        }
        "marks" => sheet.has_marks = value == "on",
        "ruler" => sheet.has_ruler = value == "on",
        "margin" => sheet.style.margin = value.parse()?,
        "dark" => sheet.style.palette = Palette::new(value.parse()?, palette.light())?,
        "light" => sheet.style.palette = Palette::new(palette.dark(), value.parse()?)?,
        "module_mm" => {
            sheet.style.print_size = PrintSize::Module(value.parse::<ModuleSize>()?);
            sheet.is_sized = true;
        }
        "ink" => sheet.ink = if value == "k100" { Ink::K100 } else { Ink::Rgb },
        _ => return Err("unknown option".into()),
    }
    Ok(())
}
