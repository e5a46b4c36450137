"""Deploys both functions with cargo-lambda alone, each with a function URL. Run it again to update them.

    CREATE_AUTH=AWS_IAM python3 tools/deploy_cargo_lambda.py [folder of `cargo lambda build`]

Region and credentials come from the environment or the AWS profile. The keyring and the role are created if missing.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

NAME, KEYRING = "sealed-qr", "sealed-qr-keyring"
CREATE, OPEN = "create-qr", "decrypt-ctext"
# Not the previous keyring. A version can have several stages, hence the quantifier.
CURRENT_ONLY = {"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}
# A public URL needs both.
PUBLIC = {
    "public-url": {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
    "public-invoke": {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
}


def main(built: str = "target/lambda") -> None:
    create_auth = os.environ.get("CREATE_AUTH") or "AWS_IAM"
    if create_auth not in ("AWS_IAM", "NONE"):
        sys.exit(f"CREATE_AUTH={create_auth}: a function URL takes AWS_IAM, or NONE to let everyone create codes.")
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    if not session.region_name:
        sys.exit("No region is set: export AWS_REGION=eu-central-1, or set one in the AWS profile.")
    keyring = keyring_arn(session.client("secretsmanager"))
    command = ["cargo-lambda", "lambda", "deploy", "--lambda-dir", built, "--region", session.region_name]
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        command += ["--endpoint-url", endpoint]
    command += ["--memory", "128", "--timeout", "10", "--tracing", "active", "--log-retention", "30"]
    role = prepare_role(session, keyring)
    settings = {"KEYRING_SECRET_ID": keyring}
    if continue_origins := os.environ.get("CONTINUE_ORIGINS"):
        settings["CONTINUE_ORIGINS"] = continue_origins
    deploy(command, OPEN, role, settings)
    open_url = function_url(session.client("lambda"), OPEN, "NONE")
    # Otherwise links would lead to create-qr, which has a URL of its own.
    settings = {"KEYRING_SECRET_ID": keyring, "PUBLIC_BASE_URL": open_url.rstrip("/")}
    if pack_payloads := os.environ.get("PACK_PAYLOADS"):
        settings["PACK_PAYLOADS"] = pack_payloads
    deploy(command, CREATE, role, settings)
    create_url = function_url(session.client("lambda"), CREATE, create_auth)
    print(f"CREATE_URL={create_url}\nOPEN_URL={open_url}\nKEYRING_ARN={keyring}")


def keyring_arn(client) -> str:
    """The keyring's ARN. If the first key has to be made, nobody sees it."""
    try:
        found = client.describe_secret(SecretId=KEYRING)
    except client.exceptions.ResourceNotFoundException:
        return client.create_secret(Name=KEYRING, SecretString=json.dumps({"1": secrets.token_hex(32)}))["ARN"]
    if "DeletedDate" in found:
        sys.exit(f"{KEYRING} is being deleted: aws secretsmanager restore-secret --secret-id {KEYRING}")
    return found["ARN"]


def prepare_role(session, keyring: str) -> dict:
    """A role that may read this keyring, write the functions' logs and send traces, and no more."""
    iam = session.client("iam")
    # The names of roles are shared by all regions: each region has its own, whose rights no other region changes.
    name = f"{NAME}-{session.region_name}"
    trust = {"Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
    role = iam.get_role(RoleName=name)["Role"]
    _, partition, _, _, account, _ = role["Arn"].split(":")
    logs = f"arn:{partition}:logs:{session.region_name}:{account}:log-group:/aws/lambda"
    groups = [f"{logs}/{function}:*" for function in (CREATE, OPEN)]
    rights = policy(
        {"Action": "secretsmanager:GetSecretValue", "Resource": keyring, "Condition": CURRENT_ONLY},
        {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": groups},
        # X-Ray has no resources to name.
        {"Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
    )
    iam.put_role_policy(RoleName=name, PolicyName=NAME, PolicyDocument=rights)
    return role


def policy(*statements: dict) -> str:
    allowed = [{"Effect": "Allow"} | statement for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def deploy(command: list[str], function: str, role: dict, settings: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Not by --env-var, which takes a comma in a value for its end.
        variables = Path(folder) / "variables"
        variables.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        while subprocess.run([*command, "--role", role["Arn"], "--env-file", variables, function]).returncode != 0:
            # IAM tells Lambda of a new role within seconds.
            if time.time() > role["CreateDate"].timestamp() + 60:
                sys.exit(f"cargo-lambda did not deploy {function}, see above.")
            print("Trying again, in case Lambda does not know the new role yet ...", flush=True)
            time.sleep(5)


def function_url(client, function: str, auth: str) -> str:
    """The function's URL, open to those whom `auth` admits: cargo-lambda's --enable-function-url admits everyone."""
    try:
        client.get_function_url_config(FunctionName=function)
        change = client.update_function_url_config
    except client.exceptions.ResourceNotFoundException:
        change = client.create_function_url_config
    url = change(FunctionName=function, AuthType=auth)["FunctionUrl"]
    granted = set()
    with suppress(client.exceptions.ResourceNotFoundException):
        statements = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
        granted = {statement["Sid"] for statement in statements}
    for name, right in PUBLIC.items():
        if auth == "NONE" and name not in granted:
            client.add_permission(FunctionName=function, StatementId=name, Principal="*", **right)
        elif auth != "NONE" and name in granted:
            client.remove_permission(FunctionName=function, StatementId=name)
    return url


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS refuses: {error}")
