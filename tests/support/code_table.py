"""A table for what happens to codes, in two implementations of DynamoDB's API that share no code: moto and dynalite.

dynalite does not return the item of a refused write (ReturnValuesOnConditionCheckFailure); the functions then read it.
"""

import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import boto3

from tests.support import aws
from tests.support.cloudformation import source
from tests.support.fakes import closed_port
from tools.local_api import ROOT

NAME = "codes"
CLI = ROOT / ".tools" / "dynalite" / "node_modules" / "dynalite" / "cli.js"
MISSING = "dynalite is missing: install Node.js with npm (Debian: apt-get install nodejs npm) before make test"


class CodeTable:
    """The table of template.yaml.

    `is_atomic` says whether a condition is checked and a write applied in one step, as DynamoDB does it.
    """

    def __init__(self, url: str, is_atomic: bool):
        self.url, self.is_atomic = url, is_atomic
        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.client = boto3.client("dynamodb", region_name=aws.REGION, endpoint_url=url, **access)
        declared = source()["Resources"]["CodeTable"]["Properties"]
        members = ("BillingMode", "AttributeDefinitions", "KeySchema")
        self.client.create_table(TableName=NAME, **{member: declared[member] for member in members})
        self.expires_by = declared["TimeToLiveSpecification"]["AttributeName"]

    def item(self, name: str) -> dict | None:
        """The item of a code, by its name."""
        key = {"code": {"S": name.replace("-", "")}}
        return self.client.get_item(TableName=NAME, Key=key, ConsistentRead=True).get("Item")

    def put(self, name: str, attributes: dict) -> None:
        """Writes an item as no function would."""
        self.client.put_item(TableName=NAME, Item={"code": {"S": name.replace("-", "")}} | attributes)


def is_installed() -> bool:
    return CLI.exists() and shutil.which("node") is not None


@contextmanager
def moto(folder: Path):
    with aws.account(folder) as account:
        # It checks the condition, and then another thread may go on.
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
        table = CodeTable(f"http://127.0.0.1:{port}", is_atomic=True)
        table.client.get_waiter("table_exists").wait(TableName=NAME, WaiterConfig={"Delay": 1})
        yield table
    finally:
        process.kill()
        process.wait()


IMPLEMENTATIONS = {"moto": moto, "dynalite": dynalite}
