"""The init phase: one fetch and then requests, or one line and the end."""

import json
import secrets
from contextlib import ExitStack

import pytest

import sealed_qr_reference as reference
from api_client import CREATE, DECRYPT, JSON, answer_of, gateway_event
from fakes import INIT_WITHIN, Function, LambdaRuntime, SecretsManager, closed_port, endpoint_that_never_answers

FUNCTIONS = ["create-qr", "decrypt-ctext"]
KEY = secrets.token_hex(32)
SECRET_ID = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:some-keyring-AbCdEf"

# What is wrong with each keyring, and a word that the line about it must have.
BAD_KEYRINGS = {
    "empty object": ("{}", "key"),
    "not JSON": (KEY, "JSON"),
    "cut JSON": ('{"1":"' + KEY, "JSON"),
    "list": (f'["{KEY}"]', "JSON"),
    "string": (f'"{KEY}"', "JSON"),
    "number for a key": ('{"1":1234567890123456789}', "JSON"),
    "key in an object": ('{"1":{"key":"' + KEY + '"}}', "JSON"),
    "text after it": ('{"1":"' + KEY + '"}x', "JSON"),
    "short key": ('{"1":"' + KEY[:-1] + '"}', "64"),
    "shorter key": ('{"1":"' + KEY[:-2] + '"}', "64"),
    "long key": ('{"1":"' + KEY + 'ab"}', "64"),
    "empty key": ('{"1":""}', "64"),
    "upper-case key": ('{"1":"' + KEY[:-2] + 'AB"}', "lower-case"),
    "no hexadecimal key": ('{"1":"' + KEY[:-1] + 'g"}', "hex"),
    "base64 key": ('{"1":"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="}', "64"),
    "one bad key of two": ('{"1":"' + KEY + '","2":"' + KEY[:-1] + '"}', "64"),
    "id twice": ('{"1":"' + KEY + '","1":"' + KEY + '"}', "twice"),
} | {
    f"id {key_id!r}": (json.dumps({key_id: KEY}), "255")
    for key_id in ("0", "256", "01", "x", "", "-1", "+1", "1.0", " 1", "999999999999")
}


def assert_refused(function: Function, runtime: LambdaRuntime, *words: str, hidden: tuple[str, ...] = (KEY,)) -> None:
    """The function ends in time, has never asked for work, and says why in one line that hides the value."""
    assert function.process.wait(timeout=INIT_WITHIN) != 0
    assert runtime.polls == 0
    (line,) = function.lines()
    for word in words:
        assert word.lower() in line.lower(), (word, line)
    for value in hidden:
        for start in range(0, len(value) - 8):
            assert value[start : start + 8] not in line
    assert "panicked" not in line


@pytest.fixture(params=FUNCTIONS)
def start(request, binaries, tmp_path):
    """Starts a function in an environment; its process and the runtime it talks to."""
    with ExitStack() as stack:

        def start(environment: dict[str, str]) -> tuple[Function, LambdaRuntime]:
            runtime = stack.enter_context(LambdaRuntime())
            function = stack.enter_context(Function(binaries[request.param], runtime, tmp_path / "log", environment))
            function.name = request.param
            return function, runtime

        yield start


@pytest.mark.parametrize(
    "environment", [{}, {"KEYRING": ""}, {"KEYRING_SECRET_ID": ""}, {"KEYRING": "", "KEYRING_SECRET_ID": ""}]
)
def test_no_keyring_setting(start, environment):
    assert_refused(*start(environment), "KEYRING_SECRET_ID", "set")


def test_both_keyring_settings(start):
    environment = {"KEYRING": json.dumps({"1": KEY}), "KEYRING_SECRET_ID": SECRET_ID}
    assert_refused(*start(environment), "KEYRING ", "KEYRING_SECRET_ID", "one")


@pytest.mark.parametrize("name", BAD_KEYRINGS)
def test_bad_keyring_in_the_setting(start, name):
    keyring, word = BAD_KEYRINGS[name]
    assert_refused(*start({"KEYRING": keyring}), "KEYRING", word)


@pytest.mark.parametrize("name", ["empty object", "not JSON", "short key", "upper-case key", "id '0'"])
def test_bad_keyring_in_the_secret(start, name):
    keyring, word = BAD_KEYRINGS[name]
    with SecretsManager(keyring) as service:
        environment = {"KEYRING_SECRET_ID": SECRET_ID, "AWS_ENDPOINT_URL": f"http://{service.address}"}
        assert_refused(*start(environment), SECRET_ID, word)


