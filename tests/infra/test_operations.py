"""The commands of docs/operations.md that change the keyring, run as they are by the AWS CLI, while functions use it."""

import json
import os
import secrets
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import clock
from tests.support.pages import blocks
from tests.support.rotating_secret import ARN, FIRST_VERSION, RotatingSecret
from tests.support.running import MAX_AGE, running
from tools.local_api import ROOT

PAGE = ROOT / "docs" / "operations.md"
KEYS = {key_id: secrets.token_hex(32) for key_id in ("1", "2", "10")}
CHANGE = "Change the keyring by hand"
RETIRE, STOP_ALL, UNDO = "Retire a key", "Stop all codes of a deployment", "Undo the last change of the keyring"
FREE = "Free a stuck rotation"


def command(heading: str) -> str:
    (block,) = [block.text for block in blocks(PAGE) if block.heading == heading]
    return block


class Keyring:
    """A keyring in a Secrets Manager with AWS's rules, an operator at the AWS CLI, and functions that use it."""

    def __init__(self, binaries, secret, folder, stack):
        self.secret = secret
        self._binaries, self._folder, self._stack = binaries, folder, stack
        self._library = clock.build(folder)

    def start(self, function: str):
        return self._stack.enter_context(
            running(self._binaries[function], self._library, self._folder, ARN, self.secret.address)
        )

    def run(self, heading: str, key_id: str = "1") -> str:
        """Runs a section's command; the errors that it prints, of which nothing is secret."""
        before = self.secret.current
        text = command(heading).replace("KEY_ID=1\n", f"KEY_ID={key_id}\n")
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self._folder),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_DEFAULT_OUTPUT": "table",
            "AWS_ENDPOINT_URL": f"http://{self.secret.address}",
            "KEYRING_ARN": ARN,
        }
        done = subprocess.run(
            ["sh", "-c", command(CHANGE) + text], env=environment, capture_output=True, text=True, timeout=120
        )
        for key in [*before.values(), *self.secret.current.values()]:
            assert key not in done.stdout + done.stderr
        assert (done.returncode == 0) == (done.stderr == ""), done.stderr
        return done.stderr

    def aside(self) -> list[str]:
        return [version for version, stages in self.secret.stages.items() if not stages & {"AWSCURRENT", "AWSPREVIOUS"}]


@pytest.fixture
def keyring(binaries, tmp_path):
    with RotatingSecret(json.dumps(KEYS)) as secret, ExitStack() as stack:
        yield Keyring(binaries, secret, tmp_path, stack)


def code_of(key_id: str) -> dict[str, str]:
    return {key_id: KEYS[key_id]}


def test_a_retired_key_is_gone_within_five_minutes_and_comes_back_when_that_is_undone(keyring):
    retired, kept = code_of("1"), code_of("2")
    warm = keyring.start("decrypt-ctext")
    assert warm.opens(retired) and warm.opens(kept)

    assert keyring.run(RETIRE) == ""
    assert keyring.secret.current == {"2": KEYS["2"], "10": KEYS["10"]}
    assert warm.opens(retired), "with the cached keyring"
    fresh = keyring.start("decrypt-ctext")
    assert not fresh.opens(retired) and fresh.opens(kept)
    warm.clock.advance(MAX_AGE)
    assert not warm.opens(retired) and warm.opens(kept)

    assert keyring.run(UNDO) == ""
    assert keyring.secret.current == KEYS
    warm.clock.advance(MAX_AGE)
    assert warm.opens(retired) and warm.opens(kept)
    assert keyring.aside() == []


@pytest.mark.parametrize("key_id, word", [("10", "rotate first"), ("7", "no such key")])
def test_the_newest_key_and_unknown_ones_are_not_retired(keyring, key_id, word):
    assert word in keyring.run(RETIRE, key_id)
    assert keyring.secret.current == KEYS


