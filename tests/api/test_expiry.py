"""Codes that open for a limited time."""

import json
import time

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import BROWSER, CREATE, DECRYPT, JSON, ctext_of, gateway_event

PAYLOAD = '{"id":"a","amount":1}'


def test_the_expiry_is_in_the_answer_and_in_the_seal(api, keyring):
    before = int(time.time())
    answer = api.create(PAYLOAD, "format=json&expires_in=86400").json
    assert before + 86400 <= answer["expires_at"] <= time.time() + 86400
    opened = reference.open_ctext(keyring, reference.from_text(ctext_of(answer["url"])))
    assert (opened.payload.decode(), opened.expires_at) == (PAYLOAD, answer["expires_at"])


def test_a_code_opens_until_it_expires(start, keyring, ahead):
    settings = {"KEYRING": json.dumps(keyring)} | ahead.environment
    create, decrypt = start("create-qr", **settings), start("decrypt-ctext", **settings)
    event = gateway_event("POST", CREATE, "format=json&expires_in=3600", JSON, PAYLOAD.encode())
    query = f"ctext={ctext_of(create.answer(event).json['url'])}"
    for seconds in (0, 3500):
        ahead.set(seconds)
        assert decrypt.answer(gateway_event("GET", DECRYPT, query)).body.decode() == PAYLOAD
        assert "expired" not in str(decrypt.answer(gateway_event("GET", DECRYPT, query, BROWSER)).body)
    ahead.set(3600)
    decrypt.answer(gateway_event("GET", DECRYPT, query)).problem(410, "expired")


def test_either_text_of_a_code_expires_by_either_link(api, keyring):
    now = int(time.time())
    for expires_at in (0, 1, now - 1, now + 3600, 0xFFFFFFFF):
        ctext = reference.seal(keyring, PAYLOAD.encode(), 7, expires_at)
        for text in (reference.to_digits(ctext), reference.to_base64url(ctext)):
            for answer in (api.open_text(text), api.open_compact(text)):
                if expires_at > now:
                    assert (answer.status, answer.body.decode()) == (200, PAYLOAD)
                else:
                    answer.problem(410, "expired")
                    assert PAYLOAD not in answer.body.decode()