@pytest.mark.parametrize(
    "base_url",
    [
        "qr.example",
        "ftp://qr.example",
        "https://",
        "https://user@qr.example",
        "https://qr.example?a",
        "HTTPS://qr.example",
    ],
)
def test_bad_base_url(binaries, tmp_path, base_url):
    environment = {"KEYRING": json.dumps({"1": KEY}), "PUBLIC_BASE_URL": base_url}
    with (
        LambdaRuntime() as runtime,
        Function(binaries["create-qr"], runtime, tmp_path / "log", environment) as function,
    ):
        assert_refused(function, runtime, "PUBLIC_BASE_URL", "https://")


def test_secrets_manager_out_of_reach(start):
    environment = {"KEYRING_SECRET_ID": SECRET_ID, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{closed_port()}"}
    assert_refused(*start(environment), SECRET_ID)


def test_secrets_manager_that_never_answers(start):
    with endpoint_that_never_answers() as address:
        environment = {"KEYRING_SECRET_ID": SECRET_ID, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{address}"}
        assert_refused(*start(environment), SECRET_ID)


@pytest.mark.parametrize(
    "status, error, word",
    [
        (400, "ResourceNotFoundException", "no such secret"),
        (400, "AccessDeniedException", "GetSecretValue"),
        (400, "DecryptionFailure", SECRET_ID),
        (500, "InternalServiceError", SECRET_ID),
        (503, "ThrottlingException", SECRET_ID),
    ],
)
def test_secrets_manager_that_refuses(start, status, error, word):
    answer = {"__type": error, "message": "Some message", "Message": "Some message"}
    with SecretsManager(status=status, error=answer) as service:
        environment = {"KEYRING_SECRET_ID": SECRET_ID, "AWS_ENDPOINT_URL": f"http://{service.address}"}
        assert_refused(*start(environment), SECRET_ID, word)


def test_secret_without_text(start):
    with SecretsManager(error={"Name": "keyring", "SecretBinary": "e30="}) as service:
        environment = {"KEYRING_SECRET_ID": SECRET_ID, "AWS_ENDPOINT_URL": f"http://{service.address}"}
        assert_refused(*start(environment), SECRET_ID)


def test_absent_secret_in_moto(start, secrets_manager):
    environment = {"KEYRING_SECRET_ID": "no-such-secret", "AWS_ENDPOINT_URL": secrets_manager}
    assert_refused(*start(environment), "no-such-secret", "no such secret")


@pytest.mark.parametrize("missing", ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_secrets_manager_without_credentials(start, missing):
    with SecretsManager(json.dumps({"1": KEY})) as service:
        environment = {"KEYRING_SECRET_ID": SECRET_ID, "AWS_ENDPOINT_URL": f"http://{service.address}", missing: ""}
        assert_refused(*start(environment), missing)
        assert service.requests == []


def test_one_fetch_and_then_requests(start):
    keyring = {"3": KEY}
    payload = b'{"id":"a","amount":1}'
    text = reference.to_digits(reference.seal(keyring, payload))
    with SecretsManager(json.dumps(keyring)) as service, SecretsManager() as other:
        function, runtime = start(
            {
                "KEYRING_SECRET_ID": SECRET_ID,
                "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{service.address}",
                "AWS_ENDPOINT_URL": f"http://{other.address}",
                "AWS_LAMBDA_LOG_LEVEL": "TRACE",
            }
        )
        for number in range(30):
            if function.name == "create-qr":
                kind, result = runtime.invoke(gateway_event("POST", CREATE, "format=json", JSON, payload))
            else:
                kind, result = runtime.invoke(
                    gateway_event("GET", DECRYPT, f"ctext={text}" if number % 2 else "ctext=1")
                )
            assert kind == "response"
            assert answer_of(result).status == (200 if number % 2 or function.name == "create-qr" else 400)
            assert service.requests == [
                ("secretsmanager.GetSecretValue", {"SecretId": SECRET_ID, "VersionStage": "AWSCURRENT"})
            ]
        assert other.requests == []
        log = function.log.read_text()
    assert KEY not in log and text not in log and '"amount"' not in log and '\\"amount' not in log


def test_white_space_in_the_keyring_and_several_keys(binaries, tmp_path):
    keyring = {"9": secrets.token_hex(32), "10": KEY, "2": secrets.token_hex(32)}
    environment = {"KEYRING": "\n" + json.dumps(keyring, indent=2) + "\n"}
    event = gateway_event("POST", CREATE, "format=json", JSON, b'{"id":"a","amount":1}')
    with LambdaRuntime() as runtime, Function(binaries["create-qr"], runtime, tmp_path / "log", environment):
        _, result = runtime.invoke(event)
    ctext = reference.from_base64url(answer_of(result).json["url"].rpartition("=")[2])
    assert reference.open_ctext(keyring, ctext)[1] == 10
