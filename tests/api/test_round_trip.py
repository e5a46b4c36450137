"""What goes in comes out: from payload to picture to link to payload, and through the second implementation."""

import json
import re

import pytest
from hypothesis import given, strategies as st

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import ctext_of
from tests.support.qr_readers import read

DEEPEST = 127
ENDS = '{"id":"a","amount":1'

PAYLOADS = {
    "white space goes": (' {\n\t"id" : "a b" ,\r\n "amount" : 1 } ', '{"id":"a b","amount":1}'),
    "member order stays": '{"z":1,"amount":1,"a":2,"id":"a","m":3}',
    "non-ASCII": '{"id":"Grüße, 漢字, עברית, 🦀","amount":1,"é":"é"}',
    "escapes stay": r'{"id":"\u00e9\/\\\"\b\f\n\r\t","amount":1}',
    "control characters": r'{"id":"\u0000\u0001\u001f\u007f","amount":1}',
    "surrogate pair": r'{"id":"\ud83e\udd80","amount":1}',
    "noncharacters": '{"id":"\ufffe\uffff\U0010ffff","amount":1}',
    "2^70": '{"id":"a","amount":1180591620717411303424}',
    "a thousand digits": '{"id":"a","amount":' + "9" * 1000 + "}",
    "negative": '{"id":"a","amount":-9223372036854775809}',
    "minus zero": '{"id":"a","amount":-0}',
    "number text": ENDS + ',"n":[1.10,1e400,1E+2,-0.0,1e-400,0.1000000000000000055511151231257827]}',
    "literals": ENDS + ',"n":[true,false,null]}',
    "empty values": '{"id":"","amount":0,"":"","o":{},"l":[],"n":[[],{},""]}',
    "URL and markup characters": '{"id":"a&b=c?d#e%20+<script>\'","amount":1}',
    "deepest arrays": ENDS + ',"n":' + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1) + "}",
    "deepest objects": ENDS + ',"n":' + '{"":' * (DEEPEST - 1) + "0" + "}" * (DEEPEST - 1) + "}",
    "names that differ by case": '{"id":"a","ID":1,"amount":1,"Amount":"b"}',
    "same names in different objects": ENDS + ',"n":[{"id":1},{"id":2}]}',
}


@pytest.mark.parametrize("form, path", [("full", "/api/decrypt/qrcode-details?ctext="), ("compact", "/d/")])
def test_payload_survives(api, keyring, form, path):
    for sent in PAYLOADS.values():
        sent, minified = sent if isinstance(sent, tuple) else (sent, sent)
        picture = api.create(sent, f"link={form}")
        assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
        link = read(picture.body)
        assert re.fullmatch(re.escape(api.base_url + path) + "[0-9]+", link)

        opened = api.follow(link)
        assert (opened.status, opened.headers["content-type"]) == (200, "application/json")
        assert opened.body.decode() == minified

        payload, key_id, expires_at = reference.open_ctext(keyring, reference.from_digits(ctext_of(link)))
        assert (payload.decode(), key_id, expires_at) == (minified, 255, None)


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
    assert reference.open_ctext(keyring, ctext)[0].decode() == minified


def test_no_two_codes_are_the_same(api):
    ctexts = [
        reference.from_base64url(ctext_of(api.create('{"id":"a","amount":1}', "format=json").json["url"]))
        for _ in range(50)
    ]
    assert len({ctext[2:14] for ctext in ctexts}) == 50
    assert len({ctext[14:] for ctext in ctexts}) == 50
