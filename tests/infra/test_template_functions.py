"""The functions that template.yaml deploys: how they run, what they may do, and where they log."""

import json

import pytest

from tests.support.cloudformation import DOMAIN, ROOT, deployed, functions, of_type, properties, read_toml, source, walk

BINARIES = {
    "CreateQrFunction": "create-qr",
    "CreateBatchFunction": "create-batch",
    "DecryptCtextFunction": "decrypt-ctext",
    "RotateKeyringFunction": "rotate-keyring",
}
OF_PAGES = ("BRAND_NAME", "BRAND_COLOUR", "BRAND_HELP_URL", "BRAND_PRIVACY_URL", "BRAND_FOOTER", "PAGE_LANGUAGE")
READ = {"secretsmanager:GetSecretValue"}
ROTATE = READ | {
    "secretsmanager:DescribeSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
}
# X-Ray has no resource-level permissions: *, the wildcard that AWS demands.
TRACE = {("xray:PutTraceSegments", '"*"'), ("xray:PutTelemetryRecords", '"*"')}


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_functions_run_on_al2023_and_the_processor_asked_for(architecture):
    deployment = functions(deployed(Architecture=architecture))
    assert deployment.keys() == BINARIES.keys()
    for name, function in deployment.items():
        assert function["Architectures"] == [architecture]
        assert function["Runtime"] == "provided.al2023"
        assert function["Handler"] == "bootstrap"
        # A batch takes thousands of rows, within the 30 seconds that an HTTP API waits.
        assert function["MemorySize"] == (512 if name == "CreateBatchFunction" else 128)
        assert function["Timeout"] == {"CreateBatchFunction": 29, "RotateKeyringFunction": 30}.get(name, 10)
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_arm64_is_the_default():
    assert functions(deployed())["CreateQrFunction"]["Architectures"] == ["arm64"]


@pytest.mark.parametrize(("function", "binary"), BINARIES.items())
def test_each_function_is_built_from_its_crate(function, binary):
    resource = source()["Resources"][function]
    assert resource["Metadata"]["BuildMethod"] == "rust-cargolambda"
    assert resource["Metadata"]["BuildProperties"]["Binary"] == binary
    # cargo names the binary of src/main.rs after its package.
    assert read_toml(f"functions/{binary}/Cargo.toml")["package"]["name"] == binary


@pytest.mark.parametrize(
    ("parameters", "base"),
    [
        ({}, ""),
        ({"PublicBaseUrl": "https://qr.example.net/a"}, "https://qr.example.net/a"),
        (DOMAIN, "https://qr.example.org"),
        (DOMAIN | {"PublicBaseUrl": "https://qr.example.net"}, "https://qr.example.net"),
    ],
    ids=["neither", "base URL", "domain", "both"],
)
def test_functions_get_the_keyring_by_its_arn_the_base_url_and_the_name_of_their_metrics(parameters, base):
    for name, function in functions(deployed(**parameters)).items():
        variables = {
            "KEYRING_SECRET_ID": {"Ref": "KeyringSecret"},
            "KEYRING": "",
            "PUBLIC_BASE_URL": base,
            "METRICS_STACK": "sealed-qr",
        } | dict.fromkeys(OF_PAGES, "")
        of_creating = {"PACK_PAYLOADS", "REDEMPTION", "EVENT_BUS", "EVENT_SOURCE"}
        own = {
            "CreateQrFunction": of_creating,
            "CreateBatchFunction": of_creating,
            "DecryptCtextFunction": {
                "CODE_TABLE",
                "REDEEM_AUTH",
                "REVOCATION",
                "REVOCATION_OUT_OF_REACH",
                "CONTINUE_ORIGINS",
                "OPENED_EVENTS",
                "EVENT_BUS",
                "EVENT_SOURCE",
            },
        }.get(name, set())
        given = function["Environment"]["Variables"]
        assert {variable: value for variable, value in given.items() if variable not in own} == variables, name


@pytest.mark.parametrize(
    ("parameters", "packs"), [({}, "true"), ({"PackPayloads": "true"}, "true"), ({"PackPayloads": "false"}, "false")]
)
def test_only_what_creates_codes_is_told_whether_to_pack(parameters, packs):
    told = {
        name: function["Environment"]["Variables"].get("PACK_PAYLOADS")
        for name, function in functions(deployed(**parameters)).items()
    }
    creating = dict.fromkeys(("CreateQrFunction", "CreateBatchFunction"), packs)
    assert told == creating | {"DecryptCtextFunction": None, "RotateKeyringFunction": None}


