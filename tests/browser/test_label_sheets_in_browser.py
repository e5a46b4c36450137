"""Sheets of labels in HTML, as Chromium prints them: the same places and sizes as in PDF, captions in any script."""

import base64
import hashlib
import re
import shutil
import subprocess

import pytest

from tests.support import browser
from tests.support.label_sheets import (
    PRESETS,
    QUIET_ZONE,
    TOLERANCE,
    Box,
    label_box,
    padding,
    page,
    page_sizes,
    symbol_box,
    text,
    text_of,
    write,
)

ORIGIN = "https://labels.example.org"
MODULES = 25
# Of CSS, in millimetres.
HALF_A_PIXEL = 25.4 / 96 / 2
# By the language whose letters they need.
CAPTIONS = {
    "en": "Hall North, seat 12",
    "ar": "القاعة الشمالية، مقعد ١٢",
    "he": "אולם צפון, מושב 12",
    "th": "ห้องโถงทิศเหนือ ที่นั่ง ๑๒",
    "hi": "उत्तर हॉल, सीट १२",
    "zh-cn": "北馆大厅 12排7号",
    "ja": "北館ホール12番席",
    "ko": "북쪽 홀 12번 좌석",
}

pytestmark = pytest.mark.slow


@pytest.fixture
def caption(language) -> str:
    """A caption in a language for which there is a font."""
    if not shutil.which("fc-list"):
        pytest.skip("fontconfig is missing (Debian: apt-get install fontconfig)")
    fonts = subprocess.run(["fc-list", f":lang={language}", "family"], capture_output=True, check=True).stdout
    if not fonts:
        pytest.skip(f"there is no font for {language} (Debian: apt-get install fonts-noto-core fonts-noto-cjk)")
    return CAPTIONS[language]


