"""Codes that count, and the functions that a scan of them leads to, as Lambda runs them."""

import json
import time
from dataclasses import dataclass

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, JSON, Answer, ctext_of, gateway_event
from tests.support.fakes import Function

BASE_URL = "https://qr.example.org"
PAYLOAD = b'{"id":"canary-of-a-payload","amount":918273645546372}'
REVOKE = "/api/qrcode/revoke"
# `Timeout` in template.yaml.
ANSWER_WITHIN = 10
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Code:
    ctext: bytes

    @classmethod
    def of_link(cls, link: str) -> "Code":
        return cls(reference.from_text(ctext_of(link)))

    @classmethod
    def sealed(cls, keyring: dict[str, str], uses: int | None = 1, **terms) -> "Code":
        return cls(reference.seal(keyring, PAYLOAD, uses=uses, **terms))

    @property
    def name(self) -> str:
        return reference.name(self.ctext)

    @property
    def path(self) -> str:
        return f"/d/{reference.to_digits(self.ctext)}"


def settings(keyring: dict[str, str]) -> dict[str, str]:
    """The environment of functions, without the table's part."""
    return {"KEYRING": json.dumps(keyring), "PUBLIC_BASE_URL": BASE_URL, "REDEMPTION": "on"}


def redemption(code: Code, key: str | None = None, place: str | None = None) -> dict:
    """The event of a request that redeems a code."""
    headers = JSON | ({} if key is None else {"idempotency-key": key})
    body = b"" if place is None else json.dumps({"place": place}).encode()
    return gateway_event("POST", code.path, "", headers, body)


class Deployment:
    """The functions, each started when it is first asked. `start` is the fixture."""

    def __init__(self, start, keyring: dict[str, str], of_table: dict[str, str], **more: str):
        self._start, self._settings = start, settings(keyring) | of_table | more
        self._functions: dict[str, Function] = {}

    def function(self, name: str) -> Function:
        if name not in self._functions:
            self._functions[name] = self._start(name, **self._settings)
        return self._functions[name]

    def end(self, name: str) -> None:
        """Ends a process at once. The next request starts another."""
        process = self._functions.pop(name).process
        process.kill()
        process.wait()

    def ask(
        self, method: str, path: str, query: str = "", headers: dict[str, str] = {}, body: bytes | None = None
    ) -> Answer:
        reading = "decrypt-ctext" if method in ("GET", "HEAD") else "redeem-code"
        name = "create-qr" if path == CREATE else reading
        return self.answer(name, gateway_event(method, path, query, headers, body))

    def answer(self, name: str, event: dict) -> Answer:
        function, begin = self.function(name), time.monotonic()
        answer = function.answer(event, may_be_unavailable=True)
        assert time.monotonic() - begin < ANSWER_WITHIN, "Lambda would have ended the function"
        return answer

    def create(self, query: str) -> tuple[Code, dict]:
        """The code, and what is said of it."""
        described = self.ask("POST", CREATE, f"format=json&{query}", JSON, PAYLOAD).json
        return Code.of_link(described["url"]), described

    def open(self, code: Code, query: str = "", headers: dict[str, str] = {}) -> Answer:
        return self.ask("GET", code.path, query, headers)

    def redeem(self, code: Code, key: str | None = None, place: str | None = None) -> Answer:
        return self.answer("redeem-code", redemption(code, key, place))

    def undo(self, code: Code, redemption: int) -> Answer:
        return self.ask("DELETE", code.path, f"redemption={redemption}")

    def revoke(self, **body: str) -> Answer:
        return self.ask("POST", REVOKE, "", JSON, json.dumps(body).encode())

    def restore(self, code: Code) -> Answer:
        return self.ask("DELETE", REVOKE, f"name={code.name}")
