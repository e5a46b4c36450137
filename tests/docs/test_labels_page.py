"""docs/labels.md: the paper that it lists is that of shared/label-sheet/presets.json, and its figures hold.

What is printed is measured in test_label_sheets; Rust tests hold the table of parameters against the code.
"""

import re

from tests.support.label_sheets import PRESETS, Box, padding, symbol_box
from tools.local_api import ROOT

PAGE = (ROOT / "docs/labels.md").read_text()
MODULES = 41
FINEST = 0.15
PAPER = {(210, 297): "A4", (215.9, 279.4): "Letter"}


def module(preset: dict, caption_at: str | None) -> str:
    """The millimetres per module of a code as large as fits, rounded down."""
    width = symbol_box(Box(0, 0, *preset["label"]), MODULES, caption_at).width / MODULES
    return f"{int(width * 100) / 100:.2f}" if width >= FINEST else "–"


def row(preset: dict) -> str:
    columns, rows = preset["grid"]
    width, height = preset["label"]
    cells = [
        f"`{preset['name']}`",
        ", ".join(preset["codes"]),
        PAPER[tuple(preset["page"])],
        f"{columns} × {rows} = {columns * rows}",
        f"{width:g} × {height:g}",
        *(module(preset, caption_at) for caption_at in (None, "below", "beside")),
    ]
    return f"| {' | '.join(cells)} |"


def test_the_paper_is_that_of_the_presets():
    assert re.findall(r"^\| `(?:avery|herma)-.*\|$", PAGE, re.MULTILINE) == [row(preset) for preset in PRESETS.values()]


def test_what_is_left_free_is_what_is_measured():
    share, least, most = map(float, re.search(r"(\d) % of its shorter side, ([\d.]+) to ([\d.]+) mm", PAGE).groups())
    for width, height in ((10, 20), (100, 20), (300, 100)):
        expected = min(max(share / 100 * min(width, height), least), most)
        assert padding(Box(0, 0, width, height)) == expected
    assert f"narrower than {FINEST} mm" in " ".join(PAGE.split())


def test_each_link_leads_to_a_section_or_a_page():
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        name, _, section = target.partition("#")
        page = (ROOT / "docs" / name).read_text() if name else PAGE
        titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        assert not section or section in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles], target
