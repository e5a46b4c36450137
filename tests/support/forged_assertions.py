"""Assertions that no site may take for genuine, by what is wrong with them.

Each is made from a genuine one. Some are signed with the service's own key, which only the service has: they show what
the claims are for.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import assertion_reference as reference
from tests.support.assertion_reference import ORDER, base64url, part


@dataclass
class Genuine:
    """A genuine assertion, what it was made with, and keys of others."""

    text: str
    keyring: dict[str, str]
    key_set: str
    strangers: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self):
        self.parts = self.text.split(".")
        self.header, self.claims = reference.header_of(self.text), reference.claims_of(self.text)
        self.newest, *self.older = (
            reference.signing_key(self.keyring[id]) for id in sorted(self.keyring, key=int, reverse=True)
        )
        self.signature = reference.from_base64url(self.parts[2])
        self.kids = [key["kid"] for key in json.loads(self.key_set)["keys"]]

    def signed(self, key=None, header=None, **claims) -> str:
        """The same, signed with the service's key or another, with other members. None takes a member away."""
        return reference.assertion(key or self.newest, changed(self.header, header or {}), changed(self.claims, claims))

    def hmac(self, secret: bytes, algorithm: str = "HS256") -> str:
        signed = f"{part(self.header | {'alg': algorithm})}.{self.parts[1]}"
        digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
        return f"{signed}.{base64url(hmac.new(secret, signed.encode(), digest).digest())}"

    def unsigned(self, algorithm: str, signature: str = "") -> str:
        return f"{part(self.header | {'alg': algorithm})}.{self.parts[1]}.{signature}"

    def with_parts(self, header=None, claims=None, signature: bytes | None = None) -> str:
        """The same with other parts under the same signature."""
        return ".".join([
            self.parts[0] if header is None else part(header),
            self.parts[1] if claims is None else part(claims),
            self.parts[2] if signature is None else base64url(signature),
        ])  # fmt: skip

    def public(self, encoding: Encoding, form: PublicFormat) -> bytes:
        return self.newest.public_key().public_bytes(encoding, form)

    def by(self, algorithm: str, sign: Callable[[bytes], bytes], **header) -> str:
        """The same claims by another algorithm."""
        signed = f"{part(self.header | {'alg': algorithm} | header)}.{self.parts[1]}"
        return f"{signed}.{base64url(sign(signed.encode()))}"


def changed(members: dict, changes: dict) -> dict:
    return {name: value for name, value in (members | changes).items() if value is not None}


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


RSA = rsa.generate_private_key(65537, 2048)
OTHERS_SITE, SITE = "https://evil.test", "https://shop.example.org"


# What is wrong with the claims, though the service's own key has signed them.
CLAIMS = {
    "expired a second ago": lambda of: {"iat": of["iat"] - 61, "exp": of["iat"] - 1},
    "expired long ago": lambda of: {"iat": 1_000_000_000, "exp": 1_000_000_060},
    "expired at the epoch": lambda of: {"exp": 0},
    "expires never": lambda of: {"exp": None},
    "expires at a word": lambda of: {"exp": "tomorrow"},
    "expires at a list": lambda of: {"exp": [of["exp"]]},
    "issued in an hour": lambda of: {"iat": of["iat"] + 3600, "exp": of["exp"] + 3600},
    "issued next year": lambda of: {"iat": of["iat"] + 31_536_000, "exp": of["exp"] + 31_536_000},
    "issued at no time": lambda of: {"iat": None},
    "issued at a word": lambda of: {"iat": "now"},
    "valid in an hour": lambda of: {"nbf": of["iat"] + 3600},
    "for another site": lambda of: {"aud": OTHERS_SITE},
    "for a look-alike": lambda of: {"aud": f"{SITE}.evil.test"},
    "for another port": lambda of: {"aud": f"{SITE}:8443"},
    "for the site without TLS": lambda of: {"aud": "http://shop.example.org"},
    "for a page instead of the origin": lambda of: {"aud": f"{SITE}/scan"},
    "for the site with a slash": lambda of: {"aud": f"{SITE}/"},
    "for the site in upper case": lambda of: {"aud": SITE.upper()},
    "for the beginning of the site": lambda of: {"aud": SITE[:-1]},
    "for several others": lambda of: {"aud": [OTHERS_SITE, f"{SITE}:8443"]},
    "for nobody": lambda of: {"aud": None},
    "for an empty name": lambda of: {"aud": ""},
    "for an empty list": lambda of: {"aud": []},
    "by another issuer": lambda of: {"iss": OTHERS_SITE},
    "by a look-alike": lambda of: {"iss": f"{of['iss']}.evil.test"},
    "by the issuer with a slash": lambda of: {"iss": f"{of['iss']}/"},
    "by the issuer with a path": lambda of: {"iss": f"{of['iss']}/codes"},
    "by the issuer in upper case": lambda of: {"iss": of["iss"].upper()},
    "by the audience": lambda of: {"iss": SITE},
    "by nobody": lambda of: {"iss": None},
    "by an empty name": lambda of: {"iss": ""},
}

