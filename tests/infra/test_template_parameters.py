"""What template.yaml asks for and gives back, the SAM CLI's configuration, and the linters' word on it all."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.cloudformation import (
    CERTIFICATE, DOMAIN, ROOT, TEMPLATE, accepts, deployed, properties, read_toml, source, walk,
)  # fmt: skip
from tests.support.pages import blocks

ENVIRONMENTS = ["default", "production"]
DEPLOYMENT = ROOT / "docs" / "deployment.md"

# Parameters


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        (
            "PublicBaseUrl",
            ["", "https://qr.example.org", "https://qr.example.org:8443", "https://example.org/a/b"],
            ["http://qr.example.org", "https://qr.example.org/", "https://", "qr.example.org", "https://a.example/?x=1",
             "https://a.example/#x", "https://a.example/ ", "https://user@a.example"],
        ),
        (
            "JwtIssuer",
            ["", "https://login.example.org/", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI"],
            ["http://login.example.org", "login.example.org", "https://a.example/?x=1", "https:// "],
        ),
        ("DomainName", ["", "qr.example.org"], ["qr", "https://qr.example.org", "QR.example.org", "qr.example.org/"]),
        ("CertificateArn", ["", CERTIFICATE], ["qr.example.org", "arn:aws:iam::123456789012:role/x"]),
        ("HostedZoneId", ["", "Z0123456789ABCDEFGHIJ"], ["example.org", "/hostedzone/Z0123456789ABCDEFGHIJ"]),
        (
            "ConsoleOrigin",
            ["", "https://console.example.org", "http://localhost:8080"],
            ["*", "https://*", "console.example.org", "https://a.example/", "https://a.example/b"],
        ),
        (
            "ContinueOrigins",
            ["", "https://shop.example.org", "https://a.example:8443,https://xn--bcher-kva.example"],
            ["*", "https://*.example.org", "http://a.example", "https://a.example/", "https://a.example,",
             ",https://a.example", "https://a.example, https://b.example", "https://A.example", "https://a@b.example",
             "https://a.example#b"],
        ),
        ("AlarmEmail", ["", "ops@example.org"], ["ops", "ops@", "a b@example.org"]),
        ("CreateAuth", ["AWS_IAM", "JWT", "NONE"], ["", "none", "CUSTOM"]),
        ("Architecture", ["arm64", "x86_64"], ["x86-64", ""]),
        ("LogLevel", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], ["info", ""]),
        ("RotationDays", ["0", "30", "90", "1000"], ["-1", "1", "29", "1001"]),
        ("JwtScopes", ["", "codes:create", "https://qr.example/create,admin"], ["a b", "a,", ",a", 'a"b', "a, b"]),
        ("DisableExecuteApiEndpoint", ["true", "false"], ["", "yes"]),
        ("Console", ["on", "off"], ["", "true"]),
        ("PackPayloads", ["true", "false"], ["", "yes", "False"]),
        (
            "KeyringKmsKeyArn",
            ["", "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"],
            ["alias/keyring", "arn:aws:kms:eu-central-1:123456789012:alias/keyring"],
        ),
        (
            "KeyringAdminArn",
            ["", "arn:aws:iam::123456789012:role/keys", "arn:aws-cn:iam::123456789012:user/ops/kim"],
            ["keys", "arn:aws:sts::123456789012:assumed-role/keys/kim", "arn:aws:iam::123456789012:role/*"],
        ),
        ("CreateConcurrency", ["-1", "0", "50"], ["-2"]),
        ("CreateRate", ["5", "20", "100", "500", "2000"], ["0", "21"]),
        ("OpenRate", ["1", "10000"], ["0"]),
        ("LogRetentionDays", ["1", "3653"], ["0", "2"]),
    ],
)  # fmt: skip
def test_what_a_parameter_takes(name, taken, refused):
    parameter = source()["Parameters"][name]
    for value in taken:
        assert accepts(parameter, value), value
    for value in refused:
        assert not accepts(parameter, value), value


def test_a_deployment_needs_no_parameter():
    for name, parameter in source()["Parameters"].items():
        assert "Default" in parameter, name
        assert parameter["Description"]


def test_creating_is_closed_by_default_and_what_open_means_is_said():
    parameter = source()["Parameters"]["CreateAuth"]
    assert parameter["Default"] == "AWS_IAM"
    assert "NONE: everyone" in parameter["Description"]


def test_the_form_of_the_console_shows_every_parameter_once():
    template = source()
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(template["Parameters"])


def test_the_documentation_has_every_parameter_with_its_default_and_every_output():
    page = DEPLOYMENT.read_text()
    rows = {row[0]: row for row in re.findall(r"^\| `(\w+)` \|(.*)\| ([^|]+) \|$", page, re.MULTILINE)}
    for name, parameter in source()["Parameters"].items():
        default = parameter["Default"]
        assert rows[name][2].strip("`") == (str(default) if default != "" else "none"), name
    for name in source()["Outputs"]:
        assert f"\n| `{name}` | " in page, name


@pytest.mark.parametrize("page", ["deployment.md", "operations.md"])
def test_the_commands_of_the_documentation_give_parameters_values_that_these_take(page):
    parameters = source()["Parameters"]
    lines = [
        line.partition("--parameter-overrides ")[2]
        for block in blocks(ROOT / "docs" / page)
        for line in block.text.replace("\\\n", " ").splitlines()
    ]
    given = [pair for line in lines for pair in re.findall(r"""(\w+)=("\$\w+"|[^\s"]*)""", line)]
    assert given
    for name, value in given:
        assert name in parameters and (value.startswith('"$') or accepts(parameters[name], value)), (name, value)


