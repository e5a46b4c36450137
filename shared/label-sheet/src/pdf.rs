//! Sheets of labels as PDF (ISO 32000-2; clause numbers refer to that document). The same labels have the same document.

mod operators;

use operators::Operators;
use pdf_writer::{
    Filter, Finish as _, Name, Pdf, Rect, Ref, Settings, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use qr_symbol::{
    Colour, Symbol,
    pdf::{Content, Ink},
};

use crate::{
    caption,
    font::{self, POINTS_PER_MM, Subset},
    layout::{self, CaptionBox, Layout, RULER, RULER_TEXT},
    sheet::{Label, Sheet, TooLarge},
};

/// The font among the resources of a page.
const FONT: Name<'static> = Name(b"F");
/// Its name, with the tag that parts of fonts have (9.9.2).
const FONT_NAME: Name<'static> = Name(b"QRCODE+DejaVuSans");
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// The size in points of what is written at the ruler.
const RULER_SIZE: f64 = 4.5;

/// The sheets as a document. Characters of captions that the font does not have are left out, so
/// [check](crate::caption::check) them before.
///
/// # Errors
/// [`TooLarge`] if a code does not fit on its label in the size that is asked for.
pub fn encode(sheet: &Sheet, labels: &[Label<'_>], title: &str) -> Result<Vec<u8>, TooLarge> {
    let captions: Vec<_> = labels.iter().map(|label| caption::printed(&label.caption)).collect();
    let modules = labels.iter().map(|label| label.symbol.modules()).max().unwrap_or_default();
    let layout = Layout::of(sheet, modules, &captions)?;
    let mut pages = Pages { sheet, layout, subset: Subset::new(), contents: Vec::new() };
    for ((label, caption), (page, x, y)) in labels.iter().zip(&captions).zip(layout::places(sheet)) {
        pages.go_to(page);
        pages.code(label.symbol, x, y);
        pages.caption(caption, x, y);
    }
    Ok(pages.document(title))
}

/// The pages of a document that is being written.
struct Pages<'a> {
    sheet: &'a Sheet,
    layout: Layout,
    subset: Subset,
    contents: Vec<Content>,
}

impl Pages<'_> {
    /// Begins pages up to this one.
    fn go_to(&mut self, page: usize) {
        while self.contents.len() <= page {
            self.contents.push(Content::new());
            self.begin();
        }
    }

    /// Appends operators to the last page.
    fn write(&mut self, operators: &Operators) {
        if let Some(page) = self.contents.last_mut() {
            page.operators(operators.as_bytes());
        }
    }

    /// Writes what every page has: marks and a ruler.
    fn begin(&mut self) {
        let lines = layout::lines(self.sheet);
        if !lines.is_empty() {
            let mut operators = Operators::new();
            operators.push(if self.sheet.ink == Ink::K100 { "0 0 0 1 K 0.3 w\n" } else { "0 G 0.3 w\n" });
            for ((x, y), (to_x, to_y)) in lines {
                operators.lengths(&[x, self.height() - y]).push("m ");
                operators.lengths(&[to_x, self.height() - to_y]).push("l\n");
            }
            operators.push("S\n");
            self.write(&operators);
        }
        if let Some((x, y)) = layout::ruler(self.sheet) {
            let width = font::text_width(RULER_TEXT, RULER_SIZE);
            self.text(RULER_TEXT, RULER_SIZE, x + (RULER - width) / 2.0, y - 1.3);
        }
    }

    /// Writes the code of a label whose left and top edges are these.
    fn code(&mut self, symbol: &Symbol, x: f64, y: f64) {
        let Layout { module, middle, .. } = self.layout;
        let style = self.sheet.style;
        let half = symbol.modules() as f64 * module / 2.0;
        let (left, top) = (x + middle.0 - half, self.height() - (y + middle.1 - half));
        let mut operators = Operators::new();
        operators.push("q ");
        if style.palette.light() != Colour::WHITE {
            let margin = style.margin.modules() as f64 * module;
            let side = 2.0 * (half + margin);
            operators.fill(style.palette.light());
            operators.lengths(&[left - margin, top + margin - side, side, side]).push("re f\n");
        }
        match self.sheet.ink {
            Ink::Rgb if style.palette.dark() == Colour::BLACK => {}
            Ink::Rgb => operators.fill(style.palette.dark()),
            Ink::K100 => operators.push("0 0 0 1 k "),
        }
        operators.lengths(&[0.0, -module, module, 0.0, left, top]).push("cm\n");
        self.write(&operators);
        if let Some(page) = self.contents.last_mut() {
            page.dark_modules(symbol);
            page.operators(b"Q\n");
        }
    }

    /// Writes the caption of a label whose left and top edges are these.
    fn caption(&mut self, caption: &str, x: f64, y: f64) {
        let CaptionBox { left, top, width, height, setting, is_centred, above } = self.layout.caption;
        let lines = setting.fit(caption, width);
        let free = height - lines.len() as f64 * setting.line_height();
        let ascent = font::metrics().ascent / 1000.0 * setting.size / POINTS_PER_MM;
        for (line, text) in lines.iter().enumerate() {
            let indent = if is_centred { (width - font::text_width(text, setting.size)) / 2.0 } else { 0.0 };
            let baseline = y + top + free * above + line as f64 * setting.line_height() + ascent;
            self.text(text, setting.size, x + left + indent, baseline);
        }
    }

    /// Writes a line of text (9.4) whose left end and baseline are these.
    fn text(&mut self, text: &str, size: f64, x: f64, baseline: f64) {
        let mut operators = Operators::new();
        operators.push(if self.sheet.ink == Ink::K100 { "0 0 0 1 k BT /F " } else { "BT /F " });
        operators.number(size).push("Tf ");
        operators.lengths(&[x, self.height() - baseline]).push("Td <");
        for number in text.chars().filter_map(|character| self.subset.number(character)) {
            operators.hexadecimal(number);
        }
        operators.push("> Tj ET\n");
        self.write(&operators);
    }

    /// Of a page.
    fn height(&self) -> f64 {
        self.sheet.paper.grid().page.height.to_f64()
    }

    fn document(self, title: &str) -> Vec<u8> {
        let mut next = 1..;
        let mut new_ref = || Ref::new(next.next().unwrap_or(i32::MAX));
        let [catalog, tree, information, font] = [(); 4].map(|()| new_ref());
        let size = self.sheet.paper.grid().page;
        let box_ = Rect::new(0.0, 0.0, size.width.points() as f32, size.height.points() as f32);
        let has_font = !self.subset.characters().is_empty();

        let mut pdf = Pdf::with_settings(Settings { pretty: false });
        let mut root = pdf.catalog(catalog);
        root.pages(tree).viewer_preferences().display_doc_title(true).pair(Name(b"PrintScaling"), Name(b"None"));
        root.finish();
        let kids: Vec<_> = self.contents.iter().map(|_| (new_ref(), new_ref())).collect();
        let mut pages = pdf.pages(tree);
        pages.kids(kids.iter().map(|(page, _)| *page)).count(kids.len() as i32).media_box(box_);
        let mut resources = pages.resources();
        if has_font {
            resources.fonts().pair(FONT, font);
        }
        resources.finish();
        pages.finish();
        for (&(page, content), stream) in kids.iter().zip(self.contents) {
            pdf.page(page).parent(tree).contents(content);
            pdf.stream(content, &stream.finish()).filter(Filter::FlateDecode);
        }
        if has_font {
            write_font(&mut pdf, font, &self.subset, new_ref);
        }
        pdf.document_info(information).title(TextStr(title));
        pdf.finish()
    }
}

