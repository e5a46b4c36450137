"""Codes made by the second implementation, opened by the function: keys, text forms, expiry."""

import os
import time

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import sealed_qr_reference as reference

PAYLOAD = '{"id":"Grüße","amount":1.10}'
FAR = 0xFFFFFFFF


def texts(ctext: bytes) -> list[str]:
    return [reference.to_digits(ctext), reference.to_base64url(ctext)]


@pytest.mark.parametrize("key_id", [1, 7, 41, 255])
def test_every_key_of_the_keyring_opens(api, keyring, key_id):
    for text in texts(reference.seal(keyring, PAYLOAD.encode(), key_id)):
        for answer in (api.open_text(text), api.open_compact(text)):
            assert (answer.status, answer.body.decode()) == (200, PAYLOAD)


def test_every_length_of_ctext_opens_in_both_texts(api, keyring):
    for length in range(2, 2 + 3 * 7):
        payload = b'"' + b"x" * (length - 2) + b'"'
        for text in texts(reference.seal(keyring, payload)):
            assert api.open_text(text).body == payload


def test_percent_encoding_is_no_part_of_the_query(api, keyring):
    for text in texts(reference.seal(keyring, PAYLOAD.encode())):
        encoded = "".join(f"%{ord(character):02X}" for character in text)
        assert api.request("GET", f"/api/decrypt/qrcode-details?ctext={encoded}").body.decode() == PAYLOAD


def test_authentic_codes_expire(api, keyring):
    now = int(time.time())
    for expires_at in (now + 3600, FAR):
        for text in texts(reference.seal(keyring, PAYLOAD.encode(), 7, expires_at)):
            for answer in (api.open_text(text), api.open_compact(text)):
                assert (answer.status, answer.body.decode()) == (200, PAYLOAD)
    for expires_at in (0, 1, now - 1):
        for text in texts(reference.seal(keyring, PAYLOAD.encode(), 7, expires_at)):
            for answer in (api.open_text(text), api.open_compact(text)):
                assert "Grüße" not in str(answer.problem(410, "expired"))


def test_forged_expiry_opens_nothing(api, keyring):
    invalid = api.open_text("1").body
    expired = reference.seal(keyring, PAYLOAD.encode(), 7, 1)
    valid = reference.seal(keyring, PAYLOAD.encode(), 7, FAR)
    plain = reference.seal(keyring, PAYLOAD.encode(), 7)
    forged = {
        "postponed": reference.header(7, FAR) + expired[6:],
        "brought forward": reference.header(7, 1) + valid[6:],
        "expiry cut out": reference.header(7) + valid[6:],
        "expiry put in": reference.header(7, FAR) + plain[2:],
        "expired, tag changed": expired[:-1] + bytes([expired[-1] ^ 1]),
        "expired, unknown key": reference.seal_under(reference.header(9, 1), "ab" * 32, PAYLOAD.encode()),
    }
    for what, ctext in forged.items():
        for text in texts(ctext):
            answer = api.open_text(text)
            assert (answer.status, answer.body) == (400, invalid), what


def test_only_known_headers_open_even_under_the_right_key(api, keyring):
    invalid = api.open_text("1").body
    key = keyring["7"]
    for first in set(range(256)) - {reference.PLAIN, reference.EXPIRING}:
        for size in (1, 5):
            sealed = reference.seal_under(bytes([first, 7]) + bytes(size - 1), key, PAYLOAD.encode())
            assert api.open_text(reference.to_digits(sealed)).body == invalid, hex(first)
    for key_id in set(range(256)) - {int(key_id) for key_id in keyring}:
        sealed = reference.seal_under(bytes([reference.PLAIN, key_id]), key, PAYLOAD.encode())
        assert api.open_text(reference.to_digits(sealed)).body == invalid, key_id


def test_keys_are_not_interchangeable(api, keyring):
    invalid = api.open_text("1").body
    sealed = reference.seal_under(reference.header(1), keyring["7"], PAYLOAD.encode())
    assert api.open_text(reference.to_digits(sealed)).body == invalid


def test_associated_data_counts(api, keyring):
    invalid, head, nonce = api.open_text("1").body, reference.header(7), os.urandom(12)
    for associated in (b"", None, head, b"sealed-qr", b"Sealed-qr" + head, b"sealed-qr" + head + b"\0"):
        sealed = head + nonce + AESGCM(bytes.fromhex(keyring["7"])).encrypt(nonce, PAYLOAD.encode(), associated)
        assert api.open_text(reference.to_digits(sealed)).body == invalid, associated
