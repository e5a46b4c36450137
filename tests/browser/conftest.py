import os

import pytest
from playwright.sync_api import sync_playwright

from tests.support import browser


@pytest.fixture(scope="session")
def playwright_driver():
    """What starts browsers."""
    if browser.executable() is None and os.environ.get("CI") != "true":
        pytest.skip(browser.MISSING)
    assert browser.executable(), browser.MISSING
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_driver):
    chromium = browser.launch(playwright_driver)
    yield chromium
    chromium.close()
