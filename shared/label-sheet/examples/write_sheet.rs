//! Writes sheets of numbered labels to the standard output, for tests and for looking at them.
//!
//! ```text
//! write_sheet pdf|html PRESET LABELS CAPTION [below|above|beside]
//! ```
//!
//! In `CAPTION`, `#` is the number of the label.

use std::io::{self, Write as _};

use label_sheet::{CaptionPlace, Label, Sheet, Shift, html, pdf, preset};
use qr_symbol::{Ecc, Style, Symbol, pdf::Ink};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, name, labels, caption, place @ ..] = &arguments[..] else {
        return Err("usage: write_sheet pdf|html PRESET LABELS CAPTION [below|above|beside]".into());
    };
    let sheet = Sheet {
        paper: preset::named(name).ok_or("unknown preset")?.paper,
        start: 0,
        shift: Shift::default(),
        has_marks: true,
        has_ruler: true,
        caption: match place.first().map(String::as_str) {
            Some("above") => CaptionPlace::Above,
            Some("beside") => CaptionPlace::Beside,
            _ => CaptionPlace::Below,
        },
        style: Style::default(),
        is_sized: false,
        ink: Ink::Rgb,
    };
    let numbers = 1..=labels.parse::<u32>()?;
    let symbols =
        numbers.clone().map(|number| Symbol::encode(&format!("HTTPS://QR.EXAMPLE.ORG/D/{number:080}"), Ecc::M));
    let symbols = symbols.collect::<Result<Vec<_>, _>>()?;
    let label = |(number, symbol)| Label { symbol, caption: caption.replace('#', &format!("{number}")).into() };
    let labels: Vec<_> = numbers.zip(&symbols).map(label).collect();
    let document = match format.as_str() {
        "html" => html::encode(&sheet, &labels, "Labels")?.into_bytes(),
        _ => pdf::encode(&sheet, &labels, "Labels")?,
    };
    io::stdout().write_all(&document)?;
    Ok(())
}
