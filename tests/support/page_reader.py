"""Reads the page after a scan as its reader does: labels and values, back into what the payload was."""

import json
import re
from html.parser import HTMLParser

LABEL = re.compile(r"U\+([0-9A-F]{4,6})")
# Words of the page's own, told from text by their element.
WORDS = {"null": None, "empty": "", "no name": "", "no members": {}, "empty list": []}


class PageReader(HTMLParser):
    """`table` is the payload: objects as lists of pairs, in order; numbers, true and false as their text."""

    def __init__(self, page: bytes):
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.text = ""
        self.table = None
        self._open: list[str] = []
        self._values: list[list] = [[]]
        self._names: list = []
        self.feed(page.decode())
        self.close()
        self.title = re.search("<h1>(.*?)</h1>", page.decode())[1]

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        if tag in ("meta", "path", "circle", "br", "input", "img"):
            return
        self._open.append(tag)
        if tag in ("dl", "ol"):
            self._values.append([])
        elif tag in ("bdi", "i", "code", "span"):
            self.text = ""

    def handle_endtag(self, tag):
        if tag in ("path", "circle"):
            return
        assert self._open.pop() == tag
        values = self._values[-1]
        if tag in ("dl", "ol"):
            self._values.pop()
            self._add(values)
        elif not {"dl", "ol"} & set(self._open):
            return
        elif tag == "bdi":
            self._add(self.text)
        elif tag == "i":
            self._add(WORDS[self.text])
        elif tag == "code":
            self._add(("json", json.loads(self.text)))
        elif tag == "span" and "article" in self._open and "p" not in self._open:
            self._add(("literal", self.text))
        elif tag == "dd":
            value, name = values.pop(), values.pop()
            values.append((name, value))

    def handle_data(self, data):
        if self._open and self._open[-1] == "mark":
            data = chr(int(LABEL.fullmatch(data)[1], 16))
        self.text += data

    def _add(self, value):
        self._values[-1].append(value)
        if len(self._values) == 1:
            self.table = value


def as_read(value, level: int = 1):
    """What the page says of a value."""
    if value is None or value == "" or value == {} or value == []:
        return value
    if isinstance(value, (dict, list)) and level > 5:
        return ("json", value)
    if isinstance(value, dict):
        return [(name, as_read(member, level + 1)) for name, member in value.items()]
    if isinstance(value, list):
        return [as_read(element, level + 1) for element in value]
    if isinstance(value, str):
        return value
    return ("literal", json.dumps(value))


# The titles of the demo's model, in its order.
TITLES = {"id": "Identifier", "amount": "Amount"}


def in_words(rows: list) -> list:
    """What the page says of an order whose amount has at most four digits: members of its model come first."""
    known = [(TITLES[name], value[1] if name == "amount" else value) for name, value in rows if name in TITLES]
    known.sort(key=lambda row: list(TITLES.values()).index(row[0]))
    return known + [row for row in rows if row[0] not in TITLES]
