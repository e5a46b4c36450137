"""A real Chromium that reports what a page does."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

MISSING = "Chromium is missing (Debian: apt-get install chromium)"
# As root, as CI runs, Chromium's sandbox cannot start; and nothing here may leave this machine.
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A phone and a desk, by day and by night.
LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


def executable() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def launch(playwright: Playwright, options: list[str] = []) -> Browser:
    return playwright.chromium.launch(executable_path=executable(), args=[*OPTIONS, *options])


@dataclass
class Watched:
    """A page, and what it did that our pages must not do."""

    page: Page
    origin: str
    offences: list[str] = field(default_factory=list)

    def assert_good(self) -> None:
        assert self.offences == []
        assert self.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


@contextmanager
def watched(
    browser: Browser, origin: str, width: int = 1280, scheme: str = "light", locale: str = "en-GB", **options
):
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        timezone_id="Europe/Berlin",
        locale=locale,
        **options,
    )
    page = context.new_page()
    watched = Watched(page, origin)

    def on_request(request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != origin:
            watched.offences.append(f"request to {request.url}")

    def on_dialog(dialog):
        watched.offences.append(f"dialog {dialog.message!r}")
        dialog.dismiss()

    def on_line(line):
        if "Policy" in line.text:
            watched.offences.append(f"{line.type} {line.text}")

    # Everything that the page opens is watched alike.
    def watch(opened: Page) -> None:
        opened.on("dialog", on_dialog)
        opened.on("pageerror", lambda error: watched.offences.append(f"script error {error}"))
        opened.on("console", on_line)

    watch(page)
    context.on("page", watch)
    context.on("request", on_request)
    page.set_default_timeout(15_000)
    try:
        yield watched
    finally:
        context.close()


def barriers(page: Page) -> list[str]:
    """What axe-core finds that keeps people out: of any impact, not only the serious."""
    violations = Axe().run(page).response["violations"]
    return [f"{found['impact']} {found['id']}: {node['html'][:200]}" for found in violations for node in found["nodes"]]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def rows(page: Page) -> dict[str, str]:
    """The payload on a page after a scan: its members and what they are."""
    found = page.query_selector_all("dl > div")
    return {row.query_selector("dt").inner_text(): row.query_selector("dd").inner_text() for row in found}
