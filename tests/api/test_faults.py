"""Secrets Manager misbehaves: when a function starts, when it runs, in a rotation.

Every case starts its own processes, and many run side by side, since they mostly wait.
"""

import json
import re
import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import product

import pytest

from tests.support.fakes import INIT_WITHIN
from tests.support.faults import IN_THE_SECRET, ON_THE_WAY, REFUSALS, Fault
from tests.support.rotating_secret import ARN, STEPS, WRITING, RotatingSecret
from tests.support.running import MAX_AGE, MIN_PAUSE, SEALING, running
from tools.local_api import ROOT

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "reliability.md"
FAULTS = [*ON_THE_WAY, *IN_THE_SECRET]
FUNCTIONS = [*SEALING, "decrypt-ctext"]
FIRST, SECOND = {"1": secrets.token_hex(32)}, {"2": secrets.token_hex(32)}
AT_ONCE = 16


class Stage:
    """Starts functions, and looks at their end whether a key is in what they have logged."""

    def __init__(self, binaries, library, folder):
        self._binaries, self._library, self._folder = binaries, library, folder

    @contextmanager
    def run(self, name: str, keyring: dict[str, str], prepare=lambda secret: None):
        with RotatingSecret(json.dumps(keyring)) as secret:
            prepare(secret)
            with running(self._binaries[name], self._library, self._folder, ARN, secret.address) as it:
                it.secret = secret
                yield it
            log = it.function.log.read_text()
            assert "panicked" not in log
            for key in {key for value in secret.values.values() for key in json.loads(value).values()}:
                assert key[:16] not in log and key[-16:] not in log, "a key is in the log"


def remedy(line: str) -> str:
    """What a log line says after it has named the secret."""
    _, named, said = line.partition(f"the secret {ARN}")
    assert named, line
    said = said.removeprefix(" yields no keyring: ").removeprefix(": ")
    return re.sub(' request_id="[0-9]+" age_s=[0-9]+$', "", said).strip()


def cold(stage: Stage, function: str, fault: Fault) -> str:
    """Ends in time, with one line and without having asked for work; the remedy in the line."""
    with stage.run(function, FIRST, lambda secret: secret.break_down(fault)) as it:
        assert it.function.process.wait(timeout=INIT_WITHIN) != 0
        assert it.function.runtime.polls == 0
        (line,) = it.function.lines()
    return remedy(line)


def once(stage: Stage, function: str, fault: Fault) -> str:
    """How a function takes one such answer at its start: it "starts", without a word, or it "ends"."""
    with stage.run(function, FIRST, lambda secret: secret.break_down(fault, once=True)) as it:
        while it.function.runtime.polls == 0:
            if it.function.process.poll() is not None:
                return "ends"
            time.sleep(0.01)
        assert it.seals_with() == 1 if function in SEALING else it.opens(FIRST)
        assert it.secret.calls == ["GetSecretValue"] * 2
        assert it.warnings() == []
        return "starts"


def warm(stage: Stage, function: str, fault: Fault) -> str:
    """Goes on with the keyring it has, and with the new one as soon as it can; the remedy in the one warning."""
    with stage.run(function, FIRST) as it:

        def serves() -> bool:
            return it.seals_with() == 1 if function in SEALING else it.opens(FIRST)

        assert serves()
        it.secret.break_down(fault)
        it.clock.advance(MAX_AGE)
        for _ in range(3):
            assert serves()
            if function == "decrypt-ctext":
                answer = it.open(SECOND)
                assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, str(MIN_PAUSE))
        (line,) = it.warnings()
        it.secret.store(FIRST | SECOND)
        it.secret.heal()
        calls = len(it.secret.calls)
        assert serves()
        assert len(it.secret.calls) == calls, "it does not ask again so soon"
        it.clock.advance(MIN_PAUSE)
        assert it.seals_with() == 2 if function in SEALING else it.opens(SECOND) and it.opens(FIRST)
        assert len(it.secret.calls) == calls + 1
        assert it.warnings() == [line]
    return remedy(line)


def rotating(stage: Stage, fault: Fault, step: str, action: str, takes_effect: bool) -> None:
    """A rotation in which a call of one step goes wrong, and which is then taken up from its beginning."""
    with stage.run("rotate-keyring", FIRST) as it:
        token = it.secret.begin_rotation()

        def take(step: str) -> str | None:
            event = {"Step": step, "SecretId": ARN, "ClientRequestToken": token}
            kind, answer = it.function.invoke(event)
            return answer["errorMessage"] if kind == "error" else None

        for earlier in STEPS[: STEPS.index(step)]:
            assert take(earlier) is None
        it.secret.break_down(fault, [action], takes_effect=takes_effect)
        error = take(step)
        if action == "UpdateSecretVersionStage" and takes_effect:
            assert error is None, "that only the answer was lost shows when the secret is described"
        else:
            assert error and it.secret.current == FIRST, "the step fails, and nothing has changed"
        it.secret.heal()
        assert [take(step) for step in STEPS] == [None] * 4
        assert it.secret.version("AWSCURRENT") == token
        assert list(it.secret.current) == ["1", "2"] and it.secret.current.items() >= FIRST.items()


