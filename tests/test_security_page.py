"""What docs/security.md says in numbers, and what it says about codes without a key."""

import math
import re

import local_api
import sealed_qr_reference as reference
from api_client import ctext_of

PAGE = " ".join((local_api.ROOT / "docs" / "security.md").read_text().split())
FORMAT = (local_api.ROOT / "docs" / "ctext-format.md").read_text()
TEMPLATE = (local_api.ROOT / "template.yaml").read_text()
LIMIT = 2**32


def chance_of_a_shared_nonce(seals: float) -> int:
    """As a power of two: the bound of the birthday problem for nonces of 96 bits."""
    return round(math.log2(seals**2 / 2**97))


def test_the_figures_of_nonces():
    days = int(re.search(r"RotationDays:\n    Type: Number\n    Default: (\d+)", TEMPLATE)[1])
    assert f"in the {days} days between two rotations" in PAGE
    assert f"takes {LIMIT // (days * 86_400)} seals a second" in PAGE
    assert f"allows 2^32 seals a key, where that is 2^{chance_of_a_shared_nonce(LIMIT)}." in PAGE
    assert f"a million a day end at 2^{chance_of_a_shared_nonce(days * 1e6)}." in PAGE


def test_the_chance_of_a_forgery():
    # SP 800-38D, appendix B: the blocks that are hashed, lengths and associated data included, in 2^128.
    longest_payload = 2953
    blocks = math.ceil(longest_payload / 16) + 2
    assert f"about 2^{round(math.log2(blocks / 2**128))} for the longest code" in PAGE


def test_a_code_shows_key_expiry_and_length_and_nothing_else(api, keyring):
    payload = '{"id":"A-17","amount":1250}'
    links = [api.create(payload, f"format=json{more}").json["url"] for more in ("", "", "&expires_in=60")]
    first, second, expiring = (reference.from_base64url(ctext_of(link)) for link in links)
    assert len(first) == len(second) == len(payload) + 30 and len(expiring) == len(payload) + 34
    assert all(f"*n* + {more}" in text for more in (30, 34) for text in (PAGE, FORMAT))
    newest = max(map(int, keyring))
    assert [ctext[1] for ctext in (first, second, expiring)] == [newest] * 3
    assert first[2:] != second[2:] and sum(a == b for a, b in zip(first[2:], second[2:])) < 10


def test_opening_is_a_plain_read(api):
    link = api.create('{"id":"A-17","amount":1250}', "format=json").json["url"]
    assert len({api.follow(link).body for _ in range(5)}) == 1
    assert api.follow(f"{link}&utm_source=chat").status == 200
