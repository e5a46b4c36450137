"""Up to the limit of the largest symbol, and one byte more."""

import json
import re

import pytest

from tests.support.api_client import PLAIN
from tests.support.qr_readers import read

# Data bits of version 40 (ISO/IEC 18004, table 7) and the segment header of bytes in versions 27 to 40 (table 3).
DATA_BITS = {"L": 23648, "M": 18672, "Q": 13328, "H": 10208}
BYTE_HEADER = 4 + 16


def payload_of(size: int) -> str:
    # No integer is written like this, so the payload is not packed.
    frame = '{"id":"","amount":1.0}'
    return frame.replace('""', f'"{"x" * (size - len(frame))}"')


def numbers(answer) -> set[int]:
    return set(map(int, re.findall(r"\d+", answer.problem(413, "symbol-capacity-exceeded")["detail"])))


@pytest.mark.parametrize("ecc, link", [("L", "full"), ("M", "compact"), ("Q", "full"), ("H", "compact")])
def test_the_largest_payload_fits_and_one_byte_more_does_not(api, ecc, link):
    query = f"ecc={ecc}&link={link}"
    (limit,) = numbers(api.create(payload_of(5000), query)) - {5000}
    fits = api.create(payload_of(limit), f"{query}&scale=3")
    assert api.follow(read(fits.body)).body.decode() == payload_of(limit)
    assert numbers(api.create(payload_of(limit + 1), query)) >= {limit, limit + 1}
    # White space does not count.
    assert api.create(payload_of(limit).replace(",", "," + 200 * " "), query).status == 200


@pytest.mark.parametrize("ecc", DATA_BITS)
def test_the_largest_text_fits_and_one_byte_more_does_not(api, ecc):
    limit = (DATA_BITS[ecc] - BYTE_HEADER) // 8
    fits = api.post(f"{PLAIN}?ecc={ecc}&scale=3", json.dumps({"value": "x" * limit}))
    assert read(fits.body) == "x" * limit
    assert numbers(api.post(f"{PLAIN}?ecc={ecc}", json.dumps({"value": "x" * (limit + 1)}))) >= {limit, limit + 1}
