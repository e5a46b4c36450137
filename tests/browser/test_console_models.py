"""The console of a deployment with several payload models: the example `ticket_model`, tickets and guest passes."""

import io
import json
import subprocess
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.support import browser
from tests.support.api_client import BROWSER, CREATE, JSON, gateway_event
from tests.support.browser import LOOKS
from tests.support.cargo import example
from tests.support.fakes import Server, started
from tests.support.payloads import VALID_TICKET

ORIGIN = "https://api.example.com"
KIND = "Kind of code"


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    log = tmp_path_factory.mktemp("ticket_model") / "log"
    with started(example("create-qr", "ticket_model"), log, {"KEYRING": json.dumps({"1": "ab" * 32})}) as function:
        yield function


@contextmanager
def console_of(function, chromium, width: int = 1280, scheme: str = "light", **options):
    """The console, and the targets and bodies of what it sends."""
    sent = []

    def answer(route):
        request, parts = route.request, urlsplit(route.request.url)
        body = request.post_data_buffer
        if body is not None:
            sent.append((parts.path, parts.query, body.decode()))
        headers = BROWSER if body is None else JSON
        got = function.answer(gateway_event(request.method, parts.path, parts.query, headers, body))
        headers = {name: value for name, value in got.headers.items() if name != "content-length"}
        route.fulfill(status=got.status, headers=headers, body=got.body)

    with browser.watched(chromium, ORIGIN, width, scheme, **options) as watched:
        watched.page.route("**", answer)
        watched.page.goto(f"{ORIGIN}/api")
        settled(watched.page, refused=True)
        yield watched.page, sent
        watched.assert_good()


def settled(page, refused: bool = False) -> None:
    page.locator("#result[aria-busy=false]").wait_for(state="attached")
    page.locator("#status.error" if refused else "#status:not(.error)").wait_for()


def fill_ticket(page) -> None:
    page.get_by_label("Name").fill("Zoë")
    page.get_by_role("textbox", name="Seats 1").fill("A1")
    page.get_by_label("Class").select_option("first")
    page.get_by_label("Valid on").fill("2026-12-31")
    page.get_by_label("Price").fill("12.5")
    page.locator("#fields").get_by_label("Code").fill("AB-12")
    settled(page)


def choose(page, title: str, refused: bool = False) -> None:
    page.get_by_label(KIND).select_option(label=title)
    settled(page, refused)


def test_the_kinds_of_codes_are_offered_by_their_titles(function, chromium):
    with console_of(function, chromium) as (page, _):
        picker = page.get_by_label(KIND)
        assert picker.locator("option").all_inner_texts() == ["Ticket", "Guest pass"]
        assert picker.input_value() == "ticket", "the default one"
        assert page.get_by_text("A model quite unlike the default one, for the tests.").is_visible()
        # By keyboard: the choice stays where the keyboard is.
        picker.focus()
        page.keyboard.press("ArrowDown")
        settled(page)
        assert picker.input_value() == "pass" and picker.evaluate("at => at === document.activeElement")
        assert page.get_by_label("Guest").input_value() == "Zoë" and page.get_by_label("Price").count() == 0


def test_the_path_names_the_model_unless_it_is_the_default_one(function, chromium):
    with console_of(function, chromium) as (page, sent):
        fill_ticket(page)
        path, query, body = sent[-1]
        assert (path, query, json.loads(body)) == (CREATE, "format=json", VALID_TICKET)
        assert page.locator("#curl").inner_text().endswith(f"'{ORIGIN}{CREATE}'")
        choose(page, "Guest pass")
        page.locator("#ecc").select_option("H")
        settled(page)
        path, query, body = sent[-1]
        assert (path, query, json.loads(body)) == (f"{CREATE}/pass", "ecc=H&format=json", {"guest": "Zoë", "days": 1})
        assert page.locator("#curl").inner_text().endswith(f"'{ORIGIN}{CREATE}/pass?ecc=H'")
        with page.expect_download():
            page.locator("#svg").click()
        assert sent[-1][:2] == (f"{CREATE}/pass", "ecc=H&format=svg")


def test_what_was_entered_is_kept_for_each_model(function, chromium):
    with console_of(function, chromium) as (page, sent):
        fill_ticket(page)
        page.get_by_role("button", name="Add to Seats").click()
        page.get_by_role("textbox", name="Seats 2").fill("B7")
        choose(page, "Guest pass")
        page.get_by_label("Days").fill("3")
        choose(page, "Ticket")
        assert json.loads(sent[-1][2]) == VALID_TICKET | {"seats": ["A1", "B7"]}
        choose(page, "Guest pass")
        assert json.loads(sent[-1][2]) == {"guest": "Zoë", "days": 3}


