//! Sheets of labels as one HTML page, for printing from a browser: in any script, because the browser sets the captions.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use qr_symbol::{Colour, Symbol, svg};

use crate::{
    caption,
    font::POINTS_PER_MM,
    layout::{self, CaptionBox, Layout, Line, Placed, RULER, RULER_HEIGHT, RULER_TEXT},
    paper::Size,
    sheet::{Label, Sheet, TooLarge},
};

/// What the sizes of the sheet do not change.
const STYLE: &str = include_str!("html/sheet.css");
/// Of CSS.
const PIXELS_PER_MM: f64 = 96.0 / 25.4;

/// What people read on the screen before they print, and what is not printed.
const HINT: &str = "Print at 100 %, without margins, headers and footers, on paper of";

/// Sheets as a page.
#[derive(Debug)]
pub struct Page {
    /// The document.
    pub html: String,
    /// The text of its `style` element, for a content security policy.
    pub style: String,
}

/// The sheets as a page.
///
/// # Errors
/// [`TooLarge`] if a code does not fit on its label in the size that is asked for.
pub fn encode(sheet: &Sheet, labels: &[Label<'_>], title: &str) -> Result<Page, TooLarge> {
    let captions: Vec<_> = labels.iter().map(|label| caption::printed(&label.caption)).collect();
    let modules = labels.iter().map(|label| label.symbol.modules()).max().unwrap_or_default();
    let layout = Layout::of(sheet, modules, &captions)?;
    let pages = layout::pages(sheet, labels, &captions);
    let style = style(sheet, &layout);
    let (outlines, lines) = (outlines(sheet), lines(sheet));
    let has_ruler = layout::ruler(sheet).is_some();
    let Size { width, height } = sheet.paper.grid().page;
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
                header {
                    h1 { (title) }
                    p { (HINT) " " (width) " × " (height) " mm." }
                }
                main {
                    @for page in &pages {
                        section {
                            (drawing(sheet, page, &layout, &outlines, &lines))
                            @for Placed { caption, place, .. } in page {
                                @if !caption.is_empty() {
                                    div class=(format!("caption p{place}")) { p dir="auto" { (caption) } }
                                }
                            }
                            @if has_ruler { div.ruler { (RULER_TEXT) } }
                        }
                    }
                }
            }
        }
    };
    Ok(Page { html: html.into_string(), style })
}

