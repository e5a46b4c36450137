"""What template.yaml deploys for print runs: nothing unless it is asked for, and then no more rights than it needs."""

import json
import re

import pytest

from tests.infra.test_template_events import BUS, statements
from tests.support.cloudformation import DOMAIN, ROOT, broken_rules, deployed, functions, of_type, properties, source

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:sealed-qr-print-run"
EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:sealed-qr-print-run"
FAILURES = ROOT / "functions" / "print-run" / "src" / "failure.rs"
PAGE = ROOT / "docs" / "print-runs.md"
# Those that may pass by themselves.
PASSING = {"Unavailable"}


@pytest.fixture(scope="module")
def stack() -> dict:
    return deployed(PrintRuns="on")


@pytest.fixture(scope="module")
def machine(stack) -> dict:
    (machine,) = properties(stack, "AWS::StepFunctions::StateMachine").values()
    return machine | {"Definition": json.loads(machine["DefinitionString"])}


def allowed(stack: dict, role: str) -> dict[str, set[str]]:
    """The resources of each action that a role allows, in all of its statements."""
    found = {}
    for policy in properties(stack, "AWS::IAM::Role")[role]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            actions, resources = (
                value if isinstance(value, list) else [value] for value in (statement["Action"], statement["Resource"])
            )
            for action in actions:
                found.setdefault(action, set()).update(map(json.dumps, resources))
    return found


def arns(*resources) -> set[str]:
    return set(map(json.dumps, resources))


# Off is as it was.


def test_without_print_runs_nothing_is_deployed():
    kinds = {resource["Type"] for resource in deployed()["Resources"].values()}
    assert not {kind for kind in kinds if "::S3::" in kind or "::StepFunctions::" in kind}
    named = [name for section in deployed().values() for name in section if name.startswith(("PrintRun", "StartPrintRun"))]
    assert named == [] and source()["Parameters"]["PrintRuns"]["Default"] == "off"


def test_print_runs_change_nothing_else(stack):
    before = deployed()
    for name, resource in before["Resources"].items():
        if name != "Dashboard":
            assert stack["Resources"][name] == resource, name
    added = stack["Resources"].keys() - before["Resources"].keys()
    assert added == {f"PrintRun{name}" for name in (
        "Bucket", "BucketPolicy", "FailedAlarm", "Function", "Logs", "Machine", "MachineRole", "Role", "Rule", "RuleRole",
    )}  # fmt: skip
    assert broken_rules(PrintRuns="on") == []


# The bucket.


def test_the_bucket_is_closed_and_forgets(stack):
    (resource,) = of_type(stack, "AWS::S3::Bucket").values()
    # It may have objects when the stack goes, and has no name that would block another stack.
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    bucket = resource["Properties"]
    assert "BucketName" not in bucket and "VersioningConfiguration" not in bucket
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}, "by a KMS key, etags tell nothing"
    rules = bucket["LifecycleConfiguration"]["Rules"]
    uploads = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
    assert rules == [{"Id": "everything", "Status": "Enabled", "ExpirationInDays": "14"} | uploads]
    other = properties(deployed(PrintRuns="on", PrintRunDays=3), "AWS::S3::Bucket")["PrintRunBucket"]
    assert other["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == "3"


def test_the_bucket_takes_tls_alone(stack):
    (policy,) = properties(stack, "AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    bucket = {"Fn::GetAtt": ["PrintRunBucket", "Arn"]}
    assert statement["Resource"] == [bucket, "${PrintRunBucket.Arn}/*"]


# The function.


@pytest.mark.parametrize(
    ("parameters", "base"),
    [
        ({}, {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}),
        (DOMAIN, "https://qr.example.org"),
        (DOMAIN | {"PublicBaseUrl": "https://qr.example.net"}, "https://qr.example.net"),
    ],
    ids=["neither", "domain", "both"],
)
def test_the_function_knows_what_links_begin_with_though_nobody_asks_it_by_an_address(parameters, base):
    function = functions(deployed(PrintRuns="on", **parameters))["PrintRunFunction"]
    variables = function["Environment"]["Variables"]
    assert variables["PUBLIC_BASE_URL"] == base
    assert variables["PRINT_RUN_BUCKET"] == {"Ref": "PrintRunBucket"}
    assert (function["MemorySize"], function["Timeout"]) == (512, 900)
    resource = source()["Resources"]["PrintRunFunction"]
    assert resource["Metadata"]["BuildProperties"]["Binary"] == "print-run"


def test_the_function_may_read_rows_and_write_codes_and_nothing_else():
    stack = deployed(PrintRuns="on", EventBusName="scans")
    bucket = {"Fn::GetAtt": ["PrintRunBucket", "Arn"]}
    rights = allowed(stack, "PrintRunRole")
    logs = arns({"Fn::GetAtt": ["PrintRunLogs", "Arn"]})
    assert rights == {
        "secretsmanager:GetSecretValue": arns({"Ref": "KeyringSecret"}),
        "s3:GetObject": arns("${PrintRunBucket.Arn}/incoming/*", "${PrintRunBucket.Arn}/runs/*", "${PrintRunBucket.Arn}/rows/*"),
        "s3:PutObject": arns("${PrintRunBucket.Arn}/runs/*"),
        "s3:ListBucket": arns(bucket),
        "events:PutEvents": arns(BUS),
        "xray:PutTraceSegments": arns("*"),
        "xray:PutTelemetryRecords": arns("*"),
        "logs:CreateLogStream": logs,
        "logs:PutLogEvents": logs,
    }
    assert statements(stack, "PrintRunRole")["events:PutEvents"][1] == {
        "StringEquals": {"events:source": "sealed-qr.sealed-qr"}
    }
    assert "events:PutEvents" not in allowed(deployed(PrintRuns="on"), "PrintRunRole")


@pytest.mark.parametrize("reserved", [None, 7])
def test_runs_can_be_kept_from_starving_others(reserved):
    given = {} if reserved is None else {"PrintRunConcurrency": reserved}
    function = functions(deployed(PrintRuns="on", **given))["PrintRunFunction"]
    assert function.get("ReservedConcurrentExecutions") == (None if reserved is None else str(reserved))


def test_a_keyring_with_an_admin_lets_the_function_in():
    stack = deployed(PrintRuns="on", KeyringAdminArn="arn:aws:iam::123456789012:role/keys")
    (policy,) = properties(stack, "AWS::SecretsManager::ResourcePolicy").values()
    (statement,) = policy["ResourcePolicy"]["Statement"]
    assert {"Fn::GetAtt": ["PrintRunRole", "Arn"]} in statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]


# The state machine.


def test_what_would_come_again_is_not_tried_again(machine):
    names = set(re.findall(r'=> "(\w+)",', FAILURES.read_text()))
    assert PASSING < names
    states = machine["Definition"]["States"]
    tasks = [states["Plan"], states["Finish"], states["Parts"]["ItemProcessor"]["States"]["Part"]]
    for task in tasks:
        never, always = task["Retry"]
        assert (set(never["ErrorEquals"]), never["MaxAttempts"]) == (names - PASSING, 0)
        assert always["ErrorEquals"] == ["States.ALL"] and always["MaxAttempts"] > 3
        assert task["Resource"] == "${PrintRunFunction.Arn}"
        # Longer than the function may take.
        assert task["TimeoutSeconds"] > 900
    table = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[A-Z].*?) \|", PAGE.read_text(), re.M))))
    assert table == names, "the page says what to do about each"


