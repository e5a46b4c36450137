"""The page after a scan in a real Chromium: light and dark, on a phone and on a desk, with and without its script."""

import json

import pytest

from tests.support import browser, sealed_qr_reference as reference
from tests.support.browser import LOOKS, rows
from tests.support.payloads import HOSTILE, TICKET


def link(api, payload, query: str = "") -> str:
    return api.create(json.dumps(payload), f"format=json&{query}").json["url"]


@pytest.mark.parametrize("width, scheme", LOOKS)
@pytest.mark.parametrize("kind", ["opened", "expired", "invalid"])
def test_it_is_open_to_everyone(api, chromium, keyring, width, scheme, kind):
    target = {
        "opened": link(api, TICKET | {"hostile": HOSTILE["bidi controls"]}, "expires_in=86400"),
        "expired": f"{api.base_url}/d/{reference.to_digits(reference.seal(keyring, b'{}', expires_at=1))}",
        "invalid": f"{api.base_url}/d/1",
    }[kind]
    with browser.watched(chromium, api.base_url, width, scheme) as watched:
        watched.page.goto(target)
        assert browser.barriers(watched.page) == []
        assert not browser.overflows(watched.page)
        background = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, background[4:-1].split(","))) < 384) == (scheme == "dark")
        watched.assert_good()


@pytest.mark.parametrize("with_script", [True, False])
def test_it_reads_with_and_without_its_script(api, chromium, with_script):
    with browser.watched(chromium, api.base_url, 360, java_script_enabled=with_script) as watched:
        watched.page.goto(link(api, TICKET, "expires_in=86400"))
        read = rows(watched.page)
        assert (read["Identifier"], read["Amount"], read["name"], read["note"]) == ("order-1042", "4250", "Amina Yusuf", "null")
        expiry = watched.page.locator("time").inner_text()
        # The script tells the time of the reader, who is in Berlin here.
        assert (" CE" in expiry) == with_script and expiry.endswith(" UTC") != with_script
        assert watched.page.locator("#copy").is_visible() == with_script


def test_hostile_text_does_nothing(api, chromium):
    payload = {"id": "a", "amount": 1} | {text[:40]: [text] for text in HOSTILE.values()}
    with browser.watched(chromium, api.base_url, 360) as watched:
        watched.page.goto(link(api, payload))
        watched.page.locator("summary").click()
        watched.page.wait_for_timeout(100)
        assert not browser.overflows(watched.page)
        assert json.loads(watched.page.locator("#json").text_content()) == payload
        watched.assert_good()


def test_right_to_left_text_stays_in_its_place(api, chromium):
    with browser.watched(chromium, api.base_url, 360) as watched:
        watched.page.goto(link(api, {"id": "مرحبا (1)", "amount": 1, "שלום": "abc\u202edef"}))
        for row in watched.page.locator("dl > div").all():
            name, value = row.locator("dt").bounding_box(), row.locator("dd").bounding_box()
            assert name["x"] + name["width"] < value["x"]
        labels = watched.page.locator("mark")
        assert labels.all_inner_texts() == ["U+202E"]
        # What follows the label is to the right of it: nothing is reversed.
        assert watched.page.evaluate("""() => {
            const range = document.createRange();
            range.selectNodeContents(document.querySelector("mark").nextSibling);
            return range.getBoundingClientRect().left >= document.querySelector("mark").getBoundingClientRect().right;
        }""")


def test_the_clipboard_gets_the_payload(api, chromium):
    payload = TICKET | {"text": HOSTILE["every control"] + HOSTILE["bidi controls"]}
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    with browser.watched(chromium, api.base_url, **options) as watched:
        watched.page.goto(link(api, payload))
        # By keyboard: the first stop unfolds the JSON, the next one is it, the third copies.
        watched.page.keyboard.press("Tab")
        watched.page.keyboard.press("Enter")
        assert watched.page.locator("#json").is_visible()
        watched.page.keyboard.press("Tab")
        watched.page.keyboard.press("Tab")
        watched.page.keyboard.press("Enter")
        watched.page.locator("#said:not(:empty)").wait_for()
        assert json.loads(watched.page.evaluate("navigator.clipboard.readText()")) == payload
        watched.assert_good()


def test_without_a_clipboard_the_json_is_selected(api, chromium):
    with browser.watched(chromium, api.base_url) as watched:
        watched.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        watched.page.goto(link(api, TICKET))
        watched.page.locator("#copy").click()
        watched.page.locator("#said:not(:empty)").wait_for()
        assert json.loads(watched.page.evaluate("getSelection().toString()")) == TICKET


def test_the_policy_stops_foreign_content(api, chromium):
    # This checks the checks above: they notice offences.
    with browser.watched(chromium, api.base_url) as watched:
        page = watched.page
        page.goto(link(api, TICKET))
        with (
            page.expect_console_message(lambda line: "img-src" in line.text),
            page.expect_console_message(lambda line: "style-src" in line.text),
        ):
            page.evaluate("""() => {
                const image = document.createElement("img");
                image.src = "http://127.0.0.1:1/";
                document.body.append(image, Object.assign(document.createElement("style"), {textContent: "a{}"}));
            }""")
        assert any("img-src" in offence for offence in watched.offences), watched.offences
        assert any("style-src" in offence for offence in watched.offences), watched.offences
