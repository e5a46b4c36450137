"""What template.yaml deploys so that your systems are told what happens to codes: nothing, unless it is asked for."""

import itertools
import json
import re

import pytest

from tests.support.cloudformation import ROOT, broken_rules, deployed, functions, of_type, properties

BUS = "arn:aws:events:eu-central-1:123456789012:event-bus/scans"
TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/mine"
KEY_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webhook-a1b2c3"
WEBHOOK = {"EventWebhookUrl": "https://shop.example.org/scans", "EventWebhookKeyArn": KEY_ARN}
TARGETS = {"EventQueue": "on", "EventEmail": "box-office@example.org"} | WEBHOOK
OWN_TABLE = {"CodeTableName": "mine", "CodeTableStreamLabel": "2026-11-28T08:00:00.000"}
SWITCHES = [
    dict(zip(("EventBusName", "OpenedEvents", "Redemption", "Revocation"), values, strict=True))
    for values in itertools.product(("", "scans"), ("on", "off"), ("on", "off"), ("on", "off"))
]
COMBINATIONS = [
    switches | table | targets for switches, table, targets in itertools.product(SWITCHES, ({}, OWN_TABLE), ({}, TARGETS))
]
OF_EVENTS = {
    "AWS::Pipes::Pipe", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::Events::Rule", "AWS::Events::Connection",
    "AWS::Events::ApiDestination",
}  # fmt: skip


