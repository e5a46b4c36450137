"""Batches that nobody means well: each gets a 4xx that says what to do and quotes nothing, from a process of bounded size."""

import json
import re
from pathlib import Path

import pytest

from tests.support import batches
from tests.support.api_client import CSV, JSON, PLAIN_MANY
from tests.support.batches import NDJSON, codes, request, table
from tests.support.fakes import Function

CANARY = "canary-in-a-row"
HEADER = f"id,amount,{CANARY}"
MANY = 5000
# Of the 512 MiB that it has: whatever is sent, its peak is far below them.
MAY_TAKE_KIB = 64 * 1024
# More than the 4 MiB that are read; Lambda takes 6 MB and API Gateway 10.
TOO_LONG = 10_000_000
FULL = 4 * 1024 * 1024


def peak_kib(function: Function) -> int:
    """The most memory that the process has had, in KiB."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{function.process.pid}/status").read_text())[1])


def full(head: str, unit: str, end: str = "") -> str:
    """As much as is read."""
    return head + unit * ((FULL - len(head) - len(end)) // len(unit)) + end


# Of each: headers, body, status, problem, and what the answer says.
REFUSED = {
    "a quotation mark that is not closed": (CSV, f'id,amount\n"{CANARY},1\nb,2\n', 400, "malformed-rows", "In line 2, a quotation mark opens"),
    "cells that run into each other": (CSV, f'id,amount\n"{CANARY},1\n"b,2\n', 400, "malformed-rows", "In line 3, text follows"),
    "nothing but quotation marks": (CSV, '"' * FULL, 400, "malformed-rows", "The header has"),
    "a header alone": (CSV, HEADER, 400, "malformed-rows", "no rows"),
    "a column without a name": (CSV, f"id,,{CANARY}\n1,2,3\n", 400, "malformed-rows", "column 2 has no name"),
    "a column that comes twice": (CSV, f"{CANARY},id,{CANARY}\n1,2,3\n", 400, "malformed-rows", "columns 1 and 3"),
    "a row longer than a body": (CSV, f"id,amount\n{CANARY}{'x' * TOO_LONG},1\n", 413, "body-too-large", "4194304"),
    "a row as long as a body": (CSV, full(f"id,amount\n{CANARY}", "x", ",1\n"), 422, "payload-model-violated", "16384"),
    "a header as long as a body": (CSV, full(CANARY, "h", "\n1\n"), 400, "malformed-rows", "The header has"),
    "a header that each row would repeat": (CSV, f"{CANARY}{'h' * 16_000}\n" + "1\n" * MANY, 413, "batch-too-large", "As JSON"),
    "letters of Latin-1": (CSV, f"id,amount\n{CANARY}-caf\u00e9,1\n".encode("latin-1"), 400, "malformed-rows", "not text in UTF-8, first in line 2"),
    "UTF-16": (CSV, f"id,amount\n{CANARY},1\n".encode("utf-16"), 400, "malformed-rows", "not text in UTF-8, first in line 1"),
    "UTF-16 without a byte order mark": (CSV, f"id,amount\n{CANARY},1\n".encode("utf-16-be"), 400, "malformed-rows", "not text in UTF-8, first in line 1"),
    "a NUL": (CSV, f"id,amount\n{CANARY}\0,1\n", 400, "malformed-rows", "not text in UTF-8, first in line 2"),
    "bytes of any kind": (CSV, bytes(range(256)) * 64, 400, "malformed-rows", "not text in UTF-8"),
    "100,000 columns": (CSV, ",".join(f"c{number}" for number in range(100_000)) + "\n1\n", 400, "malformed-rows", "100000 columns; at most 200"),
    "cells without end": (CSV, full("id,amount\n", ","), 422, "payload-model-violated", "but the header has 2"),
    "rows without end": (CSV, full("id,amount\n", "a\n"), 413, "batch-too-large", "more than 5000 rows"),
    "empty lines without end": (CSV, full("id,amount\n", "\n"), 400, "malformed-rows", "no rows"),
    "one row too many": (CSV, table(MANY + 1), 413, "batch-too-large", "more than 5000 rows"),
    "numbers of 10,000 digits": (CSV, "id,amount\n" + f"{CANARY},{'9' * 10_000}\n" * 400, 422, "payload-model-violated", "more than 1000 digits"),
    "an exponent of 10,000 digits": (CSV, f"id,amount\n{CANARY},1e{'9' * 10_000}\n", 422, "payload-model-violated", "digits"),
    "a number of 10,000 digits in JSON": (JSON, f'[{{"id":"{CANARY}","amount":{"9" * 10_000}}}]', 422, "payload-model-violated", "more than 1000 digits"),
    "brackets that are never closed": (JSON, "[" * FULL, 400, "malformed-rows", "not a JSON array: see line 1"),
    "objects that are never closed": (JSON, full("[", '{"a":'), 400, "malformed-rows", "not a JSON array: see line 1"),
    "deep nesting": (JSON, f'[{{"id":"{CANARY}","amount":1,"n":{"[" * 5000}{"]" * 5000}}}]', 422, "payload-model-violated", "nested deeper than 127 levels"),
    "deeper nesting": (JSON, "[" * (FULL // 2) + "]" * (FULL // 2), 422, "payload-model-violated", "at most 16384"),
    "elements without end": (JSON, full("[", "0,", "0]"), 413, "batch-too-large", "more than 5000 rows"),
    "an object in place of an array": (JSON, f'{{"id":"{CANARY}"}}', 400, "malformed-rows", "not a JSON array"),
    "numbers in place of objects": (JSON, f"[{'1,' * 4999}1]", 422, "payload-model-violated", "5000 rows"),
    "lines in place of an array": (JSON, f'{{"id":"{CANARY}"}}\n' * 3, 400, "malformed-rows", "not a JSON array"),
    "a member twice": (NDJSON, '{"id":"a","id":"b","amount":1}', 422, "payload-model-violated", "appears twice"),
    "half of a surrogate pair": (NDJSON, '{"id":"\\ud83e","amount":1}', 422, "payload-model-violated", "unpaired surrogate"),
    "five thousand bad rows": (NDJSON, f'{{"{CANARY}":1}}\n' * MANY, 422, "payload-model-violated", "and 9980 more"),
    "lines that are not JSON": (NDJSON, full("", f"{CANARY}\n")[: 5000 * len(CANARY)], 422, "payload-model-violated", "not valid JSON"),
    "a body as XML": ({"content-type": "application/xml"}, f"<a>{CANARY}</a>", 415, "unsupported-media-type", "text/csv"),
    "no media type": ({}, table(1), 415, "unsupported-media-type", "text/csv"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_body_that_cannot_be_meant(start, keyring, what):
    headers, body, status, slug, said = REFUSED[what]
    function = start("create-batch", **batches.settings(keyring), RUST_LOG="trace")
    for query in ("", "format=zip"):
        answer = function.answer(request(body, query, headers))
        problem = answer.problem(status, slug)
        assert said in json.dumps(problem), problem
        assert len(problem.get("errors", ())) <= 21 and len(answer.body) < 8000
        assert CANARY.encode() not in answer.body
    assert peak_kib(function) <= MAY_TAKE_KIB
    assert CANARY not in function.log.read_text()
    assert len(codes(function.answer(request(table(2))))) == 2, "and it goes on"


# Of each: what the query is, the body, and the problem that says what would be too much of it.
TOO_MUCH = {
    "captions that repeat a member": (f"format=pdf&caption={'{id}' * 40}", f"id,amount\n{'x' * 700},1\n", 422, "at most 300"),
    "names of files that repeat a member": (f"format=zip&file_name={'{id}' * 40}", f"id,amount\n{'x' * 700},1\n" * 2, 422, "the name of the file of row 1"),
    "large pictures": ("picture=png&scale=40", table(MANY), 413, "Send about"),
    "large drawings after small ones": ("picture=svg&versions=each&ecc=L", "id,amount\n" + "a,1\n" * 32 + f"{'x' * 2500},1\n" * 1500, 413, "Send about"),
    "a member that the caption lacks": ("format=html&caption={seat}", table(MANY), 422, "is required"),
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
def test_options_that_ask_for_too_much(start, keyring, what):
    query, body, status, said = TOO_MUCH[what]
    head, _, row = body.partition("\n")
    if row.count("\n") == 1:
        body = f"{head}\n" + row * MANY
    function = start("create-batch", **batches.settings(keyring))
    answer = function.answer(request(body, query))
    assert answer.status == status and said in json.dumps(answer.json), answer
    assert peak_kib(function) <= MAY_TAKE_KIB


# What is answered at its largest: as many rows, and as many bytes in and out, as one request may have.
LARGEST = {
    "rows of 800 bytes": ("", JSON, json.dumps([{"id": f"order-{row}", "amount": row, "x": "y" * 700} for row in range(MANY)])),
    "digits": ("", CSV, "id,amount\n" + f"{'7' * 820},1\n" * MANY),
    "an archive": ("format=zip&scale=8", CSV, table(MANY)),
    "sheets": ("format=pdf&caption={id}&link=compact", CSV, table(4000)),
    "texts": ("ecc=H", CSV, "value\n" + f"{'text ' * 165}\n" * MANY),
}


@pytest.mark.parametrize("what", LARGEST)
def test_the_largest_batches_take_bounded_memory(start, keyring, what):
    query, headers, body = LARGEST[what]
    function = start("create-batch", **batches.settings(keyring))
    path = {"path": PLAIN_MANY} if body.startswith("value") else {}
    answer = function.answer(request(body, query, headers, **path))
    assert answer.status == 200, answer.body[:500]
    # As Lambda takes it: 6 MB, in base64 within JSON.
    assert len(answer.body) * 4 // 3 < 6_000_000
    print(f"{what}: {len(body):,} bytes in, {len(answer.body):,} out, {peak_kib(function):,} KiB")
    assert peak_kib(function) <= MAY_TAKE_KIB


def test_carriage_returns_and_byte_order_marks_are_what_some_programs_write(start, keyring):
    function = start("create-batch", **batches.settings(keyring))
    for body in ("id,amount\ra,1\rb,2\r", "\ufeffid;amount\r\na;1\r\nb;2", "\ufeffid\tamount\na\t1\n\nb\t2\n"):
        assert [code["row"] for code in codes(function.answer(request(body)))] == [1, 2]


def test_a_body_that_the_gateway_hands_on_as_text_is_the_same(start, keyring):
    function = start("create-batch", **batches.settings(keyring))
    event = request(table(3), key="a")
    as_text = event | {"body": table(3), "isBase64Encoded": False}
    assert function.answer(event).body == function.answer(as_text).body