@pytest.fixture
def opened(chromium):
    """Opens a sheet under a policy that allows nothing but the style element with this hash."""
    contexts = []

    def opened(html: bytes, scheme: str = "light", width: int = 1280):
        (style,) = re.findall(r"<style>(.*?)</style>", html.decode(), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'"
        watching = browser.watched(chromium, ORIGIN, width, scheme)
        watched = watching.__enter__()
        contexts.append((watching, watched))
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
        watched.page.route("**", lambda route: route.fulfill(headers=headers, body=html))
        watched.page.goto(ORIGIN)
        return watched.page

    yield opened
    for watching, watched in contexts:
        watched.assert_good()
        watching.__exit__(None, None, None)


def printed(sheet) -> bytes:
    """The page as Chromium prints it, on paper of the size that it asks for."""
    return sheet.pdf(prefer_css_page_size=True)


@pytest.mark.parametrize("name", ["avery-l7160", "avery-5160", "avery-l4731"])
@pytest.mark.parametrize("caption_at", ["below", "above", "beside"])
def test_every_code_is_where_its_label_is(opened, name, caption_at):
    preset = PRESETS[name]
    labels = preset["grid"][0] * preset["grid"][1]
    pdf = printed(opened(write("html", name, labels + 1, "A-#", caption_at=caption_at)))
    assert page_sizes(pdf) == [pytest.approx(preset["page"], abs=0.3)] * 2
    sheet, second = page(pdf, dots=600), page(pdf, 2)
    for place in range(labels):
        label = label_box(preset, place)
        expected = symbol_box(label, MODULES, caption_at)
        assert sheet.symbol(expected, MODULES).edges() == pytest.approx(expected.edges(), abs=TOLERANCE), place
        assert sheet.read(label) == text_of(place + 1)
    assert second.read(label_box(preset, 0)) == text_of(labels + 1)


@pytest.mark.parametrize("language", CAPTIONS)
@pytest.mark.parametrize("caption_at", ["below", "beside"])
def test_captions_of_any_script_are_on_their_labels_but_not_in_the_quiet_zone(opened, caption, caption_at):
    preset = PRESETS["avery-l7160"]
    pdf = printed(opened(write("html", preset["name"], 1, caption, caption_at=caption_at, ruler="off")))
    label = label_box(preset, 0)
    sheet = page(pdf)
    symbol = symbol_box(label, MODULES, caption_at)
    assert sheet.read(label) == text_of(1)
    sheet.wipe(symbol.grown(0.05))
    assert sheet.is_white(symbol.grown(QUIET_ZONE * symbol.width / MODULES))
    printed_box = sheet.ink_box()
    inner = label.grown(0.05 - padding(label))
    assert inner.left <= printed_box.left and printed_box.right <= inner.right
    assert inner.top <= printed_box.top and printed_box.bottom <= inner.bottom
    if caption_at == "below":
        middle = (printed_box.left + printed_box.right) / 2
        assert middle == pytest.approx((label.left + label.right) / 2, abs=0.5)
    # Letters that are joined may come out in another form or order.
    found = set(text(pdf)) - {" "}
    assert len(found & set(caption)) >= 0.7 * len(set(caption) - {" "})


@pytest.mark.parametrize("paper", ["avery-5160", "avery-l7160", "avery-l4731", "avery-l4732"])
@pytest.mark.parametrize("language", ["en", "ar", "th", "zh-cn"])
@pytest.mark.parametrize("caption_at", ["below", "beside"])
def test_a_caption_that_is_too_long_is_cut(opened, paper, caption, caption_at):
    caption *= 25
    opened_page = opened(write("html", paper, 1, caption, caption_at=caption_at, ruler="off"))
    pdf = printed(opened_page)
    label = label_box(PRESETS[paper], 0)
    sheet = page(pdf, dots=600)
    assert sheet.read(label) == text_of(1)
    symbol = sheet.symbol(symbol_box(label, MODULES, caption_at), MODULES) if caption_at == "beside" else None
    if symbol:
        sheet.wipe(symbol.grown(0.05))
        assert sheet.is_white(symbol.grown(QUIET_ZONE * symbol.width / MODULES))
    # Chromium clips at whole pixels.
    sheet.wipe(label.grown(HALF_A_PIXEL - padding(label)))
    assert sheet.ink_box() is None
    # The cut is between lines, not through one.
    heights = opened_page.evaluate(
        "(p => [p.clientHeight, parseFloat(getComputedStyle(p).lineHeight), p.parentNode.clientHeight])(document.querySelector('.caption p'))"
    )
    height, line, room = heights
    assert height / line == pytest.approx(round(height / line), abs=0.1) and height <= room + 1


def test_the_ruler_and_the_marks_are_those_of_the_pdf(opened):
    name = "avery-l7160"
    sheets = [
        page(write("pdf", name, 1, marks="on")),
        page(printed(opened(write("html", name, 1, marks="on")))),
    ]
    for sheet in sheets:
        sheet.wipe(label_box(PRESETS[name], 0))
        ends = [80, 130]
        ticks = [sheet.middle_of_ink(Box(end - 1, 288.5, 2, 1)) for end in ends]
        assert ticks == pytest.approx(ends, abs=TOLERANCE)
    boxes = [sheet.ink_box().edges() for sheet in sheets]
    assert boxes[0] == pytest.approx(boxes[1], abs=0.2)


@pytest.mark.parametrize("size", [(57, 32), (100, 150)])
def test_each_label_of_a_roll_is_a_page(opened, size):
    width, height = size
    pdf = printed(opened(write("html", f"{width}x{height}", 3, "A-#")))
    assert page_sizes(pdf) == [pytest.approx(size, abs=0.3)] * 3
    expected = symbol_box(Box(0, 0, width, height), MODULES, "below")
    for number in (1, 2, 3):
        sheet = page(pdf, number, 600)
        assert sheet.read(Box(0, 0, width, height)) == text_of(number)
        assert sheet.symbol(expected, MODULES).edges() == pytest.approx(expected.edges(), abs=TOLERANCE)


def test_colours_are_printed_and_captions_are_black(opened):
    pdf = printed(opened(write("html", "avery-l7160", 1, "A-#", dark="00287a", light="ffe9a8", ruler="off"), "dark"))
    label = label_box(PRESETS["avery-l7160"], 0)
    sheet = page(pdf, dots=600)
    symbol = symbol_box(label, MODULES, "below")
    assert sheet.read(label) == text_of(1)
    assert 200 < sheet.cut_out(symbol.grown(3 * symbol.width / MODULES)).getpixel((2, 2)) < 250
    sheet.wipe(symbol.grown(4.1 * symbol.width / MODULES))
    assert sheet.picture.getextrema()[0] < 10


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_the_screen_pages_are_white_sheets_one_below_the_other(opened, width, scheme):
    sheet = opened(write("html", "avery-l7160", 30, "A-#"), scheme, width)
    boxes = sheet.evaluate(
        "[...document.querySelectorAll('section')].map(s => (b => [b.top, b.bottom, b.width])(s.getBoundingClientRect()))"
    )
    assert len(boxes) == 2 and boxes[0][1] < boxes[1][0]
    assert [width / 96 * 25.4 for _, _, width in boxes] == pytest.approx([210, 210], abs=0.2)
    colours = sheet.evaluate("[getComputedStyle(document.querySelector('section')).backgroundColor, getComputedStyle(document.body).backgroundColor]")
    assert colours[0] == "rgb(255, 255, 255)" != colours[1]
    assert browser.barriers(sheet) == []
