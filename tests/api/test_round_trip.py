"""What goes in comes out: from payload to picture to link to payload, and through the second implementation."""

import json
import re

import pytest
from hypothesis import given, strategies as st

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import ctext_of
from tests.support.qr_readers import read

# Of each kind one; the tests beside the code have more.
EXACT = [
    r'{"z":1,"id":"\u00e9\/\\\"\b\ud83e\udd80 Grüße, 漢字, עברית, 🦀<&>","amount":-0,"ID":"","":{}}',
    '{"id":"a","amount":1180591620717411303424,"n":[1.10,1e400,1E+2,0.1000000000000000055511151231257827,true,null]}',
    '{"id":"a","amount":1,"n":' + "[" * 126 + "]" * 126 + "}",
]
# What is sent, and what comes back.
PAYLOADS = {' {\n\t"id" : "a b" ,\r\n "amount" : 1 } ': '{"id":"a b","amount":1}'} | {text: text for text in EXACT}


@pytest.mark.parametrize("form, path", [("full", "/api/decrypt/qrcode-details?ctext="), ("compact", "/d/")])
def test_payload_survives(api, keyring, form, path):
    for sent, minified in PAYLOADS.items():
        picture = api.create(sent, f"link={form}")
        assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
        link = read(picture.body)
        assert re.fullmatch(re.escape(api.base_url + path) + "[0-9]+", link)

        opened = api.follow(link)
        assert (opened.status, opened.headers["content-type"]) == (200, "application/json")
        assert opened.body.decode() == minified

        opened = reference.open_ctext(keyring, reference.from_digits(ctext_of(link)))
        assert opened == (minified.encode(), 255, None, None, False)


json_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
json_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | json_numbers | json_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_texts, inner, max_size=4),
    max_leaves=12,
)


@given(
    others=st.dictionaries(json_texts, json_values, max_size=4),
    payload_id=json_texts,
    amount=st.integers(),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 1, "\t"]),
)
def test_random_payload_survives(api, keyring, others, payload_id, amount, ascii_only, indent):
    value = others | {"id": payload_id, "amount": amount}
    minified = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))

    created = api.create(json.dumps(value, ensure_ascii=ascii_only, indent=indent), "format=json&ecc=L")

    assert created.status == 200
    assert api.follow(created.json["url"]).body.decode() == minified
    ctext = reference.from_base64url(ctext_of(created.json["url"]))
    assert reference.open_ctext(keyring, ctext).payload.decode() == minified


def test_no_two_codes_are_the_same(api):
    ctexts = [
        reference.from_base64url(ctext_of(api.create('{"id":"a","amount":1}', "format=json").json["url"]))
        for _ in range(50)
    ]
    assert len({ctext[2:14] for ctext in ctexts}) == 50
    assert len({ctext[14:] for ctext in ctexts}) == 50
