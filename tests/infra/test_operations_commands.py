"""The other commands of docs/operations.md, run by the AWS CLI against moto, or marked as needing a live account."""

import json
import re
import time
from pathlib import Path

import pytest
from moto.events.models import EventPattern

from tests.support.aws import REGION, Account
from tests.support.cloudformation import ROOT, accepts, deployed, source
from tests.support.event_bus import SOURCE, EventBus, queue_at
from tests.support.pages import Block, blocks

PAGE, EVENTS = ROOT / "docs" / "operations.md", ROOT / "docs" / "events.md"
EXAMPLE = json.loads(re.search(r"```json\n(\{\n.+?\n\})\n```", EVENTS.read_text(), re.S)[1])["detail"]
KEYRING_TESTS = Path(__file__).with_name("test_operations.py")
# These change the keyring; tests of their own run them with functions that use it.
OF_THE_KEYRING = {
    "Change the keyring by hand", "Retire a key", "Stop all codes of a deployment", "Undo the last change of the keyring",
    "Free a stuck rotation",
}  # fmt: skip
USED, REVOKED = "7Q4M-K2XA-9PTD-3HBE", "AAAA-BBBB-CCCC-DDDD"
# For queues, the CLI takes AWS's address whatever the environment says.
TO_MOTO = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n'
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
        line.strip()
        for block in blocks(PAGE)
        if block.mark == "live account"
        for line in block.text.replace("\\\n", "").splitlines()
    }
    others = [line for line in commands if not line.startswith(("make ", "sam ", "git "))]
    # moto runs no rotation function, protects no stack, restores no table, and has no account settings.
    assert sorted(others) == [
        "aws cloudformation update-termination-protection --enable-termination-protection --stack-name sealed-qr",
        "aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name sealed-qr",
        "aws dynamodb restore-table-to-point-in-time --source-table-name sealed-qr-codes --target-table-name sealed-qr-codes-2   "
        '--restore-date-time "2026-11-28T06:00:00Z"',
        "aws dynamodb update-continuous-backups --table-name sealed-qr-codes-2   "
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        "aws dynamodb update-table --table-name sealed-qr-codes-2 --deletion-protection-enabled",
        "aws dynamodb update-time-to-live --table-name sealed-qr-codes-2   "
        "--time-to-live-specification Enabled=true,AttributeName=remove_at",
        "aws dynamodb wait table-exists --table-name sealed-qr-codes-2",
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
        self.api_id = self._make_domains()
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        for role in ("shop", "box-office"):
            self.account.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)

    def run(self, block: Block, **variables: str) -> str:
        done = self.account.run(
            ["sh", "-ec", TO_MOTO + block.text],
            self.folder,
            HOME=str(self.folder),
            AWS_PAGER="",
            KEYRING_ARN=self.arn,
            OLD_KEYRING_ARN=self.old_arn,
            API_ID=self.api_id,
            CREATE_ARN=deployed()["Outputs"]["CreateArn"]["Value"].replace("${HttpApi}", "a1b2c3d4e5"),
            **variables,
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

    def _make_domains(self) -> str:
        """Two domains that lead to the API, one of them to another API as well, and one that leads nowhere."""
        gateway = self.account.client("apigatewayv2")
        api, other = (gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"] for name in ("sealed-qr", "other"))
        mappings = {"qr.example.org": [api], "qr.example.net": [api, other], "new.example.com": []}
        for domain, apis in mappings.items():
            gateway.create_domain_name(DomainName=domain)
            for path, mapped in enumerate(apis):
                gateway.create_api_mapping(ApiId=mapped, DomainName=domain, Stage="$default", ApiMappingKey=f"p{path}")
        return api

    def _write_logs(self) -> None:
        resources = deployed()["Resources"]
        line = resources["DefaultStage"]["Properties"]["AccessLogSettings"]["Format"]

        def access(route, status, ip=IP):
            values = {"routeKey": route, "status": str(status), "identity.sourceIp": ip}
            return re.sub(r"\$context\.([A-Za-z.]+)", lambda match: values.get(match[1], "-"), line)

        opening = "GET /api/decrypt/qrcode-details"
        accesses = [access(opening, 200), access(opening, 503), access(opening, 503), access("POST /api/qrcode", 500)]
        accesses += [access(opening, 400, FORGER)] * 3 + [access("GET /d/{ctext}", 400)]
        accesses += [access("POST /api/qrcode", 429, FORGER)] * 2 + [access("GET /d/{ctext}", 429)]
        self._log(resources["AccessLogs"], accesses)
        for name, message in {
            "CreateQrLogs": "cannot go on: the secret is not there",
            "CreateBatchLogs": "a batch cannot be sealed",
            "DecryptCtextLogs": "the cached keyring stays in use",
            "RotateKeyringLogs": "rotation: the secret cannot be changed",
        }.items():
            lines = [{"level": level, "message": f"{message} ({level})"} for level in ("INFO", "WARN", "ERROR")]
            if name == "CreateQrLogs":
                lines.append({"message": "cannot tell others what happened to a code: access is denied"})
            if name == "CreateBatchLogs":
                lines.append({"message": "cannot tell others what happened to 10 codes: access is denied"})
            self._log(resources[name], list(map(json.dumps, lines)))
        described = {"level": "ERROR", "message": "cannot describe: a change of the table"}
        self._log(deployed(Redemption="on", EventBusName="scans")["Resources"]["DescribeEventLogs"], [json.dumps(described)])
        lines = [{"level": "WARN", "message": "cannot redeem a code: DynamoDB does not answer"}]
        lines += [{"message": "answered", "status": 200, "code": code} for code in (USED, REVOKED, USED)]
        lines += [{"message": "refused", "problem": "already-redeemed", "code": USED}] * 2
        lines += [{"message": "refused", "problem": "revoked", "code": REVOKED}]
        self._log(deployed(Redemption="on")["Resources"]["RedeemCodeLogs"], list(map(json.dumps, lines)))

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
    operator.run(the("Tear down", 2))
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


def test_the_functions_say_what_is_slow(operator):
    lines = [json.loads(line) for line in operator.run(the("Alarm `duration`")).splitlines()]
    assert [line["level"] for line in lines] == ["WARN"] * 3
    for line, words in zip(lines, ["cannot go on", "cannot be sealed", "stays in use"], strict=True):
        assert words in line["message"]


# What the log of a function has when something is wrong, and when nothing is.
WRONG = [
    '{"level":"ERROR","timestamp":"2026-11-25T12:00:00Z","message":"fatal: no usable keyring in the secret x"}',
    '{"level":"FATAL","message":"rotation: the secret cannot be changed"}',
    "thread 'main' panicked at functions/create-qr/src/lib.rs:1:1:",
    "2026-11-25T12:00:00.000Z 51f0 Task timed out after 10.00 seconds",
    '{"time":"2026-11-25T12:00:00Z","type":"platform.report","record":{"requestId":"51f0","status":"timeout"}}',
    '{"type":"platform.runtimeDone","record":{"status":"error","errorType":"Runtime.ExitError"}}',
]
FINE = [
    '{"level":"INFO","message":"answered","endpoint":"GET /d/{ctext}","status":200}',
    '{"time":"2026-11-25T12:00:00Z","type":"platform.report","record":{"requestId":"51f0","status":"success"}}',
    '{"level":"WARN","message":"the cached keyring stays in use"}',
]


@pytest.mark.parametrize(("heading", "number"), [("Alarm `server-errors`", 1), ("Alarm `rotation`", 0)])
def test_what_ends_a_function_is_found_however_it_ends(operator, heading, number):
    block = the(heading, number)
    # moto does not know such patterns and returns everything, so only that the command runs is shown with it.
    assert "rotation" in operator.run(block) or "stays in use" in operator.run(block)
    pattern = re.search(r"--filter-pattern '(.+)'", block.text)[1]
    terms = re.findall(r'\?(?:"([^"]+)"|(\w+))', pattern)
    assert " ".join(f'?"{phrase}"' if phrase else f"?{word}" for phrase, word in terms) == pattern
    # A question mark before each: one of the terms is enough.
    found = [line for line in WRONG + FINE if any((phrase or word) in line for phrase, word in terms)]
    assert found == WRONG
    assert all(any((phrase or word) in line for line in WRONG) for phrase, word in terms), "each term is for something"


def test_what_the_store_lacks_is_said(operator):
    said = operator.run(the("Alarm `store`"))
    assert "cannot redeem a code" in said and "the cached keyring stays in use" in said


def test_why_events_are_lost_is_found(operator):
    said = operator.run(the("Alarm `events-lost`"))
    assert "cannot tell others what happened to a code" in said and "what happened to 10 codes" in said
    assert "cannot describe" in operator.run(the("Alarm `event-pipe`"))


def test_an_event_that_did_not_arrive_is_sent_again(operator):
    bus, sqs = EventBus(operator.account.url), operator.account.client("sqs")
    letters = queue_at(sqs.create_queue(QueueName="letters")["QueueUrl"], operator.account.url)
    event = {"source": SOURCE, "detail-type": "Sealed QR code", "detail": EXAMPLE}
    for place in ("Gate 3", 'Gate "4"'):
        detail = EXAMPLE | {"place": place}
        sqs.send_message(QueueUrl=letters, MessageBody=json.dumps(event | {"detail": detail}))
    variables = {"EVENT_DEAD_LETTERS_URL": letters, "EVENT_BUS_NAME": bus.name}
    assert operator.run(the("Alarm `event-dead-letters`", 0), **variables).split() == ["0", "0"]
    assert sorted(event["place"] for event in bus.told()) == ['Gate "4"', "Gate 3"]
    assert "Messages" not in sqs.receive_message(QueueUrl=letters), "they are delivered once"


def test_what_happened_to_a_code_is_in_the_table(operator):
    client = operator.account.client("dynamodb")
    (key,) = re.findall(r'"S": "(\w+)"', the("Alarm `event-dead-letters`", 1).text)
    attributes = [{"AttributeName": "code", "AttributeType": "S"}]
    keys = [{"AttributeName": "code", "KeyType": "HASH"}]
    table = {"TableName": "sealed-qr-codes", "BillingMode": "PAY_PER_REQUEST"}
    if "sealed-qr-codes" not in client.list_tables()["TableNames"]:
        client.create_table(**table, AttributeDefinitions=attributes, KeySchema=keys)
    item = {"code": {"S": key}, "event": {"S": json.dumps(EXAMPLE)}, "redemptions": {"L": [{"M": {"at": {"N": "1"}}}]}}
    client.put_item(TableName="sealed-qr-codes", Item=item)
    event, redemptions = json.loads(operator.run(the("Alarm `event-dead-letters`", 1)))
    assert json.loads(event) == EXAMPLE and redemptions == item["redemptions"]


def test_events_are_read_from_the_queue_and_rules_are_made(operator):
    bus = EventBus(operator.account.url)
    variables = {"EVENT_QUEUE_URL": bus.queue, "EVENT_BUS_NAME": bus.name}
    bus.events.put_events(
        Entries=[{"Source": SOURCE, "DetailType": "Sealed QR code", "Detail": json.dumps(EXAMPLE), "EventBusName": bus.name}]
    )
    reading, ruling = (the("Ready targets", number, EVENTS) for number in (0, 1))
    assert json.loads(operator.run(reading, **variables))["detail"] == EXAMPLE
    assert "arn:aws:events" in operator.run(ruling, **variables)
    rule = bus.events.describe_rule(Name="tickets-let-in", EventBusName=bus.name)
    matches = EventPattern.load(rule["EventPattern"]).matches_event
    assert matches({"source": SOURCE, "detail": EXAMPLE})
    assert not matches({"source": SOURCE, "detail": EXAMPLE | {"type": "opened"}})


def test_copies_in_circulation_are_found(operator):
    counted = [line.split(maxsplit=1) for line in operator.run(the("Alarm `conflicts`")).splitlines()]
    assert counted == [["2", f'"code": "{USED}"'], ["1", f'"code": "{REVOKED}"']]


def test_a_restored_table_is_brought_up_to_date(operator):
    assert operator.run(the("Restore the table of codes", 0)).split() == sorted([USED, REVOKED])
    client = operator.account.client("dynamodb")
    client.create_table(
        TableName="sealed-qr-mark",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "code", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "code", "KeyType": "HASH"}],
    )
    client.put_item(TableName="sealed-qr-mark", Item={"code": {"S": "mark"}, "at": {"N": "1"}})
    operator.run(the("Restore the table of codes", 1))
    assert client.scan(TableName="sealed-qr-mark")["Items"] == []


