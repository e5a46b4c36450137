"""The console in a real Chromium, as someone uses it: from the form to the code to the page."""

import io
import json
import subprocess

import pytest
import zxingcpp
from PIL import Image

import browser
from api_client import CREATE, ctext_of
from qr_readers import read, read_svg
from test_page import HOSTILE
from test_page_in_browser import LOOKS, rows

SEALED = "Sealed: version"
# What the form holds at first: the examples of the payload model.
PAYLOAD = '{"id":"order-1042","amount":4250}'


@pytest.fixture
def console(api, chromium):
    with browser.watched(chromium, api.base_url) as watched:
        watched.page.goto(f"{api.base_url}/api")
        settled(watched.page)
        yield watched.page
        watched.assert_good()


def settled(page, text: str = SEALED) -> None:
    """Waits until the console shows what the API says of its present state."""
    page.locator("#result[aria-busy=false]").wait_for(state="attached")
    page.locator("#status").filter(has_text=text).wait_for()


def change(page, label: str, value: str, expected: str = SEALED) -> None:
    """Fills a field and waits for what the API says of it."""
    control = page.get_by_label(label, exact=False).first
    control.select_option(value) if control.evaluate("at => at.tagName") == "SELECT" else control.fill(value)
    settled(page, expected)


def facts(page) -> dict[str, str]:
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in page.locator("#facts > div").all()}


def test_it_is_one_small_file(api):
    answer = api.request("GET", "/api")
    assert answer.status == 200 and len(answer.body) < 40_000
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("; connect-src 'self'; img-src data: blob:"), policy
    assert api.request("GET", "/api", headers={"accept": "application/json"}).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("width, scheme", LOOKS)
def test_from_the_form_to_the_code_to_the_page(api, chromium, width, scheme):
    with browser.watched(chromium, api.base_url, width, scheme, device_scale_factor=2) as watched:
        page = watched.page
        page.goto(f"{api.base_url}/api")
        settled(page)
        change(page, "Identifier", "A-17 <b>")
        change(page, "Amount", "1180591620717411303424")
        assert browser.barriers(page) == [] and not browser.overflows(page)

        screenshot = Image.open(io.BytesIO(page.locator("#picture").screenshot()))
        (code,) = zxingcpp.read_barcodes(screenshot, formats=zxingcpp.BarcodeFormat.QRCode)
        # The picture holds digits, the link base64url: the same ctext.
        assert api.follow(code.text).body == api.follow(page.locator("#url").inner_text()).body

        with watched.page.context.expect_page() as opened:
            page.locator("#open").click()
        read_rows = rows(opened.value)
        assert (read_rows["id"], read_rows["amount"]) == ("A-17 <b>", "1180591620717411303424")
        watched.assert_good()


def test_the_facts_are_those_of_the_code(console):
    change(console, "Margin", "2")
    shown = facts(console)
    with console.expect_download() as download:
        console.locator("#png").click()
    picture = download.value.path().read_bytes()
    version, modules = shown["Symbol"].split("-")[0], int(shown["Symbol"].split()[1])
    assert modules == 17 + 4 * int(version)
    assert shown["Payload"] == f"{len(PAYLOAD)} bytes"
    width = Image.open(io.BytesIO(picture)).width
    assert shown["Picture"] == f"{width} × {width} px, {len(picture)} bytes" and width == 8 * (modules + 4)
    # A third of a millimetre a module, with the quiet zone that readers expect even where the picture has less.
    assert shown["Print"] == f"{-(-(modules + 8) * 33 // 100)} mm wide or more"
    assert shown["Expires"] == "never"
    assert ctext_of(read(picture)).isdecimal()


def test_every_option_reaches_the_code(api, console):
    for label, value in [
        ("Error correction", "H"), ("Pixels per module", "3"), ("Margin", "5"), ("Link", "compact"), ("Expires in", "2"),
        ("Dark", "#103050"), ("Light", "#ffeecc"),
    ]:  # fmt: skip
        change(console, label, value)
    command = console.locator("#curl").inner_text()
    query = command.rpartition("?")[2].rstrip("'")
    assert query == "ecc=H&link=compact&scale=3&margin=5&dark=103050&light=ffeecc&expires_in=172800"
    assert facts(console)["Symbol"].split(",")[0].endswith("-H")
    assert facts(console)["Expires"] != "never" and "/d/" in console.locator("#url").inner_text()
    with console.expect_download() as download:
        console.locator("#svg").click()
    assert download.value.suggested_filename == "sealed-qr.svg"
    svg = download.value.path().read_bytes()
    assert b"#103050" in svg and b"#ffeecc" in svg.lower()
    assert json.loads(api.follow(read_svg(svg)).body) == {"id": "order-1042", "amount": 4250}


def test_errors_stand_where_they_belong(console):
    amount, scale = console.get_by_label("Amount"), console.get_by_label("Pixels per module")
    change(console, "Amount", "a lot", "does not match its model")
    assert amount.get_attribute("aria-invalid") == "true"
    described = amount.get_attribute("aria-describedby").split()
    assert "integer" in console.locator(f"#{described[-1]}").inner_text()
    assert console.get_by_label("Identifier").get_attribute("aria-invalid") is None
    # On demand, the keyboard is taken to what has to change.
    console.get_by_role("button", name="Create code").click()
    console.locator("[aria-invalid]:focus").wait_for()
    assert amount.evaluate("at => at === document.activeElement")
    assert browser.barriers(console) == []
    change(console, "Amount", "7")
    assert amount.get_attribute("aria-invalid") is None

    change(console, "Pixels per module", "41", "scale")
    assert scale.get_attribute("aria-invalid") == "true"
    change(console, "Pixels per module", "8")
    change(console, "Identifier", "x" * 2900, "at most")
    assert console.locator("#result.stale").count() == 1


