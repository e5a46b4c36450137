use std::io::Read as _;

use qr_symbol::{Ecc, Palette, Style, Symbol};

use super::*;
use crate::preset;

fn sheet() -> Sheet {
    Sheet { has_ruler: false, ..Sheet::of(preset::named("avery-l7160").unwrap().paper) }
}

/// The contents of the pages, without the paths of the codes.
fn contents(sheet: &Sheet, captions: &[&str]) -> Vec<String> {
    let symbol = Symbol::encode("1", Ecc::M).unwrap();
    let labels: Vec<_> = captions.iter().map(|caption| Label { symbol: &symbol, caption: (*caption).into() }).collect();
    let document = encode(sheet, &labels, "Labels").unwrap();
    let begin = b"\nstream\n";
    let streams = document.windows(begin.len()).enumerate().filter(|(_, bytes)| bytes == begin);
    let text = streams.filter_map(|(at, _)| {
        let mut text = String::new();
        flate2::read::ZlibDecoder::new(&document[at + begin.len()..]).read_to_string(&mut text).ok()?;
        Some(text.lines().filter(|line| !line.ends_with(" re")).flat_map(|line| [line, "\n"]).collect())
    });
    text.collect()
}

#[test]
fn a_label_has_its_code_and_its_caption() {
    // Of 38.1 mm, 4 % at each edge are free; a line of 9.5 points is 4.022 mm high, and the gap 0.5 mm.
    let [page] = &contents(&sheet(), &["AB-"])[..] else { panic!() };
    let module = (38.1 * 0.92 - 9.5 * 1.2 / POINTS_PER_MM - 0.5) / 29.0 * POINTS_PER_MM;
    let [caption, page_matrix, code, path] = &page.lines().collect::<Vec<_>>()[..] else { panic!("{page}") };
    assert!(caption.starts_with("BT /F 9.5 Tf ") && caption.ends_with(" Td <000100020003> Tj ET"), "{page}");
    assert_eq!(*page_matrix, format!("0 -{module:.4} {module:.4} 0 0 841.8898 cm"));
    assert!(code.starts_with("1 0 0 1 ") && code.ends_with(" cm") && *path == "f", "{page}");
}

#[test]
fn labels_of_a_row_are_a_pitch_apart() {
    let [page] = &contents(&sheet(), &["A"; 4])[..] else { panic!() };
    let tokens: Vec<_> = page.split_ascii_whitespace().collect();
    let steps = |operator| -> Vec<[f64; 2]> {
        let uses = tokens.windows(3).filter(|tokens| tokens[2] == operator);
        uses.map(|tokens| [tokens[0].parse().unwrap(), tokens[1].parse().unwrap()]).collect()
    };
    let module: f64 = tokens[tokens.iter().position(|token| *token == "cm").unwrap() - 4].parse().unwrap();
    let assert_near = |[x, y]: [f64; 2], [expected_x, expected_y]: [f64; 2]| {
        assert!((x - expected_x).abs() < 3e-4 && (y - expected_y).abs() < 3e-4, "{x} {y} {page}");
    };
    let ([across, down], captions, codes) = ([66.0, 38.1].map(|pitch| pitch * POINTS_PER_MM), steps("Td"), steps("cm"));
    for at in [1, 2] {
        assert_near(captions[at], [across, 0.0]);
        // After the matrix of the page and the first code.
        assert_near(codes[at + 1].map(|step| step * module), [0.0, across]);
    }
    assert_near(captions[3], [-2.0 * across, -down]);
    assert_near(codes[4].map(|step| step * module), [down, -2.0 * across]);
}

#[test]
fn only_labels_with_captions_have_a_font() {
    let symbol = Symbol::encode("1", Ecc::M).unwrap();
    let document = |caption: &str| {
        let document = encode(&sheet(), &[Label { symbol: &symbol, caption: caption.into() }], "Labels").unwrap();
        String::from_utf8_lossy(&document).into_owned()
    };
    assert!(!document("").contains("/Font") && !document(" \t").contains("/Font"));
    assert!(document("A").contains("/BaseFont/QRCODE+DejaVuSans") && document("A").contains("/PrintScaling/None"));
}

#[test]
fn labels_are_on_as_many_pages_as_they_need() {
    let captions = ["A"; 5];
    assert_eq!(contents(&sheet(), &[]), [""; 0]);
    assert_eq!(contents(&sheet(), &captions).len(), 1);
    let pages = contents(&Sheet { start: 19, ..sheet() }, &captions);
    assert_eq!(pages.iter().map(|page| page.matches("Tj").count()).collect::<Vec<_>>(), [2, 3]);
    let ruled = contents(&Sheet { start: 19, has_ruler: true, ..sheet() }, &captions);
    assert!(ruled.iter().all(|page| page.starts_with("0 G 0.3 w\n") && page.contains("l\nS\nBT /F 4.5 Tf ")));
}

#[test]
fn colours_are_named_where_they_are_needed() {
    let [black] = &contents(&sheet(), &["A"])[..] else { panic!() };
    assert!(!black.contains("rg") && !black.contains('k'), "a page begins with black");
    let palette = Palette::new(Colour([0, 0x28, 0x7a]), Colour([0xff, 0xe9, 0xa8])).unwrap();
    let coloured = Sheet { style: Style { palette, ..Style::default() }, ..sheet() };
    let [coloured] = &contents(&coloured, &["A"])[..] else { panic!() };
    assert!(coloured.contains(" ET\n1 0.9137 0.6588 rg ") && coloured.contains(" re f\n0 0.1569 0.4784 rg 0 -"));
    let [k100] = &contents(&Sheet { ink: Ink::K100, has_ruler: true, ..sheet() }, &["A"])[..] else { panic!() };
    assert!(k100.starts_with("0 0 0 1 K ") && k100.contains("S\n0 0 0 1 k BT ") && !k100.contains('G'));
    let light = Palette::new(Colour::BLACK, Colour([0xff, 0xe9, 0xa8])).unwrap();
    let sheet = Sheet { ink: Ink::K100, style: Style { palette: light, ..Style::default() }, ..sheet() };
    let [k100] = &contents(&sheet, &["A"])[..] else { panic!() };
    assert!(k100.contains(" re f\n0 0 0 1 k 0 -"), "{k100}");
}