def test_who_shuts_out_others_is_found(operator):
    counted = [line.split(maxsplit=1) for line in operator.run(the("Alarm `too-many-requests`")).splitlines()]
    assert counted == [["2", f'"{FORGER}" "POST /api/qrcode"'], ["1", f'"{IP}" "GET /d/{{ctext}}"']]


def test_the_logs_are_saved_before_the_stack_goes(operator):
    operator.run(the("Tear down", 0))
    saved = {path.stem: json.loads(path.read_text()) for path in (operator.folder / "sealed-qr-logs").iterdir()}
    assert saved.keys() == {
        "create-qr", "create-batch", "decrypt-ctext", "redeem-code", "describe-event", "rotate-keyring", "access",
    }  # fmt: skip
    assert len(saved["access"]) == 11 and len(saved["create-qr"]) == 4
    for timestamp, message in saved["access"]:
        assert isinstance(timestamp, int) and json.loads(message)


def test_a_trail_is_looked_for(operator):
    assert operator.run(the("Message: the keyring was changed")) == ""


def test_former_domains_are_found_and_deleted_with_the_stack(operator):
    listed = operator.run(the("Move to another domain")).split()
    assert sorted(listed) == ["qr.example.net", "qr.example.org"]
    operator.run(the("Tear down", 1))
    gateway = operator.account.client("apigatewayv2")
    left = {item["DomainName"] for item in gateway.get_domain_names()["Items"]}
    assert left == {"qr.example.net", "new.example.com"}, "what leads to other APIs, or nowhere yet, stays"
    (mapping,) = gateway.get_api_mappings(DomainName="qr.example.net")["Items"]
    assert mapping["ApiId"] != operator.api_id


