"""The description of the API is well-formed, and true."""

import json
import os
import re
import subprocess
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator, validate

import local_api
import sealed_qr_reference as reference

DESCRIPTION = local_api.ROOT / "docs" / "openapi.json"
HERE = local_api.ROOT / "tests"


def test_the_description_is_served_as_it_stands_in_the_documentation(api):
    answer = api.request("GET", "/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.body.decode() == DESCRIPTION.read_text().rstrip("\n")


def test_the_description_is_valid_openapi():
    validate(json.loads(DESCRIPTION.read_text()), cls=OpenAPIV31SpecValidator)


def test_every_route_of_the_local_api_is_described():
    manifest = (local_api.ROOT / "Cargo.toml").read_text()
    routes = re.findall(r'^"(/\S+)" = \[\{ method = "([A-Z]+)"', manifest, re.MULTILINE)
    described = {(path, method.upper()) for path, item in json.loads(DESCRIPTION.read_text())["paths"].items() for method in item}
    assert set(routes) == described


def test_schemathesis_finds_nothing(api, keyring, tmp_path):
    """Calls of every operation, within the description and beyond it, whose answers are held against the description."""
    ctext = reference.to_digits(reference.seal(keyring, b'{"id":"a","amount":1}'))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", "run", DESCRIPTION]
    command += ["--url", api.base_url, "--no-color"]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE), "AUTHENTIC_CTEXT": ctext}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    (cases,) = re.findall(r"(\d+) generated, \1 passed", done.stdout)
    print(f"schemathesis: {cases} cases")
    assert int(cases) > 300