def statements(stack, role: str) -> dict:
    """The actions that a role allows, with their resources."""
    return {
        action: (statement["Resource"], statement.get("Condition"))
        for policy in properties(stack, "AWS::IAM::Role")[role]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def is_allowed(parameters: dict) -> bool:
    return not broken_rules(**parameters)


@pytest.mark.parametrize("parameters", COMBINATIONS, ids=lambda given: "-".join(map(str, list(given.values())[:6])))
def test_every_combination(parameters):
    has_bus, keeps = bool(parameters["EventBusName"]), "on" in (parameters["Redemption"], parameters["Revocation"])
    needs_bus = parameters["OpenedEvents"] == "on" or "EventQueue" in parameters
    assert is_allowed(parameters) == (has_bus or not needs_bus)
    stack = deployed(**parameters)
    kinds = {resource["Type"] for resource in stack["Resources"].values()} & OF_EVENTS
    expected = set()
    if has_bus:
        expected |= {"AWS::SQS::Queue", "AWS::SQS::QueuePolicy"}
        expected |= {"AWS::Pipes::Pipe"} if keeps else set()
        expected |= OF_EVENTS - {"AWS::Pipes::Pipe"} if "EventQueue" in parameters else set()
    assert kinds == expected
    assert ("DescribeEventFunction" in functions(stack)) == (has_bus and keeps)

    put = ("events:PutEvents", (BUS, {"StringEquals": {"events:source": "sealed-qr.sealed-qr"}}))
    opened = has_bus and parameters["OpenedEvents"] == "on"
    tellers = dict.fromkeys(("CreateQrRole", "CreateBatchRole"), has_bus)
    tellers |= {"DecryptCtextRole": opened, "EventPipeRole": has_bus and keeps}
    for role in properties(stack, "AWS::IAM::Role"):
        assert (put in statements(stack, role).items()) == tellers.get(role, False), role
        events = [action for action in statements(stack, role) if action.startswith("events:")]
        assert set(events) <= {put[0]} or role == "EventWebhookRole"
    for name, function in functions(stack).items():
        variables = function["Environment"]["Variables"]
        told = {"CreateQrFunction", "CreateBatchFunction", "DecryptCtextFunction", "RedeemCodeFunction"}
        assert variables.get("EVENT_BUS") == (parameters["EventBusName"] if name in told else None)

    streams = [table.get("StreamSpecification") for table in properties(stack, "AWS::DynamoDB::Table").values()]
    makes_stream = has_bus and keeps and "CodeTableName" not in parameters
    assert [stream for stream in streams if stream] == ([{"StreamViewType": "NEW_IMAGE"}] if makes_stream else [])


@pytest.mark.parametrize(
    ("table", "stream"),
    [
        ({}, {"Fn::GetAtt": ["CodeTable", "StreamArn"]}),
        (OWN_TABLE, f"{TABLE}/stream/2026-11-28T08:00:00.000"),
    ],
)
def test_the_pipe_may_do_what_it_has_to_and_nothing_else(table, stream):
    stack = deployed(EventBusName="scans", Redemption="on", **table)
    ((name, pipe),) = properties(stack, "AWS::Pipes::Pipe").items()
    assert pipe["Source"] == stream and pipe["Target"] == BUS
    assert pipe["Enrichment"] == {"Fn::GetAtt": ["DescribeEventFunction", "Arn"]}
    # Another stream needs another pipe, which could not be made beside this one if it had a name.
    assert "Name" not in pipe
    reading = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    assert statements(stack, "EventPipeRole") == {
        **{f"dynamodb:{action}": (stream, None) for action in reading},
        "lambda:InvokeFunction": (pipe["Enrichment"], None),
        "events:PutEvents": (BUS, {"StringEquals": {"events:source": "sealed-qr.sealed-qr"}}),
        "sqs:SendMessage": ({"Fn::GetAtt": ["EventDeadLetters", "Arn"]}, None),
    }
    (trust,) = properties(stack, "AWS::IAM::Role")["EventPipeRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "pipes.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    alarm = properties(stack, "AWS::CloudWatch::Alarm")["EventPipeAlarm"]
    assert alarm["Dimensions"] == [{"Name": "PipeName", "Value": {"Ref": name}}]


def test_what_cannot_be_told_is_kept_while_the_stream_still_has_it():
    (pipe,) = properties(deployed(EventBusName="scans", Redemption="on"), "AWS::Pipes::Pipe").values()
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    assert stream["StartingPosition"] == "TRIM_HORIZON", "nothing is left out"
    assert stream["MaximumRetryAttempts"] == -1 and stream["DeadLetterConfig"]
    # A stream keeps records for 24 hours.
    assert stream["MaximumRecordAgeInSeconds"] == 12 * 3600
    assert stream["BatchSize"] <= 10, "PutEvents takes no more"


def test_describe_event_may_write_its_log():
    stack = deployed(EventBusName="scans", Redemption="on")
    logs = {"Fn::GetAtt": ["DescribeEventLogs", "Arn"]}
    allowed = statements(stack, "DescribeEventRole")
    assert {action: resource for action, (resource, _) in allowed.items() if not action.startswith("xray:")} == {
        "logs:CreateLogStream": logs,
        "logs:PutLogEvents": logs,
    }


def test_targets_get_what_they_are_for_and_keep_what_did_not_arrive():
    stack = deployed(EventBusName="scans", **TARGETS)
    rules = properties(stack, "AWS::Events::Rule")
    assert rules.keys() == {"EventQueueRule", "EventEmailRule", "EventWebhookRule"}
    for rule in rules.values():
        assert rule["EventBusName"] == "scans"
        assert rule["EventPattern"]["source"] == ["sealed-qr.sealed-qr"], "not those of another stack"
        (target,) = rule["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["EventDeadLetters", "Arn"]}}
    queues, policies = properties(stack, "AWS::SQS::Queue"), properties(stack, "AWS::SQS::QueuePolicy")
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())
    (queue,) = policies["EventQueuePolicy"]["PolicyDocument"]["Statement"]
    assert queue["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["EventQueueRule", "Arn"]}}}
    (dead,) = policies["EventDeadLettersPolicy"]["PolicyDocument"]["Statement"]
    assert dead["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert {statement["Action"] for statement in (queue, dead)} == {"sqs:SendMessage"}
    (connection,) = properties(stack, "AWS::Events::Connection").values()
    key = connection["AuthParameters"]["ApiKeyAuthParameters"]
    # CloudFormation asks for the secret itself, so that it is in no template and no parameter.
    assert key == {"ApiKeyName": "x-api-key", "ApiKeyValue": f"{{{{resolve:secretsmanager:{KEY_ARN}}}}}"}
    destination = {"Fn::GetAtt": ["EventWebhook", "Arn"]}
    assert statements(stack, "EventWebhookRole") == {"events:InvokeApiDestination": (destination, None)}


@pytest.mark.parametrize(
    ("parameters", "remedy"),
    [
        ({"OpenedEvents": "on"}, "OpenedEvents=on needs EventBusName"),
        ({"EventQueue": "on"}, "EventQueue=on needs EventBusName"),
        ({"EventEmail": "a@example.org"}, "EventEmail needs EventBusName"),
        (WEBHOOK, "EventWebhookUrl needs EventBusName"),
        ({"EventBusName": "scans", "EventWebhookUrl": "https://shop.example.org"}, "needs EventWebhookKeyArn"),
        (
            {"EventBusName": "scans", "Redemption": "on", "CodeTableName": "mine"},
            "EventBusName with CodeTableName needs CodeTableStreamLabel",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_meant_is_refused_before_anything_is_made(parameters, remedy):
    (problem,) = broken_rules(**parameters)
    assert remedy in problem


def test_the_type_of_events_is_that_of_the_functions():
    (pipe,) = properties(deployed(EventBusName="scans", Redemption="on"), "AWS::Pipes::Pipe").values()
    code = (ROOT / "shared/service/src/event_bus.rs").read_text()
    target = pipe["TargetParameters"]["EventBridgeEventBusParameters"]
    assert target["DetailType"] == re.search(r'DETAIL_TYPE: &str = "([^"]+)"', code)[1]
    for name in ("CreateQrFunction", "CreateBatchFunction"):
        assert target["Source"] == functions(deployed())[name]["Environment"]["Variables"]["EVENT_SOURCE"]
    assert json.loads(pipe["SourceParameters"]["FilterCriteria"]["Filters"][0]["Pattern"])["eventName"] == ["INSERT", "MODIFY"]


def test_without_events_the_stack_is_as_it_was():
    assert not {kind for kind in OF_EVENTS if of_type(deployed(Redemption="on", Revocation="on"), kind)}
