"""The pictures in the README are of real codes, made with the sample keyring: anyone can check what they say."""

import json

import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import ctext_of
from tests.support.qr_readers import read
from tools.local_api import ROOT, SAMPLE_ENVIRONMENT


@pytest.mark.parametrize("picture", ["code.png", "console.png"])
def test_a_picture_shows_a_code_that_opens(picture):
    keyring = json.loads(json.loads(SAMPLE_ENVIRONMENT.read_text())["Parameters"]["KEYRING"])
    link = read((ROOT / "docs" / "images" / picture).read_bytes())
    opened = reference.open_ctext(keyring, reference.from_digits(ctext_of(link)))
    assert opened == (b'{"id":"order-1042","amount":4250}', 1, None, None, False)
