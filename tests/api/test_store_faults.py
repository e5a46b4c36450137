"""The table misbehaves while codes are opened, redeemed and taken back.

Whatever comes back, nothing is claimed that is not known, and the same request finishes later what it began. Every case
starts its own processes, and many run side by side, since they mostly wait.
"""

import json
import re
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import product

import pytest

from tests.support.api_client import BROWSER, JSON, Answer
from tests.support.codes import PAYLOAD, Code, Deployment
from tests.support.fakes import started
from tests.support.faults import (
    AT_THE_TABLE, LOSE_AN_ANSWER, ON_THE_WAY_TO_A_TABLE, WRITTEN_BY_OTHERS, Fault, at_the_last_moment,
)  # fmt: skip
from tests.support.table_proxy import READ, READ_MARK, WRITE, WRITE_MARK, TableProxy
from tests.support.traces import keys_of, shown
from tools.local_api import ROOT

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "reliability.md"
FAULTS = [*ON_THE_WAY_TO_A_TABLE, *AT_THE_TABLE]
KEYRING = {"1": secrets.token_hex(32)}
REFUSING = {"REVOCATION": "on", "REVOCATION_OUT_OF_REACH": "refuse"}
MARKING = {"REVOCATION": "on", "REVOCATION_OUT_OF_REACH": "mark"}
AT_ONCE = 12


class Stage:
    """Starts functions on a table that can break down, and looks at their end for traces of codes in their logs."""

    def __init__(self, binaries, folder, table):
        self._binaries, self._folder, self._table = binaries, folder, table

    @contextmanager
    def run(self, **settings: str):
        with ExitStack() as stack:
            table = self._table.another()
            proxy = stack.enter_context(TableProxy(table))
            logs = []

            def start(name, **settings):
                logs.append(self._folder / secrets.token_hex(8))
                return stack.enter_context(started(self._binaries[name], logs[-1], settings))

            deployment = Deployment(start, KEYRING, proxy.settings, **settings)
            deployment.proxy, deployment.table = proxy, table
            yield deployment
            deployment.log = "".join(log.read_text() for log in logs)
            assert "panicked" not in deployment.log
            assert not shown(keys_of(KEYRING) | {PAYLOAD}, deployment.log)


def used(deployment: Deployment, code: Code) -> int:
    return int(deployment.table.item(code.name)["used"]["N"])


def warnings(log: str) -> set[str]:
    """What the functions said of the table, apart from that it took too long when several calls did."""
    lines = [line for line in log.splitlines() if " WARN cannot " in line]
    said = [re.search(r'WARN cannot [^:]+: (.+) request_id="(.+)"$', line) for line in lines]
    assert all(said), lines
    assert {id for _, id in map(re.Match.groups, said)} <= set(re.findall(r'(?:answered|refused) request_id="(.+?)"', log))
    return {what for what, _ in map(re.Match.groups, said) if not re.match("(the table|that) takes too long", what)}


def unavailable(answer: Answer) -> bool:
    """Whether it is not known what has happened. Anything else must be known."""
    if answer.status != 503:
        return False
    answer.problem(503, "temporarily-unavailable")
    assert answer.headers["retry-after"] == "2"
    return True


def once_or_lasting(deployment: Deployment, answer: Answer, once: bool) -> str:
    if not once:
        assert unavailable(answer)
    deployment.proxy.heal()
    return "unavailable" if unavailable(answer) else "answers"


def opening(stage: Stage, fault: Fault, once: bool, uses: int | None, settings: dict[str, str]) -> tuple[str, set[str]]:
    """A code that was redeemed once if it counts, and one that is taken back: what is said of the first."""
    with stage.run(**settings) as it:
        code, revoked = (Code.sealed(KEYRING, uses) for _ in range(2))
        if uses:
            assert it.redeem(code).status == 200
        assert it.revoke(ctext=revoked.path).status == 200
        it.proxy.break_down(fault, once=once)
        answer = it.open(code)
        page = "" if once else it.open(code, "", BROWSER).body.decode()
        it.proxy.break_down(fault, once=once)
        of_revoked = it.open(revoked)
        it.proxy.heal()
        assert it.open(revoked).status == 410
        healed = it.open(code)
        assert (healed.body, healed.headers.get("code-used"), "code-checked" in healed.headers) == (
            PAYLOAD,
            "1" if uses else None,
            False,
        )
        if answer.headers.get("code-checked") == "false":
            outcome = "marked"
            assert (answer.status, answer.body) == (of_revoked.status, of_revoked.body) == (200, PAYLOAD)
            assert of_revoked.headers["code-checked"] == "false"
            assert "code-used" not in answer.headers and "code-redeemed-at" not in answer.headers
            assert once or "not checked</h1>" in page, page
            assert not uses or "redeemed" not in page, page
        elif unavailable(answer):
            outcome = "unavailable"
            assert unavailable(of_revoked) and "canary" not in page
        else:
            outcome = "answers"
            assert once and (answer.body, of_revoked.status) == (PAYLOAD, 410)
    return outcome, warnings(it.log)


