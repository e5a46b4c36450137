"""The rotation function as Secrets Manager calls it: its binary, its events, its calls."""

import json

import pytest

from fakes import Function, LambdaRuntime
from rotating_secret import ARN, STEPS, RotatingSecret
from traces import shown

KEYRING = {"1": "11" * 32, "7": "77" * 32}


class Rotation:
    def __init__(self, runtime, secret, log):
        self.runtime, self.secret, self.log = runtime, secret, log

    def take(self, step, token, secret_id=ARN):
        """None, or the message of the error that the function reports."""
        kind, answer = self.runtime.invoke({"Step": step, "SecretId": secret_id, "ClientRequestToken": token})
        return answer["errorMessage"] if kind == "error" else None


@pytest.fixture
def rotation(binaries, tmp_path):
    log = tmp_path / "log"
    with LambdaRuntime() as runtime, RotatingSecret(json.dumps(KEYRING)) as secret:
        environment = {
            "KEYRING_SECRET_ID": ARN,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}",
            "RUST_LOG": "trace",
        }
        with Function(binaries["rotate-keyring"], runtime, log, environment):
            yield Rotation(runtime, secret, log)
        keys = {key for keyring in secret.values.values() for key in json.loads(keyring).values()}
        assert not shown({key.encode() for key in keys} | {bytes.fromhex(key) for key in keys}, log.read_text())


def test_three_rotations_add_three_keys_and_keep_the_others(rotation):
    for newest in ("8", "9", "10"):
        before = rotation.secret.current
        token = rotation.secret.begin_rotation()
        for step in STEPS:
            assert rotation.secret.current == before
            assert rotation.take(step, token) is None
        after = rotation.secret.current
        assert list(after.items())[:-1] == list(before.items()), "the old keys, in order"
        assert list(after)[-1] == newest
        assert len(bytes.fromhex(after[newest])) == 32
        assert rotation.secret.version("AWSCURRENT") == token
        assert not any("AWSPENDING" in stages and version != token for version, stages in rotation.secret.stages.items())


def test_every_step_can_be_repeated(rotation):
    token = rotation.secret.begin_rotation()
    for step in ["createSecret", "createSecret", "setSecret", "testSecret", "createSecret", "testSecret", "finishSecret"]:
        assert rotation.take(step, token) is None
    after = rotation.secret.current
    assert list(after) == ["1", "7", "8"]
    for step in STEPS:
        assert rotation.take(step, token) is None
    assert rotation.secret.current == after


def test_what_is_no_rotation_is_refused_and_changes_nothing(rotation):
    secret = rotation.secret
    token = secret.begin_rotation()
    assert "no such step" in rotation.take("deleteSecret", token)
    assert "another secret" in rotation.take("createSecret", token, "arn:of:another")
    assert "no version with this token" in rotation.take("createSecret", "unknown")
    assert "createSecret comes first" in rotation.take("finishSecret", token)
    secret.rotation_enabled = False
    assert "not turned on" in rotation.take("createSecret", token)
    secret.rotation_enabled = True
    secret.stages[token] = {"SOMETHING"}
    assert "not staged as AWSPENDING" in rotation.take("createSecret", token)
    assert secret.values == {"first": json.dumps(KEYRING)}


def test_a_full_keyring_is_refused(rotation):
    rotation.secret.values["first"] = json.dumps({"255": "ff" * 32})
    assert "id 255" in rotation.take("createSecret", rotation.secret.begin_rotation())
    assert set(rotation.secret.values) == {"first"}


def test_a_key_that_is_retired_meanwhile_does_not_come_back(rotation):
    token = rotation.secret.begin_rotation()
    for step in STEPS[:3]:
        assert rotation.take(step, token) is None
    rotation.secret.values["first"] = json.dumps({"7": KEYRING["7"]})
    assert "has changed since" in rotation.take("finishSecret", token)
    assert rotation.secret.current == {"7": KEYRING["7"]}


CANARY = "canary-7f3a9c-in-an-event"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Step": "createSecret"},
        [],
        "createSecret",
        {"Step": 1},
        CANARY,
        {"SecretString": CANARY},
        {"Step": CANARY, "SecretId": CANARY, "ClientRequestToken": CANARY},
        {"Step": "createSecret", "SecretId": {CANARY: 1}, "ClientRequestToken": [CANARY]},
    ],
)
def test_other_events_are_refused(rotation, event):
    kind, answer = rotation.runtime.invoke(event)
    assert kind == "error"
    assert rotation.secret.calls == []
    assert not shown({CANARY.encode()}, rotation.log.read_text() + json.dumps(answer))