def test_parts_are_drawn_a_few_at_a_time_and_no_failure_is_caught(machine):
    parts = machine["Definition"]["States"]["Parts"]
    assert parts["MaxConcurrency"] <= 5, "a new account has ten"
    assert parts["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    # A map whose failure is caught is left, and would not be redriven.
    assert "Catch" not in machine["DefinitionString"]
    assert not {"ToleratedFailurePercentage", "ToleratedFailureCount"} & parts.keys(), "none by default"
    assert machine["StateMachineType"] == "STANDARD"


def test_the_state_machine_may_take_steps_and_run_itself_and_nothing_else(stack):
    assert allowed(stack, "PrintRunMachineRole") == {
        "lambda:InvokeFunction": arns({"Fn::GetAtt": ["PrintRunFunction", "Arn"]}),
        "states:StartExecution": arns(MACHINE),
        **dict.fromkeys(
            ("states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"),
            arns(f"{EXECUTION}:*", f"{EXECUTION}/Parts:*"),
        ),
        "s3:GetObject": arns("${PrintRunBucket.Arn}/runs/*/parts.json", "${PrintRunBucket.Arn}/runs/*/failed-parts/*"),
        **dict.fromkeys(
            ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"),
            arns("${PrintRunBucket.Arn}/runs/*/failed-parts/*"),
        ),
    }


def test_the_name_in_the_rights_is_that_of_the_state_machine_and_of_its_map(machine):
    assert MACHINE.endswith(f":{machine['StateMachineName']}")
    assert machine["Definition"]["States"]["Parts"]["Label"] == "Parts"


def test_only_the_rule_starts_runs_by_itself_and_only_of_rows_in_the_bucket(stack):
    (rule,) = properties(stack, "AWS::Events::Rule").values()
    assert "EventBusName" not in rule, "S3 tells the default bus"
    assert rule["EventPattern"]["detail"]["bucket"] == {"name": [{"Ref": "PrintRunBucket"}]}
    assert rule["EventPattern"]["detail"]["object"]["key"] == [{"prefix": "incoming/"}]
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": "PrintRunMachine"}
    assert allowed(stack, "PrintRunRuleRole") == {"states:StartExecution": arns({"Ref": "PrintRunMachine"})}
    for role, service in (("PrintRunRuleRole", "events"), ("PrintRunMachineRole", "states")):
        (trust,) = properties(stack, "AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


# What an operator sees.


def test_a_run_that_is_not_finished_raises_an_alarm_that_the_dashboard_shows(stack):
    alarm = properties(stack, "AWS::CloudWatch::Alarm")["PrintRunFailedAlarm"]
    names = [entry["MetricStat"]["Metric"]["MetricName"] for entry in alarm["Metrics"] if "MetricStat" in entry]
    assert (alarm["AlarmName"], names) == ("sealed-qr-print-run-failed", ["ExecutionsFailed", "ExecutionsTimedOut"])
    (dashboard,) = properties(stack, "AWS::CloudWatch::Dashboard").values()
    assert "${PrintRunFailedAlarm.Arn}" in dashboard["DashboardBody"]
    json.loads(dashboard["DashboardBody"])


def test_the_command_of_the_output_puts_rows_where_the_rule_looks(stack):
    command = stack["Outputs"]["StartPrintRun"]["Value"]
    assert command == (
        """aws s3 cp labels.csv s3://${PrintRunBucket}/incoming/labels.csv --metadata '{"options":"format=zip"}'"""
    )
    assert stack["Outputs"]["PrintRunBucket"]["Value"] == {"Ref": "PrintRunBucket"}
    assert stack["Outputs"]["PrintRunMachineArn"]["Value"] == {"Ref": "PrintRunMachine"}
