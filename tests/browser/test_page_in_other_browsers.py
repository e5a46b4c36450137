"""The page after a scan in Firefox and in WebKitGTK: what Chromium is held to, and four languages."""

import json
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.faults import REFUSALS
from tests.support.gate_service import serving_gates
from tests.support.payloads import HOSTILE, TICKET
from tests.support.rotating_secret import ARN, RotatingSecret
from tests.support.webdriver import CommandFailed
from tests.support.webdriver_page import WebDriverPage

pytestmark = pytest.mark.slow
NARROW, PHONE, DESK = 320, 360, 1280
NEWER_KEY = {"254": "ab" * 32}
# 31 December 2035, 23:30 UTC: the next year in Berlin.
EXPIRES_AT = 2_082_756_600
SHOWN = {"Identifier": "order-1042", "Amount": "4250", "name": "Amina Yusuf", "note": "null"}
LANGUAGES = {"en": "ltr", "de": "ltr", "ar": "rtl", "ja": "ltr"}
# What can be scanned, and a part of the page that only this has.
KINDS = {
    "opened": "#copy",
    "redeemable": "form",
    "expired": "time",
    "invalid": "li + li + li",
    "unavailable": ".actions > .button",
}

IS_RIGHT_OF_LABEL = """
const label = document.querySelector("mark");
const range = document.createRange();
range.selectNodeContents(label.nextSibling);
return range.getBoundingClientRect().left >= label.getBoundingClientRect().right;
"""
ASK_OTHERS = """
if (!window.refused) {
  window.refused = new Set();
  const keep = ({ effectiveDirective }) => refused.add(effectiveDirective.replace("-elem", ""));
  document.addEventListener("securitypolicyviolation", keep);
  const image = document.createElement("img");
  image.src = "http://other.example/";
  document.body.append(image, Object.assign(document.createElement("style"), { textContent: "a{}" }));
}
return refused.size > 1 && [...refused].sort();
"""


@pytest.fixture(scope="module")
def proxy(web):
    return web.address


@pytest.fixture(scope="module")
def secret(keyring):
    """The keyring of the service."""
    with RotatingSecret(json.dumps(keyring)) as secret:
        yield secret


@pytest.fixture(scope="module")
def service(binaries, keyring, secret, web, tmp_path_factory):
    """A service where everyone may redeem."""
    settings = {"KEYRING": "", "KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}"}
    settings |= {"PUBLIC_BASE_URL": web.url, "REDEEM_AUTH": "NONE"}
    with serving_gates(tmp_path_factory.mktemp("service"), keyring, **settings) as service:
        web.front.api_url = service.base_url
        yield service


@pytest.fixture(scope="module")
def links(service, web, keyring) -> dict[str, str]:
    """What can be scanned, by the names of `KINDS`."""

    def sealed(keyring, **terms) -> str:
        return f"{web.url}/d/{reference.to_digits(reference.seal(keyring, b'{}', **terms))}"

    return {
        "opened": link(service, TICKET, f"expires_at={EXPIRES_AT}"),
        "redeemable": service.code(2),
        "expired": sealed(keyring, expires_at=1),
        "invalid": f"{web.url}/d/1",
        "unavailable": sealed(NEWER_KEY),
    }


@pytest.fixture
def page(other_browser, service, secret, web):
    web.front.headers = {"accept-language": "en"}
    other_browser.resize(PHONE, 800)
    page = WebDriverPage(other_browser)
    yield page
    secret.heal()
    assert other_browser.stored() == ["", 0, 0]
    assert web.elsewhere == []


def link(service, payload, query: str = "") -> str:
    return service.client.create(json.dumps(payload), f"format=json&{query}").json["url"]


def test_it_reads_with_its_script(page, links):
    page.open(links["opened"])
    assert page.rows().items() >= SHOWN.items()
    # The script tells the time of the reader.
    assert all(part in page.text("time") for part in ("1 January 2036", "00:30", "CET"))
    assert page.shows("#copy")


