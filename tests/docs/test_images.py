"""The pictures in the README are of real codes, made with the sample keyring: anyone can check what they say."""

import json

import pytest
import zxingcpp
from PIL import Image

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


def test_the_labels_are_codes_that_open():
    keyring = json.loads(json.loads(SAMPLE_ENVIRONMENT.read_text())["Parameters"]["KEYRING"])
    with Image.open(ROOT / "docs/images/labels.png") as picture:
        codes = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    payloads = {reference.open_ctext(keyring, reference.from_digits(ctext_of(code.text))).payload for code in codes}
    assert payloads == {f'{{"id":"order-{number}","amount":{4250 + number}}}'.encode() for number in range(1042, 1048)}
