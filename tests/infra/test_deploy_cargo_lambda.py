"""Deployment with cargo-lambda, against moto: what there is afterwards, and who may call it."""

import json
from contextlib import suppress

import pytest

from tests.support.aws import FUNCTIONS, REGION

ROLE, ELSEWHERE = f"sealed-qr-{REGION}", "ap-south-2"
PUBLIC = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


def keyring(account) -> dict:
    return account.client("secretsmanager").get_secret_value(SecretId="sealed-qr-keyring")


def deploy(account, **environment) -> dict[str, str]:
    done = account.deploy(**environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert keyring(account)["SecretString"] not in done.stdout + done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if line.split("=")[0].isupper())


def who_may_call(account, function: str) -> tuple[str, str, set[str]]:
    client, statements = account.client("lambda"), []
    with suppress(client.exceptions.ResourceNotFoundException):
        statements = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
    url = client.get_function_url_config(FunctionName=function)
    return url["FunctionUrl"], url["AuthType"], {statement["Action"] for statement in statements}


def test_anyone_may_open_and_only_those_allowed_may_create_also_after_updates(account):
    first = deploy(account)
    secret = keyring(account)
    assert first["KEYRING_ARN"] == secret["ARN"]
    assert [len(bytes.fromhex(key)) for key in json.loads(secret["SecretString"]).values()] == [32]
    for update, auth, allowed in (None, "AWS_IAM", set()), ("NONE", "NONE", PUBLIC), ("", "AWS_IAM", set()):
        assert update is None or deploy(account, CREATE_AUTH=update) == first
        assert who_may_call(account, "create-qr") == (first["CREATE_URL"], auth, allowed)
        assert who_may_call(account, "decrypt-ctext") == (first["OPEN_URL"], "NONE", PUBLIC)
    assert keyring(account)["SecretString"] == secret["SecretString"]


def test_scans_may_lead_on_to_several_origins(account):
    origins = "https://shop.example.org,https://tickets.example.org:8443"
    deploy(account, CONTINUE_ORIGINS=origins)
    variables = account.client("lambda").get_function_configuration(FunctionName="decrypt-ctext")["Environment"][
        "Variables"
    ]
    assert variables["CONTINUE_ORIGINS"] == origins


def test_the_functions_and_the_rights_of_their_role(account):
    outputs, functions = deploy(account), account.client("lambda").list_functions()["Functions"]
    variables = {"KEYRING_SECRET_ID": outputs["KEYRING_ARN"]}
    assert {function["FunctionName"]: function["Environment"]["Variables"] for function in functions} == {
        "create-qr": variables | {"PUBLIC_BASE_URL": outputs["OPEN_URL"].rstrip("/")},
        "decrypt-ctext": variables,
    }
    for function in functions:
        assert (function["Runtime"], function["MemorySize"], function["Timeout"]) == ("provided.al2023", 128, 10)
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["Role"] == f"arn:aws:iam::123456789012:role/{ROLE}"
    iam = account.client("iam")
    assert iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"] == []
    assert iam.list_role_policies(RoleName=ROLE)["PolicyNames"] == ["sealed-qr"]
    rights = iam.get_role_policy(RoleName=ROLE, PolicyName="sealed-qr")["PolicyDocument"]["Statement"]
    groups = f"arn:aws:logs:{REGION}:123456789012:log-group:/aws/lambda"
    # A role may read the keyring that is in use, and no other version of it.
    assert rights[0]["Condition"] == {"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}
    assert [(right["Effect"], right["Action"], right["Resource"]) for right in rights] == [
        ("Allow", "secretsmanager:GetSecretValue", outputs["KEYRING_ARN"]),
        ("Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{groups}/{name}:*" for name in FUNCTIONS]),
        ("Allow", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]
    kept = account.client("logs").describe_log_groups()["logGroups"]
    assert {(group["logGroupName"], group["retentionInDays"]) for group in kept} == {
        (f"/aws/lambda/{name}", 30) for name in FUNCTIONS
    }


def test_packing_can_be_turned_off(account):
    for given, expected in ({"PACK_PAYLOADS": "false"}, {"PACK_PAYLOADS": "false"}), ({}, {}):
        deploy(account, **given)
        function = account.client("lambda").get_function_configuration(FunctionName="create-qr")
        variables = function["Environment"]["Variables"]
        assert {name: value for name, value in variables.items() if name == "PACK_PAYLOADS"} == expected


def test_a_second_region_takes_nothing_from_the_first(account):
    deploy(account)
    iam = account.client("iam")

    def rights_in(region: str) -> list[dict]:
        functions = account.client("lambda", region).list_functions()["Functions"]
        roles = sorted({function["Role"].rpartition("/")[2] for function in functions})
        return [iam.get_role_policy(RoleName=role, PolicyName="sealed-qr")["PolicyDocument"] for role in roles]

    before = rights_in(REGION)
    assert account.deploy(AWS_REGION=ELSEWHERE).returncode == 0
    assert rights_in(REGION) == before
    # Nor has it anything of the first.
    (rights,) = map(json.dumps, rights_in(ELSEWHERE))
    assert f"secretsmanager:{ELSEWHERE}:" in rights and REGION not in rights


@pytest.mark.parametrize(
    "name, value, advice", [("CREATE_AUTH", "JWT", "AWS_IAM"), ("AWS_REGION", "", "export AWS_REGION")]
)
def test_what_is_wrong_is_said_with_a_way_out(account, name, value, advice):
    done = account.deploy(**{name: value})
    assert done.returncode == 1 and advice in done.stderr and "Traceback" not in done.stderr
