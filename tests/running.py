"""A function as Lambda runs it, with a clock that can be set ahead."""

import json
import re
import secrets
from contextlib import contextmanager
from pathlib import Path

import clock
import sealed_qr_reference as reference
from api_client import CREATE, DECRYPT, JSON, gateway_event
from fakes import Function, LambdaRuntime

PAYLOAD = b'{"id":"A-17","amount":1250}'

# Seconds, as shared/src/keyring_cache.rs has them.
MAX_AGE, MIN_PAUSE = 300, 30


class Running:
    """A function, the runtime it talks to, and its clock."""

    def __init__(self, function: Function, runtime: LambdaRuntime, ahead: clock.Clock):
        self.function, self.runtime, self.clock = function, runtime, ahead

    def seals_with(self) -> int:
        kind, result = self.runtime.invoke(gateway_event("POST", CREATE, "format=json", JSON, PAYLOAD))
        assert (kind, result["statusCode"]) == ("response", 200), result
        link = json.loads(result["body"])["url"]
        return reference.from_base64url(link.rpartition("=")[2])[1]

    def open(self, keyring: dict[str, str]) -> dict:
        """The answer to a code that the newest key of a keyring has sealed."""
        text = reference.to_digits(reference.seal(keyring, PAYLOAD))
        kind, result = self.runtime.invoke(gateway_event("GET", DECRYPT, f"ctext={text}"))
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
        """What the function warns of, beside the lines of the requests that it had to refuse."""
        lines = (line for line in self.function.lines() if "WARN" in line or "ERROR" in line)
        return [line for line in lines if not line.lstrip().startswith("WARN refused request_id=")]


@contextmanager
def running(binary: str, library: Path, folder: Path, secret_id: str, secrets_manager: str):
    file = folder / secrets.token_hex(8)
    ahead = clock.Clock(library, file.with_suffix(".clock"))
    environment = ahead.environment | {
        "KEYRING_SECRET_ID": secret_id,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secrets_manager}",
        "RUST_LOG": "trace",
    }
    with LambdaRuntime() as runtime, Function(binary, runtime, file.with_suffix(".log"), environment) as function:
        yield Running(function, runtime, ahead)
