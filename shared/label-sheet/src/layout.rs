//! What stands where on a label. All lengths are in millimetres.

use std::borrow::Cow;

use qr_symbol::{ModuleSize, Symbol};

use crate::{
    caption::{self, Setting},
    font::POINTS_PER_MM,
    paper::Grid,
    sheet::{CaptionPlace, Label, Sheet, TooLarge},
};

/// The quiet zone that readers expect, in modules (ISO/IEC 18004:2015, 6.3.8). No caption is closer.
const QUIET_ZONE: usize = 4;
/// What is left free at the edges of a label, for paper that is not exactly where it should be: this share of its shorter
/// side, within limits.
const PADDING: f64 = 0.04;
const MIN_PADDING: f64 = 0.5;
const MAX_PADDING: f64 = 2.0;
/// Between a code and its caption.
const GAP: f64 = 0.5;
/// How much of a label's width a code has at most, if its caption is beside it.
const BESIDE: f64 = 0.6;
/// How much of a label's height the caption has at most, if it is above or below the code.
const CAPTION: f64 = 0.25;
/// The largest captions: this share of the shorter side of a label, within limits in points. Beside a code, there is room
/// for `LARGE` ones.
const CAPTION_SIZE: f64 = 1.0 / 11.0;
const LARGE: f64 = 9.0;
const LARGEST: f64 = 14.0;
/// Printers of 300 dots per inch blur modules that are narrower, so nobody gets them without asking for a size.
const FINEST: f64 = 0.15;

/// The length of the ruler, and what it needs of the edge of the page.
pub(crate) const RULER: f64 = 50.0;
/// What is written at the ruler.
pub(crate) const RULER_TEXT: &str = "50 mm. If it is not, print at 100 %, not fitted to the page.";
/// How high the ruler is, with what is written above its line.
pub(crate) const RULER_HEIGHT: f64 = 2.8;
/// Printers leave this much of the page free.
const UNPRINTABLE: f64 = 5.0;
/// Marks for cutting: how long they are, and how far from the labels.
const MARK: f64 = 3.0;
const MARK_GAP: f64 = 1.0;
/// Labels that are this close are cut apart by one cut.
const ONE_CUT: f64 = 0.5;

/// Where everything is on a label, from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layout {
    /// The width of a module.
    pub(crate) module: f64,
    /// The middle of the code.
    pub(crate) middle: (f64, f64),
    pub(crate) caption: CaptionBox,
}

/// Where captions are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CaptionBox {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) setting: Setting,
    /// Whether lines are centred.
    pub(crate) is_centred: bool,
    /// Which part of the free height is above the lines.
    pub(crate) above: f64,
}

