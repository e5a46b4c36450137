"""The page of the gate in a browser that takes commands of WebDriver. Its methods are those of GatePage."""

import time

from tests.support.gate_page import ADMIT, IDLE, PATIENCE_MS, REFUSE, UNKNOWN
from tests.support.webdriver import ENTER, WebDriver

# Scripts that return an element or what is known of it.
BUTTON = """
const nameOf = (button) => button.ariaLabel ?? button.textContent;
return [...document.querySelectorAll("button")].find((button) => nameOf(button).includes(arguments[0]));
"""
IS_FILMING = """
const video = document.getElementById("video");
return !video.hidden && video.videoWidth > 0 && Boolean(decodeQR);
"""


class WebDriverGatePage:
    def __init__(self, browser: WebDriver, base_url: str):
        self.browser, self.base_url = browser, base_url

    def open(self, url: str | None = None) -> "WebDriverGatePage":
        self.browser.go_to(url or f"{self.base_url}/api/gate")
        return self.settle()

    def enrol(self, enrolment: dict) -> "WebDriverGatePage":
        """Opens an enrolment code, and waits until the device is a gate."""
        return self.open(enrolment["url"]).expect(IDLE, "Ready")

    def settle(self) -> "WebDriverGatePage":
        self._wait(lambda: self.kind() in (ADMIT, REFUSE, UNKNOWN, IDLE) and self.text("word") != "Starting")
        return self

    def scan(self, text: str) -> "WebDriverGatePage":
        """Scans by a hand scanner: it types and presses Enter."""
        self.browser.type(text + ENTER)
        return self

    def expect(self, kind: str, word: str, reason: str = "") -> "WebDriverGatePage":
        """Waits for a verdict of this kind that says this."""
        self._wait(lambda: (self.kind(), self.text("word")) == (kind, word) and reason in self.text("reason"))
        return self

    def text(self, part: str) -> str:
        return self.browser.run("return document.getElementById(arguments[0]).innerText", part)

    def kind(self) -> str:
        return self.browser.run("return document.getElementById('verdict').className")

    def press(self, button: str) -> "WebDriverGatePage":
        self.browser.click(BUTTON, button)
        return self

    def set_place(self, place: str) -> None:
        self.open_settings()
        self.browser.click("return document.getElementById('place')")
        self.browser.run("document.getElementById('place').select()")
        self.browser.type(place + ENTER)

    def place(self) -> str:
        return self.browser.run("return document.getElementById('place').value")

    def open_settings(self) -> None:
        if not self.browser.run("return document.getElementById('settings').open"):
            self.browser.click("return document.querySelector('summary')")

    def focused(self) -> str:
        return self.browser.run("return document.activeElement.id")

    def assert_fits(self, width: int) -> None:
        self.browser.assert_fits(width)

    def expect_camera(self, is_on: bool) -> None:
        """Waits until the page shows what the camera sees, and can read it; or until it does not show it."""
        self._wait(lambda: self.browser.run(IS_FILMING) == is_on)

    def expect_note(self, note: str) -> None:
        """Waits for what is said of the camera."""
        self._wait(lambda: note in self.text("camera-note"))

    def expect_colour(self, red: int, green: int, blue: int) -> None:
        """Waits until most of the verdict has this colour: what is painted is later than what scripts see."""
        self._wait(lambda: self._colour() == (red, green, blue))

    def _colour(self) -> tuple[int, int, int]:
        picture = self.browser.picture_of("#verdict")
        return max(picture.getcolors(picture.width * picture.height))[1]

    def _wait(self, condition) -> None:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not condition():
            assert time.monotonic() < deadline, [self.kind(), *map(self.text, ("word", "reason", "more"))]
            time.sleep(0.05)
