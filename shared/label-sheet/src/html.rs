//! Sheets of labels as one HTML page, for printing from a browser: in any script, because the browser sets the captions.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use qr_symbol::{Colour, Symbol, svg};

use crate::{
    font::POINTS_PER_MM,
    layout::{self, Layout, Line, RULER, RULER_TEXT},
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
    let captions = labels.iter().map(|label| label.caption.as_ref());
    let modules = labels.iter().map(|label| label.symbol.modules()).max().unwrap_or_default();
    let layout = Layout::of(sheet, modules, &captions)?;
    let places = sheet.paper.labels();
    let mut pages: Vec<Vec<(usize, &Label<'_>)>> = Vec::new();
    for (label, place) in labels.iter().zip(sheet.start..) {
        pages.resize_with(place / places + 1, Vec::new);
        pages[place / places].push((place % places, label));
    }
    let style = style(sheet, &layout, modules);
    let marks = layout::marks(sheet);
    let ruler = layout::ruler(sheet);
    let class = if layout.is_centred { "caption" } else { "caption beside" };
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
                        @for (place, label) in page {
                            div class=(format!("label p{place}")) {
                                div.code { (code(sheet, label.symbol, layout.module)) }
                                @if !label.caption.is_empty() {
                                    div class=(class) dir="auto" { span { (label.caption) } }
                                }
                            }
                        }
                        @if !marks.is_empty() { (mark_lines(sheet, &marks)) }
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

/// Marks for cutting as a drawing of the whole page.
fn mark_lines(sheet: &Sheet, marks: &[Line]) -> Markup {
    let Size { width, height } = sheet.paper.grid().page;
    let line = |((x, y), (to_x, to_y)): &Line| format!("M{x:.3} {y:.3}L{to_x:.3} {to_y:.3}");
    let lines: String = marks.iter().map(line).collect();
    html! {
        svg.marks viewBox=(format!("0 0 {width} {height}")) { path d=(lines); }
    }
}

/// The text of the `style` element. Elements have no styles of their own, because a strict policy would not apply them.
fn style(sheet: &Sheet, layout: &Layout, modules: usize) -> String {
    let Grid { page, label, .. } = sheet.paper.grid();
    let Layout { module, middle, caption, caption_width, setting, is_centred } = layout;
    let side = (modules + 2 * sheet.style.margin.modules()) as f64 * module;
    let lines = if *is_centred { setting.line_height() } else { label.height.to_f64() - 2.0 * caption.1 };
    let mut style = format!(
        "@page{{size:{width}mm {height}mm;margin:0}}section{{width:{width}mm;height:{height}mm}}\
         .label{{width:{}mm;height:{}mm}}svg{{fill:#{}}}.ground{{fill:#{}}}\
         .code{{left:{:.4}mm;top:{:.4}mm;width:{side:.4}mm;height:{side:.4}mm}}\
         .caption{{left:{:.3}mm;top:{:.3}mm;width:{caption_width:.3}mm;height:{lines:.3}mm;font-size:{:.3}mm}}",
        label.width,
        label.height,
        sheet.style.palette.dark(),
        sheet.style.palette.light(),
        middle.0 - side / 2.0,
        middle.1 - side / 2.0,
        caption.0,
        caption.1,
        setting.size / POINTS_PER_MM,
        width = page.width,
        height = page.height,
    );
    let whole_page = Sheet { start: 0, ..*sheet };
    for (place, (_, x, y)) in layout::places(&whole_page).take(sheet.paper.labels()).enumerate() {
        write!(style, ".p{place}{{left:{x:.3}mm;top:{y:.3}mm}}").expect("a String takes everything");
    }
    if let Some((x, y)) = layout::ruler(sheet) {
        write!(style, ".ruler{{left:{x:.3}mm;top:{:.3}mm;width:{RULER}mm}}", y - 2.0)
            .expect("a String takes everything");
    }
    style + STYLE
}
