"""Whose service it is, as its pages say: the brand of the deployment, or the host."""

import json
import re

import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import BROWSER, gateway_event

BRAND = {
    "BRAND_NAME": "Bühne & <Söhne>",
    "BRAND_COLOUR": "#7a1f5c",
    "BRAND_HELP_URL": "https://www.example.org/help?a=1&b=2",
    "BRAND_PRIVACY_URL": "https://www.example.org/privacy",
    "BRAND_FOOTER": "Box office: 030 123456",
}
BASE = {"PUBLIC_BASE_URL": "https://qr.example.org/codes"}


def page(start, keyring, name: str, path: str, **settings: str) -> str:
    function = start(name, KEYRING=json.dumps(keyring), **settings)
    return function.answer(gateway_event("GET", path, "", BROWSER)).body.decode()


def test_pages_say_whose_service_it_is(start, keyring):
    code = f"/d/{reference.to_digits(reference.seal(keyring, b'{}'))}"
    for path in (code, "/d/123"):
        html = page(start, keyring, "decrypt-ctext", path, **BRAND, **BASE)
        assert "<header><bdi>Bühne &amp; &lt;Söhne&gt;</bdi></header>" in html
        assert "--accent:#7a1f5c" in html and "Box office: 030 123456" in html
        links = re.findall(r'<a href="([^"]*)" rel="noopener noreferrer">(\w+)</a>', html)
        assert links == [
            ("https://www.example.org/help?a=1&amp;b=2", "Help"), ("https://www.example.org/privacy", "Privacy"),
        ]  # fmt: skip
        # Whatever the brand says, the address decides.
        assert '<bdi dir="ltr">https://qr.example.org/codes/</bdi>' in html
    console = page(start, keyring, "create-qr", "/api", **BRAND, **BASE)
    assert "<h1>Bühne &amp; &lt;Söhne&gt;</h1>" in console and "--accent:#7a1f5c" in console


def test_without_a_brand_pages_name_their_host_and_nobody_else(start, keyring):
    for name, path in (("decrypt-ctext", "/d/123"), ("create-qr", "/api")):
        html = page(start, keyring, name, path, **BASE)
        assert "qr.example.org" in html and "Sealed QR" not in html and "--accent:" not in html


@pytest.mark.parametrize("name", ["create-qr", "decrypt-ctext"])
@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("BRAND_COLOUR", "#ffcc00", "take the same colour with a lightness of 2"),
        ("BRAND_COLOUR", "gold", "not a colour of the form #rrggbb"),
        ("BRAND_NAME", "x" * 41, "BRAND_NAME is not one line of at most 40 characters"),
        ("BRAND_HELP_URL", "javascript:alert(1)", "BRAND_HELP_URL is not the address of a page"),
    ],
)
def test_a_brand_that_cannot_be_shown_is_refused_at_start(start, keyring, name, setting, value, remedy):
    function = start(name, KEYRING=json.dumps(keyring), **{setting: value})
    assert function.process.wait(timeout=20) == 1
    (line,) = function.lines()
    assert setting in line and remedy in line