def test_codes_of_a_new_model_can_be_opened_before_they_can_be_made():
    for name in ("CreateQrFunction", "CreateBatchFunction"):
        assert of_type(deployed(), "AWS::Lambda::Function")[name]["DependsOn"] == "DecryptCtextFunction"


def test_a_batch_is_made_as_a_single_code_is():
    stack = deployed(Redemption="on", PackPayloads="false", EventBusName="scans", KeyringKmsKeyArn=KEY)
    one, many = (functions(stack)[name]["Environment"] for name in ("CreateQrFunction", "CreateBatchFunction"))
    assert one == many
    one, many = (properties(stack, "AWS::IAM::Role")[name] for name in ("CreateQrRole", "CreateBatchRole"))
    assert json.loads(json.dumps(one).replace("CreateQr", "CreateBatch")) == many


# What they may do


@pytest.mark.parametrize(
    ("function", "actions", "logs"),
    [
        ("CreateQrFunction", READ, "CreateQrLogs"),
        ("CreateBatchFunction", READ, "CreateBatchLogs"),
        ("DecryptCtextFunction", READ, "DecryptCtextLogs"),
        ("RotateKeyringFunction", ROTATE, "RotateKeyringLogs"),
    ],
)
def test_a_function_may_use_the_keyring_send_traces_write_its_own_logs_and_nothing_else(function, actions, logs):
    stack = deployed()
    role_name, attribute = functions(stack)[function]["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    role = properties(stack, "AWS::IAM::Role")[role_name]
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}
    allowed = set()
    for policy in role["Policies"]:
        for statement in as_list(policy["PolicyDocument"]["Statement"]):
            assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
            assert statement["Effect"] == "Allow"
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    allowed.add((action, json.dumps(resource)))
    log_streams = json.dumps({"Fn::GetAtt": [logs, "Arn"]})
    keyring = json.dumps({"Ref": "KeyringSecret"})
    assert allowed == TRACE | {
        *((action, keyring) for action in actions),
        ("logs:CreateLogStream", log_streams),
        ("logs:PutLogEvents", log_streams),
    }


# `ForAnyValue`, because a version can have several stages.
CURRENT_ONLY = {"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}
KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def statements_on(stack, function, service):
    role = properties(stack, "AWS::IAM::Role")[functions(stack)[function]["Role"]["Fn::GetAtt"][0]]
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if as_list(statement["Action"])[0].startswith(f"{service}:"):
                yield statement


def test_who_only_uses_the_keyring_reads_neither_the_next_one_nor_the_previous():
    for function in ("CreateQrFunction", "CreateBatchFunction", "DecryptCtextFunction"):
        (statement,) = statements_on(deployed(), function, "secretsmanager")
        assert statement["Condition"] == CURRENT_ONLY
    (statement,) = statements_on(deployed(), "RotateKeyringFunction", "secretsmanager")
    assert "Condition" not in statement


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("CreateQrFunction", "kms:Decrypt"),
        ("CreateBatchFunction", "kms:Decrypt"),
        ("DecryptCtextFunction", "kms:Decrypt"),
        ("RotateKeyringFunction", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]),
    ],
)
def test_a_key_of_your_own_encrypts_the_keyring_and_the_functions_may_use_it_for_that(function, actions):
    assert list(statements_on(deployed(), function, "kms")) == []
    assert "KmsKeyId" not in deployed()["Resources"]["KeyringSecret"]["Properties"]
    stack = deployed(KeyringKmsKeyArn=KEY)
    assert stack["Resources"]["KeyringSecret"]["Properties"]["KmsKeyId"] == KEY
    assert list(statements_on(stack, function, "kms")) == [
        {
            "Effect": "Allow",
            "Action": actions,
            "Resource": KEY,
            "Condition": {"StringEquals": {"kms:EncryptionContext:SecretARN": {"Ref": "KeyringSecret"}}},
        }
    ]


