"""Sheets of labels: written by an example, drawn by poppler, and measured to a fraction of a dot.

Where codes should be is computed here again, from the presets and from what docs/labels.md says.
"""

import io
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageOps, ImageStat

from tests.support.cargo import example
from tools.local_api import ROOT

PRESETS = {preset["name"]: preset for preset in json.loads((ROOT / "shared/label-sheet/presets.json").read_text())["presets"]}
MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
# In millimetres, which no ruler shows.
TOLERANCE = 0.05
QUIET_ZONE = 4
GAP = 0.5


@cache
def executable() -> str:
    return example("label-sheet", "write_sheet")


def write(form: str, paper: str, labels: int, caption: str = "", **options: object) -> bytes:
    words = [f"{name}={value}" for name, value in options.items()]
    command = [executable(), form, paper, str(labels), caption, *words]
    return subprocess.run(command, capture_output=True, check=True).stdout


def refusal(form: str, paper: str, labels: int, caption: str = "", **options: object) -> str:
    """Why there is no such sheet."""
    with pytest.raises(subprocess.CalledProcessError) as refused:
        write(form, paper, labels, caption, **options)
    return refused.value.stderr.decode()


def text_of(number: int) -> str:
    """What the code of a label says."""
    return f"HTTPS://QR.EXAMPLE.ORG/D/{number:08}"


def poppler(tool: str, pdf: bytes, *options: str) -> bytes:
    if not shutil.which(tool):
        assert not os.environ.get("CI"), f"CI installs {tool}"
        pytest.skip(f"{tool} is missing (Debian: apt-get install poppler-utils)")
    done = subprocess.run([tool, *options], input=pdf, capture_output=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


@dataclass
class Box:
    """A rectangle on a page, in millimetres from its left and top edges."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def edges(self) -> list[float]:
        return [self.left, self.top, self.right, self.bottom]


def label_box(preset: dict, place: int) -> Box:
    """The label in a place of the page, counted row by row from 0."""
    row, column = divmod(place, preset["grid"][0])
    left, top = (
        first + number * pitch for first, number, pitch in zip(preset["first"], (column, row), preset["pitch"], strict=True)
    )
    return Box(left, top, *preset["label"])


def padding(label: Box) -> float:
    """What is left free at the edges of a label."""
    return min(max(0.04 * min(label.width, label.height), 0.5), 2)


def caption_size(label: Box) -> float:
    """The size in points of captions above or below codes, if they are short."""
    size = min(label.width, label.height) / 11 / MM_PER_POINT
    return min(max(size // 0.5 / 2, 5), 14)


def symbol_box(label: Box, modules: int, place: str | None = None) -> Box:
    """Where the symbol of a label is, as large as fits."""
    inner = label.grown(-padding(label))
    line = 1.2 * caption_size(label) * MM_PER_POINT + GAP if place in ("below", "above") else 0
    zone = min(inner.width * (0.6 if place == "beside" else 1), inner.height - line)
    module = zone / (modules + 2 * QUIET_ZONE)
    left = inner.left if place == "beside" else label.left + (label.width - zone) / 2
    top = inner.top + (inner.height - zone - line) / 2 + (line if place == "above" else 0)
    return Box(left, top, zone, zone).grown(-QUIET_ZONE * module)


def dots_for(symbol: Box, modules: int) -> int:
    """How many dots per inch a printer needs for a symbol."""
    return 300 if symbol.width / modules > 0.3 else 600


@dataclass
class Page:
    """A page as a printer with that many dots per inch has it, in grey."""

    picture: Image.Image
    dots: float

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        return tuple(round(edge / MM_PER_INCH * self.dots) for edge in box.edges())

    def cut_out(self, box: Box) -> Image.Image:
        return self.picture.crop(self.pixels(box))

    def is_white(self, box: Box) -> bool:
        """Whether nothing is printed there, but for dots at its edges that are partly outside."""
        left, top, right, bottom = self.pixels(box)
        return self.picture.crop((left + 1, top + 1, right - 1, bottom - 1)).getextrema() == (255, 255)

    def wipe(self, box: Box) -> None:
        ImageDraw.Draw(self.picture).rectangle(self.pixels(box), fill=255)

    def ink(self, box: Box) -> float:
        """Which part of a rectangle of whole dots is covered."""
        return 1 - ImageStat.Stat(self.cut_out(box)).mean[0] / 255

    def ink_box(self) -> Box | None:
        """What all ink of the page is within."""
        found = ImageOps.invert(self.picture).getbbox()
        if not found:
            return None
        left, top, right, bottom = (edge * MM_PER_INCH / self.dots for edge in found)
        return Box(left, top, right - left, bottom - top)

    def middle_of_ink(self, box: Box) -> float:
        """How far the middle of the ink in a rectangle is from the left edge of the page."""
        left, top, right, bottom = self.pixels(box)
        covered = [255 - value for value in self.picture.crop((left, top, right, bottom)).resize((right - left, 1), Image.Resampling.BOX).tobytes()]
        middle = sum(ink * (dot + 0.5) for dot, ink in enumerate(covered)) / sum(covered)
        return (left + middle) * MM_PER_INCH / self.dots

    def read(self, box: Box) -> str:
        (code,) = zxingcpp.read_barcodes(self.cut_out(box), formats=zxingcpp.BarcodeFormat.QRCode)
        return code.text

    def symbol(self, expected: Box, modules: int) -> Box:
        """Where a symbol is that should be there. Its edges are those of two of its finder patterns, whose outer bars are
        dark all along: what is covered of a strip across an edge says where in the strip it is."""
        module = expected.width / modules
        dot = MM_PER_INCH / self.dots

        def edge(at: float, along: float, is_vertical: bool, is_first: bool) -> float:
            # The strip begins outside, and ends within the bar.
            outside, inside = 3 * module, 0.6 * module
            begin, end = (at - outside, at + inside) if is_first else (at - inside, at + outside)
            begin, end = (round(limit / dot) * dot for limit in (begin, end))
            low, high = along + 1.5 * module, along + 5.5 * module
            strip = Box(begin, low, end - begin, high - low) if is_vertical else Box(low, begin, high - low, end - begin)
            covered = self.ink(strip) * (end - begin)
            return end - covered if is_first else begin + covered

        far = expected.left + (modules - 7) * module, expected.top + (modules - 7) * module
        left = edge(expected.left, expected.top, True, True)
        top = edge(expected.top, expected.left, False, True)
        # The right edge is that of the pattern at the top right, the lower that of the pattern at the bottom left.
        right = edge(far[0] + 7 * module, expected.top, True, False)
        bottom = edge(far[1] + 7 * module, expected.left, False, False)
        return Box(left, top, right - left, bottom - top)


def page(pdf: bytes, number: int = 1, dots: int = 300) -> Page:
    """A page of a document."""
    options = ["-gray", "-r", str(dots), "-f", str(number), "-l", str(number), "-"]
    return Page(Image.open(io.BytesIO(poppler("pdftoppm", pdf, *options))), dots)


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """The widths and heights of all pages in millimetres, as pdfinfo says."""
    lines = poppler("pdfinfo", pdf, "-f", "1", "-l", "99999", "-").decode().splitlines()
    sizes = [line.split("size:")[1].split() for line in lines if line.startswith("Page ") and "size:" in line]
    return [(float(width) * MM_PER_POINT, float(height) * MM_PER_POINT) for width, _, height, *_ in sizes]


def text(pdf: bytes) -> str:
    """What can be copied, with single spaces."""
    return " ".join(poppler("pdftotext", pdf, "-raw", "-", "-").decode().split())