def test_it_reads_without_its_script(other_browser_without_scripts, service, web, links):
    web.front.headers = {"accept-language": "en"}
    page = WebDriverPage(other_browser_without_scripts).open(links["opened"])
    assert page.rows().items() >= SHOWN.items()
    assert page.text("time") == "31 December 2035, 23:30 UTC"
    assert not page.shows("#copy")


def test_times_have_the_digits_of_the_page(page, web, links):
    web.front.headers = {"accept-language": "ar"}
    page.open(links["opened"])
    assert "2036" in page.text("time")


@pytest.mark.parametrize("width", [NARROW, DESK])
def test_hostile_text_does_nothing(page, service, width):
    payload = {"id": "a", "amount": 1} | {text[:40]: [text] for text in HOSTILE.values()}
    page.browser.resize(width, 800)
    page.open(link(service, payload))
    page.unfold()
    page.browser.assert_fits(width)
    assert page.json() == payload


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_the_narrowest_phone_in_every_language(page, web, secret, links, language, kind):
    if kind == "unavailable":
        secret.break_down(REFUSALS[0])
    web.front.headers = {"accept-language": language}
    page.browser.resize(NARROW, 800)
    page.open(links[kind])
    assert page.language() == (language, LANGUAGES[language]) and page.shows(KINDS[kind])
    page.browser.assert_fits(NARROW)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_stand_where_lines_begin(page, web, links, language, width):
    web.front.headers = {"accept-language": language}
    page.browser.resize(width, 800)
    page.open(links["opened"])
    name, value = page.boxes("Amount")
    card = page.box("article")
    first, last = (value, name) if LANGUAGES[language] == "rtl" else (name, value)
    assert first["right"] < last["left"]
    assert first["left"] - card["left"] == pytest.approx(card["right"] - last["right"], abs=1)


def test_right_to_left_text_stays_in_its_place(page, service):
    page.open(link(service, {"id": "مرحبا (1)", "amount": 1, "שלום": "abc\u202edef"}))
    for member in ("Identifier", "שלום"):
        name, value = page.boxes(member)
        assert name["right"] < value["left"]
    assert page.text("mark") == "U+202E"
    # What follows the label is to the right of it: nothing is reversed.
    assert page.browser.run(IS_RIGHT_OF_LABEL)


def test_the_clipboard_gets_the_payload(page, service):
    payload = TICKET | {"text": HOSTILE["every control"] + HOSTILE["bidi controls"]}
    page.open(link(service, payload))
    assert page.copy() == "Copied"
    assert json.loads(page.browser.pasted()) == payload


def test_without_tls_there_is_no_clipboard_and_the_json_is_selected(page, web, links):
    page.open(links["opened"].replace(web.url, web.url_without_tls))
    assert page.copy().startswith("Selected")
    assert page.shows("#json") and json.loads(page.selected()) == TICKET


def test_the_form_redeems_once_however_often_the_page_is_loaded(page, service):
    code = service.code(2)
    page.open(code)
    name = page.text(".name")
    assert service.used(name) == 0
    page.redeem("Gate 3, north")
    for _ in range(2):
        assert page.title() == "Redeemed" and "use 1 of 2" in page.text("article")
        assert page.text("article").count("Gate 3, north") == 1
        page.browser.reload()
    assert [redemption["place"] for redemption in service.redemptions(name)] == ["Gate 3, north"]
    assert "Redeemed once" in page.open(code).text("article") and page.shows("form")


def test_the_policy_keeps_the_page_from_others(page, web, links):
    page.open(links["opened"])
    assert page.browser.wait_for(ASK_OTHERS) == ["img-src", "style-src"]
    assert web.elsewhere == []
    # This checks the checks: they notice who goes elsewhere.
    with suppress(CommandFailed):
        page.open("http://other.example/")
    assert {urlsplit(target).hostname for target in web.elsewhere} == {"other.example"}
    web.elsewhere.clear()
    page.open(links["opened"])
