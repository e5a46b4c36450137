"""The description of the API is served, and true."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.local import serving
from tools import local_api
from tools.local_api import ROOT

DESCRIPTION = ROOT / "docs" / "openapi.json"
CONFIGURATION = ROOT / "tests" / "support" / "schemathesis.toml"


def test_the_description_is_served_as_the_documentation_has_it(api):
    answer = api.request("GET", "/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.body.decode() == DESCRIPTION.read_text().rstrip("\n")


@pytest.mark.slow
def test_schemathesis_finds_nothing(binaries, keyring, tmp_path):
    """It calls every operation, within the description and beyond it, and holds the answers against the description."""
    with local_api.store(True) as settings, serving(tmp_path / "log", settings | {"KEYRING": json.dumps(keyring)}) as api:
        hold_against_the_description(api, keyring, tmp_path)


def hold_against_the_description(api, keyring, tmp_path):
    ctext = reference.to_digits(reference.seal(keyring, b'{"id":"a","amount":1}'))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIGURATION, "run", DESCRIPTION]
    command += ["--url", api.base_url, "--no-color"]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.support.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    environment = os.environ | hooks | {"AUTHENTIC_CTEXT": ctext}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    # The lines of its report, of which some contain a whole body.
    report = [line[:500] for line in (done.stdout + done.stderr).splitlines()]
    assert done.returncode == 0, "\n".join(report[-200:])
    (cases,) = re.findall(r"(\d+) generated, \1 passed", done.stdout)
    print(f"schemathesis: {cases} cases")
    assert int(cases) > 300