def forged_key_ids(stage: Stage) -> None:
    """Ids that no keyring has cause one call in each pause, and the next genuine one is found."""
    with stage.run("decrypt-ctext", FIRST) as it:
        begin = time.monotonic()
        for pauses in range(3):
            for key_id in range(2, 256):
                # A key with this id may have been added a moment ago: until it can be asked for, this is not known.
                assert it.open({str(key_id): secrets.token_hex(32)})["statusCode"] in (400, 503)
            # The machine may be slow: pauses that really passed count too.
            passed = pauses + int((time.monotonic() - begin) / MIN_PAUSE)
            assert 2 + pauses <= it.secret.calls.count("GetSecretValue") <= 2 + passed
            it.clock.advance(MIN_PAUSE)
        it.secret.store(FIRST | SECOND)
        assert it.opens(SECOND) and it.opens(FIRST)
        assert it.warnings() == []


def key_that_is_newer_than_the_function(stage: Stage) -> None:
    """A code sealed in the second after a rotation, shown to a function that started in the second before it."""
    with stage.run("decrypt-ctext", FIRST) as it:
        assert it.opens(FIRST)
        it.secret.store(FIRST | SECOND)
        assert it.opens(SECOND)
        assert it.secret.calls == ["GetSecretValue"] * 2


def memory_over_many_fetches(stage: Stage) -> None:
    """The first fetches settle what is allocated, and then nothing grows."""
    with stage.run("decrypt-ctext", FIRST) as it:
        resident = []
        for fetches in range(600):
            it.clock.advance(MAX_AGE)
            assert it.opens(FIRST)
            resident.append(it.resident_kib())
        assert it.secret.calls.count("GetSecretValue") >= 600
        assert max(resident[400:]) - max(resident[:200]) < 64


def newest_key_that_is_lost(stage: Stage, function: str) -> None:
    """The keyring goes back to an older state, and comes again."""
    with stage.run(function, FIRST | SECOND) as it:

        def knows_second() -> bool:
            return it.seals_with() == 2 if function in SEALING else it.opens(SECOND)

        assert knows_second()
        it.secret.store(FIRST)
        it.clock.advance(MAX_AGE)
        assert not knows_second()
        assert it.seals_with() == 1 if function in SEALING else it.opens(FIRST)
        it.secret.store(FIRST | SECOND)
        it.clock.advance(MAX_AGE)
        assert knows_second()
        assert it.warnings() == []


# The calls of a rotation, without the describing that every step but the first repeats.
CALLS = [
    ("createSecret", "DescribeSecret"),
    ("createSecret", "GetSecretValue"),
    ("createSecret", "PutSecretValue"),
    ("setSecret", "GetSecretValue"),
    ("testSecret", "GetSecretValue"),
    ("finishSecret", "GetSecretValue"),
    ("finishSecret", "UpdateSecretVersionStage"),
]
CASES = (
    # First, because they take longest.
    {case.__name__: case for case in (forged_key_ids, memory_over_many_fetches)}
    | {
        f"{case.__name__}, {fault.name}, {function}": partial(case, function=function, fault=fault)
        for case in (once, cold, warm)
        for fault in FAULTS
        for function in FUNCTIONS
    }
    | {
        f"rotating, {fault.name}, {step}, {action}{', answer lost' * takes_effect}": partial(
            rotating, fault=fault, step=step, action=action, takes_effect=takes_effect
        )
        for fault, (step, action), takes_effect in product(ON_THE_WAY, CALLS, [False, True])
        # Reading has no effect, and a refusal means that there was none.
        if not takes_effect or (action in WRITING and fault not in REFUSALS)
    }
    | {
        f"rotating, {fault.name}": partial(
            rotating, fault=fault, step="createSecret", action="GetSecretValue", takes_effect=True
        )
        for fault in IN_THE_SECRET
    }
    | {"key_that_is_newer_than_the_function": key_that_is_newer_than_the_function}
    | {f"newest_key_that_is_lost, {name}": partial(newest_key_that_is_lost, function=name) for name in FUNCTIONS}
)


@pytest.fixture(scope="module")
def outcomes(binaries, clock_library, tmp_path_factory) -> dict[str, Future]:
    stage = Stage(binaries, clock_library, tmp_path_factory.mktemp("faults"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(case, stage) for name, case in CASES.items()}


@pytest.mark.parametrize("name", CASES, ids=[*CASES])
def test_faults(outcomes, name):
    outcomes[name].result()


def same(values) -> str:
    found = set(values)
    assert len(found) == 1, found
    return found.pop()


def test_the_page_says_what_happens(outcomes):
    rows = [
        "| what comes back | once, at the start | lasting, at the start | when running | in a rotation | the log |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for fault in FAULTS:
        start, line, warning = (
            same(outcomes[f"{case}, {fault.name}, {function}"].result() for function in FUNCTIONS)
            for case in ("once", "cold", "warm")
        )
        said = line if line == warning else f"{line}<br>when running: {warning}"
        rows.append(f"| {fault.name} | {start} | ends | serves | fails | {said} |")
    table = "\n".join(rows)
    assert f"<!-- faults -->\n{table}\n<!-- end -->" in PAGE.read_text(), f"the table is:\n{table}"