impl Layout {
    /// The layout of labels whose codes have at most this many modules per side.
    ///
    /// # Errors
    /// [`TooLarge`] if they do not fit in the size that is asked for.
    pub(crate) fn of(sheet: &Sheet, modules: usize, captions: &[Cow<'_, str>]) -> Result<Self, TooLarge> {
        let Grid { label, .. } = sheet.paper.grid();
        let (width, height) = (label.width.to_f64(), label.height.to_f64());
        let shorter = width.min(height);
        let padding = (shorter * PADDING).clamp(MIN_PADDING, MAX_PADDING);
        let (inner_width, inner_height) = (width - 2.0 * padding, height - 2.0 * padding);
        let place = if captions.iter().all(|caption| caption.is_empty()) { None } else { Some(sheet.caption) };
        let size = shorter * CAPTION_SIZE * POINTS_PER_MM;

        // What the caption leaves of the height.
        let (setting, line) = match place {
            None | Some(CaptionPlace::Beside) => (Setting::NONE, 0.0),
            Some(CaptionPlace::Below | CaptionPlace::Above) => {
                let size = half_points(size.min(LARGEST));
                let room = caption::line_height(size.max(caption::MIN_SIZE));
                let room = room.min(inner_height * CAPTION).max(caption::line_height(caption::MIN_SIZE));
                let setting = Setting::of(captions, size, inner_width, room);
                (setting, setting.height() + GAP)
            }
        };
        let share = if place == Some(CaptionPlace::Beside) { BESIDE } else { 1.0 };
        let module = module(sheet, modules, (inner_width * share).min(inner_height - line))?;
        let code_side = module * with_zone(sheet, modules) as f64;

        let top = padding + (inner_height - code_side - line) / 2.0;
        let above_or_below = |middle: f64, top: f64, above: f64| Self {
            module,
            middle: (width / 2.0, middle),
            caption: CaptionBox {
                left: padding,
                top,
                width: inner_width,
                height: setting.height(),
                setting,
                is_centred: true,
                above,
            },
        };
        Ok(match place {
            None | Some(CaptionPlace::Below) => above_or_below(top + code_side / 2.0, top + code_side + GAP, 0.0),
            Some(CaptionPlace::Above) => above_or_below(top + line + code_side / 2.0, top, 1.0),
            Some(CaptionPlace::Beside) => {
                let left = padding + code_side + GAP;
                let caption_width = width - padding - left;
                let size = half_points(size.clamp(LARGE, LARGEST));
                Self {
                    module,
                    middle: (padding + code_side / 2.0, height / 2.0),
                    caption: CaptionBox {
                        left,
                        top: padding,
                        width: caption_width,
                        height: inner_height,
                        setting: Setting::of(captions, size, caption_width, inner_height),
                        is_centred: false,
                        above: 0.5,
                    },
                }
            }
        })
    }
}

fn half_points(size: f64) -> f64 {
    (size * 2.0).floor() / 2.0
}

/// The modules per side of a code with its margin, which has at least the quiet zone.
fn with_zone(sheet: &Sheet, modules: usize) -> usize {
    modules + 2 * sheet.style.margin.modules().max(QUIET_ZONE)
}

/// The width of a module where there is room for a code this wide, with its margin.
fn module(sheet: &Sheet, modules: usize, room: f64) -> Result<f64, TooLarge> {
    let fits = (room / with_zone(sheet, modules) as f64).max(0.0);
    let asked = sheet.style.print_width(modules).to_f64() / (modules + 2 * sheet.style.margin.modules()) as f64;
    let (needed, module) =
        if sheet.is_sized { (asked.max(ModuleSize::MIN.millimetres().to_f64()), asked) } else { (FINEST, fits) };
    // A micrometre is what rounding may add to a code.
    let tolerance = 0.001 / with_zone(sheet, modules) as f64;
    if needed > fits + tolerance || module + tolerance < needed {
        return Err(TooLarge { modules, needed, fits });
    }
    Ok(module)
}

/// A label where it is printed.
pub(crate) struct Placed<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) caption: &'a str,
    /// Its place on the page, counted from 0.
    pub(crate) place: usize,
    /// Its left and its top edge.
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Placed<'_> {
    /// The middle of the code.
    pub(crate) fn middle(&self, layout: &Layout) -> (f64, f64) {
        (self.x + layout.middle.0, self.y + layout.middle.1)
    }
}

/// The labels of each page, with their captions.
pub(crate) fn pages<'a>(sheet: &Sheet, labels: &[Label<'a>], captions: &'a [Cow<'_, str>]) -> Vec<Vec<Placed<'a>>> {
    let mut pages: Vec<Vec<Placed<'a>>> = Vec::new();
    for ((label, caption), place) in labels.iter().zip(captions).zip(sheet.start..) {
        let (page, place) = (place / sheet.paper.labels(), place % sheet.paper.labels());
        pages.resize_with(page + 1, Vec::new);
        let (x, y) = corner(sheet, place);
        pages[page].push(Placed { symbol: label.symbol, caption, place, x, y });
    }
    pages
}

/// The left and top edges of all labels of a page.
pub(crate) fn corners(sheet: &Sheet) -> impl Iterator<Item = (f64, f64)> {
    (0..sheet.paper.labels()).map(|place| corner(sheet, place))
}

