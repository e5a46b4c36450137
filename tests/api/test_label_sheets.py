"""Sheets of labels in PDF: every code is where its label is, as large as it says, and read from the sheet.

Programs that are not ours draw and measure them: poppler and pikepdf.
"""

import io

import pikepdf
import pytest

from tests.support.label_sheets import (
    GAP,
    MM_PER_POINT,
    PRESETS,
    QUIET_ZONE,
    TOLERANCE,
    Box,
    caption_size,
    dots_for,
    label_box,
    padding,
    page,
    page_sizes,
    refusal,
    symbol_box,
    text,
    text_of,
    write,
)

# Of version 2 and of version 6.
MODULES = {None: 25, 6: 41}
SHEET = "avery-l7160"
RULER = 50


def operators(pdf: bytes, number: int = 0) -> list[tuple[list, str]]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [(list(operands), str(operator)) for operands, operator in pikepdf.parse_content_stream(document.pages[number])]


def near(box: Box):
    return pytest.approx(box.edges(), abs=TOLERANCE)


def labels_of(preset: dict) -> int:
    columns, rows = preset["grid"]
    return columns * rows


# Every paper


@pytest.fixture(params=PRESETS)
def preset(request) -> dict:
    return PRESETS[request.param]


@pytest.mark.slow
def test_every_code_of_a_full_sheet_is_where_its_label_is(preset):
    labels = labels_of(preset)
    pdf = write("pdf", preset["name"], labels, version=6)
    assert page_sizes(pdf) == [pytest.approx(preset["page"], abs=0.01)]
    sheet = page(pdf, dots=dots_for(symbol_box(label_box(preset, 0), MODULES[6]), MODULES[6]))
    for place in range(labels):
        label = label_box(preset, place)
        expected = symbol_box(label, MODULES[6])
        found = sheet.symbol(expected, MODULES[6])
        assert found.edges() == near(expected), place
        zone = found.grown(QUIET_ZONE * found.width / MODULES[6])
        assert label.left < zone.left and zone.right < label.right
        assert label.top < zone.top and zone.bottom < label.bottom
        assert sheet.read(label) == text_of(place + 1)


# The smallest labels, the flattest, some with gaps and some without, and large ones.
SOME = ["avery-l4731", "avery-5167", "avery-l7160", "avery-3651", "avery-3274", "avery-l7169"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "caption_at"),
    [(name, "below") for name in PRESETS] + [(name, caption_at) for name in SOME for caption_at in ("above", "beside")],
)
def test_captions_are_on_their_labels_but_never_in_the_quiet_zone(name, caption_at):
    preset = PRESETS[name]
    labels = labels_of(preset)
    pdf = write("pdf", name, labels, "Wg #", caption_at=caption_at, ruler="off")
    sheet = page(pdf, dots=dots_for(symbol_box(label_box(preset, 0), MODULES[None], caption_at), MODULES[None]))
    for place in range(labels):
        label = label_box(preset, place)
        expected = symbol_box(label, MODULES[None], caption_at)
        found = sheet.symbol(expected, MODULES[None])
        assert found.edges() == near(expected), place
        assert sheet.read(label) == text_of(place + 1)
        # Once the symbol is wiped away, nothing may be left in its quiet zone.
        sheet.wipe(found.grown(0.05))
        zone = found.grown(QUIET_ZONE * found.width / MODULES[None])
        assert sheet.is_white(zone), place
        below, beside = Box(label.left, zone.bottom, label.width, 10), Box(zone.right, label.top, 10, label.height)
        room = {"below": below, "above": Box(label.left, zone.top - 10, label.width, 10), "beside": beside}[caption_at]
        assert sheet.ink(room.grown(-GAP / 2)) > 0, "there is a caption"
        inner = label.grown(-padding(label) + 0.05)
        sheet.wipe(inner)
    assert sheet.picture.getextrema() == (255, 255), "nothing is outside the labels"
    assert text(pdf) == " ".join(f"Wg {number}" for number in range(1, labels + 1))


def test_the_ruler_has_50_millimetres_where_there_is_room(preset):
    pdf = write("pdf", preset["name"], 1)
    width, height = preset["page"]
    last = label_box(preset, labels_of(preset) - 1)
    edges = [Box(0, 0, width, preset["first"][1]), Box(0, last.bottom, width, height - last.bottom)]
    has_room = any(edge.height >= 8 for edge in edges)
    assert ("50 mm" in text(pdf)) == has_room
    sheet = page(pdf)
    # Nothing but the ruler is left of the sheet.
    sheet.wipe(label_box(preset, 0))
    found = sheet.ink_box()
    assert bool(found) == has_room
    if found:
        assert found.left > 5 and 5 < 0.15 + min(found.top, height - found.bottom), "printers leave 5 mm free"
        assert any(edge.top <= found.top and found.bottom <= edge.bottom for edge in edges)
        # Above the line, ticks alone are near the ends of the ruler.
        ends = [(width - RULER) / 2, (width + RULER) / 2]
        ticks = [sheet.middle_of_ink(Box(end - 1, found.top + 0.5, 2, 1)) for end in ends]
        assert ticks == pytest.approx(ends, abs=TOLERANCE)
        assert ticks[1] - ticks[0] == pytest.approx(RULER, abs=TOLERANCE)


