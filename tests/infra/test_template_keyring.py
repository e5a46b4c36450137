"""The keyring that template.yaml deploys: its first key, its rotation, and what becomes of it."""

import json
import re
import string

import boto3
import pytest
from moto import mock_aws

from tests.support.cloudformation import accepts, deployed, of_type, properties, source

HEX = set("0123456789abcdef")


@pytest.fixture(scope="module")
def generator():
    (secret,) = properties(deployed(), "AWS::SecretsManager::Secret").values()
    return secret["GenerateSecretString"]


def test_the_keyring_outlives_the_stack():
    secret = deployed()["Resources"]["KeyringSecret"]
    assert secret["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}
    assert secret["UpdateReplacePolicy"] == "Retain"
    assert "Name" not in secret["Properties"], "a kept secret with a fixed name blocks the next deployment"
    assert "SecretString" not in secret["Properties"], "the key must not be in the template"


def test_the_first_key_has_the_alphabet_and_length_of_a_256_bit_key(generator):
    alphabet = set(string.ascii_letters + string.digits + string.punctuation)
    for switch, characters in {
        "ExcludeLowercase": string.ascii_lowercase,
        "ExcludeUppercase": string.ascii_uppercase,
        "ExcludeNumbers": string.digits,
        "ExcludePunctuation": string.punctuation,
    }.items():
        if generator.get(switch, False):
            alphabet -= set(characters)
    if generator.get("IncludeSpace", False):
        alphabet.add(" ")
    alphabet -= set(generator["ExcludeCharacters"])
    assert alphabet == HEX
    assert generator["PasswordLength"] == 64
    # True is the default, and would rule out keys of digits or of letters alone.
    assert generator["RequireEachIncludedType"] is False


def test_secrets_manager_makes_a_keyring_of_it(generator):
    request = {k: v for k, v in generator.items() if k not in {"SecretStringTemplate", "GenerateStringKey"}}
    drawn = set()
    with mock_aws():
        client = boto3.client(
            "secretsmanager", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        for _ in range(32):
            keyring = json.loads(generator["SecretStringTemplate"])
            keyring[generator["GenerateStringKey"]] = client.get_random_password(**request)["RandomPassword"]
            assert keyring.keys() == {"1"}
            assert re.fullmatch("[0-9a-f]{64}", keyring["1"])
            drawn |= set(keyring["1"])
    assert drawn == HEX


# Rotation


def test_secrets_manager_may_rotate_this_keyring_and_no_other():
    assert deployed()["Resources"]["RotateKeyringPermission"]["Properties"] == {
        "FunctionName": {"Fn::GetAtt": ["RotateKeyringFunction", "Arn"]},
        "Action": "lambda:InvokeFunction",
        "Principal": "secretsmanager.amazonaws.com",
        "SourceAccount": "123456789012",
        "SourceArn": {"Ref": "KeyringSecret"},
    }


@pytest.mark.parametrize(("parameters", "days"), [({}, "90"), ({"RotationDays": 30}, "30")], ids=["default", "monthly"])
def test_the_keyring_rotates(parameters, days):
    (schedule,) = of_type(deployed(**parameters), "AWS::SecretsManager::RotationSchedule").values()
    assert schedule["DependsOn"] == "RotateKeyringPermission"
    assert schedule["Properties"] == {
        "SecretId": {"Ref": "KeyringSecret"},
        "RotationLambdaARN": {"Fn::GetAtt": ["RotateKeyringFunction", "Arn"]},
        "RotateImmediatelyOnUpdate": False,
        "RotationRules": {"AutomaticallyAfterDays": days},
    }


def test_no_interval_uses_up_the_key_ids_within_twenty_years():
    rotation_days = source()["Parameters"]["RotationDays"]
    taken = [days for days in range(1, 1001) if accepts(rotation_days, str(days))]
    assert taken == list(range(30, 1001)), "AWS takes 1 to 1000"
    assert min(taken) * 254 >= 20 * 365
    for text in ("", "07", "030", "30.5", "-30", "1e3", "+30", " 30"):
        assert not accepts(rotation_days, text)


def test_rotation_can_be_turned_off():
    assert not of_type(deployed(RotationDays=0), "AWS::SecretsManager::RotationSchedule")
