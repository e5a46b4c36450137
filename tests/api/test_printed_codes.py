"""Codes that were printed once and must open for ever: the pictures are never made again.

The promise is the README's: codes printed by any 1.x release stay readable while their key is in the keyring.
"""

import json

from tests.support.api_client import gateway_event
from tests.support.qr_readers import read
from tools.local_api import ROOT

VECTORS = ROOT / "tests" / "vectors"
KEYRING = json.loads((VECTORS / "ctext-v1.json").read_text())["keyring"]
PAYLOADS = json.loads((VECTORS / "printed" / "payloads.json").read_text())


def test_every_printed_code_opens(start):
    function = start("decrypt-ctext", KEYRING=json.dumps(KEYRING))
    pictures = {picture.stem: picture.read_bytes() for picture in (VECTORS / "printed").glob("*.png")}
    assert pictures.keys() == PAYLOADS.keys()
    for name, picture in pictures.items():
        path, _, query = read(picture).removeprefix("https://qrcode.example.com").partition("?")
        answer = function.answer(gateway_event("GET", path, query))
        assert (answer.status, answer.body.decode()) == (200, PAYLOADS[name]), name
