"""The Secrets Manager of the rotation's tests, held to what AWS documents; and the rotation function against it."""

import json
import secrets

import boto3
import pytest
from botocore.config import Config

from tests.support.rotating_secret import ARN, FIRST_VERSION, STEPS, Refused, RotatingSecret

KEYRING = {"1": "11" * 32, "7": "77" * 32}
FIRST = json.dumps(KEYRING)


@pytest.fixture
def secret():
    with RotatingSecret(FIRST) as secret:
        yield secret


@pytest.fixture
def client(secret):
    # Without botocore's own checks, so that it is the twin that refuses.
    return boto3.client(
        "secretsmanager", "eu-central-1", endpoint_url=f"http://{secret.address}",
        aws_access_key_id="test", aws_secret_access_key="test", config=Config(parameter_validation=False),
    )  # fmt: skip


def refused(call, **request) -> str:
    with pytest.raises(Exception) as raised:
        call(SecretId=ARN, **request)
    return raised.value.response["Error"]["Code"]


def token() -> str:
    return secrets.token_hex(16)


# What AWS documents


def test_putting_a_value_again_does_nothing_and_another_value_is_refused(secret, client):
    version = token()
    for _ in range(2):
        client.put_secret_value(SecretId=ARN, ClientRequestToken=version, SecretString="a")
        assert secret.stages == {version: {"AWSCURRENT"}, FIRST_VERSION: {"AWSPREVIOUS"}}
    client.put_secret_value(SecretId=ARN, ClientRequestToken=token(), SecretString="b")
    # Nor does the repeated call move a stage back.
    client.put_secret_value(SecretId=ARN, ClientRequestToken=version, SecretString="a")
    assert secret.stages[version] == {"AWSPREVIOUS"}
    assert refused(client.put_secret_value, ClientRequestToken=version, SecretString="c") == "ResourceExistsException"
    assert secret.values[version] == "a"


def test_a_value_becomes_current_unless_it_gets_other_stages(secret, client):
    aside = token()
    client.put_secret_value(SecretId=ARN, ClientRequestToken=aside, SecretString="a", VersionStages=["ASIDE"])
    assert secret.stages == {FIRST_VERSION: {"AWSCURRENT"}, aside: {"ASIDE"}}
    another = token()
    client.put_secret_value(SecretId=ARN, ClientRequestToken=another, SecretString="b", VersionStages=["ASIDE"])
    # A stage is attached to one version. One that has none is deprecated, and not listed.
    assert secret.stages == {FIRST_VERSION: {"AWSCURRENT"}, another: {"ASIDE"}}
    assert set(client.describe_secret(SecretId=ARN)["VersionIdsToStages"]) == {FIRST_VERSION, another}


@pytest.mark.parametrize("version", ["short", "x" * 65])
def test_a_token_has_32_to_64_characters(client, version):
    value = {"ClientRequestToken": version, "SecretString": "a"}
    assert refused(client.put_secret_value, **value) == "InvalidParameterException"


def test_a_stage_moves_only_from_the_version_that_has_it(secret, client):
    version = token()
    client.put_secret_value(SecretId=ARN, ClientRequestToken=version, SecretString="a", VersionStages=["ASIDE"])
    move = client.update_secret_version_stage
    to = {"VersionStage": "AWSCURRENT", "MoveToVersionId": version}
    # This is what makes a change of the keyring a compare-and-swap.
    assert refused(move, **to) == "InvalidParameterException"
    assert refused(move, **to, RemoveFromVersionId=version) == "InvalidParameterException"
    assert refused(move, **to | {"MoveToVersionId": token()}, RemoveFromVersionId=FIRST_VERSION) == "InvalidParameterException"
    assert secret.version("AWSCURRENT") == FIRST_VERSION
    move(SecretId=ARN, **to, RemoveFromVersionId=FIRST_VERSION)
    assert secret.stages == {FIRST_VERSION: {"AWSPREVIOUS"}, version: {"ASIDE", "AWSCURRENT"}}
    move(SecretId=ARN, VersionStage="ASIDE", RemoveFromVersionId=version)
    assert secret.stages == {FIRST_VERSION: {"AWSPREVIOUS"}, version: {"AWSCURRENT"}}
    move(SecretId=ARN, VersionStage="AWSCURRENT", RemoveFromVersionId=version, MoveToVersionId=FIRST_VERSION)
    assert secret.stages == {FIRST_VERSION: {"AWSCURRENT"}, version: {"AWSPREVIOUS"}}


def test_a_value_is_found_by_stage_and_version_only_if_both_mean_one_version(client):
    assert client.get_secret_value(SecretId=ARN)["SecretString"] == FIRST
    assert client.get_secret_value(SecretId=ARN, VersionId=FIRST_VERSION)["VersionStages"] == ["AWSCURRENT"]
    request = {"VersionId": FIRST_VERSION, "VersionStage": "AWSPENDING"}
    assert refused(client.get_secret_value, **request) == "ResourceNotFoundException"


