"""What template.yaml deploys, read from the template after the SAM transform, and the linters' word on it."""

import json
import os
import re
import shlex
import shutil
import string
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11, where pytest brings this twin
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
BINARIES = {
    "CreateQrFunction": "create-qr",
    "DecryptCtextFunction": "decrypt-ctext",
    "RotateKeyringFunction": "rotate-keyring",
}
READ = {"secretsmanager:GetSecretValue"}
ROTATE = READ | {
    "secretsmanager:DescribeSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
}
HEX = set("0123456789abcdef")


class NoManagedPolicies:
    """Stands in for the list of AWS managed policies, which the transform would fetch from IAM."""

    def load(self):
        pytest.fail("the template names a managed policy")


@pytest.fixture(scope="module")
def source():
    return yaml_parse(TEMPLATE.read_text())


@pytest.fixture(scope="module")
def deployed():
    """The template as CloudFormation sees it."""
    template = yaml_parse(TEMPLATE.read_text())
    # `sam deploy` puts the address of the uploaded package here before the transform runs.
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return transform(template, {}, NoManagedPolicies())


def of_type(deployed, kind):
    return {name: r for name, r in deployed["Resources"].items() if r["Type"] == kind}


def functions(deployed):
    return {name: r["Properties"] for name, r in of_type(deployed, "AWS::Lambda::Function").items()}


def as_list(value):
    return value if isinstance(value, list) else [value]


def walk(node):
    yield node
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from walk(child)


# The API


def test_every_route_goes_to_its_function_and_there_are_no_others(deployed):
    (api,) = of_type(deployed, "AWS::ApiGatewayV2::Api").values()
    routes = {}
    for path, methods in api["Properties"]["Body"]["paths"].items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["type"] == "aws_proxy"
            assert integration["payloadFormatVersion"] == "2.0"
            target = re.search(r"functions/\$\{(\w+)\.Arn\}/invocations$", integration["uri"]["Fn::Sub"])
            routes[method.upper(), path] = target[1]
    assert routes == {
        ("POST", "/api/qrcode/encrypted-payload"): "CreateQrFunction",
        ("POST", "/api/qrcode"): "CreateQrFunction",
        ("GET", "/api/decrypt/qrcode-details"): "DecryptCtextFunction",
        ("GET", "/d/{ctext}"): "DecryptCtextFunction",
    }
    assert not of_type(deployed, "AWS::ApiGatewayV2::Route")


def test_the_api_may_invoke_each_function_on_its_own_routes_alone(deployed):
    granted = set()
    for name, permission in of_type(deployed, "AWS::Lambda::Permission").items():
        if name == "RotateKeyringPermission":
            continue
        properties = permission["Properties"]
        assert properties["Action"] == "lambda:InvokeFunction"
        assert properties["Principal"] == "apigateway.amazonaws.com"
        arn, names = properties["SourceArn"]["Fn::Sub"]
        assert names["__ApiId__"] == {"Ref": "HttpApi"}
        granted.add((properties["FunctionName"]["Ref"], arn.partition("${__Stage__}/")[2]))
    assert granted == {
        ("CreateQrFunction", "POST/api/qrcode/encrypted-payload"),
        ("CreateQrFunction", "POST/api/qrcode"),
        ("DecryptCtextFunction", "GET/api/decrypt/qrcode-details"),
        ("DecryptCtextFunction", "GET/d/*"),
    }


def test_secrets_manager_may_rotate_this_keyring_and_no_other(deployed):
    assert deployed["Resources"]["RotateKeyringPermission"]["Properties"] == {
        "FunctionName": {"Fn::GetAtt": ["RotateKeyringFunction", "Arn"]},
        "Action": "lambda:InvokeFunction",
        "Principal": "secretsmanager.amazonaws.com",
        "SourceAccount": {"Ref": "AWS::AccountId"},
        "SourceArn": {"Ref": "KeyringSecret"},
    }


def test_rotation_follows_its_parameter(deployed):
    (schedule,) = of_type(deployed, "AWS::SecretsManager::RotationSchedule").values()
    assert schedule["Condition"] == "Rotates"
    assert deployed["Conditions"]["Rotates"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "RotationDays"}, 0]}]}
    assert deployed["Parameters"]["RotationDays"]["Default"] == 90
    assert schedule["DependsOn"] == "RotateKeyringPermission"
    assert schedule["Properties"] == {
        "SecretId": {"Ref": "KeyringSecret"},
        "RotationLambdaARN": {"Fn::GetAtt": ["RotateKeyringFunction", "Arn"]},
        "RotateImmediatelyOnUpdate": False,
        "RotationRules": {"AutomaticallyAfterDays": {"Ref": "RotationDays"}},
    }


def test_no_stage_is_in_the_path(deployed):
    (stage,) = of_type(deployed, "AWS::ApiGatewayV2::Stage").values()
    assert stage["Properties"]["StageName"] == "$default"
    assert stage["Properties"]["AutoDeploy"] is True


