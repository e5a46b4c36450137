"""A gateway that checks signatures and tokens as AWS does, and the shell in which people would run curl lines."""

import http.client
import os
import re
import subprocess
from contextlib import closing
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.fakes import Server

KEY_ID, SECRET, SESSION, TOKEN = "AKIAEXAMPLE", "a/secret+key", "a/session+token==", "eyJ.a-token.x"
REGION = "eu-central-1"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(\S+?)/(\d{8})/(\S+?)/(\S+?)/aws4_request, ?"
    r"SignedHeaders=(\S+?), ?Signature=([0-9a-f]+)"
)


def signed_for(service: str, method: str, target: str, headers, body: bytes, host: str) -> bool:
    """Whether botocore signs the request with the same signature (Signature Version 4)."""
    match = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if match is None:
        return False
    key_id, day, region, of_service, names, signature = match.groups()
    if (key_id, region, of_service) != (KEY_ID, REGION, service) or not headers["x-amz-date"].startswith(day):
        return False
    url = urlsplit(target)
    signed = {name: headers[name] for name in names.split(";")}
    if not {"host", "x-amz-date"} <= signed.keys():
        return False
    request = AWSRequest(
        method, f"http://{host}{url.path}", headers=signed, data=body, params=dict(parse_qsl(url.query))
    )
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(KEY_ID, SECRET), service, region)
    # curl signs the content type, too; botocore would leave such headers out.
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return signer.signature(text, request) == signature


class Gateway(Server):
    """Lets requests through to the local API that API Gateway, or a function URL, would let through."""

    def __init__(self, api_url: str, allows):
        super().__init__(self._answer)
        self._api, self._allows = urlsplit(api_url).netloc, allows
        self.seen: list[dict] = []

    def _answer(self, method, path, headers, body):
        self.seen.append({name.lower(): value for name, value in headers.items()})
        if not self._allows(method, path, headers, body, self.address):
            return 403, {"content-type": "application/json"}, b'{"message":"Forbidden"}'
        with closing(http.client.HTTPConnection(self._api, timeout=30)) as connection:
            connection.request(method, path, body, {"content-type": headers["content-type"]})
            answer = connection.getresponse()
            return answer.status, {"content-type": answer.getheader("content-type")}, answer.read()


def by_iam(method, path, headers, body, host):
    return signed_for("execute-api", method, path, headers, body, host)


def by_function_url(method, path, headers, body, host):
    return signed_for("lambda", method, path, headers, body, host)


def by_token(method, path, headers, body, host):
    return headers.get("authorization") == f"Bearer {TOKEN}"


def by_nobody(method, path, headers, body, host):
    return "authorization" not in headers


def run(command: str, folder, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=environment | variables, capture_output=True, text=True, timeout=60
    )


CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
