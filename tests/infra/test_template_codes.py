"""What template.yaml deploys for codes that count and codes that are taken back: nothing, unless it is asked for."""

import itertools
import json
import re

import pytest

from tests.support.cloudformation import (
    AT_GATES, ENROLLING, GATES, JWT, REDEEMING, TAKING_BACK, UNDOING, broken_rules, deployed, functions, of_type, properties, source, values,
)  # fmt: skip

ISSUER = {name: value for name, value in JWT.items() if name != "CreateAuth"}
AUTHS = ("AWS_IAM", "JWT", "NONE")
SWITCHES = [
    {"Redemption": redemption, "Revocation": revocation}
    for redemption, revocation in itertools.product(("on", "off"), repeat=2)
]
COMBINATIONS = [
    {"CreateAuth": create, "RedeemAuth": redeem} | switches | ISSUER
    for create, redeem, switches in itertools.product(AUTHS, AUTHS, SWITCHES)
    if not (create == "NONE" and switches["Revocation"] == "on")
]
every_combination = pytest.mark.parametrize(
    "parameters", COMBINATIONS, ids=lambda parameters: "-".join(list(parameters.values())[:4])
)


def routes(stack) -> dict:
    return {route["RouteKey"]: route for route in properties(stack, "AWS::ApiGatewayV2::Route").values()}


def allowed(stack, role: str) -> dict:
    """The actions on tables that a role allows, with their resources."""
    return {
        action: statement["Resource"]
        for policy in properties(stack, "AWS::IAM::Role")[role]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith("dynamodb:")
    }


@every_combination
def test_who_may_do_what(parameters):
    stack = deployed(**parameters)
    create, redeem = parameters["CreateAuth"], parameters["RedeemAuth"]
    redeems = parameters["Redemption"] == "on"
    keeps = redeems or parameters["Revocation"] == "on"
    expected = {}
    if redeems:
        expected |= dict.fromkeys(REDEEMING, redeem)
        # A guest who may redeem must not be able to undo it. Whoever may create may, unless that is everyone.
        undo = create if redeem == "NONE" else redeem
        expected |= dict.fromkeys(UNDOING, undo) if undo != "NONE" else {}
    if keeps and create != "NONE":
        expected |= dict.fromkeys(TAKING_BACK, create)
    # A gate has its own session, whoever else may redeem. Where everyone may create, everyone could enrol one.
    if redeems and create != "NONE":
        expected |= dict.fromkeys(ENROLLING, create) | dict.fromkeys(AT_GATES, "NONE")
    found = routes(stack)
    kinds = {key: found[key]["AuthorizationType"] for key in found if key in REDEEMING | UNDOING | TAKING_BACK | GATES}
    assert kinds == expected
    for key, kind in expected.items():
        assert found[key]["Target"] == "integrations/${RedeemCodeIntegration}"
        assert found[key].get("AuthorizerId") == ({"Ref": "JwtAuthorizer"} if kind == "JWT" else None)
        assert "AuthorizationScopes" not in found[key]
    assert broken_rules(**parameters) == []
    assert ("RedeemCodeFunction" in functions(stack)) == keeps
    assert bool(of_type(stack, "AWS::DynamoDB::Table")) == keeps


def test_scopes_are_those_of_who_may():
    scopes = {"JwtScopes": "create", "RedeemScopes": "gate,admin", "Redemption": "on"}
    found = routes(deployed(**ISSUER, CreateAuth="JWT", RedeemAuth="JWT", **scopes))
    for key in REDEEMING | UNDOING:
        assert found[key]["AuthorizationScopes"] == ["gate", "admin"]
    for key in TAKING_BACK | ENROLLING:
        assert found[key]["AuthorizationScopes"] == ["create"]
    for key in AT_GATES:
        assert "AuthorizationScopes" not in found[key]
    found = routes(deployed(**ISSUER, CreateAuth="JWT", RedeemAuth="NONE", **scopes))
    for key in UNDOING:
        assert found[key]["AuthorizationScopes"] == ["create"]
    for key in REDEEMING:
        assert "AuthorizationScopes" not in found[key]


