"""A table for what happens to codes, in two implementations of DynamoDB's API that share no code: moto and dynalite.

dynalite does not return the item of a refused write (ReturnValuesOnConditionCheckFailure); the functions then read it.
"""

import secrets
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import boto3

from tests.support import aws
from tests.support.cloudformation import deployed, source
from tests.support.fakes import closed_port
from tools.local_api import ROOT

CLI = ROOT / ".tools" / "dynalite" / "node_modules" / "dynalite" / "cli.js"
# Of template.yaml, where events are told.
STREAM = deployed(Redemption="on", EventBusName="scans")["Resources"]["CodeTable"]["Properties"]["StreamSpecification"]
MISSING = "dynalite is missing: install Node.js with npm (Debian: apt-get install nodejs npm) before make test"


class CodeTable:
    """The tables of template.yaml: the one for codes, and the one for its mark.

    With `has_stream`, the first has the stream that events leave by. `is_atomic` says whether a condition is checked and
    a write applied in one step, as DynamoDB does it.
    """

    def __init__(self, url: str, is_atomic: bool, name: str = "codes", has_stream: bool = False):
        self.url, self.is_atomic = url, is_atomic
        self.name, self.mark_name = name, f"{name}-mark"
        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.client = boto3.client("dynamodb", region_name=aws.REGION, endpoint_url=url, **access)
        declared = {name: source()["Resources"][name]["Properties"] for name in ("CodeTable", "MarkTable")}
        for name, properties in zip((self.name, self.mark_name), declared.values(), strict=True):
            members = ("BillingMode", "AttributeDefinitions", "KeySchema")
            stream = {"StreamSpecification": {"StreamEnabled": True} | STREAM} if has_stream and name == self.name else {}
            self.client.create_table(TableName=name, **{member: properties[member] for member in members}, **stream)
            self.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        self.expires_by = declared["CodeTable"]["TimeToLiveSpecification"]["AttributeName"]

    def another(self, has_stream: bool = False) -> "CodeTable":
        """Empty tables beside these."""
        return CodeTable(self.url, self.is_atomic, secrets.token_hex(8), has_stream)

    def settings(self, url: str | None = None) -> dict[str, str]:
        """The environment of functions that reach the tables at this URL."""
        settings = {"CODE_TABLE": self.name, "MARK_TABLE": self.mark_name}
        return settings | {"AWS_ENDPOINT_URL_DYNAMODB": url or self.url}

    def item(self, name: str) -> dict | None:
        """The item of a code, by its name."""
        key = {"code": {"S": name.replace("-", "")}}
        return self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True).get("Item")

    def put(self, name: str, attributes: dict) -> None:
        """Writes an item as no function would."""
        self.client.put_item(TableName=self.name, Item={"code": {"S": name.replace("-", "")}} | attributes)


def is_installed() -> bool:
    return CLI.exists() and shutil.which("node") is not None


@contextmanager
def moto(folder: Path):
    with aws.account(folder) as account:
        # Another of its threads may go on between the condition and the write.
        yield CodeTable(account.url, is_atomic=False)


@contextmanager
def dynalite(folder: Path):
    port = closed_port()
    command = ["node", CLI, "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"]
    with (folder / "dynalite.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + aws.READY_WITHIN
        while not aws.listens(port):
            assert process.poll() is None and time.monotonic() < deadline, (folder / "dynalite.log").read_text()
            time.sleep(0.05)
        yield CodeTable(f"http://127.0.0.1:{port}", is_atomic=True)
    finally:
        process.kill()
        process.wait()


IMPLEMENTATIONS = {"moto": moto, "dynalite": dynalite}
