//! PDF (ISO 32000-2; clause numbers refer to that document): symbols as vectors, because viewers blur pictures that
//! they enlarge.

mod codes;
mod content;
mod records;
mod runs;

use std::fmt::Write as _;

use pdf_writer::{Filter, Finish as _, Pdf, Rect, Ref, Settings, TextStr};

use crate::{
    style::{Colour, Style},
    symbol::Symbol,
};

pub use content::Content;

/// What the dark modules are printed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    /// The dark colour of the palette.
    #[default]
    Rgb,
    /// Black ink alone, in place of the dark colour: several inks on top of each other blur edges.
    K100,
}

/// The symbol as a document of one page, exactly as large as the picture.
#[must_use]
pub fn encode(symbol: &Symbol, style: Style, ink: Ink, title: &str) -> Vec<u8> {
    let [catalog, pages, page, content, information] = [1, 2, 3, 4, 5].map(Ref::new);
    let side = style.print_width(symbol.modules()).points() as f32;
    let mut pdf = Pdf::with_settings(Settings { pretty: false });
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut only = pdf.page(page);
    only.parent(pages).media_box(Rect::new(0.0, 0.0, side, side)).contents(content).resources();
    only.finish();
    pdf.stream(content, &picture(symbol, style, ink)).filter(Filter::FlateDecode);
    pdf.document_info(information).title(TextStr(title));
    pdf.finish()
}

/// The content of the page.
fn picture(symbol: &Symbol, style: Style, ink: Ink) -> Vec<u8> {
    let side = style.print_width(symbol.modules()).points();
    let module = side / style.with_margin(symbol.modules()) as f64;
    let margin = style.margin.modules() as f64 * module;
    let mut operators = String::new();
    // Paper is white.
    if style.palette.light() != Colour::WHITE {
        writeln!(operators, "{} 0 0 {side:.6} {side:.6} re f", fill(style.palette.light()))
            .expect("a String takes everything");
    }
    operators += &match ink {
        Ink::Rgb => fill(style.palette.dark()),
        Ink::K100 => "0 0 0 1 k".to_owned(),
    };
    writeln!(operators, " 0 -{module:.6} {module:.6} 0 {margin:.6} {:.6} cm", side - margin)
        .expect("a String takes everything");
    let mut content = Content::new();
    content.operators(operators.as_bytes());
    content.dark_modules(symbol);
    content.finish()
}

/// The operator that fills with a colour.
fn fill(Colour(colour): Colour) -> String {
    let [red, green, blue] = colour.map(|value| f64::from(value) / 255.0);
    format!("{red:.4} {green:.4} {blue:.4} rg")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ecc::Ecc,
        print_size::PrintSize,
        style::{Margin, Palette},
    };

    /// The operators before the path.
    fn operators(style: Style, ink: Ink) -> String {
        let symbol = Symbol::encode("1", Ecc::L).unwrap();
        let content = String::from_utf8(content::decompressed(&picture(&symbol, style, ink))).unwrap();
        let (operators, _) = content.split_once("cm\n").unwrap();
        format!("{operators}cm")
    }

    #[test]
    fn a_page_is_as_large_as_the_picture() {
        let symbol = Symbol::encode("1", Ecc::L).unwrap();
        for (size, page) in [
            (PrintSize::Width("25.4".parse().unwrap()), "/MediaBox[0 0 72 72]"),
            (PrintSize::Width("1000".parse().unwrap()), "/MediaBox[0 0 2834.6458 2834.6458]"),
            (PrintSize::Module("0.5".parse().unwrap()), "/MediaBox[0 0 41.102364 41.102364]"),
        ] {
            let style = Style { print_size: size, ..Style::default() };
            let document = encode(&symbol, style, Ink::Rgb, "QR code");
            let document = String::from_utf8_lossy(&document);
            assert!(document.contains(page) && document.contains("/Title(QR code)"), "{document}");
        }
    }

    #[test]
    fn the_symbol_is_in_the_middle_of_its_page() {
        let print_size = PrintSize::Width("25.4".parse().unwrap());
        let style = Style { print_size, margin: Margin::new(1).unwrap(), ..Style::default() };
        // 72 points are 23 modules.
        assert_eq!(operators(style, Ink::Rgb), "0.0000 0.0000 0.0000 rg 0 -3.130435 3.130435 0 3.130435 68.869565 cm");
        assert!(operators(style, Ink::K100).starts_with("0 0 0 1 k 0 -3.130435"));
    }

    #[test]
    fn a_ground_that_is_not_white_is_filled() {
        let palette = Palette::new(Colour([0, 0x28, 0x7a]), Colour([0xff, 0xe9, 0xa8])).unwrap();
        let style = Style { palette, margin: Margin::MIN, ..Style::default() };
        let ground = "1.0000 0.9137 0.6588 rg 0 0 19.644094 19.644094 re f\n0.0000 0.1569 0.4784 rg 0 -0.935433";
        assert!(operators(style, Ink::Rgb).starts_with(ground), "{}", operators(style, Ink::Rgb));
    }
}
