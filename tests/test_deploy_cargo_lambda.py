"""Deployment with cargo-lambda, against moto: what is there afterwards, and who may call it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

import local_api

# moto's servers of this process share their state: each test file that lists things has a region to itself.
REGION = "eu-north-1"
ACCOUNT = "123456789012"
FUNCTIONS = ["create-qr", "decrypt-ctext"]


class Account:
    """An empty AWS account."""

    def __init__(self, url: str, built: Path, region: str = REGION):
        self.url, self.built, self.region = url, built, region

    def client(self, service: str):
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def deploy(self, **environment):
        without_aws = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        tools = Path(sys.executable).parent
        environment = without_aws | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        } | environment  # fmt: skip
        return subprocess.run(
            [sys.executable, "tools/deploy_cargo_lambda.py", str(self.built)],
            cwd=local_api.ROOT, env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip


def build(folder: Path) -> Path:
    """What stands in for `cargo lambda build`: nobody runs it, so any program of Linux will do, and a small one is quick."""
    for function in FUNCTIONS:
        (folder / function).mkdir()
        shutil.copy("/bin/true", folder / function / "bootstrap")
    return folder


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    built = build(tmp_path_factory.mktemp("lambda"))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield Account(f"http://127.0.0.1:{server.get_host_and_port()[1]}", built)
    server.stop()


@pytest.fixture(scope="module")
def deployed(account):
    done = account.deploy()
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if line.split("=")[0].isupper())


def statements(account, function) -> dict:
    functions = account.client("lambda")
    try:
        document = functions.get_policy(FunctionName=function)["Policy"]
    except functions.exceptions.ResourceNotFoundException:
        return {}
    return {entry["Sid"]: entry for entry in json.loads(document)["Statement"]}


def test_the_functions_are_there(account, deployed):
    functions = account.client("lambda")
    assert {entry["FunctionName"] for entry in functions.list_functions()["Functions"]} == set(FUNCTIONS)
    for name in FUNCTIONS:
        function = functions.get_function_configuration(FunctionName=name)
        assert function["Runtime"] == "provided.al2023"
        assert (function["MemorySize"], function["Timeout"]) == (128, 10)
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["Role"] == f"arn:aws:iam::{ACCOUNT}:role/sealed-qr"
        expected = {"KEYRING_SECRET_ID": deployed["KEYRING_ARN"]}
        if name == "create-qr":
            expected["PUBLIC_BASE_URL"] = deployed["OPEN_URL"].rstrip("/")
        assert function["Environment"]["Variables"] == expected


def test_anyone_may_open_and_only_those_allowed_may_create(account, deployed):
    functions = account.client("lambda")
    create, opening = (functions.get_function_url_config(FunctionName=name) for name in FUNCTIONS)
    assert create["AuthType"] == "AWS_IAM"
    assert opening["AuthType"] == "NONE"
    assert (create["FunctionUrl"], opening["FunctionUrl"]) == (deployed["CREATE_URL"], deployed["OPEN_URL"])
    assert statements(account, "create-qr") == {}
    public = statements(account, "decrypt-ctext")
    assert {entry["Action"] for entry in public.values()} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


def test_the_keyring_has_a_first_key_that_nobody_saw(account, deployed):
    value = account.client("secretsmanager").get_secret_value(SecretId="sealed-qr-keyring")
    keyring = json.loads(value["SecretString"])
    assert value["ARN"] == deployed["KEYRING_ARN"]
    assert [len(bytes.fromhex(key)) for key in keyring.values()] == [32]
    assert keyring.keys() == {"1"}


def test_the_role_may_do_what_the_functions_need_and_no_more(account, deployed):
    iam = account.client("iam")
    assert iam.list_attached_role_policies(RoleName="sealed-qr")["AttachedPolicies"] == []
    assert iam.list_role_policies(RoleName="sealed-qr")["PolicyNames"] == ["sealed-qr"]
    document = iam.get_role_policy(RoleName="sealed-qr", PolicyName="sealed-qr")["PolicyDocument"]
    groups = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda"
    assert [(entry["Action"], entry["Resource"]) for entry in document["Statement"]] == [
        ("secretsmanager:GetSecretValue", deployed["KEYRING_ARN"]),
        (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"{groups}/create-qr:*", f"{groups}/decrypt-ctext:*"],
        ),
        (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]
    retention = account.client("logs").describe_log_groups()["logGroups"]
    assert {group["logGroupName"]: group["retentionInDays"] for group in retention} == {
        "/aws/lambda/create-qr": 30,
        "/aws/lambda/decrypt-ctext": 30,
    }


def test_an_update_keeps_the_keyring_and_the_addresses_and_can_open_and_close_creating(account, deployed):
    before = account.client("secretsmanager").get_secret_value(SecretId="sealed-qr-keyring")["SecretString"]
    for auth, actions in (
        ("NONE", {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}),
        ("AWS_IAM", set()),
    ):
        done = account.deploy(CREATE_AUTH=auth)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"CREATE_URL={deployed['CREATE_URL']}" in done.stdout.splitlines()
        config = account.client("lambda").get_function_url_config(FunctionName="create-qr")
        assert config["AuthType"] == auth
        assert {entry["Action"] for entry in statements(account, "create-qr").values()} == actions
    after = account.client("secretsmanager").get_secret_value(SecretId="sealed-qr-keyring")["SecretString"]
    assert after == before
    assert before not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("environment", "word"), [({"CREATE_AUTH": "JWT"}, "AWS_IAM"), ({"AWS_REGION": ""}, "AWS_REGION")]
)
def test_what_is_wrong_is_said_with_a_way_out(account, environment, word):
    done = account.deploy(**environment)
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr
