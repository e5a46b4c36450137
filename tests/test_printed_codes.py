"""Codes that were printed once and must open for ever: the pictures are never made again.

The promise is the README's: codes printed by any 1.x release stay readable while their key is in the keyring.
"""

import json
from pathlib import Path

import pytest

from api_client import answer_of, gateway_event
from fakes import Function, LambdaRuntime
from qr_readers import read

VECTORS = Path(__file__).parent / "vectors"
KEYRING = json.loads((VECTORS / "ctext-v1.json").read_text())["keyring"]
PAYLOADS = json.loads((VECTORS / "printed" / "payloads.json").read_text())


@pytest.fixture(scope="module")
def runtime(binaries, tmp_path_factory):
    log = tmp_path_factory.mktemp("printed") / "log"
    with LambdaRuntime() as runtime:
        with Function(binaries["decrypt-ctext"], runtime, log, {"KEYRING": json.dumps(KEYRING)}):
            yield runtime


def test_every_picture_has_its_payload():
    assert {picture.stem for picture in (VECTORS / "printed").glob("*.png")} == set(PAYLOADS)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_printed_code_opens(runtime, name):
    link = read((VECTORS / "printed" / f"{name}.png").read_bytes())
    path, _, query = link.removeprefix("https://qrcode.example.com").partition("?")
    kind, result = runtime.invoke(gateway_event("GET", path, query))
    answer = answer_of(result)
    assert (kind, answer.status, answer.body.decode()) == ("response", 200, PAYLOADS[name])
