"""Assertions, made and signed by the description alone: docs/api.md and the standards that it names."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LABEL = b"sealed-qr assertion ES256 v1"
# NIST SP 800-186, 3.2.1.3.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signing_key(key: str, label: bytes = LABEL) -> ec.EllipticCurvePrivateKey:
    """The private key that belongs to a key of the keyring."""
    bits = HKDF(algorithm=hashes.SHA256(), length=40, salt=None, info=label).derive(bytes.fromhex(key))
    return ec.derive_private_key(int.from_bytes(bits, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The public key, named by its thumbprint (RFC 7638)."""
    numbers = key.public_key().public_numbers()
    x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    required = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    kid = base64url(hashlib.sha256(required.encode()).digest())
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": kid}


def part(value) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return base64url(text.encode())


def signature(key: ec.EllipticCurvePrivateKey, signed: str) -> bytes:
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def assertion(key: ec.EllipticCurvePrivateKey, header, claims) -> str:
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{base64url(signature(key, signed))}"


def header_of(assertion: str) -> dict:
    return json.loads(from_base64url(assertion.split(".")[0]))


def claims_of(assertion: str) -> dict:
    return json.loads(from_base64url(assertion.split(".")[1]))
