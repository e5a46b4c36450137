"""Pictures as they come over the wire: every combination of options, read back by readers that are not ours."""

import base64
import io
import re
from itertools import product
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageOps

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import JSON, PLAIN, ctext_of
from tests.support.qr_readers import read, to_png

PAYLOAD = '{"id":"order-1042","amount":4250}'
TEXT = "Zoë: 12 €, 東京"
PALETTES = {
    "default": ("", (0, 0, 0), (255, 255, 255)),
    "blue on cream": ("&dark=00287a&light=FFE9A8", (0x00, 0x28, 0x7A), (0xFF, 0xE9, 0xA8)),
    "least contrast": ("&dark=949494&light=ffffff", (0x94, 0x94, 0x94), (255, 255, 255)),
    "dark ground": ("&dark=000000&light=6080ff", (0, 0, 0), (0x60, 0x80, 0xFF)),
}
QUIET_ZONE = 4


def pixels(answer, form: str) -> bytes:
    match form:
        case "png":
            return answer.body
        case "svg":
            return to_png(answer.body)
        case "json":
            return base64.b64decode(answer.json["image"].removeprefix("data:image/png;base64,"), validate=True)


def check(png: bytes, scale: int, margin: int, palette: str) -> str:
    """The text, read after the quiet zone is made whole: a small margin leaves it to the page around the picture."""
    _, dark, light = PALETTES[palette]
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    modules, rest = divmod(picture.width, scale)
    assert picture.height == picture.width and rest == 0 and (modules - 2 * margin - 17) % 4 == 0
    assert {colour for _, colour in picture.getcolors(4)} == {dark, light}
    picture = ImageOps.expand(picture, max(0, QUIET_ZONE - margin) * scale, light)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return read(stream.getvalue())


# Scale and margin. Drawing is the same code at every scale, so its extremes need not meet every other option.
MEDIUM, EXTREME = [(8, 4), (8, 0), (8, 16)], [(1, 0), (1, 4), (40, 0), (40, 16)]


@pytest.mark.slow
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("form", ["png", "svg", "json"])
def test_sealed_codes(api, form, palette):
    combinations = [*product("LMQH", ["full", "compact"], ["", "&expires_in=600"], MEDIUM)]
    combinations += [("M", "full", "", size) for size in EXTREME]
    for ecc, link, expiry, (scale, margin) in combinations:
        query = f"format={form}&ecc={ecc}&link={link}&scale={scale}&margin={margin}{expiry}{PALETTES[palette][0]}"
        answer = api.create(PAYLOAD, query)
        assert answer.status == 200, answer
        text = check(pixels(answer, form), scale, margin, palette)
        assert ("/d/" in text) == (link == "compact"), query
        assert api.follow(text).body.decode() == PAYLOAD, query


@pytest.mark.slow
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("form", ["png", "svg", "json"])
def test_plain_codes(api, form, palette):
    for ecc, (scale, margin) in [*product("LMQH", MEDIUM), *product("M", EXTREME)]:
        query = f"format={form}&ecc={ecc}&scale={scale}&margin={margin}{PALETTES[palette][0]}"
        answer = api.post(f"{PLAIN}?{query}", '{"value":"%s"}' % TEXT)
        assert answer.status == 200, answer
        assert check(pixels(answer, form), scale, margin, palette) == TEXT, query


def test_the_header_accept_decides_where_no_format_is_named(api):
    media_types = {
        "png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf", "json": "application/json"
    }  # fmt: skip
    accepts = media_types | {"png": "*/*", "svg": "text/html, image/svg+xml;q=0.9, */*;q=0.1"}
    for form, accept in accepts.items():
        headers = JSON | {"accept": accept}
        assert api.create(PAYLOAD, headers=headers).headers["content-type"] == media_types[form]
        assert api.create(PAYLOAD, "format=svg", headers=headers).headers["content-type"] == "image/svg+xml"
    detail = api.create(PAYLOAD, headers=JSON | {"accept": "text/html"}).problem(406, "not-acceptable")["detail"]
    assert all(media_type in detail for media_type in media_types.values())


def test_a_picture_is_black_and_white_with_one_bit_per_pixel(api):
    answer = api.create(PAYLOAD)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="sealed-qr.png"'
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.body[24] == 1, "the bit depth in IHDR"
    assert Image.open(io.BytesIO(answer.body)).convert("L").getextrema() == (0, 255)


def test_json_describes_the_same_kind_of_code(api, keyring):
    answer = api.create(PAYLOAD, "format=json")
    assert answer.headers["content-type"] == "application/json"
    described = answer.json
    assert set(described) == {"url", "name", "model", "payload", "expires_at", "uses", "symbol", "print", "image"}
    assert described["expires_at"] is None

    symbol = described["symbol"]
    assert symbol == {"version": symbol["version"], "modules": 17 + 4 * symbol["version"], "ecc": "M"}
    png = pixels(answer, "json")
    assert Image.open(io.BytesIO(png)).size == (8 * (symbol["modules"] + 8),) * 2

    # One ctext, in the densest text of each medium.
    in_text = reference.from_base64url(ctext_of(described["url"]))
    in_picture = reference.from_digits(ctext_of(read(png)))
    assert in_text == in_picture
    assert reference.open_ctext(keyring, in_text).payload.decode() == PAYLOAD


def test_digits_and_the_compact_link_give_the_smallest_symbols(api):
    forty_bytes = '{"id":"order-1042-abcdef","amount":4250}'
    assert len(forty_bytes) == 40
    full, compact = (
        api.create(forty_bytes, f"format=json&link={form}").json["symbol"]["modules"] for form in ("full", "compact")
    )
    assert compact < full <= 49


def test_an_svg_is_drawn_like_the_png(api):
    # Nothing is sealed, so both hold the same symbol.
    query = "ecc=Q&scale=7&margin=5&dark=123456&light=fedcba"
    body = '{"value":"Hello, world"}'
    svg = api.post(f"{PLAIN}?{query}&format=svg", body)
    png = api.post(f"{PLAIN}?{query}&format=png", body)
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.headers["content-disposition"] == 'inline; filename="qrcode.svg"'
    drawn, written = (Image.open(io.BytesIO(content)).convert("RGB") for content in (to_png(svg.body), png.body))
    assert drawn.size == written.size
    assert drawn.tobytes() == written.tobytes()


def test_an_svg_says_what_it_is(api):
    root = ElementTree.fromstring(api.create(PAYLOAD, "format=svg").body)
    namespace = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{namespace}svg" and root.get("role") == "img"
    assert [child.tag for child in root] == [f"{namespace}title", f"{namespace}path", f"{namespace}path"]
    assert root[0].text == "QR code"


def test_an_svg_is_smaller_than_a_rectangle_for_each_run_of_modules(api):
    svg = api.post(f"{PLAIN}?format=svg&margin=0&scale=8", '{"value":"%s"}' % ("0123456789" * 20)).body
    pixels = Image.open(io.BytesIO(to_png(svg))).convert("1").resize((45, 45), Image.Resampling.NEAREST)
    rows = ["".join("#" if pixels.getpixel((x, y)) == 0 else " " for x in range(45)) for y in range(45)]
    runs = [(run.start(), y, len(run.group())) for y, row in enumerate(rows) for run in re.finditer("#+", row)]
    assert len(svg) < 0.8 * len("".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs))
