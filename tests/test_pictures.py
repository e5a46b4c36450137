"""The picture: options, size, headers, and the JSON answer that describes it."""

import base64
import io
import re
from xml.etree import ElementTree

from PIL import Image

import sealed_qr_reference as reference
from api_client import ctext_of
from qr_readers import read, to_png

PAYLOAD = '{"id":"order-1042","amount":4250}'


def size_of(png: bytes) -> int:
    picture = Image.open(io.BytesIO(png))
    assert picture.width == picture.height
    return picture.width


def test_headers_of_the_picture(api):
    answer = api.create(PAYLOAD)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="sealed-qr.png"'
    assert answer.headers["content-length"] == str(len(answer.body))


def test_picture_is_black_and_white_with_one_bit_a_pixel(api):
    png = api.create(PAYLOAD).body
    assert png[24] == 1, "the bit depth in IHDR"
    assert Image.open(io.BytesIO(png)).convert("L").getextrema() == (0, 255)


def test_json_describes_the_same_kind_of_code(api, keyring):
    answer = api.create(PAYLOAD, "format=json")
    assert answer.headers["content-type"] == "application/json"
    described = answer.json
    assert set(described) == {"url", "expires_at", "symbol", "image"}
    assert described["expires_at"] is None

    symbol = described["symbol"]
    assert set(symbol) == {"version", "modules", "ecc"}
    assert symbol["modules"] == 17 + 4 * symbol["version"]
    assert symbol["ecc"] == "M"

    head, _, data = described["image"].partition(",")
    assert head == "data:image/png;base64"
    png = base64.b64decode(data, validate=True)
    assert size_of(png) == 8 * (symbol["modules"] + 8)

    # One ctext, in the densest text of each medium.
    in_text = reference.from_base64url(ctext_of(described["url"]))
    in_picture = reference.from_digits(ctext_of(read(png)))
    assert in_text == in_picture
    assert reference.open_ctext(keyring, in_text)[0].decode() == PAYLOAD


def test_more_error_correction_never_makes_the_symbol_smaller(api):
    versions = [api.create(PAYLOAD, f"format=json&ecc={ecc}").json["symbol"]["version"] for ecc in "LMQH"]
    assert versions == sorted(versions) and versions[0] < versions[-1]


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
    svg = api.post(f"/api/qrcode?{query}&format=svg", body)
    png = api.post(f"/api/qrcode?{query}&format=png", body)
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
    svg = api.post("/api/qrcode?format=svg&margin=0", '{"value":"%s"}' % ("0123456789" * 20)).body
    pixels = Image.open(io.BytesIO(to_png(svg))).convert("1").resize((45, 45), Image.Resampling.NEAREST)
    rows = ["".join("#" if pixels.getpixel((x, y)) == 0 else " " for x in range(45)) for y in range(45)]
    runs = [(run.start(), y, len(run.group())) for y, row in enumerate(rows) for run in re.finditer("#+", row)]
    assert len(svg) < 0.8 * len("".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs))
