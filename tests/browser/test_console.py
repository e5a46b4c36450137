"""The console in a real Chromium, as someone uses it: from the form to the code to the page."""

import io
import json
import subprocess

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from tests.support import browser
from tests.support.api_client import CREATE, ctext_of
from tests.support.browser import LOOKS, rows
from tests.support.gateway import CREDENTIALS, REGION, SESSION, Gateway, by_iam, run
from tests.support.payloads import HOSTILE
from tests.support.qr_readers import read, read_svg

# What the form holds at first: the examples of the payload model.
PAYLOAD = '{"id":"order-1042","amount":4250}'
# Where the titles of the model are the labels of their fields, options have their names.
ID, AMOUNT, JSON = "Identifier", "Amount", "#raw-json"


@pytest.fixture
def console(api, chromium):
    with browser.watched(chromium, api.base_url) as watched:
        watched.page.goto(f"{api.base_url}/api")
        settled(watched.page)
        yield watched.page
        watched.assert_good()


def settled(page, refused: bool = False) -> None:
    """Waits until the console shows what the API says of its present state."""
    page.locator("#result[aria-busy=false]").wait_for(state="attached")
    page.locator("#status.error" if refused else "#status:not(.error)").wait_for()


def control(page, field: str):
    return page.locator(field) if field.startswith("#") else page.get_by_label(field, exact=False).first


def change(page, field: str, value: str, refused: bool = False) -> None:
    """Fills a field and waits for what the API says of it."""
    at = control(page, field)
    at.select_option(value) if at.evaluate("at => at.tagName") == "SELECT" else at.fill(value)
    settled(page, refused)


def write_json(page) -> None:
    page.locator("[name=mode][value=json]").check()


def facts(page) -> dict[str, str]:
    found = page.locator("#facts > div").all()
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in found}


def test_one_model_is_not_a_choice(console):
    assert not console.get_by_label("Kind of code").is_visible()


def test_it_is_one_small_file(api):
    answer = api.request("GET", "/api")
    assert answer.status == 200 and len(answer.body) < 60_000
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("; trusted-types labels; connect-src 'self'; img-src data: blob:"), policy
    for_programs = api.request("GET", "/api", headers={"accept": "application/json"})
    assert for_programs.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("width, scheme", LOOKS)
def test_from_the_form_to_the_code_to_the_page(api, chromium, width, scheme):
    with browser.watched(chromium, api.base_url, width, scheme, device_scale_factor=2) as watched:
        page = watched.page
        page.goto(f"{api.base_url}/api")
        settled(page)
        change(page, ID, "A-17 <b>")
        change(page, AMOUNT, "1180591620717411303424")
        assert browser.barriers(page) == [] and not browser.overflows(page)

        screenshot = Image.open(io.BytesIO(page.locator("#picture").screenshot()))
        (code,) = zxingcpp.read_barcodes(screenshot, formats=zxingcpp.BarcodeFormat.QRCode)
        # The picture holds digits, the link base64url: the same ctext.
        assert api.follow(code.text).body == api.follow(page.locator("#url").inner_text()).body

        with watched.page.context.expect_page() as opened:
            page.locator("#open").click()
        read_rows = rows(opened.value)
        assert (read_rows["Identifier"], read_rows["Amount"]) == ("A-17 <b>", "1,180,591,620,717,411,303,424")
        watched.assert_good()


def test_the_facts_are_those_of_the_code(console):
    change(console, "#margin", "2")
    shown = facts(console)
    with console.expect_download() as download:
        console.locator("#png").click()
    picture = download.value.path().read_bytes()
    version, modules = shown["Symbol"].split("-")[0], int(shown["Symbol"].split()[1])
    assert modules == 17 + 4 * int(version)
    # A model packs most of what JSON repeats in every payload.
    assert shown["Payload"] == f"{len(PAYLOAD)} bytes, 12 sealed"
    width = Image.open(io.BytesIO(picture)).width
    assert shown["Picture"] == f"{width} × {width} px, {len(picture)} bytes" and width == 8 * (modules + 4)
    assert shown["Print"] == f"{round((modules + 4) * 0.33, 2):g} mm wide"
    assert shown["Expires"] == "never"
    assert ctext_of(read(picture)).isdecimal()


