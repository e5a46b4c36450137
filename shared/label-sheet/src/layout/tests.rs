use proptest::prelude::*;
use qr_symbol::{Ecc, Margin, Millimetres, PrintSize, Style};

use super::*;
use crate::{paper::Paper, paper::Size, preset, sheet::Shift};

fn l7160() -> Sheet {
    Sheet::of(preset::named("avery-l7160").unwrap().paper)
}

fn roll(width: u32, height: u32) -> Sheet {
    Sheet::of(Paper::roll(Size::from_micrometres(width, height)).unwrap())
}

fn of(sheet: &Sheet, modules: usize, caption: &str) -> Result<Layout, TooLarge> {
    Layout::of(sheet, modules, &[Cow::Borrowed(caption)])
}

fn sized(sheet: Sheet, module: &str) -> Sheet {
    let print_size = PrintSize::Module(module.parse().unwrap());
    Sheet { style: Style { print_size, ..sheet.style }, is_sized: true, ..sheet }
}

proptest! {
    #[test]
    fn the_quiet_zone_is_on_the_label_and_nothing_else_is_in_it(
        width in 5_000_u32..120_000,
        height in 5_000_u32..120_000,
        version in 1_usize..=40,
        margin in 0_u8..=16,
        place in prop_oneof![Just(CaptionPlace::Below), Just(CaptionPlace::Above), Just(CaptionPlace::Beside)],
        caption in ".{0,60}",
        module in prop::option::of(100_u32..1_000),
    ) {
        let modules = 17 + 4 * version;
        let mut sheet = Sheet { caption: place, ..roll(width, height) };
        sheet.style.margin = Margin::new(margin).unwrap();
        if let Some(module) = module {
            sheet = sized(sheet, &Millimetres::from_micrometres(module).to_string());
        }
        let captions = [caption::printed(&caption)];
        let Ok(layout) = Layout::of(&sheet, modules, &captions) else {
            // Then a code that is the smallest has no room, either, or it is too fine.
            let zone = (modules + 2 * usize::from(margin.max(4))) as f64;
            let needed = module.map_or(FINEST, |module| f64::from(module) / 1000.0);
            let room = f64::from(width.min(height)) / 1000.0;
            prop_assert!(needed * zone > 0.4 * (room - 4.0));
            return Ok(());
        };
        if let Some(module) = module {
            prop_assert!((layout.module - f64::from(module) / 1000.0).abs() < 1e-6);
        } else {
            prop_assert!(layout.module > FINEST - 1e-4);
        }
        let half = layout.module * (modules as f64 / 2.0 + 4.0);
        let (x, y) = layout.middle;
        let (width, height) = (f64::from(width) / 1000.0, f64::from(height) / 1000.0);
        let padding = MIN_PADDING - 0.001;
        prop_assert!(x - half >= padding && x + half <= width - padding, "{layout:?}");
        prop_assert!(y - half >= padding && y + half <= height - padding, "{layout:?}");
        let CaptionBox { left, top, width: caption_width, height: caption_height, setting, .. } = layout.caption;
        if captions[0].is_empty() {
            prop_assert!(setting.lines == 0 || place == CaptionPlace::Beside);
            prop_assert!((x - width / 2.0).abs() < 1e-9 && (y - height / 2.0).abs() < 0.3);
            return Ok(());
        }
        let gap = GAP - 0.001;
        prop_assert!(left >= padding && left + caption_width <= width - padding, "{layout:?}");
        prop_assert!(top >= padding && top + caption_height <= height - padding, "{layout:?}");
        prop_assert!(setting.height() <= caption_height + 1e-6, "{layout:?}");
        match place {
            CaptionPlace::Below => prop_assert!(top >= y + half + gap, "{layout:?}"),
            CaptionPlace::Above => prop_assert!(top + caption_height <= y - half - gap, "{layout:?}"),
            CaptionPlace::Beside => prop_assert!(left >= x + half + gap, "{layout:?}"),
        }
        for line in setting.fit(&captions[0], caption_width) {
            prop_assert!(crate::font::text_width(&line, setting.size) <= caption_width + 1e-9, "{line}: {layout:?}");
        }
    }
}

#[test]
fn a_code_is_as_large_as_fits() {
    // 38.1 mm less 4 % twice, for 45 modules; then less a caption of 9.5 points, too.
    let alone = of(&l7160(), 37, "").unwrap();
    assert!((alone.module * 45.0 - 38.1 * 0.92).abs() < 1e-9 && alone.middle == (31.75, 19.05));
    let below = of(&l7160(), 37, "A-17").unwrap();
    assert!((below.module * 45.0 - (38.1 * 0.92 - 9.5 * 1.2 / 72.0 * 25.4 - 0.5)).abs() < 1e-9, "{below:?}");
    let above = of(&Sheet { caption: CaptionPlace::Above, ..l7160() }, 37, "A-17").unwrap();
    assert!((above.module - below.module).abs() < 1e-9 && above.middle.1 > below.middle.1);
    let beside = of(&Sheet { caption: CaptionPlace::Beside, ..l7160() }, 37, "A-17").unwrap();
    assert!(beside.middle.0 < 31.0 && beside.module > below.module, "{beside:?}");
    // A margin counts if it is wider than the quiet zone.
    let margin = |modules| Style { margin: Margin::new(modules).unwrap(), ..Style::default() };
    assert_eq!(of(&Sheet { style: margin(0), ..l7160() }, 37, "A-17"), Ok(below));
    let wide = of(&Sheet { style: margin(16), ..l7160() }, 37, "").unwrap();
    assert!((wide.module * (37.0 + 32.0) - 38.1 * 0.92).abs() < 1e-9);
}

