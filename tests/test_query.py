"""Query strings: strict where codes are made, tolerant of strangers where they are opened."""

import pytest

import sealed_qr_reference as reference
from api_client import CREATE, DECRYPT, PLAIN

DRAWING = {"ecc", "scale", "margin", "format", "dark", "light"}
KNOWN = {CREATE: DRAWING | {"link", "expires_in"}, PLAIN: DRAWING}
BODY = '{"id":"a","amount":1}'
BODIES = {CREATE: BODY, PLAIN: '{"value":"a"}'}


@pytest.mark.parametrize("path", [CREATE, PLAIN])
@pytest.mark.parametrize(
    "query",
    [
        "size=8",
        "Scale=8",
        "scale%20=8",
        "scale=8&x",
        "x=1&scale=8",
        "utm_source=mail",
        "%F0%9F%A6%80=1",
        "%ff=1",
        "a" * 3000 + "=1",
    ],
)
def test_unknown_parameters_are_refused_and_the_known_ones_listed(api, path, query):
    detail = api.post(f"{path}?{query}", BODIES[path]).problem(400, "invalid-query")["detail"]
    assert {word.strip(" .,") for word in detail.rpartition(":")[2].split(",")} == KNOWN[path]


def test_a_plain_text_has_no_link(api):
    api.post(f"{PLAIN}?link=full", BODIES[PLAIN]).problem(400, "invalid-query")


@pytest.mark.parametrize("path, name", [(path, name) for path in KNOWN for name in sorted(KNOWN[path])])
def test_repeated_parameters_are_refused(api, path, name):
    value = {
        "ecc": "M",
        "scale": "8",
        "margin": "4",
        "format": "png",
        "dark": "000000",
        "light": "ffffff",
        "link": "full",
        "expires_in": "60",
    }[name]
    assert api.post(f"{path}?{name}={value}", BODIES[path]).status == 200
    for query in (
        f"{name}={value}&{name}={value}",
        f"{name}={value}&{name}=",
        f"{name}={value}&%{ord(name[0]):02x}{name[1:]}={value}",
    ):
        assert name in api.post(f"{path}?{query}", BODIES[path]).problem(400, "invalid-query")["detail"]


NUMBERS = [
    "",
    "-1",
    "1.5",
    "1e1",
    "0x8",
    "8px",
    "eight",
    "%208",
    "8%20",
    "8,",
    "99999999999999999999",
    "٨",
    "NaN",
    "null",
]
BAD_VALUES = {
    "ecc": ["", "X", "LM", "0", "medium", "M%20", "%00", "é"],
    "scale": ["0", "41", "1000", *NUMBERS],
    "margin": ["17", "256", "65536", "4294967300", *NUMBERS],
    "dark": ["", "black", "000", "#000000", "00000g", "0000000", "ffffff"],
    "format": ["", "gif", "PNG%00", "image/png", "jpeg", "png,json"],
}


@pytest.mark.parametrize("path", [CREATE, PLAIN])
@pytest.mark.parametrize("name, value", [(name, value) for name, values in BAD_VALUES.items() for value in values])
def test_bad_values_are_refused_with_the_good_ones(api, path, name, value):
    detail = api.post(f"{path}?{name}={value}".encode("ascii", "backslashreplace").decode(), BODIES[path]).problem(
        400, "invalid-query"
    )["detail"]
    expected = {
        "ecc": ["L", "M", "Q", "H"],
        "scale": ["1", "40"],
        "margin": ["0", "16"],
        "dark": ["dark"],
        "format": ["png", "svg", "json"],
    }[name]
    assert name in detail and all(good in detail for good in expected), detail


@pytest.mark.parametrize("value", ["", "short", "full%20", "both"])
def test_bad_link_forms_are_refused(api, value):
    detail = api.create(BODY, f"link={value}").problem(400, "invalid-query")["detail"]
    assert "full" in detail and "compact" in detail


def test_the_query_is_checked_whatever_the_body(api):
    assert api.create("{", "scale=0").status == 400


def test_ctext_is_required_once(api, keyring):
    text = reference.to_digits(reference.seal(keyring, b"{}"))
    for query in (
        "",
        "ctex=1",
        "CTEXT=1",
        f"ctext={text}&ctext={text}",
        f"ctext={text}&ctext=",
        f"ctext={text}&%63text={text}",
    ):
        assert "ctext" in api.request("GET", f"{DECRYPT}?{query}").problem(400, "invalid-query")["detail"]
    assert api.request("GET", DECRYPT).status == 400
    assert api.request("GET", f"{DECRYPT}?ctext=").status == 400
    assert api.request("GET", f"{DECRYPT}?ctext").status == 400


def test_strangers_beside_the_ctext_are_ignored(api, keyring):
    text = reference.to_digits(reference.seal(keyring, b"{}"))
    for query in (f"ctext={text}&fbclid=1", f"utm_source=a&utm_source=b&ctext={text}", f"&&ctext={text}&%ff=%ff&x"):
        assert api.request("GET", f"{DECRYPT}?{query}").body == b"{}"
    assert api.request("GET", f"/d/{text}?fbclid=1&ctext=1").body == b"{}"
