"""The sample events, unchanged, and events of other kinds."""

import json
import subprocess

import pytest

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import answer_of, ctext_of
from tests.support.fakes import closed_port
from tools import local_api

EVENTS = local_api.ROOT / "events"
PAYLOAD = json.dumps(json.loads((EVENTS / "payload.json").read_text()), separators=(",", ":"))
FUNCTIONS = {
    "create-qr.json": "create-qr",
    "create-qr-plain.json": "create-qr",
    "create-batch.json": "create-batch",
    "decrypt-ctext.json": "decrypt-ctext",
    "decrypt-ctext-compact.json": "decrypt-ctext",
}
OTHER_FILES = {"payload.json", "local-env.json"}


@pytest.fixture(scope="module")
def api_of_the_samples(binaries, sample_keyring, tmp_path_factory):
    """The port of a local API with the sample keyring."""
    environment = {"KEYRING": json.dumps(sample_keyring), "PUBLIC_BASE_URL": "http://127.0.0.1:9000"}
    log = tmp_path_factory.mktemp("samples") / "log"
    with local_api.LocalApi("127.0.0.1", closed_port(), environment, log) as api:
        api.wait_until_ready()
        yield api.port


def check(name: str, answer, keyring) -> None:
    assert answer.status == 200
    if name == "create-qr.json":
        ctext = reference.from_base64url(answer.json["url"].rpartition("=")[2])
        assert reference.open_ctext(keyring, ctext).payload.decode() == PAYLOAD
    elif name == "create-batch.json":
        opened = [reference.open_ctext(keyring, reference.from_text(ctext_of(code["url"]))) for code in batches.codes(answer)]
        expected = ["order-1042", 4250, "EUR"], ["order-1043", 1999, "EUR"]
        assert [list(json.loads(code.payload).values()) for code in opened] == list(expected)
    elif name == "create-qr-plain.json":
        assert answer.headers["content-type"] == "image/png"
    else:
        assert answer.body.decode() == PAYLOAD


def test_every_file_is_known():
    assert {path.name for path in EVENTS.iterdir()} == set(FUNCTIONS) | OTHER_FILES


@pytest.mark.parametrize("name", FUNCTIONS)
def test_event_under_the_environment_of_sam_local(start, sample_keyring, name):
    parameters = json.loads((EVENTS / "local-env.json").read_text())["Parameters"]
    answer = start(FUNCTIONS[name], **parameters).answer(json.loads((EVENTS / name).read_text()))
    check(name, answer, sample_keyring)
    if name == "create-qr.json":
        assert answer.json["url"].startswith(parameters["PUBLIC_BASE_URL"] + "/api/decrypt/")
    if name == "create-batch.json":
        # It has an Idempotency-Key, so it is the same whenever it is invoked.
        again = start(FUNCTIONS[name], **parameters).answer(json.loads((EVENTS / name).read_text()))
        assert again.body == answer.body


@pytest.mark.parametrize("name", FUNCTIONS)
def test_event_by_cargo_lambda_invoke(api_of_the_samples, sample_keyring, name):
    command = [local_api.cargo_lambda(), "lambda", "invoke", FUNCTIONS[name], "--data-file", f"events/{name}"]
    command += ["--invoke-address", "127.0.0.1", "--invoke-port", str(api_of_the_samples)]
    done = subprocess.run(command, cwd=local_api.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    check(name, answer_of(json.loads(done.stdout)), sample_keyring)


def test_the_sample_keyring_says_that_it_is_not_secret(sample_keyring):
    assert [bytes.fromhex(key) for key in sample_keyring.values()] == [b"sample keyring: it is no secret!"]


FOREIGN_EVENTS = {
    "test event of the console": {"key1": "value1", "key2": "value2", "key3": "value3"},
    "empty": {},
    "list": [],
    "text": "hello",
    "null": None,
    "S3": {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]},
    "SQS": {"Records": [{"eventSource": "aws:sqs", "body": "{}"}]},
    "REST API": {
        "resource": "/api/qrcode",
        "path": "/api/qrcode",
        "httpMethod": "POST",
        "headers": {},
        "multiValueHeaders": {},
        "requestContext": {"resourcePath": "/api/qrcode", "httpMethod": "POST", "stage": "prod"},
        "body": "{}",
        "isBase64Encoded": False,
    },
    "load balancer": {
        "requestContext": {"elb": {"targetGroupArn": "arn"}},
        "httpMethod": "GET",
        "path": "/",
        "headers": {},
        "body": "",
    },
    "bare payload": {"id": "canary-in-an-event", "amount": 1},
    "schedule": {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}},
}


@pytest.mark.parametrize("function", ["create-qr", "create-batch", "decrypt-ctext"])
def test_events_of_other_kinds_are_answered_with_a_way_out(start, sample_keyring, function):
    process = start(function, KEYRING=json.dumps(sample_keyring), AWS_LAMBDA_LOG_LEVEL="TRACE")
    for name, event in FOREIGN_EVENTS.items():
        kind, result = process.invoke(event)
        assert kind == "error", (name, result)
        assert "events/" in result["errorMessage"], (name, result)
    # It goes on after them.
    assert process.answer(json.loads((EVENTS / f"{function}.json").read_text())).status == 200
    assert "canary-in-an-event" not in process.log.read_text()