def test_every_option_reaches_the_code(api, console):
    options = {"ecc": "H", "link": "compact", "scale": "3", "module_mm": "0.5", "margin": "5", "max_modules": "90"}
    options |= {"expiry": "expires_in", "expires_in": "2", "dark": "#103050", "light": "#ffeecc"}
    for name, value in options.items():
        change(console, f"#{name}", value)
    command = console.locator("#curl").inner_text()
    query = command.rpartition("?")[2].rstrip("'")
    assert query == "dark=103050&ecc=H&expires_in=172800&light=ffeecc&link=compact&margin=5&max_modules=90&module_mm=0.5&scale=3"
    assert facts(console)["Symbol"].split(",")[0].endswith("-H")
    assert facts(console)["Expires"] != "never" and "/d/" in console.locator("#url").inner_text()
    with console.expect_download() as download:
        console.locator("#svg").click()
    assert download.value.suggested_filename == "sealed-qr.svg"
    svg = download.value.path().read_bytes()
    assert b"#103050" in svg and b"#ffeecc" in svg.lower()
    assert json.loads(api.follow(read_svg(svg)).body) == {"id": "order-1042", "amount": 4250}
    width = facts(console)["Print"].removesuffix(" mm wide")
    assert f'width="{width}mm"'.encode() in svg
    with console.expect_download() as download:
        console.locator("#pdf").click()
    assert download.value.suggested_filename == "sealed-qr.pdf"
    with pikepdf.open(download.value.path()) as document:
        assert float(document.pages[0].mediabox[2]) == pytest.approx(float(width) * 72 / 25.4, abs=0.001)


def test_a_code_expires_never_after_a_time_or_at_one(console):
    expiry = control(console, "#expiry")
    assert not control(console, "#expires_in").is_visible() and not control(console, "#expires_at").is_visible()
    change(console, "#expiry", "expires_in")
    assert control(console, "#unit").is_visible() and "expires_in=2592000" in console.locator("#curl").inner_text()
    # An expiry that is not written is an error, never a code for ever.
    change(console, "#expires_in", "", refused=True)
    assert control(console, "#expires_in").get_attribute("aria-invalid") == "true"

    change(console, "#expiry", "expires_at")
    assert control(console, "#expires_at").is_visible() and not control(console, "#unit").is_visible()
    command = console.locator("#curl").inner_text()
    assert "expires_at=" in command and "expires_in" not in command, "a month from now"
    assert browser.barriers(console) == []
    # The reader is in Berlin, in summer.
    change(console, "#expires_at", "2035-07-01T09:30")
    assert "expires_at=2035-07-01T07%3A30%3A00Z" in console.locator("#curl").inner_text()
    assert facts(console)["Expires"] == "1 Jul 2035, 09:30"
    change(console, "#expires_at", "2020-01-01T00:00", refused=True)
    assert control(console, "#expires_at").get_attribute("aria-invalid") == "true"
    assert "expires_at" in console.locator("#expires_at-error").inner_text()

    expiry.focus()
    change(console, "#expiry", "")
    assert "expires" not in console.locator("#curl").inner_text() and facts(console)["Expires"] == "never"


def test_a_code_that_is_too_dense_says_how_to_thin_it(api, console):
    change(console, "#max_modules", "25", refused=True)
    detail = api.create(PAYLOAD, "max_modules=25").problem(413, "symbol-too-dense")["detail"]
    assert detail in console.locator("#status").inner_text()
    assert console.locator("#max_modules-error").inner_text() == detail.partition(". ")[0] + "."
    assert control(console, "#max_modules").get_attribute("aria-invalid") == "true"
    assert browser.barriers(console) == []
    change(console, "#max_modules", "")
    assert "max_modules" not in console.locator("#curl").inner_text()


def test_errors_are_where_they_belong(api, console):
    amount, scale = control(console, AMOUNT), control(console, "#scale")
    change(console, AMOUNT, "a lot", refused=True)
    (error,) = api.create('{"id":"a","amount":"a lot"}').json["errors"]
    assert amount.get_attribute("aria-invalid") == "true"
    described = amount.get_attribute("aria-describedby").split()
    assert console.locator(f"#{described[-1]}").inner_text() == error["detail"]
    assert control(console, ID).get_attribute("aria-invalid") is None
    # On demand, the keyboard is taken to what has to change.
    console.locator("#form button.main").click()
    console.locator("[aria-invalid]:focus").wait_for()
    assert amount.evaluate("at => at === document.activeElement")
    assert browser.barriers(console) == []
    change(console, AMOUNT, "7")
    assert amount.get_attribute("aria-invalid") is None

    change(console, "#scale", "41", refused=True)
    assert scale.get_attribute("aria-invalid") == "true"
    change(console, "#scale", "8")
    change(console, ID, "x" * 9000, refused=True)
    assert console.locator("#result.stale").count() == 1


def test_json_is_written_as_it_is(api, console):
    write_json(console)
    assert json.loads(control(console, JSON).input_value()) == {"id": "order-1042", "amount": 4250}
    body = '{"z": 1.10, "id": "a", "amount": 1180591620717411303424}'
    change(console, JSON, body)
    assert api.follow(console.locator("#url").inner_text()).body.decode() == body.replace(" ", "")
    change(console, JSON, '{"id": ', refused=True)
    assert control(console, JSON).get_attribute("aria-invalid") == "true"
    assert api.create('{"id": ').json["detail"] == console.locator("#raw-error").inner_text()
    change(console, JSON, '{"id": 1}', refused=True)
    assert console.locator("#raw-error").inner_text().splitlines()[0].startswith("/")