def test_marks_for_cutting_are_in_line_with_the_edges_of_labels(preset):
    pdf = write("pdf", preset["name"], 1, marks="on", ruler="off")
    width, height = preset["page"]
    points = [
        (float(operands[0]) * MM_PER_POINT, height - float(operands[1]) * MM_PER_POINT)
        for operands, operator in operators(pdf)
        if operator in ("m", "l")
    ]
    labels = [label_box(preset, place) for place in range(labels_of(preset))]
    upright = {edge for label in labels for edge in (label.left, label.right)}
    level = {edge for label in labels for edge in (label.top, label.bottom)}
    marked = set()
    for (x, y), (to_x, to_y) in zip(points[::2], points[1::2], strict=True):
        is_upright = x == to_x
        at, begin, end = (x, y, to_y) if is_upright else (y, x, to_x)
        lines, ends, side = (upright, level, height) if is_upright else (level, upright, width)
        # Between labels that nearly touch, there is one mark.
        at_edges = {edge for edge in lines if abs(edge - at) < 0.25}
        assert at_edges
        marked |= {(is_upright, edge) for edge in at_edges}
        assert end - begin == pytest.approx(3, abs=0.01) and begin >= 0 and end <= side
        assert end == pytest.approx(min(ends) - 1, abs=0.01) or begin == pytest.approx(max(ends) + 1, abs=0.01)
    has_room = {True: min(level) >= 4 or height - max(level) >= 4, False: min(upright) >= 4 or width - max(upright) >= 4}
    expected = {(is_upright, edge) for is_upright, edges in ((True, upright), (False, level)) for edge in edges if has_room[is_upright]}
    assert marked == expected


# Sizes


@pytest.mark.parametrize("module", [0.25, 0.33, 0.5, 0.6])
def test_a_module_is_as_wide_as_is_asked_for(module):
    sheet = page(write("pdf", SHEET, 21, "A-#", module_mm=module))
    for place in (0, 20):
        label = label_box(PRESETS[SHEET], place)
        side = module * MODULES[None]
        line = 1.2 * caption_size(label) * MM_PER_POINT + GAP
        top = label.top + (label.height - line - side) / 2
        expected = Box(label.left + (label.width - side) / 2, top, side, side)
        assert sheet.symbol(expected, MODULES[None]).edges() == near(expected)


def test_what_does_not_fit_is_refused():
    assert refusal("pdf", SHEET, 1, "A-#", module_mm=1) == (
        "a code of 25 modules a side needs 1 mm per module, and its label has room for 0.925 mm\n"
    )
    # Codes this fine are printed for whoever asks for them, and for nobody else.
    assert "needs 0.15 mm per module" in refusal("pdf", "avery-l4731", 1, "A-#", version=6)
    assert page(write("pdf", "avery-l4731", 1, "A-#", version=6, module_mm=0.13)).read(
        label_box(PRESETS["avery-l4731"], 0)
    ) == text_of(1)


# Where labels begin


def test_a_sheet_that_has_been_used_begins_where_it_is_free():
    preset = PRESETS[SHEET]
    pdf = write("pdf", SHEET, 5, "A-#", start_at=20)
    assert len(page_sizes(pdf)) == 2
    first, second = page(pdf), page(pdf, 2)
    for place in range(21):
        assert (first.read(label_box(preset, place)) == text_of(place - 18)) if place >= 19 else first.is_white(label_box(preset, place))
        assert (second.read(label_box(preset, place)) == text_of(place + 3)) if place < 3 else second.is_white(label_box(preset, place))


def test_everything_moves_for_printers_that_are_off():
    preset = PRESETS[SHEET]
    sheet = page(write("pdf", SHEET, 21, shift="1.5,-0.75"))
    for place in (0, 20):
        label = label_box(preset, place)
        moved = Box(label.left + 1.5, label.top - 0.75, label.width, label.height)
        expected = symbol_box(moved, MODULES[None])
        assert sheet.symbol(expected, MODULES[None]).edges() == near(expected)


@pytest.mark.parametrize("size", [(57, 32), (25.4, 25.4), (100, 150)])
def test_each_label_of_a_roll_is_a_page(size):
    width, height = size
    pdf = write("pdf", f"{width}x{height}", 3, "A-#")
    assert page_sizes(pdf) == [pytest.approx(size, abs=0.01)] * 3
    label = Box(0, 0, width, height)
    expected = symbol_box(label, MODULES[None], "below")
    for number in (1, 2, 3):
        sheet = page(pdf, number)
        assert sheet.read(label) == text_of(number)
        assert sheet.symbol(expected, MODULES[None]).edges() == near(expected)
    assert text(pdf) == "A-1 A-2 A-3"