def test_json_is_written_as_it_is(api, console):
    console.get_by_label("JSON", exact=True).check()
    control = console.get_by_label("The payload as JSON")
    assert json.loads(control.input_value()) == {"id": "order-1042", "amount": 4250}
    body = '{"z": 1.10, "id": "a", "amount": 1180591620717411303424}'
    change(console, "The payload as JSON", body)
    assert api.follow(console.locator("#url").inner_text()).body.decode() == body.replace(" ", "")
    change(console, "The payload as JSON", '{"id": ', "not an acceptable JSON object")
    assert control.get_attribute("aria-invalid") == "true"
    change(console, "The payload as JSON", '{"id": 1}', "does not match its model")
    assert console.locator("#raw-error").inner_text().splitlines()[0].startswith("/")


@pytest.mark.parametrize("name", [*HOSTILE, "shell"])
def test_hostile_text_is_text_and_curl_says_it_alike(api, console, name):
    text = (HOSTILE | {"shell": """it's "$HOME" `id` \\ ! $(id) %41 '' \\'"""})[name]
    payload = {"id": text, "amount": 1}
    console.get_by_label("JSON", exact=True).check()
    change(console, "The payload as JSON", json.dumps(payload))
    command = console.locator("#curl").text_content().replace("-o code.png", "-o -")
    done = subprocess.run(["sh", "-ec", command], capture_output=True, timeout=60, check=True)
    assert json.loads(api.follow(read(done.stdout)).body) == payload
    # As a name of a member that the model does not want, too.
    change(console, "The payload as JSON", json.dumps({text: text}), "does not match its model")


def test_a_token_is_sent_and_nothing_else(console):
    with console.expect_request(lambda request: CREATE in request.url) as sent:
        console.get_by_label("Bearer token").fill("sesame-1")
    assert sent.value.headers["authorization"] == "Bearer sesame-1"
    settled(console)
    command = console.locator("#curl").inner_text()
    assert '-H "authorization: Bearer $TOKEN"' in command and "sesame-1" not in command
    assert "sesame-1" not in console.content() and "sesame-1" not in console.url
    console.reload()
    settled(console)
    assert console.get_by_label("Bearer token").input_value() == ""


@pytest.mark.parametrize(
    "status, said, in_command",
    [
        (401, "requires a bearer token", '-H "authorization: Bearer $TOKEN"'),
        (403, "requires signed requests", '--aws-sigv4 "aws:amz:$AWS_REGION:execute-api"'),
        (429, "Too many requests", "-H 'content-type: application/json'"),
        (502, "status 502", "-H 'content-type: application/json'"),
    ],
)
def test_what_gateways_say(console, status, said, in_command):
    # As API Gateway and function URLs refuse, before any function is asked.
    answer = {"status": status, "content_type": "application/json", "body": '{"message":"Forbidden"}'}
    console.route(f"**{CREATE}*", lambda route: route.fulfill(**answer))
    change(console, "Identifier", "a", said)
    assert in_command in console.locator("#curl").inner_text()
    assert browser.barriers(console) == []


def test_no_network_is_said(console):
    console.route(f"**{CREATE}*", lambda route: route.abort())
    console.get_by_label("Identifier").fill("a")
    settled(console, "cannot be reached")


def test_the_last_word_wins(api, console):
    # The answer to the first request comes after that to the second.
    held = []

    def hold_the_first(route):
        held.append(route)
        if len(held) > 1:
            route.continue_()

    console.route(f"**{CREATE}*", hold_the_first)
    console.get_by_label("Identifier").fill("overtaken")
    console.wait_for_timeout(600)
    assert len(held) == 1
    console.get_by_label("Identifier").fill("second")
    console.locator("#curl", has_text="second").wait_for()
    settled(console)
    console.wait_for_timeout(300)
    assert json.loads(api.follow(console.locator("#url").inner_text()).body)["id"] == "second"
    assert "overtaken" not in console.content()


def test_typing_asks_once(console):
    requests = []
    console.on("request", lambda request: requests.append(request.url))
    console.get_by_label("Identifier").press_sequentially("0123456789", delay=20)
    console.locator("#curl", has_text="0123456789").wait_for()
    console.wait_for_timeout(300)
    assert len(requests) <= 2, requests


@pytest.mark.parametrize("prefix", ["/production", "/base/path"])
def test_it_works_below_a_stage_or_a_base_path(api, chromium, prefix):
    page_text = api.request("GET", "/api").body
    policy = api.request("GET", "/api").headers["content-security-policy"]
    with browser.watched(chromium, api.base_url) as watched:
        asked = []

        def answer(route):
            path = route.request.url.removeprefix(api.base_url)
            asked.append(path)
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
            route.fulfill(body=page_text, headers=headers) if path == f"{prefix}/api" else route.abort()

        watched.page.route("**", answer)
        watched.page.goto(f"{api.base_url}{prefix}/api")
        settled(watched.page, "cannot be reached")
        assert asked == [f"{prefix}/api", f"{prefix}{CREATE}?format=json"]
        assert watched.page.get_by_text("OpenAPI").evaluate("at => at.href") == f"{api.base_url}{prefix}/api/openapi.json"