def test_hostile_text_is_text_and_curl_says_it_alike(api, console):
    shell = """it's "$HOME" `id` \\ ! $(id) %41 '' \\'"""
    payload = {"id": "a", "amount": 1, "texts": [*HOSTILE.values(), shell]}
    write_json(console)
    change(console, JSON, json.dumps(payload))
    command = console.locator("#curl").text_content().replace("-o code.png", "-o -")
    done = subprocess.run(["sh", "-ec", command], capture_output=True, timeout=60, check=True)
    assert json.loads(api.follow(read(done.stdout)).body) == payload
    # As names of members that the model does not want, too.
    change(console, JSON, json.dumps({text: text for text in payload["texts"]}), refused=True)


def test_a_token_is_sent_and_nothing_else(console):
    with console.expect_request(lambda request: CREATE in request.url) as sent:
        console.locator("#token").fill("sesame-1")
    assert sent.value.headers["authorization"] == "Bearer sesame-1"
    settled(console)
    command = console.locator("#curl").inner_text()
    assert '-H "authorization: Bearer $TOKEN"' in command and "sesame-1" not in command
    assert "sesame-1" not in console.content() and "sesame-1" not in console.url
    console.reload()
    settled(console)
    assert console.locator("#token").input_value() == ""


@pytest.mark.parametrize(
    "status, in_command",
    [
        (401, '-H "authorization: Bearer $TOKEN"'),
        (403, '--aws-sigv4 "aws:amz:$AWS_REGION:execute-api"'),
        (429, "-H 'content-type: application/json'"),
        (502, "-H 'content-type: application/json'"),
    ],
)
def test_refusals_by_gateways_are_explained(console, status, in_command):
    # As API Gateway and function URLs refuse, before any function is asked.
    answer = {"status": status, "content_type": "application/json", "body": '{"message":"Forbidden"}'}
    console.route(f"**{CREATE}*", lambda route: route.fulfill(**answer))
    change(console, ID, "a", refused=True)
    assert console.locator("#access").is_visible() == (status in (401, 403))
    assert in_command in console.locator("#curl").inner_text()
    assert browser.barriers(console) == []


@pytest.mark.parametrize("session", [{}, {"AWS_SESSION_TOKEN": SESSION}], ids=["keys", "a session"])
def test_the_signed_line_makes_a_code(api, console, tmp_path, session):
    refusal = {"status": 403, "content_type": "application/json", "body": '{"message":"Forbidden"}'}
    console.route(f"**{CREATE}*", lambda route: route.fulfill(**refusal))
    for name, value in {"format": "svg", "ecc": "Q", "link": "compact"}.items():
        change(console, f"#{name}", value, refused=True)
    command = console.locator("#curl").inner_text()
    with Gateway(api.base_url, by_iam) as gateway:
        line = command.replace(api.base_url, f"http://{gateway.address}").replace("curl -sS", "curl -fsS")
        done = run(line, tmp_path, AWS_REGION=REGION, **CREDENTIALS, **session)
    assert done.returncode == 0, done.stderr
    assert json.loads(api.follow(read_svg((tmp_path / "code.svg").read_bytes())).body)["id"] == "order-1042"


def test_the_code_stays_in_view_and_covers_nothing(console):
    console.set_viewport_size({"width": 1100, "height": 500})
    console.evaluate("scrollTo(0, document.body.scrollHeight)")
    boxes = [section.bounding_box() for section in console.locator("section").all()]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]


def test_a_missing_network_is_reported(console):
    console.route(f"**{CREATE}*", lambda route: route.abort())
    change(console, ID, "a", refused=True)
    assert console.locator("#result.stale").count() == 1


@pytest.fixture
def paused(console):
    """The console with a clock that only these tests advance."""
    console.clock.install(time=0)
    console.clock.pause_at(1000)
    console.reload()
    settled(console)
    return console


def test_only_the_last_request_counts(api, paused):
    # The first request is never answered.
    held = []

    def hold_the_first(route):
        held.append(route)
        if len(held) > 1:
            route.continue_()

    paused.route(f"**{CREATE}*", hold_the_first)
    with paused.expect_request(lambda request: CREATE in request.url):
        control(paused, ID).fill("overtaken")
        paused.clock.run_for(300)
    control(paused, ID).fill("second")
    paused.clock.run_for(300)
    settled(paused)
    assert len(held) == 2
    assert json.loads(api.follow(paused.locator("#url").inner_text()).body)["id"] == "second"
    assert "overtaken" not in paused.content()


def test_typing_sends_one_request(paused):
    requests = []
    paused.on("request", lambda request: requests.append(request.url))
    for text in ("a", "ab", "abc"):
        control(paused, ID).fill(text)
        paused.clock.run_for(250)
    assert requests == []
    paused.clock.run_for(50)
    settled(paused)
    assert len(requests) == 1 and "abc" in paused.locator("#curl").inner_text()


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
        settled(watched.page, refused=True)
        assert asked == [f"{prefix}/api", f"{prefix}{CREATE}?format=json"]
        description = watched.page.get_by_text("OpenAPI").evaluate("at => at.href")
        assert description == f"{api.base_url}{prefix}/api/openapi.json"