# What is changed under the service's signature.
CHANGED_CLAIMS = {
    "another payload": lambda of: of | {"payload": of["payload"] | {"seat": "A1"}},
    "one more member in the payload": lambda of: of | {"payload": of["payload"] | {"vip": True}},
    "no payload": lambda of: changed(of, {"payload": None}),
    "another code": lambda of: of | {"code": "0000-0000-0000-0000"},
    "another model": lambda of: of | {"model": "pass"},
    "another identifier": lambda of: of | {"jti": "AAAAAAAAAAAAAAAAAAAAAA"},
    "a later end": lambda of: of | {"exp": of["exp"] + 1},
    "another site": lambda of: of | {"aud": OTHERS_SITE},
    "no expiry of the code": lambda of: changed(of, {"expires_at": None}),
    "one more claim": lambda of: of | {"admin": True},
    "another order": lambda of: dict(reversed(of.items())),
    "white space": lambda of: json.dumps(of, indent=1),
    "a claim that appears twice": lambda of: json.dumps(of)[:-1] + ',"model":"pass"}',
}

CHANGED_HEADERS = {
    "another type": lambda of: of | {"typ": "JOSE"},
    "no type": lambda of: changed(of, {"typ": None}),
    "one more member": lambda of: of | {"cty": "JWT"},
    "another order": lambda of: dict(reversed(of.items())),
    "white space": lambda of: json.dumps(of, indent=1),
}

CHANGED_SIGNATURES = {
    "empty": lambda of: b"",
    "zeros": lambda of: bytes(64),
    "ones": lambda of: b"\xff" * 64,
    "r and s are 1": lambda of: (bytes(31) + b"\1") * 2,
    "r and s are the order": lambda of: ORDER.to_bytes(32, "big") * 2,
    "r is 0": lambda of: bytes(32) + of[32:],
    "s is 0": lambda of: of[:32] + bytes(32),
    "r and s are swapped": lambda of: of[32:] + of[:32],
    "cut by a byte": lambda of: of[:-1],
    "half": lambda of: of[:32],
    "a byte longer": lambda of: of + b"\0",
    "a byte longer at the beginning": lambda of: b"\0" + of,
    "twice": lambda of: of * 2,
} | {f"bit {bit} is flipped": lambda of, bit=bit: flipped(of, bit) for bit in (0, 7, 255, 256, 511)}

# Under the service's signature, named in the header as something else.
OTHER_ALGORITHMS = ["ES384", "ES512", "ES256K", "RS256", "PS256", "EdDSA", "HS256", "es256", "ES256 ", "", "unknown"]
OTHER_KIDS = {
    "none": None,
    "empty": "",
    "unknown": "A" * 43,
    "a path": "../../../../dev/null",
    "an address": "https://evil.test/jwks.json",
    "a query": "' OR 1=1 --",
}
SECRETS = {
    "the key set": lambda of: of.key_set.encode(),
    "the public key as a JWK": lambda of: json.dumps(json.loads(of.key_set)["keys"][0]).encode(),
    "the public key as PEM": lambda of: of.public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "the public key as PEM without its last line break": lambda of: of.public(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    ).strip(),
    "the public key as DER": lambda of: of.public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "the public key as a point": lambda of: of.public(Encoding.X962, PublicFormat.UncompressedPoint),
    "the public key as a compressed point": lambda of: of.public(Encoding.X962, PublicFormat.CompressedPoint),
    "the x coordinate": lambda of: reference.from_base64url(json.loads(of.key_set)["keys"][0]["x"]),
    "the name of the key": lambda of: of.kids[0].encode(),
    "nothing": lambda of: b"",
}
# Keys that are not among those that the service publishes.
OTHER_KEYS = {
    "a stranger's": lambda of: of.strangers,
    "one derived for another purpose": lambda of: reference.signing_key(
        max(of.keyring.items(), key=lambda item: int(item[0]))[1], b""
    ),
    "one of the next version": lambda of: reference.signing_key(of.keyring["1"], b"sealed-qr assertion ES256 v2"),
    "one of another keyring": lambda of: reference.signing_key("42" * 32),
    "the key of the keyring itself": lambda of: ec.derive_private_key(int(of.keyring["1"], 16) % ORDER, ec.SECP256R1()),
}
# Which key a stranger says to have signed with, beside the right name.
OWN_KEYS = {
    "jwk": lambda of: {"jwk": reference.jwk(of.strangers)},
    "jku": lambda of: {"jku": "https://evil.test/jwks.json"},
    "x5u": lambda of: {"x5u": "https://evil.test/certificate.pem"},
    "x5c": lambda of: {"x5c": [base64.b64encode(b"certificate").decode()]},
}

