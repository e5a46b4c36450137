"""POST /api/qrcode: any text as a QR code, nothing sealed."""

import base64
import json
import re

from hypothesis import given, strategies as st

from tests.support.api_client import PLAIN
from tests.support.qr_readers import read
from tools.local_api import ROOT


TEXTS = [
    "a", "0123456789", "HTTPS://EXAMPLE.ORG/A-B", "https://example.org/?a=b&c=%20#d", "Grüße 漢字 🦀", "two\nlines\ttab",
    '"quotes" \\ and {braces}', " leading and trailing ", "12345ABCDEabcde", "x" * 1000,
]  # fmt: skip


def test_any_text(api):
    for text in TEXTS:
        for body in (json.dumps({"value": text}), json.dumps({"value": text}, ensure_ascii=False)):
            answer = api.post(PLAIN, body)
            assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
            assert answer.headers["content-disposition"] == 'inline; filename="qrcode.png"'
            assert read(answer.body) == text


def test_the_description_tells_which_texts_are_refused(api):
    schemas = json.loads((ROOT / "docs" / "openapi.json").read_text())["components"]["schemas"]
    described = schemas["PlainText"]["properties"]["value"]["pattern"]
    for text in ["\0", "a\0b", "a\n\0"]:
        assert api.post(PLAIN, json.dumps({"value": text})).status == 422
        assert not re.search(described, text)
    assert all(re.search(described, text) for text in TEXTS)


# Readers cut a text off at U+0000, so no code is made of one.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@given(text=st.text(characters, min_size=1, max_size=300), ecc=st.sampled_from("LMQH"))
def test_random_text(api, text, ecc):
    answer = api.post(f"{PLAIN}?ecc={ecc}", json.dumps({"value": text}))
    assert answer.status == 200
    assert read(answer.body) == text


def test_options_and_json(api):
    answer = api.post(f"{PLAIN}?format=json&ecc=H&scale=3&margin=6", '{"value":"a"}')
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json) == {"symbol", "print", "image"}
    assert answer.json["symbol"] == {"version": 1, "modules": 21, "ecc": "H"}
    assert read(base64.b64decode(answer.json["image"].partition(",")[2])) == "a"
