"""What template.yaml deploys for print runs, played: bucket, rule and state machine by moto, whose interpreter of the
Amazon States Language has its Lambda tasks taken by the real function.

moto does not run rules that start state machines, so what the rule lets through is started here. A map does not fail with
a part of it, which the next step notices, and writes no results; the parameters of ResultWriter would be sought in them.

    python -m tests.support.print_runs PORT LAMBDA_URL    # an account whose state machines call functions at this URL
"""

import csv
import io
import json
import queue
import re
import secrets
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import boto3

from tests.support import aws
from tests.support.cloudformation import deployed, properties, with_ids
from tests.support.event_bus import queue_at
from tests.support.fakes import Function, Server, closed_port
from tools.local_api import ROOT

ACCESS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": aws.REGION}
FUNCTION = f"arn:aws:lambda:{aws.REGION}:123456789012:function:print-run"
ROLE = "arn:aws:iam::123456789012:role/print-run"
BASE_URL = "https://qr.example.org"
READY_WITHIN, DONE_WITHIN = 60, 300
INVOCATION = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
# More than the state machine uses at a time would be idle.
PROCESSES = 2


class Lambda(Server):
    """Lambda's endpoint for invocations, before processes of one function. `fault` may take what a step asks for, and
    answer in place of the function, or after it."""

    def __init__(self):
        super().__init__(self._answer)
        self.processes: list[Function] = []
        self.reset()

    def reset(self) -> None:
        """Forgets what was asked for, and all faults."""
        self.steps: list[dict] = []
        self.fault = lambda step, invoke: invoke()

    def replace(self, processes: list[Function]) -> None:
        """Lets other processes take the steps from now on."""
        self.processes, self._idle = processes, queue.Queue()
        for process in processes:
            self._idle.put(process)

    def _answer(self, method, path, headers, content):
        assert (method, unquote(INVOCATION.fullmatch(path)[1])) == ("POST", FUNCTION), path
        step = json.loads(content)
        self.steps.append(step)
        return self.fault(step, lambda: self._invoke(step))

    def _invoke(self, step: dict):
        idle = self._idle
        process = idle.get()
        try:
            kind, result = process.invoke(step)
        finally:
            idle.put(process)
        return answered(result) if kind == "response" else failed(result["errorType"], result["errorMessage"])


def answered(result: dict):
    return 200, {"content-type": "application/json"}, json.dumps(result).encode()


def failed(kind: str, message: str):
    body = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    return 200, {"content-type": "application/json", "x-amz-function-error": "Unhandled"}, body


def throttled():
    headers = {"content-type": "application/json", "x-amzn-errortype": "TooManyRequestsException"}
    return 429, headers, b'{"Type": "User", "message": "Rate Exceeded."}'


class PrintRuns:
    """A stack with PrintRuns=on."""

    def __init__(self, url: str, endpoint: Lambda):
        self.url, self.endpoint = url, endpoint
        self.bucket = f"print-runs-{secrets.token_hex(8)}"
        stack = deployed(PrintRuns="on", PublicBaseUrl=BASE_URL)
        self.s3, self.states, events, self.sqs = (
            boto3.client(name, endpoint_url=url, **ACCESS) for name in ("s3", "stepfunctions", "events", "sqs")
        )
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": aws.REGION})
        declared = stack["Resources"]["PrintRunBucket"]["Properties"]["NotificationConfiguration"]
        assert declared == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
        configuration = {"EventBridgeConfiguration": {}}
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration=configuration)
        # What the rule lets through goes into a queue, from which the state machine is started.
        ids = {"PrintRunBucket": self.bucket, "PrintRunFunction.Arn": FUNCTION}
        pattern = with_ids(properties(stack, "AWS::Events::Rule")["PrintRunRule"]["EventPattern"], **ids)
        self.queue = queue_at(self.sqs.create_queue(QueueName=self.bucket)["QueueUrl"], url)
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(Name=self.bucket, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=self.bucket, Targets=[{"Id": "queue", "Arn": arn}])
        machine = properties(stack, "AWS::StepFunctions::StateMachine")["PrintRunMachine"]
        definition = json.loads(with_ids(machine["DefinitionString"], **ids))
        del definition["States"]["Parts"]["ResultWriter"]
        created = self.states.create_state_machine(name=self.bucket, definition=json.dumps(definition), roleArn=ROLE)
        self.machine = created["stateMachineArn"]

    def settings(self, keyring: dict[str, str]) -> dict[str, str]:
        """The environment of the function."""
        return {
            "KEYRING": json.dumps(keyring),
            "PUBLIC_BASE_URL": BASE_URL,
            "PRINT_RUN_BUCKET": self.bucket,
            "AWS_ENDPOINT_URL_S3": self.url,
            "METRICS_STACK": "sealed-qr",
        }

    def put(self, key: str, rows: str, options: str | None = None) -> None:
        metadata = {} if options is None else {"options": options}
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=rows.encode(), Metadata=metadata)

    def events(self) -> list[dict]:
        """What the rule has let through since it was last looked at."""
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                event = json.loads(message["Body"])
                # moto spells it otherwise than S3's user guide, and has one sequencer for all.
                described = event["detail"]["object"]
                described |= {"etag": described.pop("eTag"), "sequencer": secrets.token_hex(8)}
                found.append(event)
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def start(self, given: dict, name: str | None = None) -> dict:
        """Starts an execution, and waits for its end."""
        name = name or secrets.token_hex(8)
        started = self.states.start_execution(stateMachineArn=self.machine, name=name, input=json.dumps(given))
        return self.ended(started["executionArn"])

    def ended(self, arn: str) -> dict:
        """An execution at its end."""
        deadline = time.monotonic() + DONE_WITHIN
        while (execution := self.states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, execution
            time.sleep(0.1)
        return execution

    def run(self, given: dict, name: str | None = None) -> dict:
        """What an execution that succeeds has to say."""
        execution = self.start(given, name)
        assert execution["status"] == "SUCCEEDED", execution
        return json.loads(execution["output"])

    def keys(self, prefix: str = "") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def read(self, key: str) -> str:
        return self.read_bytes(key).decode()

    def read_bytes(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def manifest(self, run: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.read(f"runs/{run}/manifest.csv"))))


@contextmanager
def playing(folder: Path):
    """A stack, in an account in a process of its own."""
    port = closed_port()
    with Lambda() as endpoint, (folder / "moto.log").open("wb") as log:
        command = [sys.executable, "-m", "tests.support.print_runs", str(port), f"http://{endpoint.address}"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + READY_WITHIN
            while not aws.listens(port):
                assert process.poll() is None and time.monotonic() < deadline, (folder / "moto.log").read_text()
                time.sleep(0.05)
            yield PrintRuns(f"http://127.0.0.1:{port}", endpoint)
        finally:
            process.kill()
            process.wait()


def serve(port: int, lambda_url: str) -> None:
    """An account whose state machines are run, and call functions at a URL in place of starting Docker."""
    import os

    from botocore.config import Config

    os.environ["MOTO_PORT"] = str(port)
    from moto.core.config import default_user_config
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    patience = Config(retries={"total_max_attempts": 1}, read_timeout=DONE_WITHIN)
    client = boto3.client("lambda", endpoint_url=lambda_url, config=patience, **ACCESS)
    lambda_eval_utils.boto_client_for = lambda **_: client
    start = StepFunctionsParserBackend.start_execution

    def named(backend, arn, name=None, *given):
        """An execution, which AWS gives a name if nobody does."""
        return start(backend, arn, name or str(uuid.uuid4()), *given)

    StepFunctionsParserBackend.start_execution = named
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    server._thread.join()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
