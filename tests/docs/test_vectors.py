"""The published vectors of the ctext format, held against the second implementation; the Rust tests use them too."""

import json

import pytest

from tests.support import packing_reference as packing, sealed_qr_reference as reference
from tools.local_api import ROOT

FOLDER = ROOT / "tests" / "vectors"
VECTORS = json.loads((FOLDER / "ctext-v1.json").read_text())
KEYRING = VECTORS["keyring"]
# By number, as they are written: the order of their members counts.
MODELS = {
    int(number): schema.text for number, schema in packing.members(packing.parse((FOLDER / "models.json").read_text()))
}


def named(vectors):
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


@pytest.mark.parametrize("vector", named(VECTORS["valid"]))
def test_valid(vector):
    number, payload = vector.get("model"), vector["payload"].encode()
    uses, reveal = vector.get("uses"), vector.get("reveal")
    head = reference.header(vector["key_id"], vector["expires_at"], number is not None, uses)
    packed = reference.plaintext_of(payload, number and (number, MODELS[number]))
    plaintext = (b"\0" if reveal == "on-redeem" else b"") + packed
    ctext = reference.seal_under(head, KEYRING[str(vector["key_id"])], plaintext, bytes.fromhex(vector["nonce"]))
    assert reference.to_digits(ctext) == vector["digits"]
    assert reference.to_base64url(ctext) == vector["base64url"]
    for text in (vector["digits"], vector["base64url"]):
        opened = reference.open_ctext(KEYRING, reference.from_text(text), MODELS)
        assert opened == (payload, vector["key_id"], vector["expires_at"], uses, reveal is not None)
        assert reference.name(reference.from_text(text)) == vector["code"]
    if number is not None:
        assert packed == bytes([number]) + bytes.fromhex(vector["packed"])
        assert len(packed) <= len(payload)


@pytest.mark.parametrize("vector", named(VECTORS["invalid"]))
def test_invalid(vector):
    if vector["failure"] == "expired":
        head, _ = reference.open_plaintext(KEYRING, reference.from_text(vector["text"]))
        assert reference.expiry_of(head) <= VECTORS["now"]
    else:
        with pytest.raises(Exception):
            opened = reference.open_ctext(KEYRING, reference.from_text(vector["text"]), MODELS)
            json.loads(opened.payload)


def test_the_vectors_cover_every_layout():
    kinds, alphabets = set(), set()

    def visit(layout):
        kinds.add(layout[0])
        for inner in layout[1] if layout[0] in ("object", "one-of") else layout[1:] if layout[0] == "array" else ():
            visit(inner[2] if layout[0] == "object" else inner)

    for vector in VECTORS["valid"]:
        if number := vector.get("model"):
            visit(packing.layout_of(MODELS[number]))
            if number == 1 and (bits := f"{int(vector['packed'], 16):0{4 * len(vector['packed'])}b}")[0] == "0":
                # No others, in order, and then the string.
                alphabets |= {int(bits[3:6], 2)} if bits[1:3] == "10" else set()
    assert kinds == {
        "any", "array", "date", "date-time", "enum", "integer", "number", "object", "one-of", "string", "time", "uuid"
    }  # fmt: skip
    assert alphabets == set(range(8))