def test_all_codes_are_stopped_and_new_ones_open(keyring):
    opener, sealer = keyring.start("decrypt-ctext"), keyring.start("create-qr")
    assert sealer.seals_with() == 10
    assert keyring.run(STOP_ALL) == ""
    (key_id,) = keyring.secret.current
    assert key_id == "11"
    assert sealer.seals_with() == 10, "with the cached keyring"
    for function in (opener, sealer):
        function.clock.advance(MAX_AGE)
    assert not any(opener.opens(code_of(key_id)) for key_id in KEYS)
    assert sealer.seals_with() == 11 and opener.opens(keyring.secret.current)


def test_no_id_that_has_been_in_use_gets_another_key(keyring):
    keyring.secret.store(KEYS | {"11": "ab" * 32})
    assert keyring.run(UNDO) == ""
    changed = keyring.secret.current
    assert changed.items() >= KEYS.items() and changed.keys() - KEYS.keys() == {"12"}
    # Undone once more, the key of id 11 is back, and that of id 12 is gone for good.
    assert keyring.run(UNDO) == ""
    again = keyring.secret.current
    assert again["11"] == "ab" * 32 and again.keys() - KEYS.keys() == {"11", "13"}
    assert keyring.run(STOP_ALL) == ""
    assert list(keyring.secret.current) == ["14"]


def test_ids_do_not_begin_again_after_the_last_one(keyring):
    last = {"254": "ab" * 32, "255": "cd" * 32}
    keyring.secret.store(last)
    assert "no key id is left" in keyring.run(STOP_ALL)
    assert keyring.secret.current == last
    # What needs no new id still works.
    assert keyring.run(RETIRE, "254") == ""
    assert keyring.run(UNDO) == ""
    assert keyring.secret.current == last


@pytest.mark.parametrize("heading", [RETIRE, STOP_ALL, UNDO])
def test_a_change_that_comes_too_late_changes_nothing(keyring, heading):
    rotated = KEYS | {"11": "ab" * 32}
    keyring.secret.store(KEYS)
    put = keyring.secret._PutSecretValue

    def put_and_be_overtaken(request):
        keyring.secret._PutSecretValue = put
        answer = put(request)
        keyring.secret.store(rotated)
        return answer

    keyring.secret._PutSecretValue = put_and_be_overtaken
    assert "InvalidParameterException" in keyring.run(heading)
    assert keyring.secret.current == rotated
    # The same again, of the keyring that there is now.
    assert keyring.run(heading) == ""
    assert keyring.secret.current != rotated
    assert keyring.aside() == []


def test_a_change_starts_from_one_version_even_if_another_becomes_current_while_it_reads(keyring):
    rotated = KEYS | {"11": "ab" * 32}
    get, calls = keyring.secret._GetSecretValue, []

    def get_and_be_overtaken(request):
        calls.append(request)
        if len(calls) == 2:
            keyring.secret.store(rotated)
        return get(request)

    keyring.secret._GetSecretValue = get_and_be_overtaken
    assert "InvalidParameterException" in keyring.run(RETIRE)
    assert keyring.secret.current == rotated


def test_what_has_no_previous_version_cannot_be_undone(keyring):
    assert "not been changed yet" in keyring.run(UNDO)
    assert keyring.secret.current == KEYS


def test_a_stuck_rotation_is_freed(keyring):
    pending = keyring.secret.begin_rotation()
    assert keyring.run(FREE) == ""
    assert pending not in keyring.secret.stages
    # Where nothing is stuck, nothing happens: neither without a pending version nor after a rotation has succeeded.
    for pending in (None, keyring.secret.version("AWSCURRENT")):
        if pending:
            keyring.secret.stages[pending].add("AWSPENDING")
        assert keyring.run(FREE) == ""
    assert keyring.secret.stages == {FIRST_VERSION: {"AWSCURRENT", "AWSPENDING"}}
    keyring.secret.begin_rotation()
