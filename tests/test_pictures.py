"""The picture: options, size, headers, and the JSON answer that describes it."""

import base64
import io

import pytest
from PIL import Image

import sealed_qr_reference as reference
from api_client import ctext_of
from qr_readers import read

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


@pytest.mark.parametrize("ecc", "LMQH")
@pytest.mark.parametrize("scale, margin", [(1, 4), (2, 16), (3, 1), (8, 4), (8, 0), (40, 2)])
def test_every_option_gives_a_readable_picture_of_the_right_size(api, ecc, scale, margin):
    query = f"ecc={ecc}&scale={scale}&margin={margin}"
    described = api.create(PAYLOAD, f"{query}&format=json").json
    assert described["symbol"]["ecc"] == ecc

    png = api.create(PAYLOAD, f"{query}&format=png").body
    assert size_of(png) == scale * (described["symbol"]["modules"] + 2 * margin)
    # Readers need the quiet zone, which a margin of nothing leaves to the page around the picture.
    quiet_zone = 4 * scale if margin < 4 else 0
    assert api.follow(read(with_border(png, quiet_zone))).body.decode() == PAYLOAD


def with_border(png: bytes, border: int) -> bytes:
    inner = Image.open(io.BytesIO(png)).convert("L")
    outer = Image.new("L", (inner.width + 2 * border, inner.height + 2 * border), 255)
    outer.paste(inner, (border, border))
    stream = io.BytesIO()
    outer.save(stream, "PNG")
    return stream.getvalue()


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
