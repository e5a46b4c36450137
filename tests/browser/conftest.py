import os

import pytest
from playwright.sync_api import sync_playwright

from tests.support import browser


@pytest.fixture(scope="session")
def chromium():
    if browser.executable() is None and os.environ.get("CI") != "true":
        pytest.skip(browser.MISSING)
    assert browser.executable(), browser.MISSING
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        yield chromium
        chromium.close()
