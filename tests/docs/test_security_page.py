"""What docs/security.md says in numbers."""

import math
import re

from tools.local_api import ROOT

PAGE = " ".join((ROOT / "docs" / "security.md").read_text().split())
FORMAT = (ROOT / "docs" / "ctext-format.md").read_text()
TEMPLATE = (ROOT / "template.yaml").read_text()
LIMIT = 2**32


def chance_of_a_shared_nonce(seals: float) -> int:
    """As a power of two: the bound of the birthday problem for nonces of 96 bits."""
    return round(math.log2(seals**2 / 2**97))


def test_the_figures_of_nonces():
    days = int(re.search(r"^  RotationDays:\n    Type: \w+\n    Default: '?(\d+)'?$", TEMPLATE, re.MULTILINE)[1])
    assert f"{days} days" in PAGE
    assert re.search(rf"\b{LIMIT // (days * 86_400)} seals (a|per) second", PAGE)
    for seals in (LIMIT, days * 1e6):
        assert f"2^{chance_of_a_shared_nonce(seals)}." in PAGE


def test_the_chance_of_a_forgery():
    # SP 800-38D, appendix B: the blocks that are hashed, lengths and associated data included, in 2^128.
    longest_payload = 2953
    blocks = math.ceil(longest_payload / 16) + 2
    assert f"2^{round(math.log2(blocks / 2**128))} for the longest code" in PAGE


def test_the_length_of_a_ctext():
    # As tests/api/test_ctexts.py measures it.
    assert all(f"*n* + {more}" in text for more in (30, 34) for text in (PAGE, FORMAT))
