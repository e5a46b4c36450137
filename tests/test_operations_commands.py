"""The commands of docs/operations.md: run as they stand by the AWS CLI against moto, or marked as needing a live account."""

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from cloudformation import ROOT, accepts, deployed, source
from test_deploy_cargo_lambda import Account, build

PAGE = ROOT / "docs" / "operations.md"
KEYRING_TESTS = ROOT / "tests" / "test_operations.py"
# These change the keyring; tests of their own run them with functions that use it.
OF_THE_KEYRING = {"Retire a key", "Stop all codes of a deployment", "Undo the last change of the keyring"}
BLOCK = re.compile(r"(?:^ *<!-- (?P<mark>[a-z ]+) -->\n)?^(?P<indent> *)```sh\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
# moto's servers of this process share their state; this region is these tests' own.
REGION = "eu-west-1"
IP, FORGER = "192.0.2.44", "198.51.100.7"


class Block(NamedTuple):
    heading: str
    mark: str | None
    text: str


def blocks(page: Path = PAGE) -> list[Block]:
    content = page.read_text()
    headings = [(match.start(), match[1]) for match in re.finditer(r"^#+ (.+)$", content, re.M)]

    def heading(position: int) -> str:
        return next((text for start, text in reversed(headings) if start < position), "")

    return [
        Block(heading(match.start()), match["mark"], textwrap.dedent(match["text"])) for match in BLOCK.finditer(content)
    ]


def test_every_command_is_run_here_or_says_that_it_needs_a_live_account():
    assert len(blocks()) == PAGE.read_text().count("```sh\n")
    for block in blocks():
        if block.heading in OF_THE_KEYRING:
            assert block.mark is None
            assert f'"{block.heading}"' in KEYRING_TESTS.read_text()
        else:
            assert block.mark in ("test", "live account"), block


def test_what_needs_a_live_account_is_what_moto_cannot_do():
    commands = {
        line.strip() for block in blocks() if block.mark == "live account" for line in block.text.splitlines()
    }
    others = [line for line in commands if not line.startswith(("make ", "sam ", "git "))]
    # moto runs no rotation function, protects no stack, and has no account settings.
    assert sorted(others) == [
        "aws cloudformation update-termination-protection --enable-termination-protection --stack-name sealed-qr",
        "aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name sealed-qr",
        "aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions",
        'aws secretsmanager rotate-secret --secret-id "$KEYRING_ARN"',
    ]


class Operator:
    """Someone with an account in which the stack is, and things have happened."""

    def __init__(self, url: str, folder: Path):
        self.account = Account(url, build(folder), REGION)
        self.folder = folder
        self.secrets = self.account.client("secretsmanager")
        self.keyring, self.old_keyring = {"2": "22" * 32}, {"1": "11" * 32}
        self.arn, self.old_arn = self._secret("new", self.keyring), self._secret("old", self.old_keyring)
        self._make_stack()
        self._write_logs()
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.account.client("iam").create_role(RoleName="shop", AssumeRolePolicyDocument=trust)

    def run(self, block: Block) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "AWS_ENDPOINT_URL": self.account.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_PAGER": "",
            "KEYRING_ARN": self.arn,
            "OLD_KEYRING_ARN": self.old_arn,
            "CREATE_ARN": deployed()["Outputs"]["CreateArn"]["Value"].replace("${HttpApi}", "a1b2c3d4e5"),
        }
        done = subprocess.run(
            ["sh", "-ec", block.text], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        for key in [*self.keyring.values(), *self.old_keyring.values()]:
            assert key not in done.stdout
        return done.stdout

    def value(self, arn: str) -> dict:
        return json.loads(self.secrets.get_secret_value(SecretId=arn)["SecretString"])

    def _secret(self, name: str, keyring: dict) -> str:
        (secret,) = [r for r in deployed()["Resources"].values() if r["Type"] == "AWS::SecretsManager::Secret"]
        description = secret["Properties"]["Description"]
        return self.secrets.create_secret(Name=name, Description=description, SecretString=json.dumps(keyring))["ARN"]

    def _make_stack(self) -> None:
        # moto knows nothing of SAM. A stack of the same name and with the output that the commands read is enough.
        (name,) = deployed()["Outputs"].keys() & {"KeyringSecretArn"}
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": self.arn}},
        }
        self.account.client("cloudformation").create_stack(StackName="sealed-qr", TemplateBody=json.dumps(template))

    def _write_logs(self) -> None:
        resources = deployed()["Resources"]
        line = resources["DefaultStage"]["Properties"]["AccessLogSettings"]["Format"]

        def access(route, status, ip=IP):
            values = {"routeKey": route, "status": str(status), "identity.sourceIp": ip}
            return re.sub(r"\$context\.([A-Za-z.]+)", lambda match: values.get(match[1], "-"), line)

        opening = "GET /api/decrypt/qrcode-details"
        accesses = [access(opening, 200), access(opening, 503), access(opening, 503), access("POST /api/qrcode", 500)]
        accesses += [access(opening, 400, FORGER)] * 3 + [access("GET /d/{ctext}", 400)]
        self._log(resources["AccessLogs"], accesses)
        for name, message in {
            "CreateQrLogs": "cannot go on: the secret is not there",
            "DecryptCtextLogs": "the keyring at hand stays in use",
            "RotateKeyringLogs": "rotation: the secret cannot be changed",
        }.items():
            levels = ["INFO", "WARN", "ERROR"]
            self._log(resources[name], [json.dumps({"level": level, "message": f"{message} ({level})"}) for level in levels])

    def _log(self, group: dict, lines: list[str]) -> None:
        name = {"logGroupName": group["Properties"]["LogGroupName"]}
        logs = self.account.client("logs")
        logs.create_log_group(**name)
        logs.create_log_stream(**name, logStreamName="stream")
        now = int(time.time() * 1000) - 60_000
        events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
        logs.put_log_events(**name, logStreamName="stream", logEvents=events)