def test_a_rotation_begins_with_a_pending_version_that_has_no_value(client):
    version = client.rotate_secret(SecretId=ARN)["VersionId"]
    assert client.describe_secret(SecretId=ARN)["VersionIdsToStages"][version] == ["AWSPENDING"]
    request = {"VersionId": version, "VersionStage": "AWSPENDING"}
    assert refused(client.get_secret_value, **request) == "ResourceNotFoundException"


def test_no_rotation_begins_while_another_is_pending(secret, client):
    version = client.rotate_secret(SecretId=ARN)["VersionId"]
    assert refused(client.rotate_secret) == "InvalidRequestException"
    # Cancelling turns the schedule off, and leaves the stage where it is.
    client.cancel_rotate_secret(SecretId=ARN)
    assert not client.describe_secret(SecretId=ARN)["RotationEnabled"]
    assert refused(client.rotate_secret) == "InvalidRequestException"
    client.update_secret_version_stage(SecretId=ARN, VersionStage="AWSPENDING", RemoveFromVersionId=version)
    client.rotate_secret(SecretId=ARN)
    assert client.describe_secret(SecretId=ARN)["RotationEnabled"]


def test_the_next_rotation_begins_when_what_was_pending_is_current(secret):
    for _ in range(2):
        version = secret.begin_rotation()
        secret._PutSecretValue({"ClientRequestToken": version, "SecretString": "a", "VersionStages": ["AWSPENDING"]})
        with pytest.raises(Refused, match="InvalidRequestException"):
            secret.begin_rotation()
        move = {"VersionStage": "AWSCURRENT", "RemoveFromVersionId": secret.version("AWSCURRENT")}
        secret._UpdateSecretVersionStage(move | {"MoveToVersionId": version})
        assert secret.stages[version] == {"AWSCURRENT", "AWSPENDING"}


@pytest.mark.parametrize("value", [None, FIRST])
def test_configuring_a_rotation_calls_one_step_and_leaves_nothing(secret, value):
    seen = []

    def take(step, version):
        seen.append((step, secret.stages[version], secret.values.get(version)))

    secret.configure_rotation(take, value)
    assert seen == [("testSecret", {"AWSPENDING"}, value)]
    assert (secret.stages, secret.values) == ({FIRST_VERSION: {"AWSCURRENT"}}, {FIRST_VERSION: FIRST})


# The function


@pytest.fixture
def take(start, secret):
    """Has the function take a step; None, or the message of the error that it reports."""
    settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}"}
    function = start("rotate-keyring", **settings)

    def take(step, version):
        kind, answer = function.invoke({"Step": step, "SecretId": ARN, "ClientRequestToken": version})
        return answer["errorMessage"] if kind == "error" else None

    return take


def test_rotations_follow_each_other(secret, take):
    for newest in ("8", "9", "10"):
        assert secret.rotate(take) is None
        assert list(secret.current)[-1] == newest


# For AWS's own rotation functions, too, a missing member is not false.
@pytest.mark.parametrize("enabled", [True, None], ids=["turned on", "never turned on before"])
@pytest.mark.parametrize("value", [None, FIRST], ids=["no value", "the current keyring"])
def test_the_first_deployment_passes_its_test(secret, take, value, enabled):
    secret.rotation_enabled = enabled
    assert secret.configure_rotation(take, value) is None
    assert secret.current == KEYRING


@pytest.mark.parametrize("value", [None, FIRST], ids=["no value", "the current keyring"])
def test_what_the_first_deployment_tests_is_never_put_into_use(secret, take, value):
    version = secret.begin_rotation()
    if value:
        secret.values[version] = value
    take("testSecret", version)
    assert take("finishSecret", version), "it adds no key"
    assert secret.version("AWSCURRENT") == FIRST_VERSION


def test_another_keyring_fails_the_test_of_the_first_deployment(secret, take):
    for keys in ({"1": KEYRING["1"]}, KEYRING | {"7": "78" * 32}, {"8": "88" * 32}):
        assert secret.configure_rotation(take, json.dumps(keys))
    assert secret.configure_rotation(take, "no keyring")


@pytest.mark.parametrize("overtaken_before", ["testSecret", "finishSecret"])
def test_an_overtaken_rotation_is_freed_and_the_next_one_succeeds(secret, take, overtaken_before):
    version = secret.begin_rotation()
    for step in STEPS:
        if step == overtaken_before:
            # Somebody retires a key meanwhile.
            secret.store({"7": KEYRING["7"]})
        take(step, version)
    assert secret.current == {"7": KEYRING["7"]}, "the retired key does not come back"
    assert secret.rotate(take) is None
    assert list(secret.current) == ["7", "8"]