# Captions


@pytest.mark.parametrize(
    ("caption", "printed"),
    [
        ("Zoë Ångström, Łódź · № 12", "Zoë Ångström, Łódź · № 12"),
        ("Αίθουσα Βορράς, θέση 12", "Αίθουσα Βορράς, θέση 12"),
        ("Зал «Север», место 12 ₴", "Зал «Север», место 12 ₴"),
        ("Հյուսիսային դահլիճ 12", "Հյուսիսային դահլիճ 12"),
        ("ჩრდილოეთის დარბაზი 12", "ჩრდილოეთის დარბაზი 12"),
        ("Zoe\u0308 A\u030angstro\u0308m", "Zoë Ångström"),
        ("  Hall\tNorth \n 12 ", "Hall North 12"),
        ("А A Α", "А A Α"),
    ],
)
def test_captions_can_be_copied_as_they_were_given(caption, printed):
    assert text(write("pdf", "105x74", 1, caption)) == printed


@pytest.mark.parametrize("caption", ["", " ", " \t\n", "\u00ad"])
def test_a_caption_of_nothing_takes_no_room(caption):
    without = write("pdf", SHEET, 3)
    assert write("pdf", SHEET, 3, caption) == without


@pytest.mark.parametrize("caption_at", ["below", "above", "beside"])
@pytest.mark.parametrize("paper", [SHEET, "avery-l4731", "avery-l4732", "50x20"])
def test_a_caption_that_is_too_long_is_cut_with_an_ellipsis(paper, caption_at):
    caption = "Hall North, Gate 12, " * 20 + "Seat #"
    pdf = write("pdf", paper, 1, caption, caption_at=caption_at, ruler="off")
    copied = text(pdf)
    assert copied.endswith("…") and caption.startswith(copied.removesuffix("…"))
    label = label_box(PRESETS[paper], 0) if paper in PRESETS else Box(0, 0, 50, 20)
    sheet = page(pdf)
    assert sheet.read(label) == text_of(1)
    sheet.wipe(label.grown(0.05 - padding(label)))
    assert sheet.picture.getextrema() == (255, 255), "it does not leave its label"


# Documents


def test_colours_are_those_of_the_codes_and_captions_are_black():
    pdf = write("pdf", SHEET, 2, "A-#", dark="00287a", light="ffe9a8", marks="on")
    found = {(*map(float, operands), operator) for operands, operator in operators(pdf) if operator in ("rg", "RG", "g", "G", "k", "K")}
    colours = [tuple(round(part / 255, 4) for part in colour) for colour in (b"\x00\x28\x7a", b"\xff\xe9\xa8")]
    assert found == {(0, "G"), (*colours[0], "rg"), (*colours[1], "rg")}
    label = label_box(PRESETS[SHEET], 0)
    # The ground has the margin of the code, and nothing but the caption is between it and the end of the label.
    symbol = symbol_box(label, MODULES[None], "below")
    sheet = page(pdf)
    assert sheet.read(label) == text_of(1)
    ground = sheet.cut_out(symbol.grown(3 * symbol.width / MODULES[None])).getpixel((0, 0))
    assert 200 < ground < 250
    assert sheet.cut_out(symbol.grown(5 * symbol.width / MODULES[None])).getpixel((0, 0)) == 255


def test_black_ink_is_the_only_one_if_asked():
    pdf = write("pdf", SHEET, 25, "A-#", ink="k100", marks="on")
    for number in (0, 1):
        found = operators(pdf, number)
        colours = {"k", "K", "rg", "RG", "g", "G", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "Do"}
        used = {(*map(float, operands), operator) for operands, operator in found if operator in colours}
        assert used == {(0, 0, 0, 1, "k"), (0, 0, 0, 1, "K")}
        # Whatever is painted comes after black ink was chosen for that.
        for paint, choice in (("f", "k"), ("Tj", "k"), ("S", "K")):
            names = [operator for _, operator in found]
            assert choice in names[: names.index(paint)]


def test_the_same_labels_are_the_same_document():
    for options in ({}, {"caption_at": "beside", "ink": "k100", "marks": "on"}):
        assert write("pdf", SHEET, 25, "Ä-#", **options) == write("pdf", SHEET, 25, "Ä-#", **options)


def test_a_document_is_valid_and_asks_not_to_be_fitted_to_the_page():
    pdf = write("pdf", SHEET, 25, "Ä-#", marks="on")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        assert document.Root.ViewerPreferences.PrintScaling == "/None"
        assert document.docinfo == {"/Title": "Labels"}
        (font,) = {page.Resources.Font.F.objgen for page in document.pages}
        font = document.get_object(font)
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor, "it brings its font"


def test_a_thousand_labels_are_at_most_1200_kilobytes():
    pdf = write("pdf", SHEET, 1000, "A-#", version=6)
    assert len(pdf) <= 1_200_000 and len(page_sizes(pdf)) == 48
