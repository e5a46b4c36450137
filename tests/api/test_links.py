"""Where links lead: to PUBLIC_BASE_URL or the gateway's own name, never to a name that the caller sends."""

import json

import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, JSON, ctext_of, gateway_event
from tests.support.qr_readers import read

PAYLOAD = '{"id":"a","amount":1}'
NAMES = ["Host", "X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Prefix", "Origin", "Referer"]
FORGED = dict.fromkeys(NAMES, "evil.example")
FORGED |= {"Forwarded": "host=evil.example;proto=https", "X-Forwarded-Proto": "evil"}


@pytest.mark.parametrize("form", ["full", "compact"])
def test_headers_do_not_change_links(api, form):
    for headers in [FORGED, *({name: value} for name, value in FORGED.items())]:
        answer = api.create(PAYLOAD, f"format=json&link={form}", headers=JSON | headers)
        assert answer.json["url"].startswith(api.base_url + "/")
        assert b"evil" not in answer.body
    assert read(api.create(PAYLOAD, f"link={form}", headers=JSON | FORGED).body).startswith(api.base_url + "/")


@pytest.mark.parametrize(
    "setting, stage, expected",
    [
        ("", "$default", "https://gateway.example"),
        ("", "prod", "https://gateway.example/prod"),
        ("https://qr.example/base", "prod", "https://qr.example/base"),
        ("https://qr.example/", "$default", "https://qr.example"),
    ],
)
def test_base_url(start, sample_keyring, setting, stage, expected):
    path = CREATE if stage == "$default" else f"/{stage}{CREATE}"
    headers = JSON | {"host": "evil.example", "x-forwarded-host": "evil.example"}
    event = gateway_event("POST", path, "format=json", headers, PAYLOAD.encode(), "gateway.example", stage)
    function = start("create-qr", KEYRING=json.dumps(sample_keyring), PUBLIC_BASE_URL=setting)
    url = function.answer(event).json["url"]
    assert url == f"{expected}/api/decrypt/qrcode-details?ctext={ctext_of(url)}"


def test_a_named_stage_opens(start, sample_keyring):
    text = reference.to_digits(reference.seal(sample_keyring, b"{}"))
    function = start("decrypt-ctext", KEYRING=json.dumps(sample_keyring))
    for path, query in (("/prod/api/decrypt/qrcode-details", f"ctext={text}"), (f"/prod/d/{text}", "")):
        assert function.answer(gateway_event("GET", path, query, stage="prod")).body == b"{}"
