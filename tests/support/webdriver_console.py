"""The console in a browser that takes commands of WebDriver."""

import zxingcpp

from tests.support.webdriver import WebDriver, once

# Scripts that return an element or what is known of the console.
CONTROL = """
const [field] = arguments;
const label = [...document.querySelectorAll("label")].find((label) => label.textContent.includes(field));
return document.getElementById(field) ?? label.control;
"""
INVALID = """
return [...document.querySelectorAll("[aria-invalid]")].map((control) => control.labels[0].innerText);
"""
FOCUSED = "return document.activeElement.labels?.[0].innerText ?? ''"
IS_SETTLED = """
const [isRefused] = arguments;
const isBusy = document.getElementById("result").ariaBusy !== "false";
return !isBusy && document.getElementById("status").classList.contains("error") === isRefused;
"""
SET = """
const [field, value] = arguments;
const at = document.getElementById(field);
at.value = value;
at.dispatchEvent(new Event("input", { bubbles: true }));
"""
FACTS = """
const textOf = (row, name) => row.querySelector(name).innerText;
const rows = [...document.querySelectorAll("#facts > div")];
return Object.fromEntries(rows.map((row) => [textOf(row, "dt"), textOf(row, "dd")]));
"""


class WebDriverConsole:
    def __init__(self, browser: WebDriver):
        self.browser = browser

    def open(self, base_url: str, view: str = "") -> "WebDriverConsole":
        # Another view alone would not load the page again.
        self.browser.go_to("about:blank")
        self.browser.go_to(f"{base_url}/api{view}")
        return self.settle()

    def settle(self, is_refused: bool = False) -> "WebDriverConsole":
        """Waits until the console shows what the API says of its present state."""
        self.browser.wait_for(IS_SETTLED, is_refused)
        return self

    def type(self, field: str, text: str, is_refused: bool = False) -> None:
        """Types in place of what is in a field, and waits for what the API says of it."""
        self.browser.click(CONTROL, field)
        self.browser.run("document.activeElement.select()")
        self.browser.type(text)
        self.settle(is_refused)

    def choose(self, field: str, value: str) -> None:
        """Sets an option that has no text to type."""
        self.browser.run(SET, field, value)
        self.settle()

    def press(self, element: str) -> None:
        self.browser.click("return document.getElementById(arguments[0])", element)

    def text(self, element: str) -> str:
        return self.browser.run("return document.getElementById(arguments[0]).innerText", element)

    def facts(self) -> dict[str, str]:
        return self.browser.run(FACTS)

    def scanned(self, selector: str = "#picture") -> str:
        """What the code says that is drawn, which is later than what scripts see."""
        return once(lambda: self._scan(selector), "no code is drawn")

    def said(self, text: str) -> None:
        """Waits until the status is this."""
        self.browser.wait_for("return document.getElementById('status').innerText === arguments[0]", text)

    def invalid(self) -> list[str]:
        """The names of the fields with errors."""
        return self.browser.run(INVALID)

    def focused(self) -> str:
        """The name of the field with the focus."""
        return self.browser.run(FOCUSED)

    def _scan(self, selector: str) -> str:
        picture = self.browser.picture_of(selector)
        (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        return code.text
