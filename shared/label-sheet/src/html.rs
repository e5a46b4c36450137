//! Sheets of labels as one HTML page, for printing from a browser: in any script, because the browser sets the captions.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use qr_symbol::{Colour, Symbol, svg};

use crate::{
    caption,
    font::POINTS_PER_MM,
    layout::{self, CaptionBox, Layout, Line, RULER, RULER_HEIGHT, RULER_TEXT},
    paper::{Grid, Size},
    sheet::{Label, Sheet, TooLarge},
};

/// What the sizes of the sheet do not change.
const STYLE: &str = include_str!("html/sheet.css");

/// The sheets as a page.
///
/// # Errors
/// [`TooLarge`] if a code does not fit on its label in the size that is asked for.
pub fn encode(sheet: &Sheet, labels: &[Label<'_>], title: &str) -> Result<String, TooLarge> {
    let captions: Vec<_> = labels.iter().map(|label| caption::printed(&label.caption)).collect();
    let modules = labels.iter().map(|label| label.symbol.modules()).max().unwrap_or_default();
    let layout = Layout::of(sheet, modules, &captions)?;
    let places = sheet.paper.labels();
    let mut pages: Vec<Vec<(usize, &Symbol, &str)>> = Vec::new();
    for ((label, caption), place) in labels.iter().zip(&captions).zip(sheet.start..) {
        pages.resize_with(place / places + 1, Vec::new);
        pages[place / places].push((place % places, label.symbol, caption));
    }
    let style = style(sheet, &layout, modules);
    let lines = layout::lines(sheet);
    let ruler = layout::ruler(sheet);
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(&style)) }
            }
            body {
                @for page in &pages {
                    section {
                        @for (place, symbol, caption) in page {
                            div class=(format!("label p{place}")) {
                                div.code { (code(sheet, symbol, layout.module)) }
                                @if !caption.is_empty() { div.caption { p dir="auto" { (caption) } } }
                            }
                        }
                        @if !lines.is_empty() { (drawing(sheet, &lines)) }
                        @if ruler.is_some() { div.ruler { (RULER_TEXT) } }
                    }
                }
            }
        }
    };
    Ok(html.into_string())
}

/// A code as a drawing in millimetres.
fn code(sheet: &Sheet, symbol: &Symbol, module: f64) -> Markup {
    let margin = sheet.style.margin.modules();
    let side = symbol.modules() + 2 * margin;
    let width = format!("{:.4}mm", side as f64 * module);
    html! {
        svg width=(width) height=(width) viewBox=(format!("-{margin} -{margin} {side} {side}")) {
            @if sheet.style.palette.light() != Colour::WHITE {
                path.ground d=(format!("M-{margin}-{margin}h{side}v{side}h-{side}z"));
            }
            path fill-rule="evenodd" d=(svg::path_data(symbol));
        }
    }
}

/// Lines as a drawing of the whole page.
fn drawing(sheet: &Sheet, lines: &[Line]) -> Markup {
    let Size { width, height } = sheet.paper.grid().page;
    let line = |((x, y), (to_x, to_y)): &Line| format!("M{x:.3} {y:.3}L{to_x:.3} {to_y:.3}");
    let path: String = lines.iter().map(line).collect();
    html! {
        svg.lines viewBox=(format!("0 0 {width} {height}")) { path d=(path); }
    }
}

/// The text of the `style` element. Elements have no styles of their own, because a strict policy would not apply them.
fn style(sheet: &Sheet, layout: &Layout, modules: usize) -> String {
    let Grid { page, label, .. } = sheet.paper.grid();
    let Layout { module, middle, caption: CaptionBox { left, top, width, height, setting, is_centred, above } } =
        layout;
    let side = (modules + 2 * sheet.style.margin.modules()) as f64 * module;
    let (align, vertical) = match (is_centred, *above > 0.0) {
        (true, false) => ("center", "start"),
        (true, true) => ("center", "end"),
        (false, _) => ("start", "center"),
    };
    let mut style = format!(
        "@page{{size:{page_width}mm {page_height}mm;margin:0}}section{{width:{page_width}mm;height:{page_height}mm}}\
         .label{{width:{}mm;height:{}mm}}svg{{fill:#{}}}.ground{{fill:#{}}}\
         .code{{left:{:.4}mm;top:{:.4}mm;width:{side:.4}mm;height:{side:.4}mm}}\
         .caption{{left:{left:.3}mm;top:{top:.3}mm;width:{width:.3}mm;height:{height:.3}mm;font-size:{:.3}mm;\
         align-items:{vertical};text-align:{align}}}.caption p{{-webkit-line-clamp:{}}}",
        label.width,
        label.height,
        sheet.style.palette.dark(),
        sheet.style.palette.light(),
        middle.0 - side / 2.0,
        middle.1 - side / 2.0,
        setting.size / POINTS_PER_MM,
        setting.lines,
        page_width = page.width,
        page_height = page.height,
    );
    let whole_page = Sheet { start: 0, ..*sheet };
    for (place, (_, x, y)) in layout::places(&whole_page).take(sheet.paper.labels()).enumerate() {
        write!(style, ".p{place}{{left:{x:.3}mm;top:{y:.3}mm}}").expect("a String takes everything");
    }
    if let Some((x, y)) = layout::ruler(sheet) {
        write!(style, ".ruler{{left:{x:.3}mm;top:{:.3}mm;width:{RULER}mm}}", y - RULER_HEIGHT)
            .expect("a String takes everything");
    }
    style + STYLE
}
