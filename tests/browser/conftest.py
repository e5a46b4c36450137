import os

import pytest
from playwright.sync_api import sync_playwright

from tests.support import browser, webdriver
from tests.support.web import Web


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
def web(tmp_path_factory) -> Web:
    with Web(tmp_path_factory.mktemp("web")) as web:
        yield web


@pytest.fixture(scope="module")
def proxy() -> str | None:
    """What other browsers reach the web by. Modules have their own if they look at what is asked there."""
    return None


@pytest.fixture(scope="module")
def firefox(tmp_path_factory, proxy):
    require(webdriver.firefox_executable(), webdriver.FIREFOX_MISSING)
    with webdriver.firefox(tmp_path_factory.mktemp("firefox"), proxy) as firefox:
        yield firefox


@pytest.fixture(scope="module")
def webkit(tmp_path_factory, proxy):
    require(webdriver.webkit_executables(), webdriver.WEBKIT_MISSING)
    with webdriver.webkit(tmp_path_factory.mktemp("webkit"), proxy) as webkit:
        yield webkit


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def other_browser(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["firefox", "webkit"])
def other_browser_without_scripts(request, tmp_path, proxy):
    # Skips what is missing.
    request.getfixturevalue(request.param)
    with getattr(webdriver, request.param)(tmp_path, proxy, runs_scripts=False) as browser:
        yield browser