def redeeming(stage: Stage, fault: Fault, once: bool, where: str, takes_effect: bool) -> tuple[str, set[str]]:
    """Without a key, as a client does that knows of none; and of a code that has been used."""
    with stage.run() as it:
        code, other = Code.sealed(KEYRING), Code.sealed(KEYRING)
        if where == WRITE:
            assert it.redeem(other).status == 200
        it.proxy.break_down(fault, [where], once, takes_effect)
        answer = it.redeem(code)
        outcome = once_or_lasting(it, answer, once)
        key = answer.headers["idempotency-key"]
        if outcome == "unavailable" and not takes_effect:
            assert it.table.item(code.name) is None
        assert it.redeem(code, key).json["use"] == 1, "it is finished, or repeated"
        assert it.redeem(code, key).json["redemption"] == 1
        if outcome == "answers":
            assert it.redeem(code, key).json == answer.json
        it.redeem(code).problem(409, "already-redeemed")
        assert used(it, code) == 1
        if where == WRITE:
            it.proxy.break_down(fault, [where], once, takes_effect)
            answer = it.redeem(other)
            assert answer.status == 409 or unavailable(answer), "never a false claim that it was redeemed"
            assert used(it, other) == 1
    return outcome, warnings(it.log)


def undoing(stage: Stage, fault: Fault, once: bool, where: str, takes_effect: bool) -> tuple[str, set[str]]:
    with stage.run() as it:
        code = Code.sealed(KEYRING)
        first = it.redeem(code).json
        it.proxy.break_down(fault, [where], once, takes_effect)
        outcome = once_or_lasting(it, it.undo(code, 1), once)
        undone = it.undo(code, 1).json
        assert (undone["redeemed_at"], undone["redemption"]) == (first["redeemed_at"], 1) and undone["undone_at"]
        assert used(it, code) == 0
        again = it.redeem(code).json
        assert (again["use"], again["redemption"], used(it, code)) == (1, 2, 1)
    return outcome, warnings(it.log)


def revoking(stage: Stage, fault: Fault, once: bool, where: str, takes_effect: bool) -> tuple[str, set[str]]:
    """By name, for which the function must read whether the code counts."""
    with stage.run() as it:
        code = Code.sealed(KEYRING, uses=2)
        assert it.redeem(code).status == 200
        it.proxy.break_down(fault, [where], once, takes_effect)
        outcome = once_or_lasting(it, it.revoke(name=code.name, reason="lost"), once)
        revoked = it.revoke(name=code.name).json
        assert it.redeem(code).problem(410, "revoked")["revoked_at"] == revoked["revoked_at"]
        it.proxy.break_down(fault, [where], once, takes_effect)
        assert once_or_lasting(it, it.restore(code), once) == outcome
        assert it.restore(code).json["revoked_at"] is None
        assert it.redeem(code).json["use"] == 2
    return outcome, warnings(it.log)


def mark_that_is_not_raised(stage: Stage, fault: Fault) -> set[str]:
    """The redemption is made and answered."""
    with stage.run() as it:
        code = Code.sealed(KEYRING)
        it.proxy.break_down(fault, [WRITE_MARK])
        assert it.redeem(code).json["use"] == 1
        assert WRITE_MARK in it.proxy.calls
    return warnings(it.log)


OPENING = {
    "that counts": partial(opening, uses=2, settings={}),
    "of any kind, refused": partial(opening, uses=None, settings=REFUSING),
    "of any kind, marked": partial(opening, uses=None, settings=MARKING),
}
CHANGING = {
    f"{case.__name__}, {where}{', answer lost' * takes_effect}": partial(case, where=where, takes_effect=takes_effect)
    for case, where, takes_effect in (
        (redeeming, READ_MARK, False),
        (redeeming, READ, False),
        *product((redeeming, undoing, revoking), [WRITE], [False, True]),
        (undoing, READ, False),
        (revoking, READ, False),
    )
}


