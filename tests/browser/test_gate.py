"""The gate in a real Chromium, as staff at a door use it: enrolment, hand scanner, camera, and when nothing answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.support import browser
from tests.support.api_client import ctext_of
from tests.support.browser import LOOKS
from tests.support.gate_page import ADMIT, IDLE, REFUSE, UNKNOWN, GatePage, name_of
from tests.support.gate_service import film, frame, in_upper_case, serving_gates
from tests.support.sealed_qr_reference import from_base64url, to_digits

pytestmark = pytest.mark.slow
COOKIE = "__Host-gate"


@pytest.fixture(scope="module")
def service(binaries, keyring, tmp_path_factory):
    with serving_gates(tmp_path_factory.mktemp("gates"), keyring) as service:
        yield service


@pytest.fixture
def device(chromium, service):
    """The page in a new browser, which is no gate yet."""
    with browser.watched(chromium, service.base_url, 360) as watched:
        yield GatePage(watched.page, service.base_url)
        assert watched.offences == []


@pytest.fixture
def gate(device, service):
    """The page of a gate."""
    return device.enrol(service.enrolment(gate="Gate 3"))


# Enrolment


def test_a_device_is_enrolled_by_opening_a_code(device, service):
    device.open().expect(IDLE, "Not a gate yet")
    assert not device.page.locator("#settings").is_visible()
    enrolment = service.enrolment(gate="Gate 3")
    device.enrol(enrolment)
    assert device.text("name") == "Gate 3"
    # The token has left the address, and no script can read the session.
    assert device.page.url == f"{service.base_url}/api/gate"
    assert device.page.evaluate("document.cookie") == ""
    (cookie,) = device.page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (COOKIE, True, True, "Strict")
    device.open().expect(IDLE, "Ready")
    device.open_settings()
    assert enrolment["name"] in device.text("session")


def test_the_token_of_an_enrolment_is_in_no_address(device, service):
    requested = []
    device.page.on("request", lambda request: requested.append(request.url))
    enrolment = service.enrolment()
    device.enrol(enrolment)
    token = enrolment["url"].partition("#")[2]
    assert not [url for url in requested if token in url.partition("#")[0]]


def test_an_enrolment_code_is_scanned_on_the_page_too(device, service):
    device.open().scan(service.code()).expect(REFUSE, "Not a gate yet", "Not an enrolment code")
    device.scan(service.enrolment(gate="Gate 4")["url"]).expect(IDLE, "Ready", "Gate 4")
    device.scan(service.enrolment()["url"]).expect(REFUSE, "Refuse", "An enrolment code")


def test_an_enrolment_code_enrols_one_device(chromium, service, gate, device):
    enrolment = service.enrolment()
    with browser.watched(chromium, service.base_url) as other:
        GatePage(other.page, service.base_url).enrol(enrolment)
    with browser.watched(chromium, service.base_url) as late:
        page = GatePage(late.page, service.base_url)
        page.open(enrolment["url"]).expect(REFUSE, "Not enrolled", "has been used")
        page.open(f"{service.base_url}/api/gate#123").expect(REFUSE, "Not enrolled", "not an enrolment code")


def test_a_gate_that_is_taken_back_admits_nobody(device, service):
    enrolment = service.enrolment()
    device.enrol(enrolment)
    service.take_back(enrolment["name"])
    code = service.code()
    device.scan(code).expect(UNKNOWN, "Could not check", "Do not admit")
    assert "a gate no longer" in device.text("more")
    device.open().expect(IDLE, "Not a gate yet")


def test_a_gate_leaves(gate):
    gate.set_place("North")
    gate.press("Leave").expect(IDLE, "Not a gate yet")
    assert gate.page.context.cookies() == []
    assert gate.page.evaluate("localStorage.length") == 0
    gate.open().expect(IDLE, "Not a gate yet")


# Verdicts


def test_a_code_is_admitted_as_often_as_it_counts(gate, service):
    gate.set_place("Gate 3, north")
    code = service.code(2)
    gate.scan(code).expect(ADMIT, "Admit", "Use 1 of 2")
    assert "Amina Yusuf" in gate.text("facts") and "4250" in gate.text("facts")
    name = name_of(gate)
    gate.press("Next").expect(IDLE, "Ready")
    gate.scan(in_upper_case(code)).expect(ADMIT, "Admit", "Use 2 of 2")
    gate.press("Next").scan(code).expect(REFUSE, "Refuse", "Used already")
    assert re.search(r"Redeemed at \d\d:\d\d:\d\d, (just now|\d+ seconds ago)\nPlace: Gate 3, north", gate.text("more"))
    stored = service.redemptions(name)
    assert [(redemption["by"], redemption["place"]) for redemption in stored] == [("Gate 3", "Gate 3, north")] * 2


def test_a_link_of_either_form_or_a_bare_ctext_is_a_code(gate, service):
    link = service.code(9)
    ctext = ctext_of(link)
    digits = to_digits(from_base64url(ctext))
    full = f"{service.base_url}/api/decrypt/qrcode-details?ctext="
    forms = [link, ctext, digits, f"{service.base_url}/d/{digits}/", full + ctext, (full + digits).upper()]
    for use, text in enumerate(forms, 1):
        gate.scan(text).expect(ADMIT, "Admit", f"Use {use} of 9")
        gate.press("Next")


@pytest.mark.parametrize(
    "text", ["https://evil.example/", "https://evil.example/d/", "WIFI:S:guests;;", "12345", "javascript:alert(1)", "E"]
)
def test_what_is_not_a_code_of_this_service_is_not_followed(gate, text):
    requested = []
    gate.page.on("request", lambda request: requested.append(request.url))
    gate.scan(text).expect(REFUSE, "Refuse", "Not a code of this service")
    assert requested == []


def test_a_forged_code_is_refused(gate, service):
    ctext = ctext_of(service.code())
    forged = ctext[:30] + ("A" if ctext[30] != "A" else "B") + ctext[31:]
    gate.scan(f"{service.base_url}/d/{forged}").expect(REFUSE, "Refuse", "Not genuine")


def test_codes_that_do_not_count_and_expired_ones_are_refused(gate, service):
    gate.scan(service.code(None)).expect(REFUSE, "Refuse", "Not a code for a gate")
    code = service.code(1, expires_in="1")
    gate.page.wait_for_timeout(1500)
    gate.scan(code).expect(REFUSE, "Refuse", "Expired")


def test_an_admission_is_undone(gate, service):
    code = service.code()
    gate.scan(code).expect(ADMIT, "Admit")
    name = name_of(gate)
    gate.press("Undo last admission").expect(IDLE, "Undone", name)
    assert service.used(name) == 0
    assert gate.page.get_by_role("button", name="Undo").is_disabled()
    gate.scan(code).expect(ADMIT, "Admit", "Use 1 of 1")


def test_admit_does_not_stay_for_the_next_person(gate, service):
    gate.scan(service.code()).expect(ADMIT, "Admit")
    expect(gate.page.locator("#verdict")).to_have_class("idle", timeout=12_000)
    gate.scan(service.code(None)).expect(REFUSE, "Refuse")
    gate.page.wait_for_timeout(9000)
    assert gate.kind() == REFUSE


# When nothing answers


def test_without_a_network_nothing_is_admitted(gate, service):
    code = service.code()
    gate.page.context.set_offline(True)
    gate.scan(code).expect(UNKNOWN, "Could not check", "Do not admit")
    gate.page.context.set_offline(False)
    gate.press("Try again").expect(ADMIT, "Admit", "Use 1 of 1")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 503, "content_type": "application/problem+json", "body": '{"type":"/api/problems/temporarily-unavailable"}'},
        {"status": 502, "body": "Bad gateway"},
        {"status": 429, "content_type": "application/json", "body": '{"message":"Too Many Requests"}'},
        {"status": 404, "content_type": "application/json", "body": '{"message":"Not Found"}'},
        {"status": 403, "content_type": "application/json", "body": '{"message":"Forbidden"}'},
        # A portal of a network that wants its visitors to log in.
        {"status": 200, "content_type": "text/html", "body": "<h1>Welcome</h1>"},
        {"status": 302, "headers": {"location": "/api"}},
        {"status": 200, "content_type": "application/json", "body": "{}"},
        {"status": 200, "content_type": "application/json", "body": '{"use":1,"of":null,"redemption":1}'},
        {"status": 204},
        {"status": 500, "content_type": "application/problem+json", "body": '{"type":"/api/problems/already-redeemed"}'},
    ],
    ids=lambda answer: f"{answer['status']}-{answer.get('body', '')[:12]}",
)
def test_only_a_clear_answer_admits_or_refuses(gate, service, answer):
    gate.page.route("**/api/gate/redeem", lambda route: route.fulfill(**answer))
    gate.scan(service.code()).expect(UNKNOWN, "Could not check", "Do not admit")


def test_an_answer_that_was_lost_costs_no_use(gate, service):
    keys = []

    def lose_answers(route):
        keys.append(route.request.headers["idempotency-key"])
        # It arrives, but its answer does not.
        if len(keys) <= 2:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    gate.page.route("**/api/gate/redeem", lose_answers)
    code = service.code()
    gate.scan(code).expect(UNKNOWN, "Could not check", "Do not admit")
    gate.press("Try again").expect(ADMIT, "Admit", "Use 1 of 1")
    assert len(keys) == 3 and len(set(keys)) == 1
    assert service.used(name_of(gate)) == 1
    # A new scan has a new key.
    gate.press("Next").scan(code).expect(REFUSE, "Refuse", "Used already")
    assert len(set(keys)) == 2


def test_a_service_that_does_not_answer_is_not_waited_for_long(gate, service):
    gate.page.route("**/api/gate/redeem", lambda route: None)
    gate.scan(service.code()).expect(UNKNOWN, "Could not check", "Do not admit")


def test_a_scan_while_another_is_checked_is_not_lost_silently(gate, service):
    def answer_late(route):
        gate.page.wait_for_timeout(1500)
        route.continue_()

    gate.page.route("**/api/gate/redeem", answer_late)
    first, second = service.code(), service.code()
    gate.scan(first).scan(second)
    gate.expect(ADMIT, "Admit")
    assert "Another code was read meanwhile" in gate.text("more")


def test_undoing_without_a_network_says_so(gate, service):
    gate.scan(service.code()).expect(ADMIT, "Admit")
    gate.page.context.set_offline(True)
    gate.press("Undo last admission").expect(IDLE, "Not undone")
    gate.page.context.set_offline(False)
    gate.press("Undo last admission").expect(IDLE, "Undone")


# The hand scanner


def test_a_hand_scanner_needs_no_click(gate, service):
    gate.page.evaluate("document.activeElement.blur()")
    gate.scan(service.code()).expect(ADMIT, "Admit")
    assert gate.focused() == "code"
    assert gate.page.locator("#code").input_value() == ""


def test_a_hand_scanner_does_not_change_the_place(gate, service):
    gate.set_place("Gate 5")
    assert gate.focused() == "code"
    gate.page.get_by_label("Place").focus()
    gate.scan(service.code()).expect(IDLE, "Scan again")
    assert gate.page.locator("#place").input_value() == "Gate 5"
    gate.scan(service.code()).expect(ADMIT, "Admit")


def test_a_scanner_that_reads_twice_redeems_once(gate, service):
    code = service.code(2)
    gate.scan(code).expect(ADMIT, "Admit", "Use 1 of 2")
    gate.scan(code).scan(code)
    gate.page.wait_for_timeout(500)
    assert service.used(name_of(gate)) == 1


# The camera


@pytest.fixture
def filmed(service, tmp_path, playwright_driver):
    """The page of a gate whose camera sees this film."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def filmed(*frames: bytes) -> GatePage:
            camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
            camera.append(f"--use-file-for-fake-video-capture={film(tmp_path / 'film.mjpeg', *frames)}")
            chromium = browser.launch(playwright_driver, camera)
            stack.callback(chromium.close)
            watched = stack.enter_context(browser.watched(chromium, service.base_url, 360, permissions=["camera"]))
            return GatePage(watched.page, service.base_url).enrol(service.enrolment(gate="Gate 3"))

        yield filmed


