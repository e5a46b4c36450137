"""A search that finds nothing must be able to find something."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.support.traces import shown

PAYLOAD = '{"id":"canary-7f3a9c","amount":918273645546372819,"note":"Grüße"}'
LINES = {
    "as it is": PAYLOAD,
    "in an event": json.dumps({"body": PAYLOAD}),
    "in an event, not only ASCII": json.dumps({"body": PAYLOAD}, ensure_ascii=False),
    "in an event in a JSON line": json.dumps({"message": json.dumps({"body": PAYLOAD})}),
    "in a link": f"/d?x={quote(PAYLOAD, safe='')}",
    "hexadecimal": PAYLOAD.encode().hex(),
    "hexadecimal, upper case": PAYLOAD.encode().hex().upper(),
    "bytes": f"Body({list(PAYLOAD.encode())})",
} | {
    f"base64 after {before} bytes": base64.b64encode(b"x" * before + PAYLOAD.encode() + b"y" * after).decode()
    for before in range(4)
    for after in range(3)
}


@pytest.mark.parametrize("line", LINES)
def test_a_payload_is_found(line):
    assert shown({PAYLOAD.encode()}, f"INFO answered {LINES[line]} status=200")


def test_a_key_is_found():
    # The second has letters that differ between base64 and base64url.
    for key in (bytes(range(32)), b"\xfb\xff\xbf" * 11):
        in_base64 = [encode(key).decode() for encode in (base64.b64encode, base64.urlsafe_b64encode)]
        for text in (key.hex(), str(list(key)), *in_base64):
            assert shown({key}, f"INFO key {text}")


def test_another_value_is_not():
    assert not shown({PAYLOAD.encode()}, f"INFO answered {PAYLOAD.replace('7', '8')}")
    assert not shown({b"short"}, "INFO short")
