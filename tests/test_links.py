"""Where links lead: to PUBLIC_BASE_URL or the gateway's own name, never to a name that the caller sends."""

import json

import pytest

import sealed_qr_reference as reference
from api_client import CREATE, JSON, answer_of, ctext_of, gateway_event
from fakes import Function, LambdaRuntime
from qr_readers import read

PAYLOAD = '{"id":"a","amount":1}'


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "X-Forwarded-Host",
        "X-Original-Host",
        "Forwarded",
        "X-Forwarded-Proto",
        "X-Forwarded-Prefix",
        "Origin",
        "Referer",
    ],
)
def test_headers_do_not_change_links(api, name):
    value = {"Forwarded": "host=evil.example;proto=https", "X-Forwarded-Proto": "evil"}.get(name, "evil.example")
    headers = JSON | {name: value}
    for form in ("full", "compact"):
        answer = api.create(PAYLOAD, f"format=json&link={form}", headers=headers)
        assert answer.json["url"].startswith(api.base_url + "/")
        assert b"evil" not in answer.body
        assert read(api.create(PAYLOAD, f"link={form}", headers=headers).body).startswith(api.base_url + "/")


@pytest.mark.parametrize(
    "setting, stage, expected",
    [
        ("", "$default", "https://gateway.example"),
        ("", "prod", "https://gateway.example/prod"),
        ("https://qr.example/base", "prod", "https://qr.example/base"),
        ("https://qr.example/", "$default", "https://qr.example"),
    ],
)
def test_base_url(binaries, sample_keyring, tmp_path, setting, stage, expected):
    environment = {"KEYRING": json.dumps(sample_keyring), "PUBLIC_BASE_URL": setting}
    path = CREATE if stage == "$default" else f"/{stage}{CREATE}"
    headers = JSON | {"host": "evil.example", "x-forwarded-host": "evil.example"}
    event = gateway_event("POST", path, "format=json", headers, PAYLOAD.encode(), "gateway.example", stage)
    with LambdaRuntime() as runtime, Function(binaries["create-qr"], runtime, tmp_path / "log", environment):
        kind, result = runtime.invoke(event)
    assert kind == "response"
    url = answer_of(result).json["url"]
    assert url == f"{expected}/api/decrypt/qrcode-details?ctext={ctext_of(url)}"


def test_a_named_stage_opens(binaries, sample_keyring, tmp_path):
    text = reference.to_digits(reference.seal(sample_keyring, b"{}"))
    with (
        LambdaRuntime() as runtime,
        Function(binaries["decrypt-ctext"], runtime, tmp_path / "log", {"KEYRING": json.dumps(sample_keyring)}),
    ):
        for path, query in (("/prod/api/decrypt/qrcode-details", f"ctext={text}"), (f"/prod/d/{text}", "")):
            kind, result = runtime.invoke(gateway_event("GET", path, query, stage="prod"))
            assert (kind, answer_of(result).body) == ("response", b"{}")