@pytest.fixture(scope="module")
def operator(tmp_path_factory):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield Operator(f"http://127.0.0.1:{server.get_host_and_port()[1]}", tmp_path_factory.mktemp("operator"))
    server.stop()




def the(heading: str, number: int = 0, page: Path = PAGE) -> Block:
    """A tested block of a section."""
    return [block for block in blocks(page) if block.heading == heading and block.mark == "test"][number]


def test_the_keyring_is_found(operator):
    assert operator.run(the("Operations")).strip() == operator.arn


def test_failures_of_a_deployment_are_listed(operator):
    assert "FAILED" not in operator.run(the("Upgrade"))


def test_a_deleted_keyring_comes_back(operator):
    operator.run(the("Tear down"))
    assert "DeletedDate" in operator.secrets.describe_secret(SecretId=operator.arn)
    listed = [line.split("\t") for line in operator.run(the("Restore a deleted keyring", 1)).splitlines()]
    deleted = {arn: date for arn, date in listed}
    assert deleted[operator.arn] != "None"
    assert deleted[operator.old_arn] == "None"
    state = the("Alarm `keyring-refresh`")
    assert json.loads(operator.run(state))[1] is not None
    operator.run(the("Restore a deleted keyring"))
    assert json.loads(operator.run(state))[1] is None
    assert operator.value(operator.arn) == operator.keyring


def test_a_new_stack_takes_over_the_keyring_of_an_old_one(operator):
    operator.run(the("Restore a deleted keyring", 2))
    assert operator.value(operator.arn) == operator.old_keyring


def test_a_certificate_is_asked_for(operator):
    arn = operator.run(the("Move to a domain of your own")).strip()
    assert accepts(source()["Parameters"]["CertificateArn"], arn)


def test_server_errors_are_counted_by_route(operator):
    counted = [line.split(maxsplit=1) for line in operator.run(the("Alarm `server-errors`")).splitlines()]
    assert sorted(counted) == [
        ["1", '"route": "POST /api/qrcode", "status": "500"'],
        ["2", '"route": "GET /api/decrypt/qrcode-details", "status": "503"'],
    ]


@pytest.mark.parametrize(
    ("heading", "number", "level", "said"),
    [
        ("Alarm `server-errors`", 1, "ERROR", ["cannot go on", "stays in use"]),
        ("Alarm `duration`", 0, "WARN", ["cannot go on", "stays in use"]),
        ("Alarm `rotation`", 0, "ERROR", ["rotation"]),
    ],
)
def test_the_functions_say_what_is_wrong(operator, heading, number, level, said):
    lines = [json.loads(line) for line in operator.run(the(heading, number)).splitlines()]
    assert [line["level"] for line in lines] == [level] * len(said)
    for line, words in zip(lines, said, strict=True):
        assert words in line["message"]


def test_who_probes_is_found(operator):
    counted = [line.split(maxsplit=1) for line in operator.run(the("Alarm `invalid-ctexts`")).splitlines()]
    assert counted == [["3", f'"ip": "{FORGER}"'], ["1", f'"ip": "{IP}"']]


def test_nothing_is_left_of_a_deployment_by_cargo_lambda(operator):
    assert operator.account.deploy().returncode == 0
    functions, logs = operator.account.client("lambda"), operator.account.client("logs")
    assert len(functions.list_functions()["Functions"]) == 2
    operator.run(the("Tear down", 1))
    assert functions.list_functions()["Functions"] == []
    groups = {group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]}
    assert not groups & {"/aws/lambda/create-qr", "/aws/lambda/decrypt-ctext"}
    roles = operator.account.client("iam").list_roles()["Roles"]
    assert "sealed-qr" not in [role["RoleName"] for role in roles]


def test_the_right_to_create_is_given_to_a_role(operator):
    operator.run(the("Who may create codes", page=ROOT / "docs" / "deployment.md"))
    policy = operator.account.client("iam").get_role_policy(RoleName="shop", PolicyName="create-codes")["PolicyDocument"]
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "execute-api:Invoke",
            "Resource": "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default/POST/api/qrcode*",
        }
    ]


def test_every_tested_block_is_run_above():
    run = Path(__file__).read_text()
    for page in (PAGE, ROOT / "docs" / "deployment.md"):
        tested = [block for block in blocks(page) if block.mark == "test"]
        for heading in {block.heading for block in tested}:
            assert f'"{heading}"' in run, heading
