"""The page of the gate as its tests see it. WebDriverGatePage has the same methods in other browsers."""

import re

from playwright.sync_api import Page, expect

ADMIT, REFUSE, UNKNOWN, IDLE = "admit", "refuse", "unknown", "idle"
SETTLED = ", ".join(f"#verdict.{kind}" for kind in (ADMIT, REFUSE, UNKNOWN, IDLE))
# Longer than the page waits for an answer, twice.
PATIENCE_MS = 20_000


class GatePage:
    """A page in Chromium."""

    def __init__(self, page: Page, base_url: str):
        self.page, self.base_url = page, base_url

    def open(self, url: str | None = None) -> "GatePage":
        self.page.goto(url or f"{self.base_url}/api/gate")
        return self.settle()

    def enrol(self, enrolment: dict) -> "GatePage":
        """Opens an enrolment code, and waits until the device is a gate."""
        self.open(enrolment["url"])
        self.expect(IDLE, "Ready")
        return self

    def settle(self) -> "GatePage":
        self.page.locator(SETTLED).wait_for(timeout=PATIENCE_MS)
        return self

    def scan(self, text: str) -> "GatePage":
        """Scans by a hand scanner: it types and presses Enter."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        return self

    def expect(self, kind: str, word: str, reason: str | None = None) -> "GatePage":
        """Waits for a verdict of this kind that says this."""
        self.page.locator(f"#verdict.{kind}").wait_for(timeout=PATIENCE_MS)
        expect(self.page.locator("#word")).to_have_text(word)
        if reason is not None:
            expect(self.page.locator("#reason")).to_contain_text(reason)
        return self

    def text(self, part: str) -> str:
        return self.page.locator(f"#{part}").inner_text()

    def kind(self) -> str:
        return self.page.locator("#verdict").get_attribute("class")

    def press(self, button: str) -> "GatePage":
        self.page.get_by_role("button", name=button).click()
        return self

    def set_place(self, place: str) -> None:
        self.open_settings()
        self.page.get_by_label("Place").fill(place)
        self.page.keyboard.press("Enter")

    def open_settings(self) -> None:
        if not self.page.locator("#settings").evaluate("at => at.open"):
            self.page.locator("summary").click()

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.id")


def name_of(page) -> str:
    """The name of the code that a page of either kind has admitted."""
    return re.search(r"Code ([0-9A-Z-]{19})", page.text("more"))[1]
