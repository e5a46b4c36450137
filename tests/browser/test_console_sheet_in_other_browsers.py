"""The console's sheets of labels in Firefox and in WebKitGTK: from rows to labels, and what is wrong with rows."""

import json

import pytest

from tests.support import batches
from tests.support.console_sheet import printed
from tests.support.local import serving
from tests.support.traces import assert_tells_nothing, keys_of
from tests.support.webdriver import ENTER
from tests.support.webdriver_console import WebDriverConsole

pytestmark = pytest.mark.slow
PHONE, DESK = 360, 1280
NOTES = "return [...document.querySelectorAll('#notes li')].map((note) => note.innerText)"
HAS_NOTES = "return document.querySelectorAll('#notes .error').length > 0"


@pytest.fixture(scope="module")
def proxy(web):
    return web.address


@pytest.fixture(scope="module")
def service(binaries, keyring, web, tmp_path_factory):
    log = tmp_path_factory.mktemp("service") / "log"
    with serving(log, {"KEYRING": json.dumps(keyring), "PUBLIC_BASE_URL": web.url}) as client:
        web.front.api_url = client.base_url
        yield client
    assert_tells_nothing(log.read_text(errors="replace"), keys_of(keyring), client.sent)


@pytest.fixture
def sheet(other_browser, service, web):
    other_browser.resize(DESK, 800)
    yield WebDriverConsole(other_browser).open(web.url, "#sheet")
    assert other_browser.stored() == ["", 0, 0]
    assert web.elsewhere == []


@pytest.fixture
def opened(service, web):
    """Opens the code with a link: its payload and its name."""

    def opened(link: str) -> tuple[dict, str]:
        answer = service.follow(link.replace(web.url, service.base_url))
        return answer.json, answer.headers["code-name"]

    return opened


def write(sheet, rows: str, is_refused: bool = False) -> None:
    sheet.type("rows", rows.replace("\n", ENTER), is_refused)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_rows_to_labels_and_their_manifest(sheet, opened, width):
    sheet.browser.resize(width, 800)
    write(sheet, "id,amount\nA-17,1\nB-18,2\n")
    sheet.browser.click("return document.querySelector('#columns button')")
    sheet.browser.wait_for("return document.querySelector('#caption').value === '{id}'")
    sheet.settle()
    sheet.browser.assert_fits(width)
    first = sheet.scanned("#one")
    sheet.press("create")
    sheet.said("2 codes: labels.pdf is saved. Print it at 100 %, not fitted to the page.")
    links = printed(sheet.browser.saved("labels.pdf"), 2)
    assert links[0] == first
    assert [opened(link)[0] for link in links] == [{"id": "A-17", "amount": 1}, {"id": "B-18", "amount": 2}]
    sheet.press("sheet-csv")
    sheet.said("2 codes: labels-manifest.csv is saved. Keep it: names take codes back.")
    manifest = batches.manifest(sheet.browser.saved("labels-manifest.csv"))
    assert [row["name"] for row in manifest] == [opened(link)[1] for link in links]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_bad_rows_are_marked_and_corrected(sheet, width):
    sheet.browser.resize(width, 800)
    write(sheet, "id,amount\na,1\nb,many\n")
    sheet.press("create")
    sheet.browser.wait_for(HAS_NOTES)
    sheet.settle(is_refused=True)
    assert sheet.browser.run(NOTES) == ["Row 2 /amount must be an integer"]
    assert sheet.browser.run("return document.activeElement.innerText") == "Row 2"
    sheet.browser.assert_fits(width)
    write(sheet, "id,amount\na,1\nb,2\n")
    assert sheet.browser.run(NOTES) == []
