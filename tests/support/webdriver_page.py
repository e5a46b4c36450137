"""The page after a scan in a browser that takes commands of WebDriver."""

import json

from tests.support.webdriver import WebDriver

# Scripts that look at the page.
ROWS = """
const textOf = (row, name) => row.querySelector(name).innerText;
const rows = [...document.querySelectorAll("dl > div")];
return Object.fromEntries(rows.map((row) => [textOf(row, "dt"), textOf(row, "dd")]));
"""
BOXES = """
const names = [...document.querySelectorAll("dl > div > dt")];
const name = names.find((name) => name.innerText === arguments[0]);
return [name, name.nextElementSibling].map((node) => node.getBoundingClientRect().toJSON());
"""


class WebDriverPage:
    def __init__(self, browser: WebDriver):
        self.browser = browser

    def open(self, link: str) -> "WebDriverPage":
        self.browser.go_to(link)
        return self

    def title(self) -> str:
        return self.text("h1")

    def text(self, selector: str) -> str:
        return self.browser.run("return document.querySelector(arguments[0]).innerText", selector)

    def shows(self, selector: str) -> bool:
        return self.browser.run("return document.querySelector(arguments[0])?.checkVisibility() ?? false", selector)

    def language(self) -> tuple[str, str]:
        """The language of the page, and its direction."""
        return tuple(self.browser.run("return [document.documentElement.lang, document.documentElement.dir]"))

    def rows(self) -> dict[str, str]:
        """The payload: its members and what they are."""
        return self.browser.run(ROWS)

    def boxes(self, member: str) -> list[dict[str, float]]:
        """Where the name of a member is, and where its value is."""
        return self.browser.run(BOXES, member)

    def box(self, selector: str) -> dict[str, float]:
        script = "return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()"
        return self.browser.run(script, selector)

    def unfold(self) -> None:
        """Shows the payload as JSON."""
        self.browser.click("return document.querySelector('summary')")

    def copy(self) -> str:
        """Copies the payload; what the page says of that."""
        self.browser.click("return document.getElementById('copy')")
        return self.browser.wait_for("return document.getElementById('said').innerText")

    def selected(self) -> str:
        return self.browser.run("return getSelection().toString()")

    def json(self):
        return json.loads(self.browser.run("return document.getElementById('json').textContent"))

    def redeem(self, place: str) -> "WebDriverPage":
        self.browser.click("return document.getElementById('place')")
        self.browser.type(place)
        self.browser.click("return document.querySelector('form button')")
        self.browser.wait_for("return !document.querySelector('form')")
        return self