#[test]
fn a_code_has_the_size_that_is_asked_for_or_is_refused() {
    let asked = of(&sized(l7160(), "0.5"), 37, "A-17").unwrap();
    assert!((asked.module - 0.5).abs() < 1e-9);
    let error = of(&sized(l7160(), "0.8"), 37, "A-17").unwrap_err();
    assert!((error.needed, error.modules) == (0.8, 37) && error.fits < 0.8, "{error}");
    assert_eq!(
        error.to_string(),
        "a code of 37 modules a side needs 0.8 mm per module, and its label has room for 0.678 mm"
    );
    let print_size = PrintSize::Width("28".parse().unwrap());
    let style = Style { print_size, margin: Margin::MIN, ..Style::default() };
    let width = of(&Sheet { style, is_sized: true, ..l7160() }, 37, "").unwrap();
    assert!((width.module - 28.0 / 37.0).abs() < 1e-9, "{width:?}");
}

/// Paper with 0.14 mm between the rows of labels of 25.4 by 10 mm.
fn narrow() -> Paper {
    let grid = Grid {
        page: Size::A4,
        columns: 7,
        rows: 27,
        label: Size::from_micrometres(25_400, 10_000),
        first: Size::from_micrometres(5_000, 13_000),
        pitch: Size::from_micrometres(28_500, 10_140),
    };
    Paper::new(grid).unwrap()
}

#[test]
fn codes_are_not_finer_than_printers_unless_that_is_asked_for() {
    let small = Sheet::of(narrow());
    assert_eq!(of(&small, 45, "A-17").unwrap_err().needed, FINEST);
    assert!(of(&small, 45, "").is_ok());
    assert!(of(&Sheet { caption: CaptionPlace::Beside, ..small }, 45, "A-17").is_ok());
    assert!(of(&sized(small, "0.12"), 45, "A-17").is_ok());
    let tiny = Layout::of(&roll(5_000, 5_000), 177, &[Cow::Borrowed("A-17")]).unwrap_err();
    assert!(tiny.fits >= 0.0 && tiny.to_string().ends_with("has room for 0.007 mm"), "{tiny}");
}

#[test]
fn captions_grow_with_their_labels() {
    let size = |sheet: Sheet| of(&sheet, 37, "A-17").unwrap().caption.setting.size;
    let beside = |sheet: Sheet| size(Sheet { caption: CaptionPlace::Beside, ..sheet });
    for (name, below, to_the_side) in
        [("avery-l4732", 5.0, 9.0), ("avery-5160", 6.5, 9.0), ("avery-l7160", 9.5, 9.5), ("avery-l7165", 14.0, 14.0)]
    {
        let sheet = Sheet::of(preset::named(name).unwrap().paper);
        assert_eq!((size(sheet), beside(sheet)), (below, to_the_side), "{name}");
    }
}

#[test]
fn labels_fill_pages_from_the_first_that_is_free() {
    let sheet = Sheet { start: 20, shift: Shift::new(0.5, -1.0).unwrap(), ..l7160() };
    let (symbol, captions) = (Symbol::encode("1", Ecc::M).unwrap(), [const { Cow::Borrowed("") }; 3]);
    let labels = [(); 3].map(|()| Label { symbol: &symbol, caption: "".into() });
    let pages = pages(&sheet, &labels, &captions);
    let numbered = pages.iter().enumerate().flat_map(|(page, labels)| labels.iter().map(move |label| (page, label)));
    let places: Vec<_> = numbered.map(|(page, label)| (page, label.x as f32, label.y as f32)).collect();
    assert_eq!(places, [(0, 139.75, 242.75), (1, 7.75, 14.15), (1, 73.75, 14.15)]);
}

#[test]
fn a_ruler_is_where_there_is_room_at_the_bottom_or_the_top() {
    let place = |sheet: Sheet| ruler(&sheet).map(|(x, y)| (x as f32, y as f32));
    assert_eq!(place(l7160()), Some((80.0, 290.825)));
    assert_eq!(place(Sheet { has_ruler: false, ..l7160() }), None);
    assert_eq!(place(roll(57_000, 32_000)), None);
    // 13 mm at the top; at the bottom 10.4 mm, which marks need.
    let small = Sheet::of(narrow());
    assert_eq!(place(small), Some((80.0, 292.0)));
    assert_eq!(place(Sheet { has_marks: true, ..small }), Some((80.0, 7.8)));
    assert_eq!(place(Sheet::of(preset::named("avery-3651").unwrap().paper)), None);
}

#[test]
fn marks_are_in_line_with_the_edges_of_labels() {
    assert_eq!(marks(&l7160()), []);
    let marked = |name| marks(&Sheet { has_marks: true, ..Sheet::of(preset::named(name).unwrap().paper) });
    // Six edges in columns, and eight between and around rows that touch, at both ends.
    let l7160 = marked("avery-l7160");
    assert_eq!(l7160.len(), 2 * (6 + 8));
    let ((x, from), (to_x, to)) = l7160[0];
    assert_eq!([x, from, to_x, to].map(|length| length as f32), [7.25, 11.15, 7.25, 14.15]);
    // Where there are 0.14 mm between rows, a cut is in the middle.
    let narrow = marks(&Sheet { has_marks: true, ..Sheet::of(narrow()) });
    assert_eq!(narrow.len(), 2 * (14 + 28));
    assert!(narrow.iter().any(|((_, y), _)| (y - (13.0 + 10.0 + 0.07)).abs() < 1e-9));
    assert_eq!(marked("avery-3651"), [], "these labels reach the edges of the page");
    let shifted = Sheet { has_marks: true, shift: Shift::new(1.0, 2.0).unwrap(), ..self::l7160() };
    assert_eq!((marks(&shifted)[0].0.0 as f32, marks(&shifted)[0].1.1 as f32), (8.25, 16.15));
}
