"""The page after a scan, as it comes over the wire."""

import json
import re
import time

import pytest
from hypothesis import given, strategies as st

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import BROWSER, DECRYPT, answer_of, ctext_of, gateway_event
from tests.support.page_reader import PageReader, as_read, in_words
from tests.support.payloads import HOSTILE, TICKET
from tests.support.qr_readers import read


@pytest.fixture(scope="module")
def ticket(api) -> str:
    return ctext_of(read(api.create(json.dumps(TICKET), "expires_in=86400").body))


def page_of(api, payload, query: str = "") -> bytes:
    return api.follow(api.create(json.dumps(payload), f"format=json&{query}").json["url"], BROWSER).body


def page_of_no_model(api, keyring, payload) -> bytes:
    """The page of a code that does not say what it is, as those do that were made before there were models."""
    body = payload if isinstance(payload, str) else json.dumps(payload)
    return api.open_compact(reference.to_base64url(reference.seal(keyring, body.encode())), BROWSER).body


def test_both_links_lead_people_to_the_page_and_programs_to_json(api, ticket):
    for open_ctext in (api.open_text, api.open_compact):
        page, for_programs = open_ctext(ticket, BROWSER), open_ctext(ticket)
        assert PageReader(page.body).table == in_words(as_read(TICKET))
        assert all("accept" in answer.headers["vary"].split(", ") for answer in (page, for_programs))
        assert for_programs.json == TICKET


def test_the_header_accept_decides(api, ticket):
    # A client that takes neither gets JSON all the same.
    for accept, media_type in {"*/*": "json", "image/png": "json", "text/html, */*;q=0.8": "html"}.items():
        assert media_type in api.open_text(ticket, {"accept": accept}).headers["content-type"]
        assert media_type in api.open_text("1", {"accept": accept}).headers["content-type"]


def test_the_page_is_light_and_says_nothing_in_its_title(api, ticket):
    page = api.open_text(ticket, BROWSER).body
    assert len(page) < 12_000
    (title,) = re.findall("<title>(.*?)</title>", page.decode())
    assert not any(str(value) in title for value in TICKET.values())


def test_the_expiry_is_shown_in_utc(api):
    at = int(time.time()) + 86400
    seconds = {time.strftime('<time datetime="%Y-%m-%dT%H:%M:%SZ">', time.gmtime(at + wait)) for wait in range(30)}
    page = page_of(api, TICKET, "expires_in=86400").decode()
    assert any(second in page for second in seconds) and " UTC</time>" in page
    assert "<time" not in page_of(api, TICKET).decode()


def test_numbers_and_order_stay_as_received(api, keyring):
    body = '{"z":1.10,"id":"a","amount":1180591620717411303424,"e":[1E400,-0,0.0,1e-7],"b":true}'
    assert PageReader(page_of_no_model(api, keyring, body)).table == [
        ("z", ("literal", "1.10")),
        ("id", "a"),
        ("amount", ("literal", "1180591620717411303424")),
        ("e", [("literal", text) for text in ("1E400", "-0", "0.0", "1e-7")]),
        ("b", ("literal", "true")),
    ]


def test_hostile_text_is_text(api, keyring):
    elements = set(PageReader(page_of_no_model(api, keyring, TICKET)).elements) | {"mark"}
    for text in HOSTILE.values():
        page = page_of_no_model(api, keyring, {"id": text, "amount": 1, text: [text, {text: text}]})
        reader = PageReader(page)
        assert reader.table == as_read({"id": text, "amount": 1, text: [text, {text: text}]})
        assert set(reader.elements) <= elements
        hidden = [character for character in page.decode() if character in "\u202e\u2066\u200f\ufeff\U000e0041\0\r\x85"]
        assert hidden == [], "they are shown by their names"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(values)
def test_the_page_says_what_the_payload_says(api, keyring, value):
    payload = {"id": "a", "amount": 1, "n": value}
    assert PageReader(page_of_no_model(api, keyring, payload)).table == as_read(payload)


def test_what_no_code_could_hold_is_a_page_too(api, keyring):
    payload = {"id": "w" * 10_000, "amount": 1, "n": json.loads("[" * 100 + "]" * 100)}
    ctext = reference.to_base64url(reference.seal(keyring, json.dumps(payload).encode()))
    answer = answer_of(api.invoke("decrypt-ctext", gateway_event("GET", f"/d/{ctext}", "", BROWSER)))
    assert PageReader(answer.body).table == as_read(payload)


def test_problems_are_pages_too(api, keyring):
    expired = reference.to_digits(reference.seal(keyring, json.dumps(TICKET).encode(), expires_at=1))
    for method, path, query, status, slug in (
        ("GET", DECRYPT, "ctext=<script>alert(1)</script>", 400, "invalid-ctext"),
        ("GET", DECRYPT, "a=1", 400, "invalid-query"),
        ("GET", DECRYPT, "ctext=1&ctext=1", 400, "invalid-query"),
        ("GET", DECRYPT, f"ctext={expired}", 410, "expired"),
        ("GET", f"/d/{expired}", "", 410, "expired"),
        ("GET", "/", "", 404, "not-found"),
        ("POST", DECRYPT, "", 405, "method-not-allowed"),
    ):
        answer = answer_of(api.invoke("decrypt-ctext", gateway_event(method, path, query, BROWSER)))
        assert answer.status == status and answer.headers["content-type"].startswith("text/html")
        assert "accept" in answer.headers["vary"].split(", ")
        assert ("allow" in answer.headers) == (status == 405)
        page = answer.body.decode()
        assert PageReader(answer.body).title and f"{slug}, {status}" in page
        assert "alert" not in page and "order-1042" not in page
        assert ('<time datetime="1970-01-01T00:00:01Z">' in page) == (slug == "expired")