def test_the_camera_reads_a_code_once_while_it_sees_it(filmed, service):
    code = service.code(3)
    gate = filmed(frame(service.picture(code)))
    loaded = []
    gate.page.on("request", lambda request: loaded.append(request.url))
    gate.press("Start the camera").expect(ADMIT, "Admit", "Use 1 of 3")
    name = name_of(gate)
    # The camera sees it all the time; "Next" does not make a new scan of it either.
    gate.page.wait_for_timeout(10_000)
    assert (gate.kind(), service.used(name)) == (ADMIT, 1)
    gate.press("Next").expect(IDLE, "Ready")
    gate.page.wait_for_timeout(3000)
    assert (gate.kind(), service.used(name)) == (IDLE, 1)
    assert [url for url in loaded if "decoder.js" in url], "this Chromium has no detector of its own"
    gate.press("Stop the camera")
    assert not gate.page.locator("#video").is_visible()


def test_the_camera_reads_one_code_after_the_other(filmed, service):
    codes = [service.code(), service.code()]
    blank = frame()
    # Each for a second and a half; the film is shown at 30 frames per second, again and again.
    gate = filmed(*[frame(service.picture(codes[0]))] * 45, *[blank] * 15, *[frame(service.picture(codes[1]))] * 45, *[blank] * 15)
    gate.press("Start the camera").expect(ADMIT, "Admit")
    first = name_of(gate)
    expect(gate.page.locator("#more")).not_to_contain_text(first, timeout=10_000)
    gate.page.locator("#verdict.refuse").wait_for(timeout=15_000)
    assert gate.text("reason") == "Used already"