/// Writes the part of the font that is used, as a composite font (9.7) whose text can be copied and searched (9.10.3).
fn write_font(pdf: &mut Pdf, font: Ref, subset: &Subset, mut new_ref: impl FnMut() -> Ref) {
    let [descendant, descriptor, file, unicode] = [(); 4].map(|()| new_ref());
    pdf.type0_font(font)
        .base_font(FONT_NAME)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(unicode);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2).base_font(FONT_NAME).system_info(SYSTEM).font_descriptor(descriptor);
    cid.cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths().consecutive(0, subset.widths().map(|width| width as f32));
    cid.finish();
    let metrics = font::metrics();
    let [left, bottom, right, top] = metrics.bounding_box.map(|length| length as f32);
    pdf.font_descriptor(descriptor)
        .name(FONT_NAME)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(metrics.ascent as f32)
        .descent(metrics.descent as f32)
        .cap_height(metrics.cap_height as f32)
        .stem_v(90.0)
        .font_file2(file);
    let mut map = UnicodeCmap::new(Name(b"Identity-UCS"), SYSTEM);
    for &(number, character) in subset.characters() {
        map.pair(number, character);
    }
    pdf.cmap(unicode, &map.finish());
    let program = subset.file();
    pdf.stream(file, &program).pair(Name(b"Length1"), program.len() as i32);
}

#[cfg(test)]
mod tests;
