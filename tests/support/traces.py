"""Every form in which a log could show a value."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

# Shorter parts can be in a log by chance.
TELLING = 16
# How much of a text a parser quotes at least, when it says what it could not read.
QUOTED = 24


def traces(value: bytes) -> set[str]:
    """The texts of which one is in every log that shows the value, whatever surrounds it there."""
    return {text for text in (*_encoded(value), *_written(value)) if len(text) >= TELLING}


def _encoded(value: bytes) -> Iterator[str]:
    yield value.hex()
    yield value.hex().upper()
    # As Rust and Python print bytes.
    yield ", ".join(map(str, value))
    # In base64 a value looks in three ways, by where it begins; what its neighbours decide is cut off.
    for before in range(3):
        start, end = -(-before * 4 // 3), (before + len(value)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + value).decode()[start:end]


def _written(value: bytes) -> Iterator[str]:
    text = value.decode(errors="replace")
    yield text
    yield quote(text, safe="")
    for ascii_only in (True, False):
        once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield once
        # An event in a JSON log line: its body is a string in a string.
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]


def shown(values: set[bytes], log: str) -> set[str]:
    """The traces of these values that are in the log."""
    return {trace for value in values for trace in traces(value) if trace in log}


def keys_of(keyring: dict[str, str]) -> set[bytes]:
    return {key.encode() for key in keyring.values()} | {bytes.fromhex(key) for key in keyring.values()}


def assert_tells_nothing(log: str, secret: set[bytes], sent: Iterable[str]) -> None:
    """The log has no trace of what is secret, nor the beginning of anything else that was sent, as parsers quote it."""
    assert "panicked" not in log
    assert not shown(secret, log)
    for text in set(sent):
        part = text[:QUOTED]
        if len(part) == QUOTED and len(set(part)) > 2:
            assert part not in log
            assert json.dumps(part)[1:-1] not in log