def test_the_camera_does_not_follow_other_codes(filmed, service):
    gate = filmed(frame(service.picture("https://evil.example/pay?to=me")))
    gate.press("Start the camera").expect(REFUSE, "Refuse", "Not a code of this service")
    assert gate.page.url == f"{service.base_url}/api/gate"


def test_without_a_camera_the_field_does(gate):
    gate.press("Start the camera")
    expect(gate.page.locator("#camera-note")).to_contain_text("Use the field below")


def test_a_changed_decoder_is_not_run(filmed, service):
    gate = filmed(frame(service.picture(service.code())))
    gate.page.route("**/decoder.js*", lambda route: route.fulfill(content_type="text/javascript", body="alert(1)"))
    gate.press("Start the camera")
    expect(gate.page.locator("#camera-note")).to_contain_text("did not load")
    assert gate.kind() == IDLE


# Looks


@pytest.fixture(params=[*LOOKS, (768, "light"), (1024, "dark")], ids=lambda look: f"{look[0]}-{look[1]}")
def look(request, chromium, service):
    width, scheme = request.param
    with browser.watched(chromium, service.base_url, width, scheme) as watched:
        yield GatePage(watched.page, service.base_url)


def test_every_state_reads_well(look, service):
    def check() -> None:
        assert browser.barriers(look.page) == []
        assert not browser.overflows(look.page)

    look.open()
    check()
    look.enrol(service.enrolment(gate="Gate 3, the one at the very end of the northern car park"))
    look.open_settings()
    check()
    code = service.code()
    look.scan(code).expect(ADMIT, "Admit")
    check()
    look.press("Next").scan(code).expect(REFUSE, "Refuse")
    check()
    look.page.context.set_offline(True)
    look.scan(service.code()).expect(UNKNOWN, "Could not check")
    look.page.context.set_offline(False)
    check()


def test_nothing_moves_where_motion_is_reduced(chromium, service):
    with browser.watched(chromium, service.base_url, 360, reduced_motion="reduce") as watched:
        page = GatePage(watched.page, service.base_url).open()
        page.page.evaluate("document.getElementById('verdict').className = 'busy'")
        assert page.page.evaluate("document.getAnimations().length") == 0


def test_hostile_text_does_nothing(gate, service):
    gate.page.route(
        "**/api/gate/redeem",
        lambda route: route.fulfill(
            json={
                "name": "<b>x</b>", "use": 1, "of": 1, "redemption": 1,
                "payload": {"<img src=x onerror=alert(1)>": "</dl><script>alert(1)</script>", "a": "b\u202ec"},
            }  # fmt: skip
        ),
    )
    gate.scan(service.code()).expect(ADMIT, "Admit")
    assert "<script>alert(1)</script>" in gate.text("facts")
    assert "U+202E" in gate.text("facts")
    assert gate.page.locator("#facts img, #facts script").count() == 0
