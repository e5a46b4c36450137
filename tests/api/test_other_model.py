"""Other payload models: files are changed, and validation, description, console and metrics follow.

The example `ticket_model` is create-qr with the models of its tests, tickets by default and guest passes.
"""

import json
import re

import pytest

from tests.support.api_client import CREATE, JSON, Answer, gateway_event
from tests.support.cargo import example
from tests.support.fakes import started
from tests.support.payloads import VALID_TICKET
from tools.local_api import ROOT

MODELS = {
    name: json.loads((ROOT / f"shared/creation/tests/models/{name}.schema.json").read_text())
    for name in ("ticket", "pass")
}
PASS = {"guest": "Zoë", "days": 2}


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    log = tmp_path_factory.mktemp("ticket_model") / "log"
    with started(example("create-qr", "ticket_model"), log, {"KEYRING": json.dumps({"1": "ab" * 32})}) as function:
        yield function


def get(function, path: str) -> Answer:
    return function.answer(gateway_event("GET", path))


def create(function, payload, name: str = "", query: str = "format=json") -> Answer:
    path = f"{CREATE}/{name}" if name else CREATE
    return function.answer(gateway_event("POST", path, query, JSON, json.dumps(payload).encode()))


def test_validation_follows(function):
    assert create(function, VALID_TICKET).status == 200
    errors = create(function, {"id": "a", "amount": 1}).problem(422, "payload-model-violated")["errors"]
    assert {error["pointer"] for error in errors} == {f"/{name}" for name in [*VALID_TICKET, "id", "amount"]}
    broken = VALID_TICKET | {"class": "third", "valid_on": "tomorrow", "holder": {"name": ""}}
    errors = create(function, broken).problem(422, "payload-model-violated")["errors"]
    assert [error["pointer"] for error in errors] == ["/class", "/holder/name", "/valid_on"]


def test_the_model_is_named_in_the_path_or_in_the_query(function):
    for name, payload in (("ticket", VALID_TICKET), ("pass", PASS)):
        by_path = create(function, payload, name).json
        by_query = create(function, payload, query=f"format=json&model={name}").json
        assert by_path["model"] == by_query["model"] == name
        size = len(json.dumps(payload, separators=(",", ":")))
        assert by_path["payload"] == by_query["payload"]
        assert by_path["payload"]["bytes"] == size and by_path["payload"]["packed"] < size / 2
    assert create(function, VALID_TICKET).json["model"] == "ticket", "the default"


def test_a_payload_is_held_against_its_own_model(function):
    errors = create(function, VALID_TICKET, "pass").problem(422, "payload-model-violated")["errors"]
    assert {"/guest", "/days"} < {error["pointer"] for error in errors}
    create(function, PASS).problem(422, "payload-model-violated")
    create(function, PASS, query="model=ticket").problem(422, "payload-model-violated")


def test_an_unknown_model_is_refused_with_the_names_of_the_others(function):
    problem = create(function, PASS, "order").problem(404, "unknown-model")
    assert problem["detail"] == "This deployment makes codes of these models: pass, ticket."
    detail = create(function, PASS, query="model=order").problem(400, "invalid-query")["detail"]
    assert "pass" in detail and "ticket" in detail
    # The path has named the model.
    create(function, PASS, "pass", "model=pass").problem(400, "invalid-query")


def test_the_console_follows(function):
    # What form it makes of this block, test_console_model shows.
    (block,) = re.findall(r'id="models">(.*?)</script>', get(function, "/api").body.decode(), re.DOTALL)
    assert json.loads(block) == MODELS
    assert list(json.loads(block)) == ["ticket", "pass"], "the default one first"


def test_the_description_follows(function):
    description = get(function, "/api/openapi.json").json
    schemas = description["components"]["schemas"]
    for name, model in MODELS.items():
        assert schemas[f"payload-{name}"] == model
    assert schemas["SealedCode"]["properties"]["model"]["enum"] == ["pass", "ticket"]
    bodies = [
        description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path in (CREATE, f"{CREATE}/{{model}}")
    ]
    assert bodies == [{"anyOf": [{"$ref": f"#/components/schemas/payload-{name}"} for name in ("pass", "ticket")]}] * 2
