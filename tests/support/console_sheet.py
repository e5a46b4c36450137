"""The console's sheet of labels, in Playwright's browsers."""

import io
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import Download, Page, Request

from tests.support import batches
from tests.support.api_client import CREATE_MANY
from tests.support.label_sheets import PRESETS, label_box, page as page_of

BATCH = f"**{CREATE_MANY}*"
PAPER = "avery-l7160"
DROP = """
([node, name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(content)], name));
  for (const kind of ["dragover", "drop"]) {
    node.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}
"""


@dataclass(frozen=True)
class Asked:
    """A request for a batch."""

    format: str
    query: dict[str, str]
    key: str


class ConsoleSheet:
    """What someone does there, and what is asked of the API meanwhile."""

    def __init__(self, page: Page, base_url: str):
        self.page = page
        self.asked: list[Asked] = []
        page.on("request", self._on_request)
        page.goto(f"{base_url}/api#sheet")
        self.settled()

    def settled(self, is_refused: bool = False) -> "ConsoleSheet":
        """Waits until the console shows what the API says of its present state."""
        self.page.locator("#sheet[aria-busy=false]").wait_for(state="attached")
        self.page.locator("#status.error" if is_refused else "#status:not(.error)").wait_for()
        return self

    def write(self, rows: str, is_refused: bool = False) -> None:
        self.page.locator("#rows").fill(rows)
        self.settled(is_refused)

    def choose(self, name: str, content: bytes, is_refused: bool = False) -> None:
        """Chooses a file."""
        file = {"name": name, "mimeType": "", "buffer": content}
        with self.page.expect_event("filechooser") as chooser:
            self.page.get_by_text("Choose a file").click()
        chooser.value.set_files(file)
        self.page.locator("#file-name").get_by_text(name).wait_for()
        self.settled(is_refused)

    def drop(self, selector: str, name: str, content: bytes) -> None:
        node = self.page.query_selector(selector)
        self.page.evaluate(DROP, [node, name, list(content)])
        self.page.locator("#file-name").get_by_text(name).wait_for()
        self.settled()

    def option(self, name: str, value: str, is_refused: bool = False) -> None:
        at = self.page.locator(f"#{name}")
        at.select_option(value) if at.evaluate("at => at.tagName") == "SELECT" else at.fill(value)
        self.settled(is_refused)

    def download(self, what: str) -> Download:
        """Saves `pdf`, `csv` or `html`."""
        with self.page.expect_download() as download:
            self.page.locator(f"#sheet-{what}").click()
        self.settled()
        return download.value

    def pdf(self) -> bytes:
        return content(self.download("pdf"))

    def manifest(self) -> list[dict[str, str]]:
        return batches.manifest(content(self.download("csv")))

    def status(self) -> str:
        return self.page.locator("#status").inner_text()

    def notes(self) -> list[str]:
        return self.page.locator("#notes li").all_inner_texts()

    def cell(self, row: int, column: int) -> str:
        """What the table shows of a cell, and the error at it."""
        text = self.page.locator(f"#row-{row} td").nth(column).inner_text()
        return text.replace("\n\n", "\n").strip()

    def first_label(self) -> str:
        """What the code says that is shown of the first label."""
        (code,) = codes_in(self.page.locator("#one").screenshot())
        return code

    def command(self) -> str:
        return self.page.locator("#curl").inner_text()

    def _on_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.path.endswith("/batch"):
            query = {name: value for name, (value,) in parse_qs(url.query).items()}
            self.asked.append(Asked(query.get("format", ""), query, request.headers["idempotency-key"]))


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def codes_in(picture: bytes) -> list[str]:
    """The texts of the codes in a picture of the screen, from left to right."""
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)), formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in sorted(codes, key=lambda code: code.position.top_left.x)]


def printed(pdf: bytes, count: int, start: int = 0, paper: str = PAPER) -> list[str]:
    """What the codes of labels say, in order, as poppler draws them."""
    preset = PRESETS[paper]
    places = preset["grid"][0] * preset["grid"][1]
    pages = [page_of(pdf, number + 1) for number in range(-(-(start + count) // places))]
    return [pages[place // places].read(label_box(preset, place % places)) for place in range(start, start + count)]
