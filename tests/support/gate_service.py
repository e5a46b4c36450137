"""A local API with codes that count, and what an operator of gates does there."""

import io
import json
from contextlib import contextmanager
from pathlib import Path

import boto3
from PIL import Image

from tests.support.api_client import PLAIN, ApiClient, ctext_of
from tests.support.local import serving
from tests.support.sealed_qr_reference import from_base64url, to_digits
from tests.support.traces import assert_tells_nothing, keys_of
from tools import local_api

PAYLOAD = {"id": "order-1042", "amount": 4250, "name": "Amina Yusuf"}


class GateService:
    """The API and its table of codes."""

    def __init__(self, client: ApiClient, table):
        self.client, self.base_url, self._table = client, client.base_url, table

    def enrolment(self, **body: str) -> dict:
        """A code that enrols one device, as JSON."""
        answer = self.client.post("/api/gate/enrolments?format=json", json.dumps(body))
        assert answer.status == 200, answer
        self.client.sent.append(answer.json["url"].partition("#")[2])
        return answer.json

    def take_back(self, name: str) -> None:
        """Takes an enrolment back, and the session that it has led to."""
        assert self.client.request("DELETE", f"/api/gate/enrolments?name={name}").status == 204

    def code(self, uses: int | None = 1, **options: str) -> str:
        """The link of a code that counts so many uses."""
        given = {"format": "json", "link": "compact"} | ({"uses": uses} if uses else {}) | options
        query = "&".join(f"{name}={value}" for name, value in given.items())
        answer = self.client.create(json.dumps(PAYLOAD), query)
        assert answer.status == 200, answer
        ctext = ctext_of(answer.json["url"])
        self.client.sent += [ctext, to_digits(from_base64url(ctext))]
        return answer.json["url"]

    def picture(self, text: str) -> bytes:
        """The code of a text, a PNG file."""
        return self.client.post(PLAIN, json.dumps({"value": text})).body

    def used(self, link_or_name: str) -> int:
        """How many redemptions of a code stand."""
        item = self._table.get_item(Key={"code": link_or_name.replace("-", "")}).get("Item", {})
        return int(item.get("used", 0))

    def redemptions(self, name: str) -> list[dict]:
        return self._table.get_item(Key={"code": name.replace("-", "")})["Item"]["redemptions"]


@contextmanager
def serving_gates(folder: Path, keyring: dict[str, str], **more_settings: str):
    """A local API where codes can be redeemed. In the end, its log must tell nothing of what was sent."""
    with local_api.store(True) as store:
        settings = store | {"KEYRING": json.dumps(keyring), "REDEEM_AUTH": "AWS_IAM", "REVOCATION": "off"}
        settings |= more_settings
        access = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": store["AWS_REGION"]}
        tables = boto3.resource("dynamodb", endpoint_url=store["AWS_ENDPOINT_URL_DYNAMODB"], **access)
        log = folder / "gates.log"
        with serving(log, settings) as client:
            yield GateService(client, tables.Table(store["CODE_TABLE"]))
    assert_tells_nothing(log.read_text(errors="replace"), keys_of(keyring), client.sent)


def in_upper_case(link: str) -> str:
    """A link as a hand scanner with caps lock types it: the ctext in digits."""
    digits = to_digits(from_base64url(ctext_of(link)))
    return f"{link.rpartition('/')[0]}/{digits}".upper()


def frame(code: bytes | None = None) -> bytes:
    """A picture as a camera takes it, perhaps of a code, as a JPEG file."""
    picture = Image.new("RGB", (1280, 720), (196, 190, 180))
    if code:
        picture.paste(Image.open(io.BytesIO(code)).convert("RGB").resize((520, 520)), (380, 100))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()


def film(file: Path, *frames: bytes) -> Path:
    """A film for Chromium's fake camera, which shows it again and again: JPEG files one after the other."""
    file.write_bytes(b"".join(frames))
    return file
