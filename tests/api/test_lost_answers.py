"""What is lost after a write: an answer, the process that waits for it, or the table. A retry learns what happened."""

import json

import pytest

from tests.support.api_client import JSON, gateway_event
from tests.support.codes import REVOKE, Code, Deployment, redemption
from tests.support.faults import NO_ANSWER
from tests.support.table_proxy import READ, WRITE, TableProxy

pytestmark = pytest.mark.moto


@pytest.fixture
def proxy(code_table):
    with TableProxy(code_table) as proxy:
        yield proxy


@pytest.mark.parametrize("uses", [1, 2])
def test_a_retry_after_the_end_of_a_process_is_answered_as_the_first_would_have_been(
    start, keyring, code_table, proxy, uses
):
    deployment, code = Deployment(start, keyring, proxy.settings), Code.sealed(keyring, uses=uses)
    assert deployment.redeem(Code.sealed(keyring)).status == 200
    proxy.break_down(NO_ANSWER, (WRITE,))
    deployment.function("redeem-code").runtime.put(redemption(code, "the-same-key", "Gate 3"))
    assert proxy.answer_lost.wait(timeout=20), "the write has been applied"
    deployment.end("redeem-code")
    proxy.heal()
    written = code_table.item(code.name)
    again = deployment.redeem(code, "the-same-key", "Gate 3").json
    assert (again["use"], again["redemption"], again["place"]) == (1, 1, "Gate 3")
    assert deployment.redeem(code, "the-same-key", "Gate 3").json == again
    assert code_table.item(code.name) == written, "nothing was written again"
    # Without the key, it is another redemption.
    another = deployment.redeem(code)
    if uses == 1:
        assert another.problem(409, "already-redeemed")["redeemed_at"] == again["redeemed_at"]
    else:
        assert another.json["use"] == 2


def kill_after_the_write(deployment: Deployment, proxy: TableProxy, event: dict) -> None:
    proxy.answer_lost.clear()
    proxy.break_down(NO_ANSWER, (WRITE,))
    deployment.function("redeem-code").runtime.put(event)
    assert proxy.answer_lost.wait(timeout=20), "the write has been applied"
    deployment.end("redeem-code")
    proxy.heal()


def test_what_is_undone_taken_back_or_made_good_is_so_once(start, keyring, code_table, proxy):
    deployment, code = Deployment(start, keyring, proxy.settings), Code.sealed(keyring)
    first = deployment.redeem(code, "the-key").json
    kill_after_the_write(deployment, proxy, gateway_event("DELETE", code.path, "redemption=1"))
    undone = deployment.undo(code, 1).json
    assert undone["redeemed_at"] == first["redeemed_at"] and deployment.undo(code, 1).json == undone
    assert code_table.item(code.name)["used"] == {"N": "0"}
    body = json.dumps({"name": code.name, "reason": "lost"}).encode()
    kill_after_the_write(deployment, proxy, gateway_event("POST", REVOKE, "", JSON, body))
    assert deployment.revoke(name=code.name, reason="found").json["reason"] == "lost"
    assert deployment.open(code).status == 410
    kill_after_the_write(deployment, proxy, gateway_event("DELETE", REVOKE, f"name={code.name}"))
    assert deployment.restore(code).json["revoked_at"] is None
    again = deployment.redeem(code).json
    assert (again["use"], again["redemption"]) == (1, 2)


def test_what_the_sdk_sends_again_counts_once(start, keyring, code_table, proxy):
    deployment, code = Deployment(start, keyring, proxy.settings), Code.sealed(keyring, uses=3)
    assert deployment.redeem(code).json["use"] == 1
    proxy.calls.clear()
    proxy.break_down(NO_ANSWER, (WRITE,), once=True)
    assert deployment.redeem(code).json["use"] == 2
    # What answers without the item of a refused write is asked for it.
    assert proxy.calls == [WRITE, WRITE] + ([READ] if code_table.is_atomic else [])
    assert code_table.item(code.name)["used"] == {"N": "2"}


def test_a_table_that_has_lost_something_is_not_relied_on(start, keyring, code_table):
    """As after a restore from a backup, of which the mark is no part."""
    before, restored = code_table.another(), code_table.another()
    deployment, code = Deployment(start, keyring, before.settings()), Code.sealed(keyring)
    assert deployment.redeem(code).status == 200
    after = Deployment(start, keyring, before.settings() | {"CODE_TABLE": restored.name})
    after.redeem(code).problem(503, "temporarily-unavailable")
    after.undo(code, 1).problem(503, "temporarily-unavailable")
    assert "the table lacks what happened between its beginning and" in after.function("redeem-code").log.read_text()
    assert restored.item(code.name) is None
