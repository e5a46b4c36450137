"""Every combination of options gives a picture that independent readers read back, of the size and in the colours asked for."""

import base64
import io
from itertools import product

import pytest
from PIL import Image, ImageOps

from api_client import PLAIN
from qr_readers import read, to_png

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


# Drawing is the same code at every size, so the extremes of scale need not meet every other option.
SIZES = [(8, 4), (8, 0), (8, 16), (1, 0), (1, 4), (40, 0), (40, 16)]
MEDIUM = [size for size in SIZES if size[0] == 8]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("form", ["png", "svg", "json"])
def test_sealed_codes(api, form, palette):
    combinations = [(*others, size) for size in MEDIUM for others in product("LMQH", ["full", "compact"], ["", "&expires_in=600"])]
    combinations += [("M", "full", "", size) for size in SIZES if size not in MEDIUM]
    for ecc, link, expiry, (scale, margin) in combinations:
        query = f"format={form}&ecc={ecc}&link={link}&scale={scale}&margin={margin}{expiry}{PALETTES[palette][0]}"
        answer = api.create(PAYLOAD, query)
        assert answer.status == 200, answer
        text = check(pixels(answer, form), scale, margin, palette)
        assert ("/d/" in text) == (link == "compact"), query
        assert api.follow(text).body.decode() == PAYLOAD, query


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("form", ["png", "svg", "json"])
def test_plain_codes(api, form, palette):
    for ecc, (scale, margin) in product("LMQH", SIZES):
        query = f"format={form}&ecc={ecc}&scale={scale}&margin={margin}{PALETTES[palette][0]}"
        answer = api.post(f"{PLAIN}?{query}", '{"value":"%s"}' % TEXT)
        assert answer.status == 200, answer
        assert check(pixels(answer, form), scale, margin, palette) == TEXT, query


@pytest.mark.parametrize(
    "accept, media_type",
    [
        (None, "image/png"),
        ("*/*", "image/png"),
        ("image/*", "image/png"),
        ("image/svg+xml", "image/svg+xml"),
        ("application/json", "application/json"),
        ("image/png;q=0.1, application/json;q=0.2", "application/json"),
        ("text/html, image/svg+xml;q=0.9, */*;q=0.1", "image/svg+xml"),
        ("not a media type", "image/png"),
    ],
)
def test_the_header_accept_decides_where_no_format_is_named(api, accept, media_type):
    headers = {"content-type": "application/json"} | ({} if accept is None else {"accept": accept})
    assert api.create(PAYLOAD, headers=headers).headers["content-type"] == media_type
    assert api.create(PAYLOAD, "format=svg", headers=headers).headers["content-type"] == "image/svg+xml"


def test_who_accepts_no_format_is_told(api):
    headers = {"content-type": "application/json", "accept": "text/html"}
    detail = api.create(PAYLOAD, headers=headers).problem(406, "not-acceptable")["detail"]
    assert all(media_type in detail for media_type in ("image/png", "image/svg+xml", "application/json"))


@pytest.mark.parametrize("query", ["dark=ffffff&light=000000", "dark=999999", "light=555555", "dark=abc", "dark=%23000000", "light=white", "light="])
def test_colours_that_readers_cannot_tell_apart_or_that_are_none_are_refused(api, query):
    api.create(PAYLOAD, query).problem(400, "invalid-query")
