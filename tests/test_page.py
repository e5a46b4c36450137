"""The page after a scan, as it comes over the wire."""

import json
import time

import pytest
from hypothesis import given, strategies as st

import sealed_qr_reference as reference
from api_client import BROWSER, DECRYPT, answer_of, ctext_of, gateway_event
from page_reader import PageReader, as_read
from qr_readers import read

TICKET = {
    "id": "order-1042",
    "amount": 4250,
    "event": "Harbour Concert",
    "date": "2026-12-05",
    "seats": ["12A", "12B"],
    "holder": {"name": "Amina Yusuf", "member": True},
    "note": None,
}
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "the end of a script": "</script></style></title></pre><script>alert(1)</script>",
    "a comment": "<!-- --!> <![CDATA[ ]]> &lt;b&gt; &amp;amp; &#60;",
    "quotes": "\"'`${alert(1)}{{alert(2)}}\\",
    "bidi controls": "abc\u202edef\u2066ghi\u2069\u200f",
    "NUL": "a\0b",
    "every control": "".join(map(chr, [*range(32), *range(127, 160)])),
    "a long word": "x" * 300,
    "a script of the right": "مرحبا بالعالم (1) <b>",
    "hidden text": "\U000e0041\U000e0042\ufeff\u200b\u00ad",
    "beyond the plane": "😀\uffff\U0010ffff",
}


@pytest.fixture(scope="module")
def ticket(api_of_module) -> str:
    return ctext_of(read(api_of_module.create(json.dumps(TICKET), "expires_in=86400").body))


@pytest.fixture(scope="module")
def api_of_module(running_api):
    return running_api


def page_of(api, payload, query: str = "") -> bytes:
    body = payload if isinstance(payload, str) else json.dumps(payload)
    return api.follow(api.create(body, f"format=json&{query}").json["url"], BROWSER).body


def test_both_links_lead_people_to_the_page_and_programs_to_json(api, ticket):
    for open_ctext in (api.open_text, api.open_compact):
        page, for_programs = open_ctext(ticket, BROWSER), open_ctext(ticket)
        assert PageReader(page.body).table == as_read(TICKET)
        assert all("accept" in answer.headers["vary"].split(", ") for answer in (page, for_programs))
        assert for_programs.json == TICKET


@pytest.mark.parametrize(
    "accept, media_type",
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html", "application/json"),
        # Who takes neither gets JSON all the same.
        ("image/png", "application/json"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/html, */*", "text/html; charset=utf-8"),
        ("text/html, */*;q=0.8", "text/html; charset=utf-8"),
        ("application/json;q=0.2, text/html", "text/html; charset=utf-8"),
    ],
)
def test_the_header_accept_decides(api, ticket, accept, media_type):
    assert api.open_text(ticket, {"accept": accept}).headers["content-type"] == media_type
    refused = api.open_text("1", {"accept": accept}).headers["content-type"]
    assert refused == media_type.replace("application/json", "application/problem+json")


def test_the_page_is_light_and_says_nothing_in_its_title(api, ticket):
    page = api.open_text(ticket, BROWSER).body
    assert len(page) < 12_000
    assert b"<title>This code is genuine \xe2\x80\x93 Sealed QR</title>" in page


def test_the_expiry_is_shown_in_utc(api):
    at = int(time.time()) + 86400
    days = {time.strftime("Opens until <time datetime=\"%Y-%m-%dT%H:%M:%SZ\">", time.gmtime(at + wait)) for wait in range(30)}
    page = page_of(api, TICKET, "expires_in=86400").decode()
    assert any(day in page for day in days) and " UTC</time>" in page
    assert "Opens until" not in page_of(api, TICKET).decode()


def test_numbers_and_order_stay_as_received(api):
    body = '{"z":1.10,"id":"a","amount":1180591620717411303424,"e":[1E400,-0,0.0,1e-7],"b":true}'
    assert PageReader(page_of(api, body)).table == [
        ("z", ("literal", "1.10")),
        ("id", "a"),
        ("amount", ("literal", "1180591620717411303424")),
        ("e", [("literal", text) for text in ("1E400", "-0", "0.0", "1e-7")]),
        ("b", ("literal", "true")),
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_text(api, name):
    text = HOSTILE[name]
    elements = set(PageReader(page_of(api, TICKET)).elements) | {"mark"}
    page = page_of(api, {"id": text, "amount": 1, text: [text, {text: text}]})
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
def test_the_page_says_what_the_payload_says(running_api, value):
    payload = {"id": "a", "amount": 1, "n": value}
    assert PageReader(page_of(running_api, payload)).table == as_read(payload)


def test_what_no_code_could_hold_is_a_page_too(api, keyring):
    payload = {"id": "w" * 10_000, "amount": 1, "n": json.loads("[" * 100 + "]" * 100)}
    ctext = reference.to_base64url(reference.seal(keyring, json.dumps(payload).encode()))
    answer = answer_of(api.invoke("decrypt-ctext", gateway_event("GET", f"/d/{ctext}", "", BROWSER)))
    assert PageReader(answer.body).table == as_read(payload)


PROBLEMS = {
    "damaged": (400, "This code cannot be opened", "Scan the code again"),
    "missing": (400, "This code cannot be opened", "Scan the code again"),
    "twice": (400, "This code cannot be opened", "Scan the code again"),
    "expired": (410, "This code has expired", "Ask whoever gave it to you"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems_are_pages_too(api, name):
    status, title, advice = PROBLEMS[name]
    if name == "expired":
        link = api.create(json.dumps(TICKET), "format=json&expires_in=1").json["url"]
        while (answer := api.follow(link, BROWSER)).status == 200:
            time.sleep(0.2)
        assert b"but opened until <time" in answer.body
    else:
        query = {"damaged": "ctext=<script>alert(1)</script>", "missing": "a=1", "twice": "ctext=1&ctext=1"}[name]
        answer = answer_of(api.invoke("decrypt-ctext", gateway_event("GET", DECRYPT, query, BROWSER)))
        assert b"alert" not in answer.body
    assert answer.status == status and "accept" in answer.headers["vary"].split(", ")
    assert PageReader(answer.body).title == title and advice in answer.body.decode()
    assert b"order-1042" not in answer.body


@pytest.mark.parametrize("method, path, status", [("GET", "/", 404), ("POST", DECRYPT, 405)])
def test_wrong_turns_are_pages_too(api, method, path, status):
    answer = answer_of(api.invoke("decrypt-ctext", gateway_event(method, path, "", BROWSER)))
    assert answer.status == status and answer.headers["content-type"].startswith("text/html")
    assert ("allow" in answer.headers) == (status == 405)


def test_the_page_keeps_logs_clean(api, ticket, function_log):
    api.open_text(ticket, BROWSER)
    assert "Harbour Concert" not in function_log.read_text(errors="replace")