/// All codes and lines of a page: one drawing in millimetres from its corner, because browsers move drawings to whole pixels,
/// which are coarser than printers.
fn drawing(sheet: &Sheet, page: &[Placed<'_>], layout: &Layout, outlines: &str, lines: &str) -> Markup {
    let has_ground = sheet.style.palette.light() != Colour::WHITE;
    html! {
        svg aria-hidden="true" {
            g transform=(format!("scale({PIXELS_PER_MM:.8})")) {
                @for label @ Placed { symbol, .. } in page {
                    @let (x, y) = label.middle(layout);
                    @let half = symbol.modules() as f64 * layout.module / 2.0;
                    @let (left, top, module) = (x - half, y - half, layout.module);
                    g transform=(format!("translate({left:.4} {top:.4})scale({module:.6})")) {
                        @if has_ground { path.ground d=(ground(symbol, sheet.style.margin.modules())) {} }
                        path fill-rule="evenodd" d=(svg::path_data(symbol)) {}
                    }
                }
                path.labels d=(outlines) {}
                @if !lines.is_empty() { path.lines d=(lines) {} }
            }
        }
    }
}

/// The light square under a symbol and its margin.
fn ground(symbol: &Symbol, margin: usize) -> String {
    let side = symbol.modules() + 2 * margin;
    format!("M-{margin}-{margin}h{side}v{side}h-{side}z")
}

/// The edges of the labels of a page as the data of a path. They are shown on the screen, and not printed.
fn outlines(sheet: &Sheet) -> String {
    let Size { width, height } = sheet.paper.grid().label;
    let outline = |(x, y)| format!("M{x:.3} {y:.3}h{width}v{height}h-{width}z");
    layout::corners(sheet).map(outline).collect()
}

/// The ruler and the marks as the data of a path.
fn lines(sheet: &Sheet) -> String {
    let line = |((x, y), (to_x, to_y)): &Line| format!("M{x:.3} {y:.3}L{to_x:.3} {to_y:.3}");
    layout::lines(sheet).iter().map(line).collect()
}

/// The text of the `style` element. Elements have no styles of their own, because a strict policy would not apply them.
fn style(sheet: &Sheet, layout: &Layout) -> String {
    let page = sheet.paper.grid().page;
    let CaptionBox { left, top, width, height, setting, is_centred, above } = layout.caption;
    let (align, vertical) = match (is_centred, above > 0.0) {
        (true, false) => ("center", "start"),
        (true, true) => ("center", "end"),
        (false, _) => ("start", "center"),
    };
    let mut style = format!(
        "@page{{size:{page_width}mm {page_height}mm;margin:0}}section{{width:{page_width}mm;height:{page_height}mm}}\
         svg{{fill:#{}}}.ground{{fill:#{}}}\
         .caption{{width:{width:.3}mm;height:{height:.3}mm;font-size:{:.3}mm;align-items:{vertical};text-align:{align}}}\
         .caption p{{-webkit-line-clamp:{}}}",
        sheet.style.palette.dark(),
        sheet.style.palette.light(),
        setting.size / POINTS_PER_MM,
        setting.lines,
        page_width = page.width,
        page_height = page.height,
    );
    if setting.lines > 0 {
        for (place, (x, y)) in layout::corners(sheet).enumerate() {
            write!(style, ".p{place}{{left:{:.3}mm;top:{:.3}mm}}", x + left, y + top)
                .expect("a String takes everything");
        }
    }
    if let Some((x, y)) = layout::ruler(sheet) {
        write!(style, ".ruler{{left:{x:.3}mm;top:{:.3}mm;width:{RULER}mm}}", y - RULER_HEIGHT)
            .expect("a String takes everything");
    }
    style + STYLE
}

#[cfg(test)]
mod tests {
    use qr_symbol::{Ecc, Palette, Style};

    use super::*;
    use crate::{CaptionPlace, Paper, preset};

    fn sheet() -> Sheet {
        Sheet { has_ruler: false, ..Sheet::of(preset::named("avery-l7160").unwrap().paper) }
    }

    fn page(sheet: &Sheet, captions: &[&str]) -> String {
        let symbol = Symbol::encode("1", Ecc::M).unwrap();
        let labels: Vec<_> =
            captions.iter().map(|caption| Label { symbol: &symbol, caption: (*caption).into() }).collect();
        encode(sheet, &labels, "Labels & more").unwrap().html
    }

    #[test]
    fn labels_are_in_their_places_on_pages_of_their_size() {
        let html = page(&Sheet { start: 20, ..sheet() }, &["A", "B"]);
        assert!(html.contains("@page{size:210mm 297mm;margin:0}section{width:210mm;height:297mm}"));
        // Captions begin 1.524 mm from the edge of their label.
        assert!(html.contains(".p0{left:8.774mm;") && html.contains(".p20{left:140.774mm;"));
        assert!(html.contains("<path class=\"labels\" d=\"M7.250 15.150h63.5v38.1h-63.5zM73."), "{html}");
        let pages: Vec<_> = html.split("<section>").skip(1).collect();
        assert!(pages[0].contains("<div class=\"caption p20\">") && pages[1].contains("<div class=\"caption p0\">"));
        assert!(pages[0].contains("<g transform=\"translate(15") && pages[1].contains("<g transform=\"translate(2"));
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
        assert!(html.contains("<path class=\"lines\"") && html.contains("50 mm"));
        assert_eq!(html.matches("</path>").count(), 4, "an element that does not end contains what follows");
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
