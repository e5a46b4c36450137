"""The other commands of docs/operations.md, run by the AWS CLI against moto, or marked as needing a live account."""

import json
import re
import time
from pathlib import Path

import pytest

from tests.support.aws import Account
from tests.support.cloudformation import ROOT, accepts, deployed, source
from tests.support.pages import Block, blocks

PAGE = ROOT / "docs" / "operations.md"
KEYRING_TESTS = Path(__file__).with_name("test_operations.py")
# These change the keyring; tests of their own run them with functions that use it.
OF_THE_KEYRING = {"Retire a key", "Stop all codes of a deployment", "Undo the last change of the keyring"}
IP, FORGER = "192.0.2.44", "198.51.100.7"


def test_every_command_is_run_here_or_says_that_it_needs_a_live_account():
    assert len(blocks(PAGE)) == PAGE.read_text().count("```sh\n")
    for block in blocks(PAGE):
        if block.heading in OF_THE_KEYRING:
            assert block.mark is None
            assert f'"{block.heading}"' in KEYRING_TESTS.read_text()
        else:
            assert block.mark in ("test", "live account"), block


def test_what_needs_a_live_account_is_what_moto_cannot_do():
    commands = {
        line.strip() for block in blocks(PAGE) if block.mark == "live account" for line in block.text.splitlines()
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

    def __init__(self, account: Account, folder: Path):
        self.account, self.folder = account, folder
        self.secrets = self.account.client("secretsmanager")
        self.keyring, self.old_keyring = {"2": "22" * 32}, {"1": "11" * 32}
        self.arn, self.old_arn = self._secret("new", self.keyring), self._secret("old", self.old_keyring)
        self._make_stack()
        self._write_logs()
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.account.client("iam").create_role(RoleName="shop", AssumeRolePolicyDocument=trust)

    def run(self, block: Block) -> str:
        done = self.account.run(
            ["sh", "-ec", block.text],
            self.folder,
            HOME=str(self.folder),
            AWS_PAGER="",
            KEYRING_ARN=self.arn,
            OLD_KEYRING_ARN=self.old_arn,
            CREATE_ARN=deployed()["Outputs"]["CreateArn"]["Value"].replace("${HttpApi}", "a1b2c3d4e5"),
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
            lines = [{"level": level, "message": f"{message} ({level})"} for level in ("INFO", "WARN", "ERROR")]
            self._log(resources[name], list(map(json.dumps, lines)))

    def _log(self, group: dict, lines: list[str]) -> None:
        name = {"logGroupName": group["Properties"]["LogGroupName"]}
        logs = self.account.client("logs")
        logs.create_log_group(**name)
        logs.create_log_stream(**name, logStreamName="stream")
        now = int(time.time() * 1000) - 60_000
        events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
        logs.put_log_events(**name, logStreamName="stream", logEvents=events)


@pytest.fixture(scope="module")
def operator(account, tmp_path_factory):
    return Operator(account, tmp_path_factory.mktemp("operator"))


def the(heading: str, number: int = 0, page: Path = PAGE) -> Block:
    """A tested block of a section."""
    return [block for block in blocks(page) if block.heading == heading and block.mark == "test"][number]


def test_the_keyring_is_found(operator):
    assert operator.run(the("Operations")).strip() == operator.arn


def test_failures_of_a_deployment_are_listed(operator):
    assert "FAILED" not in operator.run(the("Upgrade"))


def test_a_deleted_keyring_comes_back(operator):
    before = operator.value(operator.arn)
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
    assert operator.value(operator.arn) == before


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
    policy = operator.account.client("iam").get_role_policy(RoleName="shop", PolicyName="create-codes")
    assert policy["PolicyDocument"]["Statement"] == [
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
