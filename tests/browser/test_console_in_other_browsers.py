"""The console in Firefox and in WebKitGTK: from the form to the code, and what Chromium is held to."""

import json
import subprocess

import pytest

from tests.support.api_client import ctext_of
from tests.support.local import serving
from tests.support.qr_readers import read
from tests.support.traces import assert_tells_nothing, keys_of
from tests.support.webdriver_console import WebDriverConsole

pytestmark = pytest.mark.slow
PHONE, DESK = 360, 1280
# Titles of the default payload model.
ID, AMOUNT = "Identifier", "Amount"


@pytest.fixture(scope="module")
def proxy(web):
    return web.address


@pytest.fixture(scope="module")
def service(binaries, keyring, web, tmp_path_factory):
    log = tmp_path_factory.mktemp("service") / "log"
    with serving(log, {"KEYRING": json.dumps(keyring), "PUBLIC_BASE_URL": web.url}) as client:
        web.front.api_url = client.base_url
        yield client
    assert_tells_nothing(log.read_text(errors="replace"), keys_of(keyring), client.sent)


@pytest.fixture
def console(other_browser, service, web):
    other_browser.resize(DESK, 800)
    yield WebDriverConsole(other_browser).open(web.url)
    assert other_browser.stored() == ["", 0, 0]
    assert web.elsewhere == []


@pytest.fixture
def opened(service, web):
    """Opens the code with a link."""
    return lambda link: json.loads(service.follow(link.replace(web.url, service.base_url)).body)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_the_form_to_the_code(console, opened, width):
    console.browser.resize(width, 800)
    console.type(ID, "A-17 <b>")
    console.type(AMOUNT, "4250")
    # The picture has digits, the link base64url: the same ctext.
    assert opened(console.scanned()) == opened(console.text("url")) == {"id": "A-17 <b>", "amount": 4250}
    assert console.facts()["Expires"] == "never"


def test_the_curl_line_makes_the_code(console, service, opened, web, tmp_path):
    console.type(ID, "it's")
    line = console.text("curl").replace(web.url, service.base_url)
    subprocess.run(["sh", "-ec", line], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert opened(read((tmp_path / "code.png").read_bytes()))["id"] == "it's"


def test_a_code_expires_at_a_time_of_the_reader(console):
    console.choose("expiry", "expires_at")
    console.choose("expires_at", "2035-07-01T09:30")
    assert "expires_at=2035-07-01T07%3A30%3A00Z" in console.text("curl")
    assert console.facts()["Expires"] == "1 Jul 2035, 09:30"


def test_the_keyboard_is_taken_to_what_has_to_change(console):
    console.type(AMOUNT, "a lot", is_refused=True)
    (invalid,) = console.invalid()
    assert AMOUNT in invalid
    console.browser.run("document.activeElement.blur()")
    console.browser.click("return document.querySelector('#form .main')")
    console.settle(is_refused=True)
    assert console.focused() == invalid
    console.type(AMOUNT, "7")
    assert console.invalid() == []


@pytest.mark.parametrize("button, shown", [("copy-link", "url"), ("copy-curl", "curl")])
def test_the_clipboard_gets_what_is_shown(console, button, shown):
    console.press(button)
    console.said("Copied.")
    assert console.browser.pasted() == console.text(shown)


def test_without_tls_there_is_no_clipboard_and_the_console_says_so(console, web):
    console.open(web.url_without_tls)
    assert ctext_of(console.text("url"))
    console.press("copy-link")
    console.said("The browser does not allow this page to copy: select the text instead.")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_wider_than_the_window(console, width):
    console.browser.resize(width, 800)
    console.browser.assert_fits(width)
    for expiry in ("expires_in", "expires_at"):
        console.choose("expiry", expiry)
        console.browser.assert_fits(width)
    console.type(ID, "x" * 100)
    console.type(AMOUNT, "y" * 50, is_refused=True)
    console.browser.assert_fits(width)
    console.browser.click("return document.querySelector('[name=mode][value=json]').labels[0]")
    console.settle(is_refused=True)
    console.browser.assert_fits(width)
