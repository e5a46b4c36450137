"""The gate in Firefox and in WebKitGTK, with a hand scanner."""

import pytest

from tests.support.faults import NO_ANSWER, ON_THE_WAY
from tests.support.front import Front
from tests.support.gate_page import ADMIT, IDLE, REFUSE, UNKNOWN, name_of
from tests.support.gate_service import in_upper_case, serving_gates
from tests.support.webdriver_gate_page import WebDriverGatePage

pytestmark = pytest.mark.slow
BY_NAME = {fault.name: fault for fault in ON_THE_WAY}
RESET, PORTAL = BY_NAME["connection reset"], BY_NAME["a proxy's web page with status 200"]
PHONE = (360, 800)
# `--yes` and `--no` of gate.css.
GREEN, RED = (0x0D, 0x6B, 0x45), (0xA8, 0x28, 0x1B)
ONLY_FIREFOX, ONLY_WEBKIT = (
    pytest.mark.parametrize("other_browser", [name], indirect=True) for name in ("firefox", "webkit")
)


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    with Front(tmp_path_factory.mktemp("front")) as front:
        yield front


@pytest.fixture(scope="module")
def service(binaries, keyring, front, tmp_path_factory):
    with serving_gates(tmp_path_factory.mktemp("gates"), keyring, PUBLIC_BASE_URL=front.url) as service:
        front.api_url = service.base_url
        yield service


@pytest.fixture
def device(other_browser, front, service):
    """The page on a phone that is no gate yet."""
    other_browser.resize(*PHONE)
    page = WebDriverGatePage(other_browser, front.url).open()
    other_browser.forget()
    return page.open().expect(IDLE, "Not a gate yet")


@pytest.fixture
def gate(device, service):
    """The page of a gate."""
    return device.enrol(service.enrolment(gate="Gate 3"))


def test_a_device_is_enrolled_by_opening_a_code(device, service):
    enrolment = service.enrolment(gate="Gate 3")
    device.enrol(enrolment)
    assert device.text("name") == "Gate 3"
    # The token has left the address, and no script can read the session.
    assert device.browser.run("return [location.href, document.cookie]") == [f"{device.base_url}/api/gate", ""]
    (cookie,) = device.browser.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-gate", True, True)
    assert cookie["sameSite"] == "Strict"
    device.open().expect(IDLE, "Ready")
    device.open_settings()
    assert enrolment["name"] in device.text("session")


@ONLY_WEBKIT
def test_a_browser_that_keeps_no_session_is_no_gate(device, service):
    token = service.enrolment()["url"].partition("#")[2]
    device.open(f"{service.base_url}/api/gate#{token}").expect(REFUSE, "Not enrolled", "has not kept the session")


def test_an_enrolment_code_is_scanned_on_the_page_too(device, service):
    device.scan(service.code()).expect(REFUSE, "Not a gate yet", "Not an enrolment code")
    device.scan(service.enrolment(gate="Gate 4")["url"]).expect(IDLE, "Ready", "Gate 4")


def test_a_code_is_admitted_once_in_green_and_then_refused_in_red(gate, service):
    code = service.code()
    gate.scan(code).expect(ADMIT, "Admit", "Use 1 of 1")
    gate.expect_colour(*GREEN)
    assert "Amina Yusuf" in gate.text("facts") and "4250" in gate.text("facts")
    name = name_of(gate)
    gate.press("Next").expect(IDLE, "Ready")
    gate.scan(code).expect(REFUSE, "Refuse", "Used already")
    gate.expect_colour(*RED)
    assert service.used(name) == 1


def test_a_link_in_upper_case_is_the_same_code(gate, service):
    code = service.code(2)
    gate.scan(in_upper_case(code)).expect(ADMIT, "Admit", "Use 1 of 2")
    gate.press("Next").scan(code).expect(ADMIT, "Admit", "Use 2 of 2")


@pytest.mark.parametrize("text", ["https://evil.example/d/", "WIFI:S:guests;;", "12345"])
def test_what_is_not_a_code_of_this_service_is_refused(gate, text):
    gate.scan(text).expect(REFUSE, "Refuse", "Not a code of this service")
    assert gate.browser.run("return location.href") == f"{gate.base_url}/api/gate"


def test_an_admission_is_undone(gate, service):
    code = service.code()
    gate.scan(code).expect(ADMIT, "Admit")
    name = name_of(gate)
    gate.press("Undo last admission").expect(IDLE, "Undone", name)
    assert service.used(name) == 0
    gate.scan(code).expect(ADMIT, "Admit", "Use 1 of 1")


@pytest.mark.parametrize("faults", [[RESET], [NO_ANSWER, PORTAL]], ids=["no-network", "no-answer-then-a-portal"])
def test_what_could_not_be_checked_is_not_admitted(gate, front, service, faults):
    code = service.code()
    with front.broken(*faults):
        gate.scan(code).expect(UNKNOWN, "Could not check", "Do not admit")
    gate.press("Try again").expect(ADMIT, "Admit", "Use 1 of 1")


def test_a_gate_that_is_taken_back_admits_nobody(device, service):
    enrolment = service.enrolment()
    device.enrol(enrolment)
    service.take_back(enrolment["name"])
    device.scan(service.code()).expect(UNKNOWN, "Could not check", "Do not admit")
    assert "a gate no longer" in device.text("more")
    device.open().expect(IDLE, "Not a gate yet")


def test_the_place_is_kept(gate, service):
    gate.set_place("Gate 3, north")
    assert gate.focused() == "code"
    gate.open().expect(IDLE, "Ready")
    assert gate.place() == "Gate 3, north"
    gate.scan(service.code()).expect(ADMIT, "Admit")
    assert [redemption["place"] for redemption in service.redemptions(name_of(gate))] == ["Gate 3, north"]


def test_a_hand_scanner_needs_no_click(gate, service):
    gate.browser.run("document.activeElement.blur()")
    gate.scan(service.code()).expect(ADMIT, "Admit")
    assert gate.focused() == "code"


def test_nothing_is_wider_than_a_phone(device, service):
    width, _ = PHONE
    device.enrol(service.enrolment(gate="Gate 3, the one at the very end of the northern car park"))
    device.open_settings()
    device.assert_fits(width)
    code = service.code()
    device.scan(code).expect(ADMIT, "Admit").assert_fits(width)
    device.press("Next").scan(code).expect(REFUSE, "Refuse").assert_fits(width)


@ONLY_FIREFOX
def test_a_camera_is_asked_for_and_the_field_still_reads(gate, service):
    gate.press("Start the camera").expect_camera(True)
    gate.scan(service.code()).expect(ADMIT, "Admit")
    gate.press("Stop the camera").expect_camera(False)


@ONLY_WEBKIT
def test_without_a_camera_the_field_does(gate, service):
    gate.press("Start the camera").expect_note("Use the field below")
    gate.scan(service.code()).expect(ADMIT, "Admit")
