"""Deployment with cargo-lambda, against moto: what there is afterwards, and who may call it."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

import local_api

# moto's servers of this process share their state: each test file that lists things has a region to itself.
REGION = "eu-north-1"
FUNCTIONS = ["create-qr", "decrypt-ctext"]
PUBLIC = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


class Account:
    """An empty AWS account."""

    def __init__(self, url: str, built: Path, region: str = REGION):
        self.url, self.built = url, built
        self.environment = {"AWS_REGION": region, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        self.session = boto3.Session("test", "test", region_name=region)

    def client(self, service: str):
        return self.session.client(service, endpoint_url=self.url)

    def deploy(self, **more):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        environment |= self.environment | {"AWS_ENDPOINT_URL": self.url} | more
        command = [sys.executable, "tools/deploy_cargo_lambda.py", str(self.built)]
        return subprocess.run(command, cwd=local_api.ROOT, env=environment, capture_output=True, text=True, timeout=300)


def build(folder: Path) -> Path:
    """Stands in for `cargo lambda build`: nobody runs it, so any program of Linux will do, and a small one is quick."""
    for function in FUNCTIONS:
        (folder / function).mkdir()
        shutil.copy("/bin/true", folder / function / "bootstrap")
    return folder


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield Account(f"http://127.0.0.1:{server.get_host_and_port()[1]}", build(tmp_path_factory.mktemp("lambda")))
    server.stop()


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
        assert function["Role"] == "arn:aws:iam::123456789012:role/sealed-qr"
    iam = account.client("iam")
    assert iam.list_attached_role_policies(RoleName="sealed-qr")["AttachedPolicies"] == []
    assert iam.list_role_policies(RoleName="sealed-qr")["PolicyNames"] == ["sealed-qr"]
    rights = iam.get_role_policy(RoleName="sealed-qr", PolicyName="sealed-qr")["PolicyDocument"]["Statement"]
    groups = f"arn:aws:logs:{REGION}:123456789012:log-group:/aws/lambda"
    assert [(right["Effect"], right["Action"], right["Resource"]) for right in rights] == [
        ("Allow", "secretsmanager:GetSecretValue", outputs["KEYRING_ARN"]),
        ("Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{groups}/{name}:*" for name in FUNCTIONS]),
        ("Allow", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]
    kept = account.client("logs").describe_log_groups()["logGroups"]
    assert {(group["logGroupName"], group["retentionInDays"]) for group in kept} == {
        (f"/aws/lambda/{name}", 30) for name in FUNCTIONS
    }


@pytest.mark.parametrize(
    "name, value, advice", [("CREATE_AUTH", "JWT", "AWS_IAM"), ("AWS_REGION", "", "export AWS_REGION")]
)
def test_what_is_wrong_is_said_with_a_way_out(account, name, value, advice):
    done = account.deploy(**{name: value})
    assert done.returncode == 1 and advice in done.stderr and "Traceback" not in done.stderr
