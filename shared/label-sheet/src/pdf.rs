//! Sheets of labels as PDF (ISO 32000-2; clause numbers refer to that document). The same labels have the same document.

mod operators;

use operators::{Operators, Steps};
use pdf_writer::{
    Filter, Finish as _, Name, Pdf, Rect, Ref, Settings, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use qr_symbol::{
    Colour, Palette, Style,
    pdf::{Content, Ink},
};

use crate::{
    caption,
    font::{self, POINTS_PER_MM, Subset},
    layout::{self, CaptionBox, Layout, Placed, RULER, RULER_TEXT},
    sheet::{Label, Sheet, TooLarge},
};

/// The font among the resources of a page.
const FONT: Name<'static> = Name(b"F");
/// Its name, with the tag that parts of fonts have (9.9.2).
const FONT_NAME: Name<'static> = Name(b"QRCODE+DejaVuSans");
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// Fills with black ink alone.
const BLACK_INK: &str = "0 0 0 1 k ";
/// The size in points of what is written at the ruler.
const RULER_SIZE: f64 = 4.5;
/// How far above the line of the ruler that is, in millimetres.
const RULER_BASELINE: f64 = 1.3;

/// The sheets as a document. Characters of captions that the font does not have are left out, so
/// [check](crate::caption::check) them before.
///
/// # Errors
/// [`TooLarge`] if a code does not fit on its label in the size that is asked for.
pub fn encode(sheet: &Sheet, labels: &[Label<'_>], title: &str) -> Result<Vec<u8>, TooLarge> {
    let captions: Vec<_> = labels.iter().map(|label| caption::printed(&label.caption)).collect();
    let modules = labels.iter().map(|label| label.symbol.modules()).max().unwrap_or_default();
    let layout = Layout::of(sheet, modules, &captions)?;
    let mut writer = Writer { sheet, layout, subset: Subset::new() };
    let pages = layout::pages(sheet, labels, &captions);
    let contents = pages.iter().map(|labels| writer.content(labels)).collect();
    Ok(writer.document(title, contents))
}

/// Writes a document.
struct Writer<'a> {
    sheet: &'a Sheet,
    layout: Layout,
    /// What the pages use of the font, as far as they are written.
    subset: Subset,
}

impl Writer<'_> {
    /// The content of a page: its lines, its text and its codes. What the labels have in common is written once, and where
    /// a code or a caption is, as the step from the one before, because steps are shorter than places.
    fn content(&mut self, labels: &[Placed<'_>]) -> Content {
        let mut operators = Operators::new();
        self.lines(&mut operators);
        if self.sheet.ink == Ink::K100 {
            operators.push(BLACK_INK);
        }
        self.text(&mut operators, labels);
        if self.sheet.style.palette.light() != Colour::WHITE {
            self.grounds(&mut operators, labels);
        }
        let mut content = Content::new();
        content.operators(operators.as_bytes());
        self.codes(&mut content, labels);
        content
    }

    /// Writes the marks and the line of the ruler.
    fn lines(&self, operators: &mut Operators) {
        let lines = layout::lines(self.sheet);
        if lines.is_empty() {
            return;
        }
        operators.push(if self.sheet.ink == Ink::K100 { "0 0 0 1 K 0.3 w\n" } else { "0 G 0.3 w\n" });
        for ((x, y), (to_x, to_y)) in lines {
            operators.lengths([x, self.height() - y]).push("m ");
            operators.lengths([to_x, self.height() - to_y]).push("l\n");
        }
        operators.push("S\n");
    }

    /// Writes what the ruler says, and the captions (9.4).
    fn text(&mut self, operators: &mut Operators, labels: &[Placed<'_>]) {
        let CaptionBox { left, top, width, height, setting, is_centred, above } = self.layout.caption;
        let ruler = layout::ruler(self.sheet);
        if ruler.is_none() && setting.lines == 0 {
            return;
        }
        let ascent = font::metrics().ascent / 1000.0 * setting.size / POINTS_PER_MM;
        let (mut steps, page_height) = (Steps::default(), self.height());
        let mut step = |left: f64, baseline: f64| steps.to([left, page_height - baseline].map(|at| at * POINTS_PER_MM));
        operators.push("BT ");
        if let Some((x, y)) = ruler {
            let left = x + (RULER - font::text_width(RULER_TEXT, RULER_SIZE)) / 2.0;
            set_font(operators, RULER_SIZE);
            write_line(operators, &mut self.subset, RULER_TEXT, step(left, y - RULER_BASELINE));
        }
        if setting.lines > 0 {
            set_font(operators, setting.size);
        }
        for label in labels {
            let lines = setting.fit(label.caption, width);
            let free = height - lines.len() as f64 * setting.line_height();
            for (number, line) in lines.iter().enumerate() {
                let indent = if is_centred { (width - font::text_width(line, setting.size)) / 2.0 } else { 0.0 };
                let baseline = label.y + top + free * above + number as f64 * setting.line_height() + ascent;
                write_line(operators, &mut self.subset, line, step(label.x + left + indent, baseline));
            }
        }
        operators.push("ET\n");
    }

    /// Writes the light squares under the codes and their margins.
    fn grounds(&self, operators: &mut Operators, labels: &[Placed<'_>]) {
        let Style { palette, margin, .. } = self.sheet.style;
        operators.fill(palette.light());
        for label in labels {
            let side = (label.symbol.modules() + 2 * margin.modules()) as f64 * self.layout.module;
            let (x, y) = label.middle(&self.layout);
            operators.lengths([x - side / 2.0, self.height() - y - side / 2.0, side, side]).push("re ");
        }
        operators.push("f\n");
        if self.sheet.ink == Ink::K100 {
            operators.push(BLACK_INK);
        }
    }

    /// Writes the codes, in modules from the top left corner of the page.
    fn codes(&self, content: &mut Content, labels: &[Placed<'_>]) {
        // As it is written, or the places would be off by as many roundings as there are modules before them.
        let module = operators::rounded(self.layout.module * POINTS_PER_MM);
        let mut operators = Operators::new();
        if self.sheet.ink == Ink::Rgb && self.sheet.style.palette != Palette::default() {
            operators.fill(self.sheet.style.palette.dark());
        }
        operators.numbers([0.0, -module, module, 0.0, 0.0, self.height() * POINTS_PER_MM]).push("cm\n");
        content.operators(operators.as_bytes());
        let mut steps = Steps::default();
        for label in labels {
            let (x, y) = label.middle(&self.layout);
            let half = label.symbol.modules() as f64 / 2.0;
            let step = steps.to([y, x].map(|middle| middle * POINTS_PER_MM / module - half));
            let mut operators = Operators::new();
            operators.push("1 0 0 1 ");
            operators.numbers(step).push("cm\n");
            content.operators(operators.as_bytes());
            content.dark_modules(label.symbol);
        }
    }

    /// Of a page.
    fn height(&self) -> f64 {
        self.sheet.paper.grid().page.height.to_f64()
    }

    fn document(self, title: &str, contents: Vec<Content>) -> Vec<u8> {
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
        let kids: Vec<_> = contents.iter().map(|_| (new_ref(), new_ref())).collect();
        let mut pages = pdf.pages(tree);
        pages.kids(kids.iter().map(|(page, _)| *page)).count(kids.len() as i32).media_box(box_);
        let mut resources = pages.resources();
        if has_font {
            resources.fonts().pair(FONT, font);
        }
        resources.finish();
        pages.finish();
        for (&(page, content), stream) in kids.iter().zip(contents) {
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

fn set_font(operators: &mut Operators, size: f64) {
    operators.push("/F ");
    operators.numbers([size]).push("Tf ");
}

/// Writes a line of text, this far from the one before.
fn write_line(operators: &mut Operators, subset: &mut Subset, text: &str, step: [f64; 2]) {
    operators.numbers(step).push("Td <");
    for number in text.chars().filter_map(|character| subset.number(character)) {
        operators.hexadecimal(number);
    }
    operators.push("> Tj ");
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
