//! Sheets of `qrcodegen`'s symbols by `printpdf`: a rectangle for each dark module, and the caption in a font that every
//! viewer has.

use printpdf::{
    BuiltinFont, Color, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt, Rect, Rgb,
    TextItem, WindingOrder,
};
use qrcodegen::{QrCode, QrCodeEcc};

/// Avery L7160, in millimetres: pages of 3 by 7 labels.
const PAGE: (f32, f32) = (210.0, 297.0);
const COLUMNS: usize = 3;
const LABELS: usize = 21;
const FIRST: (f32, f32) = (7.2, 15.15);
const PITCH: (f32, f32) = (66.0, 38.1);
const LABEL_WIDTH: f32 = 63.5;
/// The width of a code with its quiet zone.
const SIDE: f32 = 32.0;
const QUIET_ZONE: i32 = 4;
const FONT: PdfFontHandle = PdfFontHandle::Builtin(BuiltinFont::Helvetica);

/// The sheet of these captions and links.
pub fn sheet(labels: &[(&str, &str)]) -> Vec<u8> {
    let page = |labels: &[(&str, &str)]| {
        let mut operators = Vec::new();
        for (place, (caption, link)) in labels.iter().enumerate() {
            let (column, row) = (place % COLUMNS, place / COLUMNS);
            let left = FIRST.0 + column as f32 * PITCH.0 + (LABEL_WIDTH - SIDE) / 2.0;
            let top = PAGE.1 - FIRST.1 - row as f32 * PITCH.1 - 1.0;
            draw(&mut operators, &QrCode::encode_text(link, QrCodeEcc::Medium).expect("it fits"), left, top);
            write(&mut operators, caption, left, top - SIDE - 3.0);
        }
        PdfPage::new(Mm(PAGE.0), Mm(PAGE.1), operators)
    };
    let pages = labels.chunks(LABELS).map(page).collect();
    PdfDocument::new("Labels").with_pages(pages).save(&PdfSaveOptions::default(), &mut Vec::new())
}

fn draw(operators: &mut Vec<Op>, code: &QrCode, left: f32, top: f32) {
    let module = SIDE / (code.size() + 2 * QUIET_ZONE) as f32;
    let black = Rgb { r: 0.0, g: 0.0, b: 0.0, icc_profile: None };
    operators.push(Op::SetFillColor { col: Color::Rgb(black) });
    for (x, y) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))) {
        if code.get_module(x, y) {
            let side = Pt::from(Mm(module));
            let rectangle = Rect {
                x: Mm(left + (x + QUIET_ZONE) as f32 * module).into(),
                y: Mm(top - (y + QUIET_ZONE + 1) as f32 * module).into(),
                width: side,
                height: side,
                mode: Some(PaintMode::Fill),
                winding_order: Some(WindingOrder::NonZero),
            };
            operators.push(Op::DrawRectangle { rectangle });
        }
    }
}

fn write(operators: &mut Vec<Op>, caption: &str, left: f32, baseline: f32) {
    operators.extend([
        Op::StartTextSection,
        Op::SetTextCursor { pos: Point::new(Mm(left), Mm(baseline)) },
        Op::SetFont { font: FONT, size: Pt(9.0) },
        Op::ShowText { items: vec![TextItem::Text(caption.to_owned())] },
        Op::EndTextSection,
    ]);
}
