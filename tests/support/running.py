"""A function as Lambda runs it, with a clock that can be set ahead."""

import re
import secrets
from contextlib import contextmanager
from pathlib import Path

from tests.support import clock
from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, CREATE_MANY, DECRYPT, JSON, gateway_event
from tests.support.batches import NDJSON
from tests.support.fakes import Function, started

# What seals a payload, by function.
SEALING = {"create-qr": (CREATE, "format=json", JSON), "create-batch": (CREATE_MANY, "format=ndjson", NDJSON)}
PAYLOAD = b'{"id":"A-17","amount":1250}'

# How old a keyring may become, and the pause between two attempts to fetch it again, in seconds.
MAX_AGE, MIN_PAUSE = 300, 30


class Running:
    """A function and its clock."""

    def __init__(self, name: str, function: Function, ahead: clock.Clock):
        self.name, self.function, self.clock = name, function, ahead

    def seals_with(self) -> int:
        """The id of the key that seals."""
        link = self.function.answer(gateway_event("POST", *SEALING[self.name], PAYLOAD)).json["url"]
        return reference.from_base64url(link.rpartition("=")[2])[1]

    def open(self, keyring: dict[str, str]) -> dict:
        """The answer to a code that the newest key of a keyring has sealed."""
        text = reference.to_digits(reference.seal(keyring, PAYLOAD))
        kind, result = self.function.invoke(gateway_event("GET", DECRYPT, f"ctext={text}"))
        assert kind == "response"
        return result

    def opens(self, keyring: dict[str, str]) -> bool:
        result = self.open(keyring)
        assert result["statusCode"] in (200, 400), result
        return result["statusCode"] == 200

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.function.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])

    def warnings(self) -> list[str]:
        """What the function warns of, apart from the lines about requests that it refused."""
        lines = (line for line in self.function.lines() if "WARN" in line or "ERROR" in line)
        return [line for line in lines if not line.lstrip().startswith("WARN refused request_id=")]


@contextmanager
def running(binary: str, library: Path, folder: Path, secret_id: str, secrets_manager: str):
    file = folder / secrets.token_hex(8)
    ahead = clock.Clock(library, file.with_suffix(".clock"))
    settings = ahead.environment | {
        "KEYRING_SECRET_ID": secret_id,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secrets_manager}",
        "RUST_LOG": "trace",
    }
    with started(binary, file.with_suffix(".log"), settings) as function:
        yield Running(Path(binary).name, function, ahead)
