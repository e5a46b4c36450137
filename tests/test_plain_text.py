"""POST /api/qrcode: any text as a QR code, nothing sealed."""

import base64
import json

import pytest
from hypothesis import given, strategies as st

from api_client import PLAIN
from qr_readers import read


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "0123456789",
        "HTTPS://EXAMPLE.ORG/A-B",
        "https://example.org/?a=b&c=%20#d",
        "Grüße 漢字 🦀",
        "two\nlines\ttab",
        '"quotes" \\ and {braces}',
        " leading and trailing ",
        "12345ABCDEabcde",
        "x" * 1000,
    ],
)
def test_any_text(api, text):
    for body in (json.dumps({"value": text}), json.dumps({"value": text}, ensure_ascii=False)):
        answer = api.post(PLAIN, body)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["content-disposition"] == 'inline; filename="qrcode.png"'
        assert read(answer.body) == text


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300), ecc=st.sampled_from("LMQH"))
def test_random_text(running_api, text, ecc):
    answer = running_api.post(f"{PLAIN}?ecc={ecc}", json.dumps({"value": text}))
    assert answer.status == 200
    assert read(answer.body) == text


def test_options_and_json(api):
    answer = api.post(f"{PLAIN}?format=json&ecc=H&scale=3&margin=6", '{"value":"a"}')
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json) == {"symbol", "image"}
    assert answer.json["symbol"] == {"version": 1, "modules": 21, "ecc": "H"}
    assert read(base64.b64decode(answer.json["image"].partition(",")[2])) == "a"


@pytest.mark.parametrize(
    "body, pointer",
    [
        ("{}", "/value"),
        ('{"value":""}', "/value"),
        ('{"value":1}', "/value"),
        ('{"value":null}', "/value"),
        ('{"value":["a"]}', "/value"),
        ('{"value":"a","other":1}', "/other"),
        ('{"value":"a","a/b~c":1}', "/a~1b~0c"),
        ('{"Value":"a"}', "/value"),
    ],
)
def test_other_bodies(api, body, pointer):
    errors = api.post(PLAIN, body).problem(422, "payload-model-violated")["errors"]
    assert pointer in {error["pointer"] for error in errors}
