"""Codes made by the second implementation open; whatever else is shown to the function is refused in one way."""

import os
import string

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, strategies as st

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import ctext_of

PAYLOAD = '{"id":"Grüße","amount":1.10}'
FAR = 0xFFFFFFFF


def texts(ctext: bytes) -> list[str]:
    return [reference.to_digits(ctext), reference.to_base64url(ctext)]


def test_either_text_of_every_key_opens_by_either_link(api, keyring):
    for key_id in map(int, keyring):
        for text in texts(reference.seal(keyring, PAYLOAD.encode(), key_id)):
            for answer in (api.open_text(text), api.open_compact(text)):
                assert (answer.status, answer.body.decode()) == (200, PAYLOAD)


def test_every_length_of_ctext_opens(api, keyring):
    for length in range(2, 2 + 3 * 7):
        payload = b'"' + b"x" * (length - 2) + b'"'
        for text in texts(reference.seal(keyring, payload)):
            assert api.open_text(text).body == payload


def test_percent_encoding_is_no_part_of_the_text(api, keyring):
    for text in texts(reference.seal(keyring, PAYLOAD.encode())):
        encoded = "".join(f"%{ord(character):02X}" for character in text)
        assert api.request("GET", f"/api/decrypt/qrcode-details?ctext={encoded}").body.decode() == PAYLOAD


@pytest.fixture(scope="module")
def refused(api):
    """Asserts that a text is refused as any other is, by either link."""
    expected = api.open_text("not a ctext")
    expected.problem(400, "invalid-ctext")
    telling = ("content-type", "content-length", "content-disposition", "cache-control", "www-authenticate")

    def check(text: str, what: str = ""):
        for answer in (api.open_text(text), api.open_compact(text)):
            assert (answer.status, answer.body) == (400, expected.body), (what, text)
            assert [answer.headers.get(name) for name in telling] == [expected.headers.get(name) for name in telling]

    return check


def test_whatever_is_wrong_with_a_ctext_looks_the_same_from_outside(keyring, refused):
    payload, key = PAYLOAD.encode(), keyring["7"]
    plain, expired, valid = (reference.seal(keyring, payload, 7, expires_at) for expires_at in (None, 1, FAR))
    head, nonce = reference.header(7), os.urandom(12)

    def associated_with(data: bytes | None) -> bytes:
        return head + nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, payload, data)

    for what, ctext in {
        "nothing but a header": plain[:2],
        "cut": plain[:-1],
        "longer": plain + b"\0",
        "another nonce": plain[:2] + nonce + plain[14:],
        "another tag": plain[:-1] + bytes([plain[-1] ^ 1]),
        "another version": reference.seal_under(bytes([0x20, 7]), key, payload),
        "the reserved flag": reference.seal_under(bytes([0x18, 7]), key, payload),
        "an unknown key": reference.seal_under(reference.header(9), "ab" * 32, payload),
        "key 0": reference.seal_under(bytes([0x10, 0]), key, payload),
        "the key of another id": reference.seal_under(reference.header(1), key, payload),
        "no JSON": reference.seal_under(head, key, b"no JSON"),
        "no associated data": associated_with(None),
        "the associated data of something else": associated_with(b"Sealed-qr" + head),
        "the header not authenticated": associated_with(b"sealed-qr"),
        "an expiry postponed": reference.header(7, FAR) + expired[6:],
        "an expiry brought forward": reference.header(7, 1) + valid[6:],
        "an expiry cut out": head + valid[6:],
        "an expiry put in": reference.header(7, FAR) + plain[2:],
        "expired, another tag": expired[:-1] + bytes([expired[-1] ^ 1]),
        "expired, an unknown key": reference.seal_under(reference.header(9, 1), "ab" * 32, payload),
    }.items():
        for text in texts(ctext):
            refused(text, what)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
    | st.text(string.digits, min_size=1, max_size=300)
    | st.text(string.ascii_letters + string.digits + "-_", max_size=300).map("E".__add__)
)
def test_any_text_that_nobody_sealed_looks_the_same(refused, text):
    # A path cannot have these.
    if not {".", ".."} & set(text.split("/")):
        refused(text)


def test_a_text_that_is_not_the_one_of_its_ctext_looks_the_same(keyring, refused):
    digits, base64url = texts(reference.seal(keyring, b'"xy"'))
    for text in (digits, base64url):
        for other in (f"{text}0", f"0{text}", text[:-1], text * 2, f"{text[:20]}.{text[20:]}", f"{text}\0{text}"):
            refused(other)
    # The last chunk has six bytes, a number below 256^6: a decoder that takes it modulo 256^6 would read the original.
    refused(digits[:-15] + str(int(digits[-15:]) + 256**6).zfill(15))
    refused("".join(chr(ord("٠") + int(digit)) for digit in digits))


def test_what_a_link_picks_up_on_its_way_is_dropped(api, keyring):
    for text in texts(reference.seal(keyring, b"{}")):
        broken = f"{text[:20]}\r\n{text[20:]}"
        for other in (f"{text}.", f"({text})", f'"{text}"', f" {text}\n", f"\ufeff{text}\u200b", broken):
            for answer in (api.open_text(other), api.open_compact(other)):
                assert answer.body == b"{}", other


def test_a_code_shows_key_expiry_and_length_and_nothing_else(api, keyring):
    payload = '{"id":"A-17","amount":1250}'
    links = [api.create(payload, f"format=json{more}").json["url"] for more in ("", "", "&expires_in=60")]
    first, second, expiring = (reference.from_base64url(ctext_of(link)) for link in links)
    packed = reference.plaintext_of(payload.encode(), (1, reference.deployed_models()[1]))
    assert len(first) == len(second) == len(packed) + 30 and len(expiring) == len(packed) + 34
    newest = max(map(int, keyring))
    assert [ctext[1] for ctext in (first, second, expiring)] == [newest] * 3
    assert first[2:] != second[2:] and sum(a == b for a, b in zip(first[2:], second[2:])) < 10


def test_opening_is_a_plain_read(api):
    link = api.create('{"id":"A-17","amount":1250}', "format=json").json["url"]
    assert len({api.follow(link).body for _ in range(5)}) == 1
    assert api.follow(f"{link}&utm_source=chat").status == 200
