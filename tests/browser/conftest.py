import os

import pytest
from playwright.sync_api import sync_playwright

from tests.support import browser, webdriver


def require(executable: object, missing: str) -> None:
    """Skips what a missing browser cannot show; in CI, none may be missing."""
    if not executable and os.environ.get("CI") != "true":
        pytest.skip(missing)
    assert executable, missing


@pytest.fixture(scope="session")
def playwright_driver():
    """What starts browsers."""
    require(browser.executable(), browser.MISSING)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_driver):
    chromium = browser.launch(playwright_driver)
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    require(webdriver.firefox_executable(), webdriver.FIREFOX_MISSING)
    with webdriver.firefox(tmp_path_factory.mktemp("firefox")) as firefox:
        yield firefox


@pytest.fixture(scope="module")
def webkit(tmp_path_factory):
    require(webdriver.webkit_executables(), webdriver.WEBKIT_MISSING)
    with webdriver.webkit(tmp_path_factory.mktemp("webkit")) as webkit:
        yield webkit