fn corner(sheet: &Sheet, place: usize) -> (f64, f64) {
    let ((x, y), (right, down)) = (sheet.paper.corner(place), sheet.shift.by());
    (x + right, y + down)
}

/// The left end of the ruler; `None` if there is no room at the bottom or the top of the page.
pub(crate) fn ruler(sheet: &Sheet) -> Option<(f64, f64)> {
    let Grid { page, rows, label, first, pitch, .. } = sheet.paper.grid();
    let (_, down) = sheet.shift.by();
    let (width, height) = (page.width.to_f64(), page.height.to_f64());
    let top = first.height.to_f64() + down;
    let bottom = height - top - f64::from(rows - 1) * pitch.height.to_f64() - label.height.to_f64();
    let left = (width - RULER) / 2.0;
    if !sheet.has_ruler || left < UNPRINTABLE {
        return None;
    }
    let is_crossed = marks(sheet).iter().any(|((x, _), _)| *x > left - 1.0 && *x < left + RULER + 1.0);
    let marks = if is_crossed { MARK + MARK_GAP } else { 0.0 };
    // The line, from the edge of the page, if there is room for the ruler.
    let line = |free: f64| {
        let line = ((free - marks - RULER_HEIGHT) / 2.0).max(UNPRINTABLE);
        (line + RULER_HEIGHT <= free - marks).then_some(line)
    };
    line(bottom).map(|line| height - line).or_else(|| line(top).map(|line| line + RULER_HEIGHT)).map(|y| (left, y))
}

/// A line from one point to another.
pub(crate) type Line = ((f64, f64), (f64, f64));

/// The lines of every page: those of the ruler, with a tick every 10 mm, and marks for cutting.
pub(crate) fn lines(sheet: &Sheet) -> Vec<Line> {
    let mut lines = marks(sheet);
    if let Some((left, y)) = ruler(sheet) {
        lines.push(((left, y), (left + RULER, y)));
        for tick in 0..=5 {
            let x = left + f64::from(tick) * 10.0;
            let height = if tick % 5 == 0 { RULER_HEIGHT } else { 0.8 };
            lines.push(((x, y - height), (x, y)));
        }
    }
    lines
}

/// Marks for cutting, at the edges of the page in line with the edges of labels, where there is room.
fn marks(sheet: &Sheet) -> Vec<Line> {
    if !sheet.has_marks {
        return Vec::new();
    }
    let Grid { page, columns, rows, label, .. } = sheet.paper.grid();
    let (right, down) = sheet.shift.by();
    let corner = |place: u32| sheet.paper.corner(place as usize);
    let xs = cuts((0..*columns).map(|column| corner(column).0 + right), label.width.to_f64());
    let ys = cuts((0..*rows).map(|row| corner(row * columns).1 + down), label.height.to_f64());
    let ends = |edges: &[f64], side: f64| {
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let before = (first >= MARK + MARK_GAP).then_some((first - MARK_GAP - MARK, first - MARK_GAP));
        let after = (side - last >= MARK + MARK_GAP).then_some((last + MARK_GAP, last + MARK_GAP + MARK));
        before.into_iter().chain(after).collect::<Vec<_>>()
    };
    let vertical = ends(&ys, page.height.to_f64());
    let horizontal = ends(&xs, page.width.to_f64());
    let downwards = xs.iter().flat_map(|&x| vertical.iter().map(move |&(from, to)| ((x, from), (x, to))));
    let across = ys.iter().flat_map(|&y| horizontal.iter().map(move |&(from, to)| ((from, y), (to, y))));
    downwards.chain(across).collect()
}

/// Where labels that begin here are cut: at both edges, or between two that nearly touch.
fn cuts(starts: impl Iterator<Item = f64>, length: f64) -> Vec<f64> {
    let mut cuts: Vec<f64> = Vec::new();
    for start in starts {
        match cuts.last_mut() {
            Some(end) if start - *end < ONE_CUT => *end = f64::midpoint(*end, start),
            _ => cuts.push(start),
        }
        cuts.push(start + length);
    }
    cuts
}

#[cfg(test)]
mod tests;
