"""Codes that open for a limited time."""

import time

import pytest

import sealed_qr_reference as reference
from api_client import ctext_of
from qr_readers import read

PAYLOAD = '{"id":"a","amount":1}'


def test_the_expiry_is_in_the_answer_and_in_the_seal(api, keyring):
    before = int(time.time())
    answer = api.create(PAYLOAD, "format=json&expires_in=86400").json
    assert before + 86400 <= answer["expires_at"] <= time.time() + 86400
    payload, _, expires_at = reference.open_ctext(keyring, reference.from_text(ctext_of(answer["url"])))
    assert (payload.decode(), expires_at) == (PAYLOAD, answer["expires_at"])


def test_a_code_opens_until_it_expires(api):
    link = read(api.create(PAYLOAD, "expires_in=3").body)
    deadline = time.time() + 3
    assert api.follow(link).body.decode() == PAYLOAD
    while time.time() < deadline:
        time.sleep(0.1)
    assert "genuine" in api.follow(link).problem(410, "expired")["detail"]


@pytest.mark.parametrize("seconds", ["0", "-5", "3153600001", "1.5", "forever", "3153600000"])
def test_other_times_are_refused(api, seconds):
    # The longest time that can be asked for would end in 2106 or later.
    api.post(f"/api/qrcode/encrypted-payload?expires_in={seconds}", PAYLOAD).problem(400, "invalid-query")
