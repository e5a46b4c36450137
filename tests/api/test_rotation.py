"""The rotation function as Secrets Manager calls it: its binary, its events, its calls."""

import json

import pytest

from tests.support.rotating_secret import ARN, STEPS, RotatingSecret
from tests.support.traces import keys_of, shown

KEYRING = {"1": "11" * 32, "7": "77" * 32}
CANARY = "canary-7f3a9c-in-an-event"


@pytest.fixture
def secret():
    with RotatingSecret(json.dumps(KEYRING)) as secret:
        yield secret


@pytest.fixture
def take(start, secret):
    """Has the function take an event; None, or the message of the error that it reports."""
    settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}"}
    function = start("rotate-keyring", **settings, RUST_LOG="trace")

    def take(event) -> str | None:
        kind, answer = function.invoke(event)
        return answer["errorMessage"] if kind == "error" else None

    yield take
    keys = set().union(*(keys_of(json.loads(keyring)) for keyring in secret.values.values()))
    assert not shown(keys | {CANARY.encode()}, function.log.read_text())


def test_three_rotations_add_three_keys_and_keep_the_others(secret, take):
    for newest in ("8", "9", "10"):
        before, token = secret.current, secret.begin_rotation()
        for step in STEPS:
            assert secret.current == before
            assert take({"Step": step, "SecretId": ARN, "ClientRequestToken": token}) is None
        after = secret.current
        assert list(after.items())[:-1] == list(before.items()), "the old keys, in order"
        assert list(after)[-1] == newest
        assert len(bytes.fromhex(after[newest])) == 32
        assert secret.version("AWSCURRENT") == token
        assert not any("AWSPENDING" in stages and version != token for version, stages in secret.stages.items())


def test_a_step_that_cannot_be_is_refused_and_changes_nothing(secret, take):
    token, before = secret.begin_rotation(), dict(secret.values)
    assert take({"Step": "finishSecret", "SecretId": ARN, "ClientRequestToken": token})
    assert take({"Step": "createSecret", "SecretId": ARN, "ClientRequestToken": "unknown"})
    assert take({"Step": "createSecret", "SecretId": "arn:of:another", "ClientRequestToken": token})
    assert secret.values == before


def test_other_events_are_refused_and_not_quoted(secret, take):
    for event in (
        {}, [], "createSecret", CANARY, {"Step": "createSecret"}, {"Step": 1}, {"SecretString": CANARY},
        {"Step": CANARY, "SecretId": CANARY, "ClientRequestToken": CANARY},
        {"Step": "createSecret", "SecretId": {CANARY: 1}, "ClientRequestToken": [CANARY]},
    ):  # fmt: skip
        error = take(event)
        assert error and CANARY not in error
    assert secret.calls == []