def test_the_keyring_can_be_kept_from_the_rest_of_the_account():
    admin = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Keys_0123456789abcdef"
    (policy,) = properties(deployed(KeyringAdminArn=admin), "AWS::SecretsManager::ResourcePolicy").values()
    assert (policy["SecretId"], policy["BlockPublicPolicy"]) == ({"Ref": "KeyringSecret"}, True)
    (statement,) = policy["ResourcePolicy"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    roles = ("CreateQrRole", "CreateBatchRole", "DecryptCtextRole", "RotateKeyringRole")
    roles = [{"Fn::GetAtt": [role, "Arn"]} for role in roles]
    assert statement["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": [*roles, admin]}}
    # Whoever changes the value can forge codes as well as whoever reads it.
    assert set(statement["Action"]) == (ROTATE - {"secretsmanager:DescribeSecret"}) | {"secretsmanager:UpdateSecret"}


def test_only_lambda_may_take_the_roles():
    roles = properties(deployed(), "AWS::IAM::Role")
    assert len(roles) == len(BINARIES), "each function has a role of its own and no role is left over"
    for role in roles.values():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }


@pytest.mark.parametrize(
    "parameters",
    [{}, {"CreateAuth": "NONE"}, DOMAIN | {"HostedZoneId": "Z0123456789ABCDEFGHIJ", "AlarmEmail": "ops@example.org"}],
    ids=["default", "open", "everything"],
)
def test_rights_come_from_the_roles_alone(parameters):
    stack = deployed(**parameters)
    for kind in ("Policy", "ManagedPolicy", "RolePolicy", "UserPolicy", "GroupPolicy"):
        assert not of_type(stack, f"AWS::IAM::{kind}")
    assert not of_type(stack, "AWS::SecretsManager::ResourcePolicy")
    for node in walk(stack["Resources"]):
        if isinstance(node, dict) and "Effect" in node and "Action" in node:
            actions = as_list(node["Action"])
            assert "*" not in json.dumps(actions)
            if "*" in json.dumps(node.get("Resource")):
                assert {(action, json.dumps(node["Resource"])) for action in actions} == TRACE


def as_list(value):
    return value if isinstance(value, list) else [value]


# Their logs


@pytest.mark.parametrize("level", ["INFO", "WARN"])
def test_logs_are_json_at_the_level_asked_for(level):
    for function in functions(deployed(LogLevel=level)).values():
        logging = function["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        assert logging["ApplicationLogLevel"] == level
    assert functions(deployed())["CreateQrFunction"]["LoggingConfig"]["ApplicationLogLevel"] == "INFO"


def test_every_log_group_has_a_retention_and_serves_one_function_or_the_api():
    stack = deployed(LogRetentionDays=7)
    groups = properties(stack, "AWS::Logs::LogGroup")
    for group in groups.values():
        assert group["RetentionInDays"] == "7"
    # The reference makes CloudFormation create the group before what writes to it.
    used = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions(stack).values()]
    (stage,) = properties(stack, "AWS::ApiGatewayV2::Stage").values()
    used += [stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0]]
    assert sorted(used) == sorted(groups)
    for function, binary in BINARIES.items():
        group = functions(stack)[function]["LoggingConfig"]["LogGroup"]["Ref"]
        assert groups[group]["LogGroupName"] == f"/aws/lambda/sealed-qr/{binary}"


def test_logs_are_kept_for_a_time_by_default():
    for group in properties(deployed(), "AWS::Logs::LogGroup").values():
        assert group["RetentionInDays"] == "30"


def test_functions_get_the_brand_and_the_languages_that_there_are():
    brand = {"BrandName": "Box office", "BrandColour": "#7a1f5c", "BrandFooter": "Tel. 1", "PageLanguage": "de"}
    pages = {"BrandHelpUrl": "https://www.example.org/help", "BrandPrivacyUrl": "https://www.example.org/privacy"}
    variables = functions(deployed(**brand, **pages))["DecryptCtextFunction"]["Environment"]["Variables"]
    assert [variables[name] for name in OF_PAGES] == [
        "Box office", "#7a1f5c", *pages.values(), "Tel. 1", "de",
    ]  # fmt: skip
    files = {path.stem for path in (ROOT / "shared" / "scan" / "languages").glob("*.ftl")}
    assert set(source()["Parameters"]["PageLanguage"]["AllowedValues"]) == files | {""} and len(files) == 26
