"""Pictures are as large as they promise, wherever they are inserted: in documents, on pages and in drawings.

Programs that are not ours measure them: Pillow, python-docx, img2pdf, pikepdf, poppler and resvg.
"""

import io
import math
import os
import shutil
import subprocess
from xml.etree import ElementTree

import docx
import img2pdf
import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageOps

from tests.support.api_client import PLAIN
from tests.support.qr_readers import read, read_svg, to_png

TEXT = "https://qrcode.example.com/d/7031529648"
MODULES = 29
# In millimetres, which no ruler shows.
TOLERANCE = 0.05
# Options, the width of a module and the width of the picture.
SIZES = {
    "": (0.33, 12.21),
    "module_mm=0.5&margin=0": (0.5, 14.5),
    "module_mm=1.25&margin=1&scale=20": (1.25, 38.75),
    "width_mm=25&scale=20": (0.676, 25),
    "width_mm=74&scale=40": (2, 74),
}


def create(api, form: str, query: str = ""):
    answer = api.post(f"{PLAIN}?format={form}&{query}", '{"value":"%s"}' % TEXT)
    assert answer.status == 200, answer
    return answer


def in_pixels(pdf: bytes, dots_per_inch: int, renderer: str = "pdftoppm") -> Image.Image:
    """The page, drawn by poppler, itself or with cairo."""
    command = {"pdftoppm": ["pdftoppm", "-png", "-r"], "cairo": ["pdftocairo", "-png", "-singlefile", "-r"]}[renderer]
    if not shutil.which(command[0]):
        assert not os.environ.get("CI"), f"CI installs {command[0]}"
        pytest.skip(f"{command[0]} is missing (Debian: apt-get install poppler-utils)")
    command += [str(dots_per_inch), "-", *(["-"] if renderer == "cairo" else [])]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    assert not done.stderr
    return Image.open(io.BytesIO(done.stdout))