# The functions


def test_functions_run_on_arm64_and_al2023(deployed):
    assert functions(deployed).keys() == BINARIES.keys()
    for function in functions(deployed).values():
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "provided.al2023"
        assert function["Handler"] == "bootstrap"
        assert function["MemorySize"] == 128
        assert function["Timeout"] in (10, 30)


@pytest.mark.parametrize(("function", "binary"), BINARIES.items())
def test_each_function_is_built_from_its_crate(source, function, binary):
    resource = source["Resources"][function]
    assert resource["Metadata"]["BuildMethod"] == "rust-cargolambda"
    assert resource["Metadata"]["BuildProperties"]["Binary"] == binary
    # cargo names the binary of src/main.rs after its package.
    manifest = tomllib.loads((ROOT / "functions" / binary / "Cargo.toml").read_text())
    assert manifest["package"]["name"] == binary


def test_functions_get_the_keyring_by_its_arn_and_the_base_url(deployed):
    for function in functions(deployed).values():
        assert function["Environment"]["Variables"] == {
            "KEYRING_SECRET_ID": {"Ref": "KeyringSecret"},
            "KEYRING": "",
            "PUBLIC_BASE_URL": {"Ref": "PublicBaseUrl"},
        }


# What they may do


@pytest.mark.parametrize(
    ("function", "actions", "logs"),
    [
        ("CreateQrFunction", READ, "CreateQrLogs"),
        ("DecryptCtextFunction", READ, "DecryptCtextLogs"),
        ("RotateKeyringFunction", ROTATE, "RotateKeyringLogs"),
    ],
)
def test_a_function_may_use_the_keyring_and_write_its_own_logs_and_nothing_else(deployed, function, actions, logs):
    role_name, attribute = functions(deployed)[function]["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    role = of_type(deployed, "AWS::IAM::Role")[role_name]["Properties"]
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}
    allowed = set()
    for policy in role["Policies"]:
        for statement in as_list(policy["PolicyDocument"]["Statement"]):
            assert statement.keys() == {"Effect", "Action", "Resource"}
            assert statement["Effect"] == "Allow"
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    allowed.add((action, json.dumps(resource)))
    log_streams = json.dumps({"Fn::GetAtt": [logs, "Arn"]})
    keyring = json.dumps({"Ref": "KeyringSecret"})
    assert allowed == {
        *((action, keyring) for action in actions),
        ("logs:CreateLogStream", log_streams),
        ("logs:PutLogEvents", log_streams),
    }


def test_only_lambda_may_take_the_roles(deployed):
    roles = of_type(deployed, "AWS::IAM::Role")
    assert len(roles) == len(BINARIES), "each function has a role of its own and no role is left over"
    for role in roles.values():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }


def test_rights_come_from_the_roles_alone(deployed):
    for kind in ("Policy", "ManagedPolicy", "RolePolicy", "UserPolicy", "GroupPolicy"):
        assert not of_type(deployed, f"AWS::IAM::{kind}")
    assert not of_type(deployed, "AWS::SecretsManager::ResourcePolicy")
    for node in walk(deployed["Resources"]):
        if isinstance(node, dict) and "Effect" in node:
            assert "*" not in json.dumps([node.get("Action"), node.get("Resource")])


# The logs


def test_every_log_group_has_a_retention_and_serves_one_function(deployed):
    groups = of_type(deployed, "AWS::Logs::LogGroup")
    for group in groups.values():
        assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    # The reference makes CloudFormation create the group before the function that writes to it.
    used = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions(deployed).values()]
    assert sorted(used) == sorted(groups)


def test_logs_are_kept_for_a_time_by_default(deployed):
    parameter = deployed["Parameters"]["LogRetentionDays"]
    assert parameter["Type"] == "Number"
    assert parameter["Default"] in parameter["AllowedValues"]


# The keyring


@pytest.fixture(scope="module")
def generator(deployed):
    (secret,) = of_type(deployed, "AWS::SecretsManager::Secret").values()
    return secret["Properties"]["GenerateSecretString"]


