"""Deploys both functions with cargo-lambda alone, each with a URL of its own. To run it again updates them.

    CREATE_AUTH=AWS_IAM python3 tools/deploy_cargo_lambda.py [folder of `cargo lambda build`]

Region and credentials come from the environment or the AWS profile. The keyring and the role are made if they are missing.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
ROLE, KEYRING = "sealed-qr", "sealed-qr-keyring"
CREATE, OPEN = "create-qr", "decrypt-ctext"
LOG_RETENTION_DAYS = 30
# IAM tells Lambda of a new role within seconds.
ROLE_KNOWN_WITHIN = 60


class Failure(Exception):
    """What went wrong and what to do about it, in words for the terminal."""


class Deployment:
    def __init__(self, built: Path, create_auth: str):
        self.built, self.create_auth = built, create_auth
        session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
        if not session.region_name:
            raise Failure("No region is set: export AWS_REGION=eu-central-1, or set one in the AWS profile.")
        self.region = session.region_name
        self.account = session.client("sts").get_caller_identity()["Account"]
        self.iam, self.functions, self.logs, self.secrets = map(
            session.client, ("iam", "lambda", "logs", "secretsmanager")
        )
        self.role_is_new = False

    def run(self) -> None:
        keyring = self.keyring()
        role = self.role(keyring)
        settings = {"KEYRING_SECRET_ID": keyring}
        self.deploy(OPEN, role, settings)
        open_url = self.url(OPEN, "NONE")
        # It has an address of its own, to which its links would lead otherwise.
        self.deploy(CREATE, role, settings | {"PUBLIC_BASE_URL": open_url.rstrip("/")})
        create_url = self.url(CREATE, self.create_auth)
        print(f"CREATE_URL={create_url}\nOPEN_URL={open_url}\nKEYRING_ARN={keyring}")

    def keyring(self) -> str:
        """The ARN of the keyring. A first key is never shown."""
        try:
            found = self.secrets.describe_secret(SecretId=KEYRING)
        except self.secrets.exceptions.ResourceNotFoundException:
            first = json.dumps({"1": secrets.token_hex(32)})
            return self.secrets.create_secret(Name=KEYRING, SecretString=first)["ARN"]
        if "DeletedDate" in found:
            raise Failure(f"{KEYRING} is being deleted: aws secretsmanager restore-secret --secret-id {KEYRING}")
        return found["ARN"]

    def role(self, keyring: str) -> str:
        """The ARN of the role: it may read this keyring, write the logs of these functions, and send traces."""
        trust = statement("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
        try:
            arn = self.iam.get_role(RoleName=ROLE)["Role"]["Arn"]
        except self.iam.exceptions.NoSuchEntityException:
            self.role_is_new = True
            arn = self.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        partition = arn.split(":")[1]
        groups = f"arn:{partition}:logs:{self.region}:{self.account}:log-group:/aws/lambda"
        rights = policy(
            statement("secretsmanager:GetSecretValue", Resource=keyring),
            statement(
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource=[f"{groups}/{CREATE}:*", f"{groups}/{OPEN}:*"],
            ),
            # X-Ray knows no resources.
            statement(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource="*"),
        )
        self.iam.put_role_policy(RoleName=ROLE, PolicyName=ROLE, PolicyDocument=rights)
        return arn

    def deploy(self, function: str, role: str, settings: dict[str, str]) -> None:
        group = f"/aws/lambda/{function}"
        try:
            self.logs.create_log_group(logGroupName=group)
        except self.logs.exceptions.ResourceAlreadyExistsException:
            pass
        self.logs.put_retention_policy(logGroupName=group, retentionInDays=LOG_RETENTION_DAYS)

        command = ["cargo-lambda", "lambda", "deploy", function, "--lambda-dir", str(self.built), "--region", self.region]
        command += ["--role", role, "--memory", "128", "--timeout", "10", "--tracing", "active"]
        for name, value in settings.items():
            command += ["--env-var", f"{name}={value}"]
        if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
            command += ["--endpoint-url", endpoint]
        deadline = time.monotonic() + (ROLE_KNOWN_WITHIN if self.role_is_new else 0)
        while subprocess.run(command, cwd=ROOT).returncode != 0:
            if time.monotonic() >= deadline:
                raise Failure(f"cargo-lambda did not deploy {function}, see above.")
            print("Once more, in case that Lambda does not know the new role yet ...", flush=True)
            time.sleep(5)

    def url(self, function: str, auth: str) -> str:
        """The function's URL, open to those that `auth` says and to nobody else.

        Not by cargo-lambda's --enable-function-url, which opens to everyone."""
        try:
            self.functions.get_function_url_config(FunctionName=function)
            change = self.functions.update_function_url_config
        except self.functions.exceptions.ResourceNotFoundException:
            change = self.functions.create_function_url_config
        url = change(FunctionName=function, AuthType=auth)["FunctionUrl"]
        # A public URL needs both.
        rights = {
            "public-url": {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
            "public-invoke": {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
        }
        granted = self.granted(function)
        for name, right in rights.items():
            if auth == "NONE" and name not in granted:
                self.functions.add_permission(FunctionName=function, StatementId=name, Principal="*", **right)
            elif auth != "NONE" and name in granted:
                self.functions.remove_permission(FunctionName=function, StatementId=name)
        return url

    def granted(self, function: str) -> set[str]:
        try:
            document = self.functions.get_policy(FunctionName=function)["Policy"]
        except self.functions.exceptions.ResourceNotFoundException:
            return set()
        return {entry["Sid"] for entry in json.loads(document)["Statement"]}


def policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def statement(action: str | list[str], **whom_and_what) -> dict:
    return {"Effect": "Allow", "Action": action} | whom_and_what


def main(arguments: list[str]) -> int:
    built = Path(arguments[0]) if arguments else ROOT / "target" / "lambda"
    create_auth = os.environ.get("CREATE_AUTH") or "AWS_IAM"
    try:
        if create_auth not in ("AWS_IAM", "NONE"):
            raise Failure(f"CREATE_AUTH={create_auth}: function URLs know AWS_IAM, and NONE for everyone.")
        Deployment(built, create_auth).run()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refuses: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
