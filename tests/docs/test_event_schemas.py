"""docs/events.md and the schemas in docs/events/ say the same, and the example is an event."""

import json
import re

import jsonschema
import pytest

from tests.support.event_bus import SCHEMAS, check
from tools.local_api import ROOT

PAGE = (ROOT / "docs" / "events.md").read_text()
COMMON = ("version", "id", "type", "at", "code", "model")
ROWS = {
    name: re.findall(r"`(\w+)`", members)
    for name, members in re.findall(r"^\| \[`(\w+)`\]\(events/\1-1\.schema\.json\) \| [^|]+ \| ([^|]+) \|$", PAGE, re.M)
}
EXAMPLE = json.loads(re.search(r"```json\n(\{\n.+?\n\})\n```", PAGE, re.S)[1])["detail"]
KINDS = re.findall(r'Self::\w+ => "(\w+)"', (ROOT / "shared/code-events/src/event.rs").read_text())


def test_each_kind_has_a_schema_and_a_row():
    assert set(KINDS) == SCHEMAS.keys() == ROWS.keys() and len(KINDS) == 6


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_has_the_members_of_its_row(kind):
    assert list(SCHEMAS[kind]["properties"]) == [*COMMON, *ROWS[kind]]
    assert SCHEMAS[kind]["properties"]["type"] == {"const": kind}
    assert SCHEMAS[kind]["required"][:5] == list(COMMON[:5])


def test_the_example_is_an_event():
    check(EXAMPLE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2}, {"type": "opened"}, {"at": "yesterday"}, {"code": "7Q4MK2XA9PTD3HBE"}, {"use": 0}, {"of": 256},
        {"redemption": "1"}, {"payload": {}}, {"ctext": "123"}, {"preview": True},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_event_is_refused(wrong):
    with pytest.raises(jsonschema.ValidationError):
        check(EXAMPLE | wrong)


@pytest.mark.parametrize("missing", ["version", "id", "at", "code", "redemption", "use", "of"])
def test_what_an_event_lacks_is_noticed(missing):
    with pytest.raises(jsonschema.ValidationError):
        check({name: value for name, value in EXAMPLE.items() if name != missing})