def test_nothing_of_it_exists_unless_it_is_asked_for():
    stack = deployed()
    for kind, resources in (
        ("AWS::DynamoDB::Table", ()),
        ("AWS::Lambda::Function", ("CreateBatchFunction", "CreateQrFunction", "DecryptCtextFunction", "RotateKeyringFunction")),
    ):
        assert of_type(stack, kind).keys() == set(resources)
    variables = functions(stack)["DecryptCtextFunction"]["Environment"]["Variables"]
    assert (variables["CODE_TABLE"], variables["REVOCATION"]) == ("", "off")
    for name in ("CreateQrFunction", "CreateBatchFunction"):
        assert functions(stack)[name]["Environment"]["Variables"]["REDEMPTION"] == "off"
    assert all(not allowed(stack, role) for role in properties(stack, "AWS::IAM::Role"))
    assert "CodeTable" not in stack["Outputs"] and "RedeemArn" not in stack["Outputs"]


TABLE = {"Fn::Sub": ["arn:aws:dynamodb:eu-central-1:123456789012:table/${Table}", {"Table": {"Ref": "CodeTable"}}]}


@pytest.mark.parametrize("switch", ["Redemption", "Revocation"])
def test_one_function_writes_one_reads_and_none_does_more(switch):
    stack = deployed(**{switch: "on"})
    assert allowed(stack, "CreateQrRole") == allowed(stack, "CreateBatchRole") == allowed(stack, "RotateKeyringRole") == {}
    assert allowed(stack, "DecryptCtextRole") == {"dynamodb:GetItem": TABLE}
    both = [TABLE, {"Fn::GetAtt": ["MarkTable", "Arn"]}]
    assert allowed(stack, "RedeemCodeRole") == {"dynamodb:GetItem": both, "dynamodb:UpdateItem": both}
    (statement,) = [
        statement
        for policy in properties(stack, "AWS::IAM::Role")["RedeemCodeRole"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "secretsmanager:GetSecretValue"
    ]
    assert statement["Resource"] == {"Ref": "KeyringSecret"}
    assert statement["Condition"] == {"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}


def test_the_table_is_kept_backed_up_and_named_so_that_none_begins_empty():
    tables = of_type(deployed(Redemption="on"), "AWS::DynamoDB::Table")
    for table in tables.values():
        assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
        assert table["Properties"]["DeletionProtectionEnabled"] is True
        assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
        assert table["Properties"]["KeySchema"] == [{"AttributeName": "code", "KeyType": "HASH"}]
        assert "Replicas" not in table["Properties"], "a condition holds in one Region"
    codes = tables["CodeTable"]["Properties"]
    assert codes["TableName"] == "sealed-qr-codes"
    assert codes["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert codes["TimeToLiveSpecification"] == {"AttributeName": "remove_at", "Enabled": True}
    # A backup of the mark would defeat its purpose.
    assert "PointInTimeRecoverySpecification" not in tables["MarkTable"]["Properties"]


def test_another_table_can_be_named():
    stack = deployed(Redemption="on", CodeTableName="restored")
    assert of_type(stack, "AWS::DynamoDB::Table").keys() == {"MarkTable"}
    for name in ("DecryptCtextFunction", "RedeemCodeFunction"):
        assert functions(stack)[name]["Environment"]["Variables"]["CODE_TABLE"] == "restored"
    assert allowed(stack, "DecryptCtextRole") == {
        "dynamodb:GetItem": "arn:aws:dynamodb:eu-central-1:123456789012:table/restored"
    }
    assert stack["Outputs"]["CodeTable"]["Value"] == "restored"
    assert functions(deployed(CodeTableName="restored"))["DecryptCtextFunction"]["Environment"]["Variables"][
        "CODE_TABLE"
    ] == ""


def test_functions_know_the_rules():
    stack = deployed(Redemption="on", Revocation="on", RevocationOutOfReach="mark", RedeemAuth="NONE", UndoMinutes=7)
    opening = functions(stack)["DecryptCtextFunction"]["Environment"]["Variables"]
    assert opening["CODE_TABLE"] == {"Ref": "CodeTable"}
    assert (opening["REDEEM_AUTH"], opening["REVOCATION"], opening["REVOCATION_OUT_OF_REACH"]) == ("NONE", "on", "mark")
    redeeming = functions(stack)["RedeemCodeFunction"]["Environment"]["Variables"]
    assert (redeeming["UNDO_MINUTES"], redeeming["REVOCATION"]) == ("7", "on")
    assert (redeeming["CODE_TABLE"], redeeming["MARK_TABLE"]) == ({"Ref": "CodeTable"}, {"Ref": "MarkTable"})
    for name in ("CreateQrFunction", "CreateBatchFunction"):
        assert functions(stack)[name]["Environment"]["Variables"]["REDEMPTION"] == "on"


def test_what_cannot_be_meant_is_refused():
    (said,) = broken_rules(Revocation="on", CreateAuth="NONE")
    assert said.startswith("Revocation=on needs CreateAuth=AWS_IAM or JWT")
    said = broken_rules(Redemption="on", RedeemAuth="JWT")
    assert [text.split()[2].rstrip(",") for text in said] == ["JwtIssuer", "JwtAudience"]
    assert broken_rules(RedeemAuth="JWT") == []
    for wrong in ({"Redemption": "yes"}, {"UndoMinutes": 1441}, {"CodeTableName": "a b"}, {"RedeemAuth": "CUSTOM"}):
        with pytest.raises(AssertionError):
            values(source(), wrong)


def test_alarms_watch_the_store_where_there_is_one():
    names = {"StoreAlarm", "ConflictsAlarm"}
    for parameters, expected in (({}, set()), ({"Redemption": "on"}, names), ({"Revocation": "on"}, names)):
        stack = deployed(**parameters)
        alarms = properties(stack, "AWS::CloudWatch::Alarm")
        assert alarms.keys() & names == expected
        (dashboard,) = properties(stack, "AWS::CloudWatch::Dashboard").values()
        shown = json.loads(dashboard["DashboardBody"])["widgets"][0]["properties"]["alarms"]
        assert sorted(shown) == sorted(f"${{{name}.Arn}}" for name in alarms)
        for name in ("ThrottlesAlarm", "DurationAlarm"):
            watched = {entry["Id"] for entry in alarms[name]["Metrics"] if "MetricStat" in entry}
            assert ("redeeming" in watched) == bool(expected)
            (expression,) = [entry["Expression"] for entry in alarms[name]["Metrics"] if "Expression" in entry]
            assert set(re.findall(r"\b[a-z]+\b", expression)) == watched
    assert properties(deployed(Redemption="on", ConflictsUntilAlarm=7), "AWS::CloudWatch::Alarm")["ConflictsAlarm"][
        "Threshold"
    ] == "7"


@pytest.mark.parametrize(("output", "meant"), [("RedeemArn", REDEEMING | UNDOING), ("EnrolArn", ENROLLING)])
def test_outputs_name_what_the_rights_to_redeem_and_to_enrol_are_rights_to(output, meant):
    resources = json.loads(deployed(Redemption="on")["Outputs"][output]["Value"])
    patterns = [re.compile(re.escape(resource.split("${HttpApi}")[1]).replace(r"\*", ".*")) for resource in resources]
    found = routes(deployed(Redemption="on"))
    for key in found:
        resource = f"/$default/{key.replace(' /', '/')}"
        assert any(pattern.fullmatch(resource) for pattern in patterns) == (key in meant), key
