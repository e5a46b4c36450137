//! What stands where on a label. All lengths are in millimetres.

use qr_symbol::ModuleSize;

use crate::{
    caption::{self, Setting},
    paper::{Grid, Paper},
    sheet::{CaptionPlace, Sheet, TooLarge},
};

/// The quiet zone that readers expect, in modules (ISO/IEC 18004:2015, 6.3.8). No caption is closer.
const QUIET_ZONE: usize = 4;
/// What is left free at the edges of a label, for paper that is not exactly where it should be; less on small labels.
const PADDING: f64 = 1.0;
const SMALL_PADDING: f64 = 0.5;
const SMALL_LABEL: f64 = 15.0;
/// Between a code and its caption.
const GAP: f64 = 0.5;
/// How much of a label's width a code has at most, if its caption is beside it.
const BESIDE: f64 = 0.6;
/// The length of the ruler, and what it needs of the edge of the page.
pub(crate) const RULER: f64 = 50.0;
/// What is written at the ruler.
pub(crate) const RULER_TEXT: &str = "50 mm. If it is not, print at 100 %, not fitted to the page.";
const RULER_ROOM: f64 = 8.0;
/// Printers leave this much of the page free.
const UNPRINTABLE: f64 = 5.0;
/// Marks for cutting: how long they are, and how far from the labels.
const MARK: f64 = 3.0;
const MARK_GAP: f64 = 1.0;

/// Where everything is on a label, from its top left corner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The width of a module.
    pub(crate) module: f64,
    /// The middle of the code.
    pub(crate) middle: (f64, f64),
    /// The left and top edges of the caption, and its width.
    pub(crate) caption: (f64, f64),
    pub(crate) caption_width: f64,
    pub(crate) setting: Setting,
    /// Whether lines are centred in the caption's width.
    pub(crate) is_centred: bool,
}

impl Layout {
    /// The layout of labels whose codes have at most this many modules per side.
    ///
    /// # Errors
    /// [`TooLarge`] if they do not fit in the size that is asked for.
    pub(crate) fn of<'a>(
        sheet: &Sheet,
        modules: usize,
        captions: &(impl Iterator<Item = &'a str> + Clone),
    ) -> Result<Self, TooLarge> {
        let Grid { label, .. } = sheet.paper.grid();
        let (width, height) = (label.width.to_f64(), label.height.to_f64());
        let padding = if width.min(height) < SMALL_LABEL { SMALL_PADDING } else { PADDING };
        let (inner_width, inner_height) = (width - 2.0 * padding, height - 2.0 * padding);
        let has_caption = captions.clone().any(|caption| !caption.is_empty());
        let is_beside = sheet.caption == CaptionPlace::Beside;

        let setting = match (has_caption, is_beside) {
            (false, _) => Setting { size: caption::MIN_SIZE, lines: 0 },
            (true, true) => Setting { size: caption::MIN_SIZE, lines: 1 },
            (true, false) => {
                let tallest = caption::line_height(caption::MAX_SIZE);
                Setting::of(
                    captions,
                    inner_width,
                    tallest.min(inner_height / 4.0).max(caption::line_height(caption::MIN_SIZE)),
                )
            }
        };
        let line = if has_caption && !is_beside { setting.line_height() + GAP } else { 0.0 };
        let side = match (has_caption, is_beside) {
            (true, true) => inner_height.min(inner_width * BESIDE),
            _ => inner_width.min(inner_height - line),
        };

        let margin = sheet.style.margin.modules();
        let zone = modules + 2 * margin.max(QUIET_ZONE);
        let fits = side / zone as f64;
        let module = if sheet.is_sized {
            sheet.style.print_width(modules).to_f64() / (modules + 2 * margin) as f64
        } else {
            fits
        };
        // A micrometre is what rounding may add.
        if module * zone as f64 > side + 0.001 || module < ModuleSize::MIN.millimetres().to_f64() {
            return Err(TooLarge { modules, fits });
        }
        let side = module * zone as f64;

        let free = inner_height - side - line;
        let top = padding + free / 2.0;
        let layout = match sheet.caption {
            CaptionPlace::Beside if has_caption => {
                let left = padding + side + GAP;
                let caption_width = width - padding - left;
                let setting = Setting::of(captions, caption_width, inner_height);
                Self {
                    module,
                    middle: (padding + side / 2.0, height / 2.0),
                    caption: (left, padding),
                    caption_width,
                    setting,
                    is_centred: false,
                }
            }
            CaptionPlace::Above => Self {
                module,
                middle: (width / 2.0, top + line + side / 2.0),
                caption: (padding, top),
                caption_width: inner_width,
                setting,
                is_centred: true,
            },
            _ => Self {
                module,
                middle: (width / 2.0, top + side / 2.0),
                caption: (padding, top + side + GAP),
                caption_width: inner_width,
                setting,
                is_centred: true,
            },
        };
        Ok(layout)
    }
}

/// Where labels are on pages: page, then the left and top edges.
pub(crate) fn places(sheet: &Sheet) -> impl Iterator<Item = (usize, f64, f64)> {
    let (paper, start, shift) = (sheet.paper, sheet.start, sheet.shift);
    (start..).map(move |place| {
        let (page, place) = (place / paper.labels(), place % paper.labels());
        let ((x, y), (right, down)) = (paper.corner(place), shift.by());
        (page, x + right, y + down)
    })
}

/// The left end of the ruler; `None` if there is no room at the bottom or the top of the page.
pub(crate) fn ruler(sheet: &Sheet) -> Option<(f64, f64)> {
    let Grid { page, rows, label, first, pitch, .. } = sheet.paper.grid();
    let (_, down) = sheet.shift.by();
    let (width, height) = (page.width.to_f64(), page.height.to_f64());
    let top = first.height.to_f64() + down;
    let bottom = height - top - f64::from(rows - 1) * pitch.height.to_f64() - label.height.to_f64();
    let left = (width - RULER) / 2.0;
    let is_wide = sheet.has_ruler && left >= UNPRINTABLE;
    match (is_wide, bottom >= RULER_ROOM, top >= RULER_ROOM) {
        (true, true, _) => Some((left, height - (bottom / 2.0).max(UNPRINTABLE))),
        (true, false, true) => Some((left, (top / 2.0).max(UNPRINTABLE))),
        _ => None,
    }
}

/// A line from one point to another.
pub(crate) type Line = ((f64, f64), (f64, f64));

/// Marks for cutting, at the edges of the page in line with the edges of labels.
pub(crate) fn marks(sheet: &Sheet) -> Vec<Line> {
    if !sheet.has_marks {
        return Vec::new();
    }
    let Grid { page, columns, rows, label, .. } = sheet.paper.grid();
    let (right, down) = sheet.shift.by();
    let corner = |paper: &Paper, place: u32| paper.corner(place as usize);
    let both = |start: f64, length: f64| [start, start + length];
    let mut xs: Vec<_> =
        (0..*columns).flat_map(|column| both(corner(&sheet.paper, column).0 + right, label.width.to_f64())).collect();
    let mut ys: Vec<_> =
        (0..*rows).flat_map(|row| both(corner(&sheet.paper, row * columns).1 + down, label.height.to_f64())).collect();
    for edges in [&mut xs, &mut ys] {
        edges.dedup_by(|a, b| (*a - *b).abs() < 0.01);
    }
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
