"""Up to the limit of the largest symbol, and one byte more."""

import json
import re

import pytest

from api_client import CREATE, PLAIN
from qr_readers import read

# Data bits of version 40 (ISO/IEC 18004, table 7) and the segment headers of versions 27 to 40 (table 3).
DATA_BITS = {"L": 23648, "M": 18672, "Q": 13328, "H": 10208}
BYTE_HEADER, NUMERIC_HEADER = 4 + 16, 4 + 14
CTEXT_OVERHEAD = 2 + 12 + 16


def payload_of(size: int) -> str:
    frame = '{"id":"","amount":1}'
    return frame.replace('""', f'"{"x" * (size - len(frame))}"')


def largest_payload(prefix: str, ecc: str) -> int:
    bits = DATA_BITS[ecc] - BYTE_HEADER - 8 * len(prefix) - NUMERIC_HEADER
    digits = bits // 10 * 3 + {7: 2, 8: 2, 9: 2, 4: 1, 5: 1, 6: 1}.get(bits % 10, 0)
    chunks, rest = divmod(digits, 17)
    return (
        chunks * 7 + max(size for size, width in enumerate((0, 3, 5, 8, 10, 13, 15)) if width <= rest) - CTEXT_OVERHEAD
    )


def limit_by_the_answer(api, ecc: str, form: str) -> int:
    problem = api.create(payload_of(5000), f"ecc={ecc}&link={form}").problem(413, "symbol-capacity-exceeded")
    (limit,) = set(map(int, re.findall(r"\d+", problem["detail"]))) - {5000}
    assert f"ecc={ecc}" in problem["detail"]
    return limit


@pytest.mark.parametrize("ecc", DATA_BITS)
@pytest.mark.parametrize("form", ["full", "compact"])
def test_the_largest_payload_fits_and_one_byte_more_does_not(api, ecc, form):
    limit = limit_by_the_answer(api, ecc, form)

    fits = api.create(payload_of(limit), f"ecc={ecc}&link={form}&scale=3")
    assert fits.status == 200
    assert api.follow(read(fits.body)).body.decode() == payload_of(limit)

    problem = api.create(payload_of(limit + 1), f"ecc={ecc}&link={form}").problem(413, "symbol-capacity-exceeded")
    assert {str(limit + 1), str(limit)} <= set(re.findall(r"\d+", problem["detail"])), problem


@pytest.mark.parametrize("ecc", DATA_BITS)
@pytest.mark.parametrize("form, path", [("full", "/api/decrypt/qrcode-details?ctext="), ("compact", "/d/")])
def test_the_limit_is_what_the_largest_symbol_holds(api, ecc, form, path):
    # The link as bytes, then the ctext as digits: no encoder has to do worse.
    assert limit_by_the_answer(api, ecc, form) >= largest_payload(api.base_url + path, ecc)


def test_white_space_does_not_count(api):
    spaced = json.dumps(json.loads(payload_of(limit_by_the_answer(api, "H", "compact"))), indent=200)
    assert api.create(spaced, "ecc=H&link=compact").status == 200


@pytest.mark.parametrize("ecc", DATA_BITS)
def test_the_largest_text_fits_and_one_byte_more_does_not(api, ecc):
    limit = (DATA_BITS[ecc] - BYTE_HEADER) // 8
    fits = api.post(f"{PLAIN}?ecc={ecc}&scale=3", json.dumps({"value": "x" * limit}))
    assert read(fits.body) == "x" * limit
    problem = api.post(f"{PLAIN}?ecc={ecc}", json.dumps({"value": "x" * (limit + 1)})).problem(
        413, "symbol-capacity-exceeded"
    )
    assert {str(limit + 1), str(limit)} <= set(re.findall(r"\d+", problem["detail"])), problem


@pytest.mark.parametrize("path, body", [(CREATE, '{"id":"a","amount":1}'), (PLAIN, '{"value":"a"}')])
def test_bodies_up_to_16_kib_are_read(api, path, body):
    assert api.post(path, body.ljust(16 * 1024)).status == 200
    for size in (16 * 1024 + 1, 100_000):
        problem = api.post(path, body.ljust(size)).problem(413, "body-too-large")
        assert "16384" in problem["detail"]
