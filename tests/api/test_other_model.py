"""Another payload model: one file is changed, and validation, description and console follow."""

import json
import os
import re
import shutil
import subprocess

import pytest

from tests.support.api_client import CREATE, JSON, gateway_event
from tests.support.fakes import started
from tools import local_api

OTHER_MODEL = local_api.ROOT / "shared/tests/models/ticket.schema.json"
TICKET = {
    "holder": {"name": "Zoë"},
    "seats": ["A1"],
    "class": "first",
    "valid_on": "2026-12-31",
    "price": 12.5,
    "code": "AB-12",
}


@pytest.fixture(scope="module")
def other_binary(binaries, tmp_path_factory) -> str:
    """create-qr of a copy of the sources with another model. What was built of other crates is used again; the version and the
    binary's name keep the rest apart."""
    copy = tmp_path_factory.mktemp("other-model") / "source"
    for folder in (".cargo", "docs", "functions", "shared"):
        shutil.copytree(local_api.ROOT / folder, copy / folder)
    for file in ("Cargo.toml", "Cargo.lock"):
        shutil.copyfile(local_api.ROOT / file, copy / file)
    shutil.copyfile(OTHER_MODEL, copy / "shared/payload.schema.json")
    with (copy / "functions/create-qr/Cargo.toml").open("a") as manifest:
        manifest.write('\n[[bin]]\nname = "create-qr-other-model"\npath = "src/main.rs"\n')
    workspace = (copy / "Cargo.toml").read_text()
    (copy / "Cargo.toml").write_text(re.sub('^version = ".*"', 'version = "0.0.0-other-model"', workspace, flags=re.MULTILINE))
    target = local_api.ROOT / "target"
    command = ["cargo", "build", "--quiet", "--offline", "--bin", "create-qr-other-model"]
    subprocess.run(command, cwd=copy, env=os.environ | {"CARGO_TARGET_DIR": str(target)}, check=True)
    return str(target / "debug/create-qr-other-model")


@pytest.fixture
def invoke(other_binary, tmp_path):
    environment = {"KEYRING": json.dumps({"1": "ab" * 32})}
    with started(other_binary, tmp_path / "log", environment) as function:

        def invoke(method: str, path: str, query: str = "", body: object = None):
            content = None if body is None else json.dumps(body).encode()
            return function.answer(gateway_event(method, path, query, JSON, content))

        yield invoke


def test_validation_follows(invoke):
    assert invoke("POST", CREATE, "", TICKET).status == 200
    errors = invoke("POST", CREATE, "", {"id": "a", "amount": 1}).problem(422, "payload-model-violated")["errors"]
    assert {error["pointer"] for error in errors} == {f"/{name}" for name in [*TICKET, "id", "amount"]}
    broken = TICKET | {"class": "third", "valid_on": "tomorrow", "holder": {"name": ""}}
    errors = invoke("POST", CREATE, "", broken).problem(422, "payload-model-violated")["errors"]
    assert errors == [
        {"pointer": "/class", "detail": 'must be one of "first", "second"'},
        {"pointer": "/holder/name", "detail": "must have at least 1 character"},
        {"pointer": "/valid_on", "detail": "must be a date such as 2026-12-31"},
    ]


def test_the_console_follows(invoke):
    # What form it makes of this block, test_console_model shows.
    page = invoke("GET", "/api").body.decode()
    (block,) = re.findall(r'id="schema">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block) == json.loads(OTHER_MODEL.read_text())


def test_the_description_follows(invoke):
    payload = invoke("GET", "/api/openapi.json").json["components"]["schemas"]["Payload"]
    assert payload == json.loads(OTHER_MODEL.read_text())
