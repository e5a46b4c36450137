"""The published vectors of the ctext format, held against the second implementation; the Rust tests use them too."""

import json

import pytest

from tests.support import sealed_qr_reference as reference
from tools.local_api import ROOT

VECTORS = json.loads((ROOT / "tests" / "vectors" / "ctext-v1.json").read_text())
KEYRING = VECTORS["keyring"]


def named(vectors):
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


@pytest.mark.parametrize("vector", named(VECTORS["valid"]))
def test_valid(vector):
    head = reference.header(vector["key_id"], vector["expires_at"])
    payload = vector["payload"].encode()
    ctext = reference.seal_under(head, KEYRING[str(vector["key_id"])], payload, bytes.fromhex(vector["nonce"]))
    assert reference.to_digits(ctext) == vector["digits"]
    assert reference.to_base64url(ctext) == vector["base64url"]
    for text in (vector["digits"], vector["base64url"]):
        opened = reference.open_ctext(KEYRING, reference.from_text(text))
        assert opened == (payload, vector["key_id"], vector["expires_at"])


@pytest.mark.parametrize("vector", named(VECTORS["invalid"]))
def test_invalid(vector):
    if vector["failure"] == "expired":
        _, _, expires_at = reference.open_ctext(KEYRING, reference.from_text(vector["text"]))
        assert expires_at <= VECTORS["now"]
    else:
        with pytest.raises(Exception):
            payload, _, _ = reference.open_ctext(KEYRING, reference.from_text(vector["text"]))
            json.loads(payload)