# Outputs


def output(name, **parameters):
    value = deployed(**parameters)["Outputs"][name]["Value"]
    if value == {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}:
        return "https://api.example"
    return value.replace("${HttpApi.ApiEndpoint}", "https://api.example")


@pytest.mark.parametrize(
    ("parameters", "address"), [({}, "https://api.example"), (DOMAIN, "https://qr.example.org")], ids=["API", "domain"]
)
def test_outputs_are_what_a_person_needs(parameters, address):
    assert output("ApiUrl", **parameters) == address
    assert output("CreateUrl", **parameters) == f"{address}/api/qrcode/encrypted-payload"
    assert output("OpenUrl", **parameters) == f"{address}/api/decrypt/qrcode-details"
    assert output("ConsoleUrl", **parameters) == f"{address}/api"
    assert shlex.split(output("TryIt", **parameters))[-1] == output("CreateUrl", **parameters)
    stack = deployed(**parameters)
    assert stack["Outputs"]["KeyringSecretArn"]["Value"] == {"Ref": "KeyringSecret"}
    assert ("DomainTarget" in stack["Outputs"]) == bool(parameters)
    for entry in stack["Outputs"].values():
        assert entry["Description"]


@pytest.mark.parametrize(
    ("partition", "region", "console"),
    [
        ("aws", "eu-central-1", "console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_the_dashboard_is_found_in_every_partition(partition, region, console):
    url = deployed(partition=partition, region=region)["Outputs"]["DashboardUrl"]["Value"]
    assert url == f"https://{console}/cloudwatch/home?region={region}#dashboards:name=${{Dashboard}}"


def test_no_arn_is_of_one_partition_alone():
    assert "arn:aws:" not in TEMPLATE.read_text()
    for node in walk(deployed(partition="aws-cn", region="cn-north-1", AlarmEmail="ops@example.org", **DOMAIN)):
        assert not (isinstance(node, str) and "arn:aws:" in node and node != DOMAIN["CertificateArn"]), node


# The SAM CLI


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_configuration_leaves_region_and_credentials_to_the_caller(environment):
    config = read_toml("samconfig.toml")
    assert config["version"] == 0.1
    settings = config[environment]["global"]["parameters"] | config[environment]["deploy"]["parameters"]
    assert settings["resolve_s3"] is True
    assert not {"region", "profile"} & settings.keys()
    # A role with a name of its own would need CAPABILITY_NAMED_IAM.
    assert all("RoleName" not in role for role in properties(deployed(), "AWS::IAM::Role").values())
    assert settings["capabilities"] == "CAPABILITY_IAM"
    assert f"environment={environment}" in settings["tags"].split()
    assert "application=sealed-qr" in settings["tags"].split()
    overrides = dict(pair.split("=") for pair in settings.get("parameter_overrides", "").split())
    assert deployed(**overrides)


def test_environments_have_stacks_of_their_own_and_production_asks():
    config = read_toml("samconfig.toml")
    stacks = [config[environment]["global"]["parameters"]["stack_name"] for environment in ENVIRONMENTS]
    assert len(set(stacks)) == len(ENVIRONMENTS)
    asks = [config[environment]["deploy"]["parameters"]["confirm_changeset"] for environment in ENVIRONMENTS]
    assert asks == [False, True]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_make_deploy_builds_and_deploys_an_environment(environment):
    code, said = run("make", "--dry-run", "--no-print-directory", "deploy", f"ENV={environment}")
    assert code == 0, said
    commands = [line.split("sam ")[-1].strip() for line in said.splitlines() if "/sam " in line]
    assert commands == [f"build --config-env {environment}", f"deploy --config-env {environment}"]


@pytest.mark.parametrize(
    ("target", "build"), [("deploy", "/sam build"), ("deploy-cargo-lambda", "cargo lambda build")]
)
def test_models_are_released_before_what_is_deployed_is_built(target, build):
    code, said = run("make", "--dry-run", "--no-print-directory", target)
    assert code == 0, said
    assert said.index("--example write_lock") < said.index("shared/models.lock") < said.index(build)


# The linters


def run(*command):
    """A command of this Python's virtual environment, without AWS's and make's variables."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MAKE"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [shutil.which(command[0], path=path), *command[1:]],
        cwd=ROOT,
        env=environment | {"SAM_CLI_TELEMETRY": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


# It runs the transform, which cfn-lint (make lint) does not.
def test_sam_validate():
    code, said = run("sam", "validate", "--region", "us-east-1")
    assert code == 0, said
    assert "is a valid SAM Template" in said
    assert "warning" not in said.lower()


def test_the_template_has_no_yaml_aliases():
    # CloudFormation does not take them, and no linter says so.
    events = yaml.parse(TEMPLATE.read_text())
    assert not [event for event in events if isinstance(event, yaml.AliasEvent)]
