"""The commands of docs/operations.md that change the keyring, run by the AWS CLI while functions use the keyring."""

import json
import secrets
from contextlib import ExitStack

import pytest

from tests.support import clock
from tests.support.pages import blocks
from tests.support.running import MAX_AGE, running
from tools.local_api import ROOT

PAGE = ROOT / "docs" / "operations.md"


def command(heading: str) -> str:
    (block,) = [block.text for block in blocks(PAGE) if block.heading == heading]
    return block


class Deployment:
    """A keyring in moto, and functions that run with it."""

    def __init__(self, binaries, account, folder, stack):
        self._binaries, self._account, self._folder, self._stack = binaries, account, folder, stack
        self._library = clock.build(folder)
        self._client = account.client("secretsmanager")
        self.keys = {key_id: secrets.token_hex(32) for key_id in ("1", "2", "10")}
        name = f"keyring-{secrets.token_hex(4)}"
        self.arn = self._client.create_secret(Name=name, SecretString=json.dumps(self.keys))["ARN"]

    @property
    def keyring(self) -> dict[str, str]:
        return json.loads(self._client.get_secret_value(SecretId=self.arn)["SecretString"])

    def store(self, keyring: dict[str, str]) -> None:
        self._client.put_secret_value(SecretId=self.arn, SecretString=json.dumps(keyring))

    def start(self, function: str):
        address = self._account.url.removeprefix("http://")
        return self._stack.enter_context(
            running(self._binaries[function], self._library, self._folder, self.arn, address)
        )

    def run(self, block: str) -> str:
        """Runs a command of the page; what it prints, of which nothing is secret."""
        before = self.keyring
        done = self._account.run(["sh", "-c", block], self._folder, HOME=str(self._folder), KEYRING_ARN=self.arn)
        printed = done.stdout + done.stderr
        for key in [*before.values(), *self.keyring.values()]:
            assert key not in printed
        return printed


@pytest.fixture
def deployment(binaries, account, tmp_path):
    with ExitStack() as stack:
        yield Deployment(binaries, account, tmp_path, stack)


def code_of(deployment: Deployment, key_id: str) -> dict[str, str]:
    return {key_id: deployment.keys[key_id]}


def test_a_retired_key_is_gone_within_five_minutes_and_comes_back_when_that_is_undone(deployment):
    retired, kept = code_of(deployment, "1"), code_of(deployment, "2")
    warm = deployment.start("decrypt-ctext")
    assert warm.opens(retired) and warm.opens(kept)

    deployment.run(command("Retire a key"))
    assert deployment.keyring == {"2": deployment.keys["2"], "10": deployment.keys["10"]}
    assert warm.opens(retired), "with the keyring at hand"
    fresh = deployment.start("decrypt-ctext")
    assert not fresh.opens(retired) and fresh.opens(kept)
    warm.clock.advance(MAX_AGE)
    assert not warm.opens(retired) and warm.opens(kept)

    deployment.run(command("Undo the last change of the keyring"))
    assert deployment.keyring == deployment.keys
    warm.clock.advance(MAX_AGE)
    assert warm.opens(retired) and warm.opens(kept)


@pytest.mark.parametrize("key_id, word", [("10", "rotate first"), ("7", "no such key")])
def test_the_newest_key_and_unknown_ones_are_not_retired(deployment, key_id, word):
    block = command("Retire a key")
    assert block.startswith("KEY_ID=1\n")
    assert word in deployment.run(block.replace("KEY_ID=1\n", f"KEY_ID={key_id}\n", 1))
    assert deployment.keyring == deployment.keys


def test_all_codes_are_stopped_and_new_ones_open(deployment):
    opener, sealer = deployment.start("decrypt-ctext"), deployment.start("create-qr")
    assert sealer.seals_with() == 10
    deployment.run(command("Stop all codes of a deployment"))
    (key_id,) = deployment.keyring
    assert key_id == "11"
    assert sealer.seals_with() == 10, "with the keyring at hand"
    for function in (opener, sealer):
        function.clock.advance(MAX_AGE)
    assert not any(opener.opens(code_of(deployment, key_id)) for key_id in deployment.keys)
    assert sealer.seals_with() == 11 and opener.opens(deployment.keyring)


def test_ids_begin_anew_after_the_last_one(deployment):
    deployment.store({"255": secrets.token_hex(32)})
    deployment.run(command("Stop all codes of a deployment"))
    assert list(deployment.keyring) == ["1"]