STRUCTURES = {
    "empty": lambda of: "",
    "dots": lambda of: "..",
    "without a signature": lambda of: ".".join(of.parts[:2]),
    "without a header": lambda of: ".".join(of.parts[1:]),
    "only the claims": lambda of: of.parts[1],
    "with one more part": lambda of: f"{of.text}.{of.parts[2]}",
    "as an encrypted one": lambda of: f"{of.text}..",
    "twice": lambda of: of.text * 2,
    "twice with a dot": lambda of: f"{of.text}.{of.text}",
    "parts in another order": lambda of: ".".join([of.parts[1], of.parts[0], of.parts[2]]),
    "JSON": lambda of: json.dumps(dict(zip(("protected", "payload", "signature"), of.parts))),
    "the claims as they are": lambda of: json.dumps(of.claims),
    "a link": lambda of: f"https://shop.example.org/scan#assertion={of.text}",
    "a header that is not JSON": lambda of: of.with_parts(header="{"),
    "a header that is a list": lambda of: of.with_parts(header="[]"),
    "claims that are not JSON": lambda of: reference.assertion(of.newest, of.header, "{"),
    "claims that are a list": lambda of: reference.assertion(of.newest, of.header, "[]"),
    "claims that are a text": lambda of: reference.assertion(of.newest, of.header, '"text"'),
}

FORGERIES: dict[str, Callable[[Genuine], str]] = (
    {f"claims: {name}": lambda of, change=change: of.signed(**change(of.claims)) for name, change in CLAIMS.items()}
    | {
        f"changed claims: {name}": lambda of, change=change: of.with_parts(claims=change(of.claims))
        for name, change in CHANGED_CLAIMS.items()
    }
    | {
        f"changed header: {name}": lambda of, change=change: of.with_parts(header=change(of.header))
        for name, change in CHANGED_HEADERS.items()
    }
    | {
        f"signature: {name}": lambda of, change=change: of.with_parts(signature=change(of.signature))
        for name, change in CHANGED_SIGNATURES.items()
    }
    | {
        f"alg {name} without a signature": lambda of, name=name: of.unsigned(name)
        for name in ("none", "None", "NONE", "nOnE")
    }
    | {f"alg {name!r}": lambda of, name=name: of.by(name, lambda _: of.signature) for name in OTHER_ALGORITHMS}
    | {"alg none with the signature": lambda of: of.unsigned("none", of.parts[2])}
    | {"alg missing": lambda of: of.signed(header={"alg": None})}
    | {"alg as a list": lambda of: of.signed(header={"alg": ["ES256"]})}
    | {f"HS256 with {name}": lambda of, secret=secret: of.hmac(secret(of)) for name, secret in SECRETS.items()}
    | {
        f"{name} with the public key": lambda of, name=name: of.hmac(SECRETS["the public key as PEM"](of), name)
        for name in ("HS384", "HS512")
    }
    | {
        "RS256 by a stranger": lambda of: of.by(
            "RS256", lambda signed: RSA.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        ),
        "EdDSA by a stranger": lambda of: of.by("EdDSA", ed25519.Ed25519PrivateKey.generate().sign),
        "ES256 in DER": lambda of: of.by("ES256", lambda signed: of.newest.sign(signed, ec.ECDSA(hashes.SHA256()))),
        "ES256 of another hash": lambda of: of.by(
            "ES256", lambda signed: reference.signature(of.newest, signed.decode() + " ")
        ),
        "ES256 by an older key under the name of the newest": lambda of: of.signed(of.older[0]),
        "ES256 under the name of an older key": lambda of: of.signed(header={"kid": of.kids[-1]}),
    }
    | {f"signed with {name} key": lambda of, key=key: of.signed(key(of)) for name, key in OTHER_KEYS.items()}
    | {
        f"signed with {name} key under its own name": lambda of, key=key: of.signed(
            key(of), header={"kid": reference.jwk(key(of))["kid"]}
        )
        for name, key in OTHER_KEYS.items()
    }
    | {
        f"signed by a stranger who says so in {name}": lambda of, header=header: of.signed(of.strangers, header(of))
        for name, header in OWN_KEYS.items()
    }
    | {
        f"signed by a stranger who says so in {name}, without the name of a key": lambda of, header=header: of.signed(
            of.strangers, header(of) | {"kid": None}
        )
        for name, header in OWN_KEYS.items()
    }
    | {f"kid: {name}": lambda of, kid=kid: of.signed(header={"kid": kid}) for name, kid in OTHER_KIDS.items()}
    | {f"structure: {name}": make for name, make in STRUCTURES.items()}
    | {
        f"cut after {percent} %": lambda of, percent=percent: of.text[: len(of.text) * percent // 100]
        for percent in range(10, 100, 10)
    }
)
