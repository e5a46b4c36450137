"""A client that holds every answer against what all answers promise."""

import base64
import hashlib
import http.client
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

CREATE = "/api/qrcode/encrypted-payload"
PLAIN = "/api/qrcode"
CREATE_MANY, PLAIN_MANY = f"{CREATE}/batch", f"{PLAIN}/batch"
DECRYPT = "/api/decrypt/qrcode-details"
# As Chromium asks for a page.
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
JSON = {"content-type": "application/json"}
CSV = {"content-type": "text/csv"}
# What problems have beyond what all have.
MORE_MEMBERS = {"errors", "redeemed_at", "place", "revoked_at"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    def check(self, may_be_unavailable: bool = False) -> "Answer":
        assert self.status < 500 or (may_be_unavailable and self.status == 503 and "retry-after" in self.headers), self
        # Public keys are not secret, and the same for everyone.
        public = self.headers.get("content-type") == "application/jwk-set+json"
        assert self.headers.get("cache-control") == ("public, max-age=300" if public else "no-store"), self
        assert self.headers.get("x-content-type-options") == "nosniff", self
        media_type = self.headers.get("content-type", "")
        assert "; charset=utf-8" in media_type or not media_type.startswith("text/"), self
        if media_type == "image/svg+xml":
            assert self.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'", self
        if media_type.startswith("text/html"):
            # The answer to HEAD has no body.
            if self.body:
                self._check_page()
        elif self.status >= 400:
            assert self.headers["content-type"] == "application/problem+json", self
            problem = self.json
            assert set(problem) - MORE_MEMBERS == {"type", "title", "status", "detail"}, self
            assert problem["status"] == self.status and problem["title"] and problem["detail"], self
        return self

    def _check_page(self) -> None:
        assert self.headers["content-type"] == "text/html; charset=utf-8", self
        assert self.headers["referrer-policy"] == "no-referrer", self
        assert self.headers["x-robots-tag"] == "noindex", self
        policy = self.headers["content-security-policy"].split("; ")
        embedded = {name: self._hash_of(name) for name in ("style", "script")}
        assert policy[:6] == [
            "default-src 'none'",
            f"style-src '{embedded['style']}'",
            f"script-src '{embedded['script']}'",
            "base-uri 'none'",
            "form-action 'self'" if b"<form method=\"post\"" in self.body else "form-action 'none'",
            "frame-ancestors 'none'",
        ], self

    def _hash_of(self, element: str) -> str:
        """The one such element of the page, or one without text, as content security policies name it."""
        (text,) = re.findall(f"<{element}>(.*?)</{element}>".encode(), self.body, re.DOTALL) or [b""]
        return f"sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}"

    def problem(self, status: int, slug: str) -> dict:
        """The problem that the answer is."""
        assert (self.status, self.json.get("type")) == (status, f"/api/problems/{slug}"), self
        return self.json


class ApiClient:
    """Speaks to a local API. The payloads and ctexts that it sends are kept, so that logs can be searched for them."""

    def __init__(self, host: str, port: int):
        self.base_url = f"http://{host}:{port}"
        self.sent: list[str] = []
        self._connection = http.client.HTTPConnection(host, port, timeout=30)

    def close(self) -> None:
        self._connection.close()

    def request(self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] = {}) -> Answer:
        self._connection.request(method, target, body, headers)
        response = self._connection.getresponse()
        # The local API adds lines of its own to `vary`: repeated headers are lists.
        received = {name.lower(): response.getheader(name) for name, _ in response.getheaders()}
        return Answer(response.status, received, response.read()).check()

    def post(self, path: str, body: bytes | str, headers: dict[str, str] = JSON) -> Answer:
        body = body.encode() if isinstance(body, str) else body
        self.sent.append(body.decode(errors="replace"))
        return self.request("POST", path, body, headers)

    def create(self, payload: bytes | str, query: str = "", **options) -> Answer:
        return self.post(f"{CREATE}?{query}" if query else CREATE, payload, **options)

    def open_text(self, ctext: str, headers: dict[str, str] = {}) -> Answer:
        self.sent.append(ctext)
        return self.request("GET", f"{DECRYPT}?ctext={quote(ctext, safe='')}", headers=headers)

    def open_compact(self, ctext: str, headers: dict[str, str] = {}) -> Answer:
        self.sent.append(ctext)
        return self.request("GET", f"/d/{quote(ctext, safe='')}", headers=headers)

    def follow(self, link: str, headers: dict[str, str] = {}) -> Answer:
        assert link.startswith(self.base_url + "/"), link
        self.sent.append(ctext_of(link))
        parts = urlsplit(link)
        return self.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path, headers=headers)

    def invoke(self, function: str, event: dict) -> dict:
        """The function's own answer to an event, as Lambda would return it."""
        path = f"/2015-03-31/functions/{function}/invocations"
        self._connection.request("POST", path, json.dumps(event).encode())
        response = self._connection.getresponse()
        return json.loads(response.read())


def answer_of(result: dict, may_be_unavailable: bool = False) -> Answer:
    """The HTTP answer in the result of a function."""
    body = result["body"] or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in result["headers"].items()}
    headers |= {name.lower(): values[-1] for name, values in (result.get("multiValueHeaders") or {}).items()}
    return Answer(result["statusCode"], headers, content).check(may_be_unavailable)


def ctext_of(link: str) -> str:
    return link.rpartition("=")[2] if "=" in link else link.rpartition("/")[2]


def gateway_event(
    method: str,
    path: str,
    query: str = "",
    headers: dict[str, str] = {},
    body: bytes | None = None,
    domain_name: str = "api.example.com",
    stage: str = "$default",
) -> dict:
    """What API Gateway's HTTP API sends to a function (payload format 2.0)."""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": domain_name} | headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": domain_name,
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.44",
                "userAgent": "test",
            },
            "requestId": "id",
            "routeKey": f"{method} {path}",
            "stage": stage,
            "time": "22/Nov/2026:17:02:56 +0000",
            "timeEpoch": 1795366976123,
        },
        "isBase64Encoded": body is not None,
    } | ({} if body is None else {"body": base64.b64encode(body).decode()})