def test_who_probes_is_found(operator):
    counted = [line.split(maxsplit=1) for line in operator.run(the("Alarm `invalid-ctexts`")).splitlines()]
    assert counted == [["3", f'"ip": "{FORGER}"'], ["1", f'"ip": "{IP}"']]


def test_nothing_is_left_of_a_deployment_by_cargo_lambda(operator):
    assert operator.account.deploy().returncode == 0
    functions, logs = operator.account.client("lambda"), operator.account.client("logs")
    assert len(functions.list_functions()["Functions"]) == 2
    operator.run(the("Tear down", 3))
    assert functions.list_functions()["Functions"] == []
    groups = {group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]}
    assert not groups & {"/aws/lambda/create-qr", "/aws/lambda/decrypt-ctext"}
    roles = operator.account.client("iam").list_roles()["Roles"]
    assert f"sealed-qr-{REGION}" not in [role["RoleName"] for role in roles]


SEALED = "/api/qrcode/encrypted-payload"
CREATE_PATHS = [
    "/api/qrcode",
    "/api/qrcode/batch",
    SEALED,
    f"{SEALED}/",
    f"{SEALED}/batch",
    f"{SEALED}/order",
    f"{SEALED}/order/batch",
    f"{SEALED}/ticket",
    f"{SEALED}/tickets",
    f"{SEALED}/ticket/",
    f"{SEALED}/ticket/batch",
    f"{SEALED}/ticket/batch/",
]


