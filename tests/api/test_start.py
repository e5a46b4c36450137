"""The init phase: one fetch and then requests, or one line and the end. test_faults has Secrets Manager's faults."""

import json
import secrets

import pytest

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import CREATE, DECRYPT, JSON, gateway_event
from tests.support.fakes import INIT_WITHIN, Function, closed_port
from tests.support.rotating_secret import ARN, RotatingSecret

KEY = secrets.token_hex(32)

every_function = pytest.mark.parametrize("name", ["create-qr", "create-batch", "decrypt-ctext"])


def assert_refused(function: Function, *words: str) -> None:
    """The function ends in time, has never asked for work, and says why in one line that quotes nothing of the key."""
    assert function.process.wait(timeout=INIT_WITHIN) != 0
    assert function.runtime.polls == 0
    (line,) = function.lines()
    for word in words:
        assert word.lower() in line.lower(), (word, line)
    assert not any(KEY[at : at + 8] in line for at in range(len(KEY) - 8))
    assert "panicked" not in line


@every_function
def test_settings_that_cannot_be_are_refused(start, name):
    keyring = json.dumps({"1": KEY})
    assert_refused(start(name), "KEYRING_SECRET_ID")
    assert_refused(start(name, KEYRING="", KEYRING_SECRET_ID=""), "KEYRING_SECRET_ID")
    assert_refused(start(name, KEYRING=keyring, KEYRING_SECRET_ID=ARN), "KEYRING ", "KEYRING_SECRET_ID")
    if name.startswith("create-"):
        assert_refused(start(name, KEYRING=keyring, PUBLIC_BASE_URL="ftp://qr.example"), "PUBLIC_BASE_URL", "https://")


@every_function
def test_a_wrong_keyring_is_refused_wherever_it_is(start, name):
    for keyring, word in {
        "{}": "key",
        KEY: "JSON",
        json.dumps({"1": KEY[:-1]}): "64",
        json.dumps({"1": KEY, "2": KEY[:-1].upper() + "X"}): "64",
        json.dumps({"0": KEY}): "255",
        '{"1":"' + KEY + '","1":"' + KEY + '"}': "twice",
    }.items():
        assert_refused(start(name, KEYRING=keyring), "KEYRING", word)
        with RotatingSecret(keyring) as secret:
            assert_refused(start(name, KEYRING_SECRET_ID=ARN, AWS_ENDPOINT_URL=f"http://{secret.address}"), ARN, word)


@every_function
def test_secrets_manager_out_of_reach_or_without_credentials(start, name):
    settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{closed_port()}"}
    assert_refused(start(name, **settings), ARN)
    for missing in ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert_refused(start(name, **settings | {missing: ""}), missing)


@every_function
def test_one_fetch_and_then_requests(start, name):
    keyring, payload = {"3": KEY}, b'{"id":"a","amount":1}'
    text = reference.to_digits(reference.seal(keyring, payload))
    events = {
        "create-qr": [gateway_event("POST", CREATE, "format=json", JSON, payload)],
        "create-batch": [batches.request(payload, "", batches.NDJSON)],
        "decrypt-ctext": [gateway_event("GET", DECRYPT, f"ctext={text}"), gateway_event("GET", DECRYPT, "ctext=1")],
    }
    with RotatingSecret(json.dumps(keyring)) as secret, RotatingSecret("{}") as other:
        function = start(
            name,
            KEYRING_SECRET_ID=ARN,
            AWS_ENDPOINT_URL_SECRETS_MANAGER=f"http://{secret.address}",
            AWS_ENDPOINT_URL=f"http://{other.address}",
            AWS_LAMBDA_LOG_LEVEL="TRACE",
        )
        for _ in range(15):
            assert [function.answer(event).status for event in events[name]] == [200, 400][: len(events[name])]
        assert (secret.calls, other.calls) == (["GetSecretValue"], [])
    log = function.log.read_text()
    assert KEY not in log and text not in log and '"amount"' not in log and '\\"amount' not in log