def test_the_keyring_outlives_the_stack(deployed):
    secret = deployed["Resources"]["KeyringSecret"]
    assert secret["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}
    assert secret["UpdateReplacePolicy"] == "Retain"
    assert "Name" not in secret["Properties"], "a kept secret with a fixed name blocks the next deployment"
    assert "SecretString" not in secret["Properties"], "the key must not stand in the template"


def test_the_first_key_has_the_alphabet_and_length_of_a_256_bit_key(generator):
    alphabet = set(string.ascii_letters + string.digits + string.punctuation)
    for switch, characters in {
        "ExcludeLowercase": string.ascii_lowercase,
        "ExcludeUppercase": string.ascii_uppercase,
        "ExcludeNumbers": string.digits,
        "ExcludePunctuation": string.punctuation,
    }.items():
        if generator.get(switch, False):
            alphabet -= set(characters)
    if generator.get("IncludeSpace", False):
        alphabet.add(" ")
    alphabet -= set(generator["ExcludeCharacters"])
    assert alphabet == HEX
    assert generator["PasswordLength"] == 64
    # True is the default, and would rule out keys of digits or of letters alone.
    assert generator["RequireEachIncludedType"] is False


def test_secrets_manager_makes_a_keyring_of_it(generator):
    request = {k: v for k, v in generator.items() if k not in {"SecretStringTemplate", "GenerateStringKey"}}
    drawn = set()
    with mock_aws():
        client = boto3.client(
            "secretsmanager", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        for _ in range(32):
            keyring = json.loads(generator["SecretStringTemplate"])
            keyring[generator["GenerateStringKey"]] = client.get_random_password(**request)["RandomPassword"]
            assert keyring.keys() == {"1"}
            assert re.fullmatch("[0-9a-f]{64}", keyring["1"])
            drawn |= set(keyring["1"])
    assert drawn == HEX


# Parameters, outputs and the configuration of the SAM CLI


@pytest.mark.parametrize("url", ["", "https://qr.example.org", "https://qr.example.org:8443", "https://example.org/a/b"])
def test_base_urls_that_are_taken(source, url):
    assert re.search(source["Parameters"]["PublicBaseUrl"]["AllowedPattern"], url)


@pytest.mark.parametrize(
    "url",
    ["http://qr.example.org", "https://qr.example.org/", "https://", "qr.example.org", "https://a.example/?x=1",
     "https://a.example/#x", "https://a.example/ ", "https://user@a.example"],
)  # fmt: skip
def test_base_urls_that_are_refused(source, url):
    assert not re.search(source["Parameters"]["PublicBaseUrl"]["AllowedPattern"], url)


def test_a_deployment_needs_no_parameter(source):
    for name, parameter in source["Parameters"].items():
        assert "Default" in parameter, name
        assert parameter["Description"]


def output(deployed, name):
    value = deployed["Outputs"][name]["Value"]
    if value == {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}:
        return "https://api.example"
    return value["Fn::Sub"].replace("${HttpApi.ApiEndpoint}", "https://api.example")


def test_outputs_are_what_a_person_needs(deployed):
    assert output(deployed, "ApiUrl") == "https://api.example"
    assert output(deployed, "CreateUrl") == "https://api.example/api/qrcode/encrypted-payload"
    assert output(deployed, "OpenUrl") == "https://api.example/api/decrypt/qrcode-details"
    assert deployed["Outputs"]["KeyringSecretArn"]["Value"] == {"Ref": "KeyringSecret"}
    for entry in deployed["Outputs"].values():
        assert entry["Description"]


def test_the_curl_line_of_the_outputs_sends_a_payload_that_fits_the_model(deployed):
    command, *arguments = shlex.split(output(deployed, "TryIt"))
    assert command == "curl"
    assert arguments[-1] == output(deployed, "CreateUrl")
    assert arguments[arguments.index("-H") + 1] == "content-type: application/json"
    payload = json.loads(arguments[arguments.index("-d") + 1])
    assert type(payload["id"]) is str
    assert type(payload["amount"]) is int


def test_sam_deploy_asks_nothing():
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    assert config["version"] == 0.1
    settings = config["default"]["global"]["parameters"] | config["default"]["deploy"]["parameters"]
    assert settings["stack_name"]
    assert settings["resolve_s3"] is True
    assert settings["confirm_changeset"] is False
    assert "region" not in settings


def test_the_capabilities_are_the_ones_the_stack_needs(deployed):
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    # A role with a name of its own would need CAPABILITY_NAMED_IAM.
    assert all("RoleName" not in role["Properties"] for role in of_type(deployed, "AWS::IAM::Role").values())
    assert config["default"]["deploy"]["parameters"]["capabilities"] == "CAPABILITY_IAM"


# The linters


def tool(name):
    """The tool beside this Python, as in a virtual environment, or the one on the PATH."""
    return shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def run(*command):
    without_aws = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=without_aws | {"SAM_CLI_TELEMETRY": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_cfn_lint_has_nothing_to_say():
    assert run(tool("cfn-lint"), "--include-checks", "I", "--", str(TEMPLATE)) == (0, "")


@pytest.mark.skipif(tool("sam") is None, reason="the SAM CLI (aws-sam-cli) is not installed")
@pytest.mark.parametrize("options", [["--region", "us-east-1"], ["--lint"]], ids=["transform", "lint"])
def test_sam_validate(options):
    code, said = run(tool("sam"), "validate", *options)
    assert code == 0, said
    assert "is a valid SAM Template" in said
    assert "warning" not in said.lower()
