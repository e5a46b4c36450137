"""Another payload model: one file is changed, and validation, description and console follow.

The example `ticket_model` is create-qr with the model of its tests in place of the default one.
"""

import json
import re

import pytest

from tests.support.api_client import CREATE, JSON, Answer, gateway_event
from tests.support.cargo import example
from tests.support.fakes import started
from tools.local_api import ROOT

MODEL = ROOT / "functions/create-qr/tests/models/ticket.schema.json"
TICKET = {
    "holder": {"name": "Zoë"},
    "seats": ["A1"],
    "class": "first",
    "valid_on": "2026-12-31",
    "price": 12.5,
    "code": "AB-12",
}


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    log = tmp_path_factory.mktemp("ticket_model") / "log"
    with started(example("create-qr", "ticket_model"), log, {"KEYRING": json.dumps({"1": "ab" * 32})}) as function:
        yield function


def get(function, path: str) -> Answer:
    return function.answer(gateway_event("GET", path))


def create(function, payload) -> Answer:
    return function.answer(gateway_event("POST", CREATE, "", JSON, json.dumps(payload).encode()))


def test_validation_follows(function):
    assert create(function, TICKET).status == 200
    errors = create(function, {"id": "a", "amount": 1}).problem(422, "payload-model-violated")["errors"]
    assert {error["pointer"] for error in errors} == {f"/{name}" for name in [*TICKET, "id", "amount"]}
    broken = TICKET | {"class": "third", "valid_on": "tomorrow", "holder": {"name": ""}}
    errors = create(function, broken).problem(422, "payload-model-violated")["errors"]
    assert [error["pointer"] for error in errors] == ["/class", "/holder/name", "/valid_on"]


def test_the_console_follows(function):
    # What form it makes of this block, test_console_model shows.
    (block,) = re.findall(r'id="schema">(.*?)</script>', get(function, "/api").body.decode(), re.DOTALL)
    assert json.loads(block) == json.loads(MODEL.read_text())


def test_the_description_follows(function):
    assert get(function, "/api/openapi.json").json["components"]["schemas"]["Payload"] == json.loads(MODEL.read_text())