def cases_of(fault: Fault, once: bool) -> dict:
    """Those of all functions."""
    often = "once" if once else "lasting"
    opened = {
        f"{often}, {fault.name}, a code {kind}": partial(case, fault=fault, once=once) for kind, case in OPENING.items()
    }
    changed = {
        f"{often}, {fault.name}, {name}": partial(case, fault=fault, once=once)
        for name, case in CHANGING.items()
        if not case.keywords["takes_effect"] or fault in LOSE_AN_ANSWER
        # Who answers so has written, too.
        if case.keywords["takes_effect"] or case.keywords["where"] != WRITE or fault is not WRITTEN_BY_OTHERS
    }
    return opened | changed


CASES = (
    {name: case for fault, once in product(FAULTS, [False, True]) for name, case in cases_of(fault, once).items()}
    | {f"mark_that_is_not_raised, {fault.name}": partial(mark_that_is_not_raised, fault=fault) for fault in FAULTS}
)


@pytest.fixture(scope="module")
def outcomes(binaries, moto_table, tmp_path_factory) -> dict[str, Future]:
    stage = Stage(binaries, tmp_path_factory.mktemp("faults"), moto_table)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(case, stage) for name, case in CASES.items()}


@pytest.mark.parametrize("name", CASES, ids=[*CASES])
def test_faults(outcomes, name):
    outcomes[name].result()


def same(values):
    found = set(values)
    assert len(found) == 1, found
    return found.pop()


def test_the_page_says_what_happens(outcomes):
    rows = [
        "| what comes back | once | opening a code that counts | opening another "
        "| redeeming, undoing, taking back | the log |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for fault in FAULTS:
        once, lasting = ({name: outcomes[name].result() for name in cases_of(fault, often)} for often in (True, False))
        ends = same("answers" if outcome == "answers" else "as when it lasts" for outcome, _ in once.values())
        assert ends != "answers" or not any(said for _, said in once.values()), "nothing to say"
        counts, refused, marked = (lasting.pop(f"lasting, {fault.name}, a code {kind}")[0] for kind in OPENING)
        assert (counts, refused, marked) == ("marked", "unavailable", "marked")
        assert same(outcome for outcome, _ in lasting.values()) == "unavailable"
        said = [said for name in cases_of(fault, False) for said in outcomes[name].result()[1]]
        said += outcomes[f"mark_that_is_not_raised, {fault.name}"].result()
        rows.append(f"| {fault.name} | {ends} | opens, marked | 503, or opens, marked | 503 | {same(said)} |")
    table = "\n".join(rows)
    assert f"<!-- faults of the store -->\n{table}\n<!-- end -->" in PAGE.read_text(), f"the table is:\n{table}"


SLOW = {
    "redeem": lambda it, code: it.redeem(code, "the-key"),
    "redeem what has been used": lambda it, code: it.redeem(code),
    "undo": lambda it, code: it.undo(code, 1),
    "revoke": lambda it, code: it.revoke(name=code.name),
    "restore": lambda it, code: it.restore(code),
    "begin the session of a gate": lambda it, code: begin_session(it),
}


def begin_session(deployment: Deployment) -> Answer:
    """By a process that has not yet looked whether the table has lost something."""
    enrolment = deployment.ask("POST", "/api/gate/enrolments", "format=json", JSON, b"{}").json
    deployment.end("redeem-code")
    headers = JSON | {"sec-fetch-site": "same-origin", "idempotency-key": "the-key"}
    return deployment.ask("POST", "/api/gate/session", "", headers, json.dumps({"ctext": enrolment["url"]}).encode())


def test_slow_answers(binaries, dynalite_table, tmp_path):
    """Calls that take as long as they may, one after the other: the function answers before Lambda ends it.

    dynalite needs most calls, since it does not return the item of a refused write.
    """
    stage = Stage(binaries, tmp_path, dynalite_table)

    def slowly(ask) -> None:
        with stage.run() as it:
            code = Code.sealed(KEYRING)
            assert it.redeem(code, "the-key").status == 200
            it.proxy.break_down(at_the_last_moment(3, 0.7))
            answer = ask(it, code)
            it.proxy.heal()
            assert unavailable(answer) or answer.status == ask(it, code).status

    with ThreadPoolExecutor(len(SLOW)) as pool:
        list(pool.map(slowly, SLOW.values()))