@pytest.mark.parametrize(
    ("number", "role", "policy", "paths"),
    [
        (0, "shop", "create-codes", CREATE_PATHS),
        (1, "box-office", "create-tickets", [f"{SEALED}/ticket", f"{SEALED}/ticket/batch"]),
    ],
    ids=["all codes", "those of one model"],
)
def test_the_right_to_create_is_given_to_a_role(operator, number, role, policy, paths):
    operator.run(the("Who may create codes", number, ROOT / "docs" / "deployment.md"))
    given = operator.account.client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    (statement,) = given["Statement"]
    resources = statement.pop("Resource")
    assert statement == {"Effect": "Allow", "Action": "execute-api:Invoke"}
    # The resource of a request is /stage/METHOD/path.
    stage = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default"
    requests = [f"{stage}/{method}{path}" for method in ("GET", "POST") for path in [*CREATE_PATHS, "/api", "/d/E"]]
    resources = [resources] if isinstance(resources, str) else resources
    pattern = "|".join(re.escape(resource).replace(r"\*", ".*") for resource in resources)
    allowed = [request for request in requests if re.fullmatch(pattern, request)]
    assert allowed == [f"{stage}/POST{path}" for path in paths]


def test_every_tested_block_is_run():
    # Here, or where there are print runs.
    run = Path(__file__).read_text() + (ROOT / "tests" / "api" / "test_print_runs.py").read_text()
    for page in (PAGE, EVENTS, ROOT / "docs" / "deployment.md"):
        tested = [block for block in blocks(page) if block.mark == "test"]
        for heading in {block.heading for block in tested}:
            assert f'"{heading}"' in run, heading
