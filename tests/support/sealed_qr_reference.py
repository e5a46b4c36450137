"""A second implementation of the ctext format, written from its description alone, without a look at the functions.

python -m tests.support.sealed_qr_reference seal '<keyring JSON>' '<payload>'
python -m tests.support.sealed_qr_reference open '<keyring JSON>' '<ctext>'
"""

import base64
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.support import packing_reference as packing

MODELS = Path(__file__).resolve().parents[2] / "shared" / "models"
VERSION, EXPIRES, PACKED, COUNTS = 0x10, 0x01, 0x02, 0x04
REVEALED_ON_REDEEM = b"\0"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
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


def name(ctext: bytes) -> str:
    """What people call the code."""
    bits = int.from_bytes(hashlib.sha256(ctext).digest()[:10], "big")
    letters = "".join(CROCKFORD[bits >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def header(
    key_id: int, expires_at: int | None = None, packed: bool = False, uses: int | None = None
) -> bytes:
    first = VERSION | (expires_at is not None and EXPIRES) | (packed and PACKED) | (uses is not None and COUNTS)
    expiry = b"" if expires_at is None else expires_at.to_bytes(4, "big")
    return bytes([first, key_id]) + expiry + (b"" if uses is None else bytes([uses]))


def seal_under(head: bytes, key: str, payload: bytes, nonce: bytes | None = None) -> bytes:
    nonce = nonce or os.urandom(NONCE)
    return head + nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, payload, b"sealed-qr" + head)


def plaintext_of(payload: bytes, model: tuple[int, str] | None = None) -> bytes:
    """What is encrypted. A model is its number and its JSON Schema."""
    if model is None:
        return payload
    number, schema = model
    return bytes([number]) + packing.pack(packing.layout_of(schema), payload.decode())


def seal(
    keyring: dict[str, str],
    payload: bytes,
    key_id: int | None = None,
    expires_at: int | None = None,
    model: tuple[int, str] | None = None,
    uses: int | None = None,
    revealed_on_redeem: bool = False,
) -> bytes:
    key_id = key_id or max(map(int, keyring))
    head = header(key_id, expires_at, model is not None, uses)
    plaintext = (REVEALED_ON_REDEEM if revealed_on_redeem else b"") + plaintext_of(payload, model)
    return seal_under(head, keyring[str(key_id)], plaintext)


def seal_in_series(keyring: dict[str, str], series: bytes, place: int, head: bytes, plaintext: bytes) -> bytes:
    """The ctext at a place of a series that can be made again."""
    key = keyring[str(head[1])]
    of_nonces = HKDF(SHA256(), 32, None, b"sealed-qr nonces of series").derive(bytes.fromhex(key))
    for attempt in range(1, 17):
        info = len(series).to_bytes(8, "big") + series + place.to_bytes(4, "big") + bytes([attempt]) + head + plaintext
        ctext = seal_under(head, key, plaintext, HKDF(SHA256(), NONCE, None, info).derive(of_nonces))
        if to_base64url(ctext)[-1] not in "-_":
            break
    return ctext


class Opened(NamedTuple):
    payload: bytes
    key_id: int
    expires_at: int | None
    uses: int | None
    revealed_on_redeem: bool


def open_plaintext(keyring: dict[str, str], ctext: bytes) -> tuple[bytes, bytes]:
    """The header and the plaintext."""
    assert ctext[0] & ~(EXPIRES | PACKED | COUNTS) == VERSION, "another version, or an unknown flag"
    size = 2 + (4 if ctext[0] & EXPIRES else 0) + (1 if ctext[0] & COUNTS else 0)
    head, nonce, sealed = ctext[:size], ctext[size : size + NONCE], ctext[size + NONCE :]
    return head, AESGCM(bytes.fromhex(keyring[str(head[1])])).decrypt(nonce, sealed, b"sealed-qr" + head)


def open_ctext(keyring: dict[str, str], ctext: bytes, models: dict[int, str] | None = None) -> Opened:
    """What a ctext says; expiry is not enforced here.

    The models are JSON Schemas by number; by default, those of the deployment.
    """
    head, plaintext = open_plaintext(keyring, ctext)
    uses = head[-1] if head[0] & COUNTS else None
    assert uses != 0, "no uses"
    revealed_on_redeem = uses is not None and plaintext.startswith(REVEALED_ON_REDEEM)
    if revealed_on_redeem:
        plaintext = plaintext[1:]
    if head[0] & PACKED:
        payload = packing.unpack(packing.layout_of((models or deployed_models())[plaintext[0]]), plaintext[1:]).encode()
    else:
        payload = plaintext
    return Opened(payload, head[1], expiry_of(head), uses, revealed_on_redeem)


def deployed_models() -> dict[int, str]:
    return {int(file.name.partition("-")[0]): file.read_text() for file in MODELS.glob("*.schema.json")}


def expiry_of(head: bytes) -> int | None:
    return int.from_bytes(head[2:6], "big") if head[0] & EXPIRES else None


if __name__ == "__main__":
    command, keyring_json, text = sys.argv[1:]
    if command == "seal":
        sealed = seal(json.loads(keyring_json), text.encode())
        print(to_digits(sealed), to_base64url(sealed), sep="\n")
    elif command == "open":
        print(open_ctext(json.loads(keyring_json), from_text(text)).payload.decode())
    else:
        sys.exit(__doc__)
