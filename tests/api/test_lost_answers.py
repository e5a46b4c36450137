"""A process that ends between the write and the answer: the redemption has happened, and a retry learns that."""

import pytest

from tests.support.codes import Code, Deployment, redemption
from tests.support.faults import NO_ANSWER
from tests.support.table_proxy import WRITE, TableProxy

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
