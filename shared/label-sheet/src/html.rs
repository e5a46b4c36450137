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

#[cfg(test)]
mod tests {
    use qr_symbol::{Ecc, Palette, Style, pdf::Ink};

    use super::*;
    use crate::{CaptionPlace, Paper, Shift, preset};

    fn sheet() -> Sheet {
        Sheet {
            paper: preset::named("avery-l7160").unwrap().paper,
            start: 0,
            shift: Shift::default(),
            has_marks: false,
            has_ruler: false,
            caption: CaptionPlace::Below,
            style: Style::default(),
            is_sized: false,
            ink: Ink::Rgb,
        }
    }

    fn page(sheet: &Sheet, captions: &[&str]) -> String {
        let symbol = Symbol::encode("1", Ecc::M).unwrap();
        let labels: Vec<_> =
            captions.iter().map(|caption| Label { symbol: &symbol, caption: (*caption).into() }).collect();
        encode(sheet, &labels, "Labels & more").unwrap()
    }

    #[test]
    fn labels_are_in_their_places_on_pages_of_their_size() {
        let html = page(&Sheet { start: 20, ..sheet() }, &["A", "B"]);
        assert!(
            html.contains("@page{size:210mm 297mm;margin:0}") && html.contains(".label{width:63.5mm;height:38.1mm}")
        );
        assert!(html.contains(".p0{left:7.200mm;top:15.150mm}") && html.contains(".p20{left:139.200mm;top:243.750mm}"));
        let pages: Vec<_> = html.split("<section>").skip(1).collect();
        assert!(pages[0].starts_with("<div class=\"label p20\">") && pages[1].starts_with("<div class=\"label p0\">"));
        assert!(pages.len() == 2 && html.contains("<title>Labels &amp; more</title>"));
    }

    #[test]
    fn what_captions_contain_is_text() {
        let html = page(&sheet(), &["<b>&\"'", " \t", "\u{202e}A\u{301}  席"]);
        assert!(html.contains("<p dir=\"auto\">&lt;b&gt;&amp;&quot;'</p>") || html.contains("&lt;b&gt;&amp;&quot;"));
        assert!(!html.contains("<b>") && html.matches("<p dir").count() == 2);
        assert!(html.contains("<p dir=\"auto\">\u{202e}Á 席</p>"));
    }

    #[test]
    fn elements_have_no_styles_of_their_own() {
        let palette = Palette::new(Colour([0, 0x28, 0x7a]), Colour([0xff, 0xe9, 0xa8])).unwrap();
        let style = Style { palette, ..Style::default() };
        let html = page(&Sheet { style, has_marks: true, has_ruler: true, ..sheet() }, &["A"]);
        assert!(!html.contains("style=") && html.matches("<style>").count() == 1 && !html.contains("<script"));
        assert!(html.contains("svg{fill:#00287a}.ground{fill:#ffe9a8}") && html.contains("<path class=\"ground\""));
        assert!(html.contains("<svg class=\"lines\"") && html.contains("50 mm"));
        assert!(!page(&sheet(), &["A"]).contains("class=\"ground\""), "white is left to the paper");
    }

    #[test]
    fn captions_stand_where_they_are_asked_for() {
        let css = |caption| {
            let html = page(&Sheet { caption, ..sheet() }, &["A"]);
            html.split_once("align-items:").unwrap().1.split('}').next().unwrap().to_owned()
        };
        assert_eq!(css(CaptionPlace::Below), "start;text-align:center");
        assert_eq!(css(CaptionPlace::Above), "end;text-align:center");
        assert_eq!(css(CaptionPlace::Beside), "center;text-align:start");
        let long = page(&Sheet { caption: CaptionPlace::Beside, ..sheet() }, &["席".repeat(100).as_str()]);
        assert!(long.contains(".caption p{-webkit-line-clamp:10}"), "{long}");
    }

    #[test]
    fn a_label_of_a_roll_is_a_page() {
        let html =
            page(&Sheet { paper: Paper::roll(Size::from_micrometres(57_000, 32_000)).unwrap(), ..sheet() }, &["A"; 3]);
        assert!(html.contains("@page{size:57mm 32mm;margin:0}") && html.matches("<section>").count() == 3);
    }
}
