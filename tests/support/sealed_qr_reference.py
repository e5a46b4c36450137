"""A second implementation of the ctext format, written from its description alone, without a look at the functions.

python tests/support/sealed_qr_reference.py seal '<keyring JSON>' '<payload>'
python tests/support/sealed_qr_reference.py open '<keyring JSON>' '<ctext>'
"""

import base64
import json
import os
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PLAIN, EXPIRING = 0x10, 0x11
NONCE, TAG = 12, 16
CHUNK_BYTES, CHUNK_DIGITS = 7, 17
DIGITS_OF_LAST_CHUNK = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15}
BYTES_OF_LAST_CHUNK = {digits: size for size, digits in DIGITS_OF_LAST_CHUNK.items()}


def to_digits(data: bytes) -> str:
    text = ""
    for start in range(0, len(data), CHUNK_BYTES):
        chunk = data[start : start + CHUNK_BYTES]
        width = DIGITS_OF_LAST_CHUNK.get(len(chunk), CHUNK_DIGITS)
        text += str(int.from_bytes(chunk, "little")).zfill(width)
    return text


def from_digits(text: str) -> bytes:
    data = b""
    for start in range(0, len(text), CHUNK_DIGITS):
        chunk = text[start : start + CHUNK_DIGITS]
        size = CHUNK_BYTES if len(chunk) == CHUNK_DIGITS else BYTES_OF_LAST_CHUNK[len(chunk)]
        data += int(chunk).to_bytes(size, "little")
    assert to_digits(data) == text, "not the one digit text of these bytes"
    return data


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert to_base64url(data) == text, "not the one base64url text of these bytes"
    return data


def from_text(text: str) -> bytes:
    return from_digits(text) if text[0].isdigit() else from_base64url(text)


def header(key_id: int, expires_at: int | None = None) -> bytes:
    if expires_at is None:
        return bytes([PLAIN, key_id])
    return bytes([EXPIRING, key_id]) + expires_at.to_bytes(4, "big")


def seal_under(head: bytes, key: str, payload: bytes, nonce: bytes | None = None) -> bytes:
    nonce = nonce or os.urandom(NONCE)
    return head + nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, payload, b"sealed-qr" + head)


def seal(keyring: dict[str, str], payload: bytes, key_id: int | None = None, expires_at: int | None = None) -> bytes:
    key_id = key_id or max(map(int, keyring))
    return seal_under(header(key_id, expires_at), keyring[str(key_id)], payload)


def open_ctext(keyring: dict[str, str], ctext: bytes) -> tuple[bytes, int, int | None]:
    """The payload, the key id and the expiry; expiry is not enforced here."""
    size = {PLAIN: 2, EXPIRING: 6}[ctext[0]]
    head, nonce, sealed = ctext[:size], ctext[size : size + NONCE], ctext[size + NONCE :]
    payload = AESGCM(bytes.fromhex(keyring[str(head[1])])).decrypt(nonce, sealed, b"sealed-qr" + head)
    return payload, head[1], int.from_bytes(head[2:], "big") if size == 6 else None


if __name__ == "__main__":
    command, keyring_json, text = sys.argv[1:]
    if command == "seal":
        sealed = seal(json.loads(keyring_json), text.encode())
        print(to_digits(sealed), to_base64url(sealed), sep="\n")
    elif command == "open":
        print(open_ctext(json.loads(keyring_json), from_text(text))[0].decode())
    else:
        sys.exit(__doc__)
