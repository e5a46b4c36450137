"""Batches: requests for many codes, and what their answers say."""

import csv
import io
import json
import zipfile

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE_MANY, CSV, Answer, ctext_of, gateway_event

BASE_URL = "https://qr.example.org"
NDJSON = {"content-type": "application/x-ndjson"}


def settings(keyring: dict[str, str]) -> dict[str, str]:
    """The environment of the function."""
    return {"KEYRING": json.dumps(keyring), "PUBLIC_BASE_URL": BASE_URL}


def request(
    body: bytes | str, query: str = "", headers: dict[str, str] = CSV, path: str = CREATE_MANY, key: str | None = None
) -> dict:
    """The event of a request."""
    body = body.encode() if isinstance(body, str) else body
    return gateway_event("POST", path, query, headers | ({} if key is None else {"idempotency-key": key}), body)


def table(rows: int) -> str:
    """A table of that many rows."""
    return "id,amount\n" + "".join(f"order-{row},{10 * row}\n" for row in range(1, rows + 1))


def payload(row: int) -> bytes:
    """What the code of a row of `table` says."""
    return f'{{"id":"order-{row}","amount":{10 * row}}}'.encode()


def codes(answer: Answer) -> list[dict]:
    """The lines of an answer."""
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/x-ndjson"
    *lines, end = answer.body.decode().split("\n")
    assert end == ""
    return [json.loads(line) for line in lines]


def ctext(url: str) -> bytes:
    assert url.startswith(f"{BASE_URL}/"), url
    return reference.from_text(ctext_of(url))


def manifest(content: bytes) -> list[dict[str, str]]:
    """The rows of a manifest."""
    *lines, end = content.decode().split("\r\n")
    assert end == ""
    return list(csv.DictReader(lines, strict=True))


def archive(answer: Answer) -> dict[str, bytes]:
    """The files of an answer, in order."""
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}