def test_what_was_written_as_json_is_kept_for_each_model(function, chromium):
    with console_of(function, chromium) as (page, sent):
        fill_ticket(page)
        page.locator("[name=mode][value=json]").check()
        raw = page.locator("#raw-json")
        assert json.loads(raw.input_value()) == VALID_TICKET
        written = json.dumps(VALID_TICKET | {"price": 13.5}, indent=1)
        raw.fill(written)
        choose(page, "Guest pass")
        assert json.loads(raw.input_value()) == {"guest": "Zoë", "days": 1}
        raw.fill('{"guest": "A", "days": 7}')
        choose(page, "Ticket")
        assert raw.input_value() == written == sent[-1][2]
        choose(page, "Guest pass")
        assert raw.input_value() == '{"guest": "A", "days": 7}'
        # The form is where it was left.
        page.locator("[name=mode][value=form]").check()
        assert page.get_by_label("Guest").input_value() == "Zoë" and page.get_by_label("Guest").is_visible()


def test_errors_are_those_of_the_chosen_model(function, chromium):
    with console_of(function, chromium) as (page, _):
        assert page.get_by_label("Valid on").get_attribute("aria-invalid") == "true"
        choose(page, "Guest pass")
        assert page.locator("[aria-invalid]").count() == 0
        page.get_by_label("Days").fill("8")
        settled(page, refused=True)
        assert page.get_by_label("Days").get_attribute("aria-invalid") == "true"
        assert browser.barriers(page) == []


def test_a_model_that_is_gone_is_reported_at_the_choice(function, chromium):
    with console_of(function, chromium) as (page, _):
        gone = function.answer(gateway_event("POST", f"{CREATE}/gone", "", JSON, b"{}"))
        detail = gone.problem(404, "unknown-model")["detail"]
        headers = {"content-type": gone.headers["content-type"]}
        page.route(f"**{CREATE}/pass?*", lambda route: route.fulfill(status=404, headers=headers, body=gone.body))
        choose(page, "Guest pass", refused=True)
        assert page.locator("#model-error").inner_text() == detail
        assert detail in page.locator("#status").inner_text()
        assert page.get_by_label(KIND).get_attribute("aria-invalid") == "true"
        assert browser.barriers(page) == []


@pytest.mark.parametrize("width, scheme", LOOKS)
def test_the_choice_is_open_to_everyone_and_shows_what_packing_saves(function, chromium, width, scheme):
    with console_of(function, chromium, width, scheme, device_scale_factor=2) as (page, _):
        choose(page, "Guest pass")
        assert browser.barriers(page) == [] and not browser.overflows(page)
        facts = dict(row.inner_text().split("\n", 1) for row in page.locator("#facts > div").all())
        size = len('{"guest":"Zoë","days":1}'.encode())
        sealed = int(facts["Payload"].removeprefix(f"{size} bytes, ").removesuffix(" sealed"))
        assert sealed < size / 2
        picture = Image.open(io.BytesIO(page.locator("#picture").screenshot()))
        (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        assert code.text.startswith(ORIGIN)


def test_the_curl_line_makes_a_code_of_the_model(function, chromium):
    taken = []

    def answer(method, path, headers, content):
        parts = urlsplit(path)
        taken.append(parts.path)
        got = function.answer(gateway_event(method, parts.path, parts.query, JSON, content))
        return got.status, {"content-type": got.headers["content-type"]}, got.body

    with console_of(function, chromium) as (page, _), Server(answer) as server:
        choose(page, "Guest pass")
        page.locator("#format").select_option("json")
        settled(page)
        line = page.locator("#curl").inner_text().replace(ORIGIN, f"http://{server.address}")
        done = subprocess.run(["sh", "-ec", line], capture_output=True, timeout=60, check=True)
    assert taken == [f"{CREATE}/pass"] and json.loads(done.stdout)["model"] == "pass"


def test_a_sheet_is_of_the_chosen_model(function, chromium):
    with console_of(function, chromium) as (page, sent):
        choose(page, "Guest pass")
        page.get_by_role("radio", name="Sheet of labels").check()
        assert page.get_by_label(KIND).is_visible() and page.get_by_label(KIND).input_value() == "pass"
        rows = "guest,days\nZoë,3\n"
        with page.expect_request(lambda request: request.url.endswith("/pass/batch?format=html")):
            page.locator("#rows").fill(rows)
        titles = page.locator("#shown thead th .hint")
        assert titles.all_inner_texts() == ["Guest", "Days"]
        # The other kind of code requires other columns, and nothing is sent without them.
        count = len(sent)
        page.get_by_label(KIND).select_option(label="Ticket")
        page.locator("#rows-error").get_by_text("Add what the kind of code requires: ").wait_for()
        assert titles.all_inner_texts() == ["unknown", "unknown"] and len(sent) == count
        assert browser.barriers(page) == []
        page.get_by_role("radio", name="One code").check()
        assert page.get_by_label(KIND).is_visible() and page.get_by_label("Valid on").is_visible()
