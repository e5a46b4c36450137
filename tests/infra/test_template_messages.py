"""Who is told by mail, that template.yaml lets CloudWatch and EventBridge tell them, and of which changes of the keyring."""

import json

import pytest
from moto.events.models import EventPattern, EventPatternParser

from tests.support.cloudformation import deployed, of_type, properties, with_ids

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:KeyringSecret-abcdefghijkl-UVWXYZ"
IDS = {"KeyringSecret": ARN, "RotateKeyringRole": "sealed-qr-RotateKeyringRole-0123456789AB", "AlarmTopic": "topic"}
ROTATION = f"arn:aws:sts::123456789012:assumed-role/{IDS['RotateKeyringRole']}/sealed-qr-RotateKeyringFunction-x"
SOMEBODY = "arn:aws:sts::123456789012:assumed-role/Admin/kim"


@pytest.fixture(scope="module")
def rule():
    (rule,) = properties(deployed(AlarmEmail="ops@example.org"), "AWS::Events::Rule").values()
    return with_ids(rule, **IDS)


def event(name="PutSecretValue", secret=ARN, who=SOMEBODY) -> dict:
    """As CloudTrail writes it and EventBridge passes it on."""
    return {
        "source": "aws.secretsmanager",
        "detail-type": "AWS API Call via CloudTrail",
        "time": "2026-11-25T12:00:00Z",
        "detail": {
            "eventSource": "secretsmanager.amazonaws.com",
            "eventName": name,
            "sourceIPAddress": "192.0.2.44",
            "userIdentity": {"type": "AssumedRole", "arn": who},
            "requestParameters": {"secretId": secret, "clientRequestToken": "11111111-2222-3333-4444-555555555555"},
        },
    }


def matches(rule, event) -> bool:
    text = json.dumps(rule["EventPattern"])
    return EventPattern(text, EventPatternParser(text).parse()).matches_event(event)


def test_nobody_is_told_unless_named():
    for kind in ("AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::Events::Rule"):
        assert not of_type(deployed(), kind)


@pytest.mark.parametrize(
    "name",
    ["PutSecretValue", "UpdateSecretVersionStage", "UpdateSecret", "DeleteSecret", "CancelRotateSecret"]
    + ["RotateSecret", "RestoreSecret", "PutResourcePolicy", "DeleteResourcePolicy"],
)
def test_every_change_of_the_keyring_is_told(rule, name):
    assert matches(rule, event(name))


@pytest.mark.parametrize("who", [SOMEBODY, "arn:aws:iam::123456789012:user/kim", "arn:aws:iam::123456789012:root"])
@pytest.mark.parametrize("secret", [ARN, ARN.removesuffix("-UVWXYZ"), "KeyringSecret-abcdefghijkl"])
def test_whoever_changes_it_however_they_name_it(rule, who, secret):
    assert matches(rule, event(who=who, secret=secret))


def test_the_rotation_reading_and_other_secrets_are_not_told(rule):
    assert not matches(rule, event(who=ROTATION))
    assert not matches(rule, event(name="GetSecretValue"))
    assert not matches(rule, event(secret=ARN.replace("abcdefghijkl", "mnopqrstuvwx")))
    # Another role whose name only begins alike.
    assert matches(rule, event(who=ROTATION.replace("/sealed-qr-RotateKeyringFunction", "-2/session")))


def test_the_message_says_what_who_and_when(rule):
    (target,) = rule["Targets"]
    assert target["Arn"] == "topic"
    text, happened = target["InputTransformer"]["InputTemplate"], event()
    assert text.startswith('"') and text.endswith('"'), "EventBridge takes text in quotation marks"
    for name, path in target["InputTransformer"]["InputPathsMap"].items():
        value = happened
        for member in path.removeprefix("$.").split("."):
            value = value[member]
        assert f"<{name}>" in text
        text = text.replace(f"<{name}>", value)
    assert "<" not in text
    assert {"sealed-qr", "PutSecretValue", SOMEBODY, "192.0.2.44"} <= set(text.split())


def test_alarms_and_this_rule_may_publish_and_nobody_else():
    (policy,) = properties(deployed(AlarmEmail="ops@example.org"), "AWS::SNS::TopicPolicy").values()
    assert policy["Topics"] == [{"Ref": "AlarmTopic"}]
    allowed = {"Effect": "Allow", "Action": "sns:Publish", "Resource": {"Ref": "AlarmTopic"}}
    # The policy replaces the one by which CloudWatch could publish.
    assert policy["PolicyDocument"]["Statement"] == [
        allowed | {"Principal": {"Service": service}, "Condition": condition}
        for service, condition in {
            "cloudwatch.amazonaws.com": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            "events.amazonaws.com": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["KeyringChangedRule", "Arn"]}}},
        }.items()
    ]