def page_size(pdf: bytes) -> list[float]:
    """The width and height of the only page, in millimetres."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (page,) = document.pages
        left, bottom, right, top = map(float, page.mediabox)
    return [(right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4]


def operators(pdf: bytes) -> list[tuple]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        instructions = pikepdf.parse_content_stream(document.pages[0])
    return [(*map(float, operands), str(operator)) for operands, operator in instructions]


def is_square(found, width: float):
    return list(found) == pytest.approx([width, width], abs=TOLERANCE)


@pytest.fixture(params=SIZES)
def size(request):
    return request.param, *SIZES[request.param]


def test_json_says_the_size_in_print(api, size):
    query, module, width = size
    described = create(api, "json", query).json
    assert described["symbol"]["modules"] == MODULES
    assert described["print"] == {"module_mm": module, "width_mm": width}


def test_a_png_tells_its_size(api, size):
    query, _, width = size
    with Image.open(io.BytesIO(create(api, "png", query).body)) as picture:
        dots_per_inch = picture.info["dpi"]
        assert is_square((pixels / dots * 25.4 for pixels, dots in zip(picture.size, dots_per_inch)), width)


def test_a_png_in_a_word_document_has_its_size(api, size):
    query, _, width = size
    shape = docx.Document().add_picture(io.BytesIO(create(api, "png", query).body))
    # Word counts whole dots per inch.
    assert [shape.width.mm, shape.height.mm] == pytest.approx([width, width], rel=0.0015)


def test_a_png_on_a_page_of_img2pdf_has_its_size(api, size):
    query, _, width = size
    assert is_square(page_size(img2pdf.convert(create(api, "png", query).body)), width)


def test_a_drawing_has_its_size_in_millimetres(api, size):
    query, _, width = size
    svg = create(api, "svg", query).body
    root = ElementTree.fromstring(svg)
    assert [root.get("width"), root.get("height")] == [f"{width}mm"] * 2
    assert is_square((pixels / 600 * 25.4 for pixels in Image.open(io.BytesIO(to_png(svg))).size), width)
    if "margin" not in query:
        assert read_svg(svg) == TEXT


def test_a_drawing_has_pixels_if_only_a_scale_is_given(api):
    root = ElementTree.fromstring(create(api, "svg", "scale=5&margin=3").body)
    assert {root.get("width"), root.get("height")} == {"175"} and root.get("viewBox") == "0 0 175 175"


def test_a_page_is_exactly_as_large_as_the_picture(api, size):
    query, _, width = size
    answer = create(api, "pdf", query)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="qrcode.pdf"'
    assert page_size(answer.body) == pytest.approx([width, width], abs=0.0001)
    with pikepdf.open(io.BytesIO(answer.body)) as document:
        assert document.check_pdf_syntax() == [] and document.docinfo == {"/Title": "QR code"}
    assert create(api, "pdf", query).body == answer.body


def test_a_page_is_read_and_measured_as_it_is_printed(api, size):
    query, module, _ = size
    page = ImageOps.expand(in_pixels(create(api, "pdf", query).body, 600), 100, "white")
    (code,) = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text == TEXT
    # Dark where more than half of a dot is.
    left, top, right, bottom = page.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert is_square(((right - left) / 600 * 25.4, (bottom - top) / 600 * 25.4), MODULES * module)


def test_a_sealed_code_is_printed_and_opened(api):
    answer = api.create('{"id":"order-1042","amount":4250}', "format=pdf&ecc=Q&link=compact&width_mm=18")
    assert answer.headers["content-disposition"] == 'inline; filename="sealed-qr.pdf"'
    (code,) = zxingcpp.read_barcodes(in_pixels(answer.body, 300), formats=zxingcpp.BarcodeFormat.QRCode)
    assert api.follow(code.text).body == b'{"id":"order-1042","amount":4250}'


@pytest.mark.parametrize("dots_per_inch", [300, 311, 427])
def test_a_page_has_no_hairlines_where_runs_meet(api, dots_per_inch):
    page = in_pixels(create(api, "pdf", "margin=0").body, dots_per_inch, "cairo").convert("L")
    module = 0.33 / 25.4 * dots_per_inch
    # cairo would show them, because it smooths the edges of each path by itself.
    # The middle of each finder pattern, three modules wide, and its left bar, seven modules high:
    for x, y in [(0, 0), (MODULES - 7, 0), (0, MODULES - 7)]:
        for left, top, right, bottom in [(2, 2, 5, 5), (0, 0, 1, 7)]:
            # Without the dots at the edges.
            begin = [math.ceil((x + left) * module) + 1, math.ceil((y + top) * module) + 1]
            end = [math.floor((x + right) * module) - 1, math.floor((y + bottom) * module) - 1]
            assert page.crop((*begin, *end)).getextrema() == (0, 0), (begin, end)


def test_a_page_has_the_colours_and_leaves_white_to_the_paper(api):
    coloured = create(api, "pdf", "dark=00287a&light=ffe9a8").body
    page = in_pixels(coloured, 600).convert("RGB")
    assert page.getpixel((2, 2)) == (0xFF, 0xE9, 0xA8)
    margin = 4 * page.width // 37
    assert page.getpixel((margin + 4, margin + 4)) == (0x00, 0x28, 0x7A)
    assert [operator for *_, operator in operators(coloured)].count("f") == 2
    assert [operator for *_, operator in operators(create(api, "pdf").body)].count("f") == 1


def test_black_ink_is_the_only_one_if_asked(api):
    printed = operators(create(api, "pdf", "ink=k100").body)
    assert printed[0] == (0, 0, 0, 1, "k")
    assert {operator for *_, operator in printed} == {"k", "cm", "re", "f"}
    assert operators(create(api, "pdf", "ink=rgb").body)[0] == (0, 0, 0, "rg")
    for query in ("format=png&ink=k100", "format=pdf&ink=k100&dark=00287a", "format=pdf&ink=k100&light=ffe9a8"):
        assert "ink" in api.post(f"{PLAIN}?{query}", '{"value":"a"}').problem(400, "invalid-query")["detail"]


def test_all_codes_of_a_series_can_be_equally_large(api):
    for length in (1, 20, 60):
        query = f"{PLAIN}?min_version=5&module_mm=0.4"
        text = "7" * length
        described = api.post(f"{query}&format=json", '{"value":"%s"}' % text).json
        assert described["symbol"]["version"] == 5 and described["print"]["width_mm"] == 18
        assert read(api.post(query, '{"value":"%s"}' % text).body) == text


def test_a_width_that_has_no_room_for_the_modules_is_refused(api):
    body = '{"value":"%s"}' % TEXT
    assert api.post(f"{PLAIN}?width_mm=5&margin=10", body).status == 200
    detail = api.post(f"{PLAIN}?width_mm=5&margin=11", body).problem(413, "symbol-too-dense")["detail"]
    assert "at most 28 " in detail and "width_mm" in detail
