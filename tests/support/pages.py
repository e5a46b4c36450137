"""The commands in pages of the documentation, with the marks that say how they are tested."""

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(
    r"(?:^ *<!-- (?P<mark>[a-z ]+) -->\n)?^(?P<indent> *)```sh\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    heading: str
    mark: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    content = page.read_text()
    headings = [(match.start(), match[1]) for match in re.finditer(r"^#+ (.+)$", content, re.MULTILINE)]

    def heading(position: int) -> str:
        return next((text for start, text in reversed(headings) if start < position), "")

    found = BLOCK.finditer(content)
    return [Block(heading(block.start()), block["mark"], textwrap.dedent(block["text"])) for block in found]
