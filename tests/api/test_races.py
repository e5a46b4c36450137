"""Many redeem one code at the same time, through several processes: it is redeemed as often as it may be, never more.

RACES=1000 races that many codes in place of a few, as docs/reliability.md says.
"""

import os
import queue
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.api_client import Answer
from tests.support.codes import Code, redemption, settings
from tests.support.table_proxy import TableProxy

pytestmark = pytest.mark.slow

CODES = int(os.environ.get("RACES", 40))
CLIENTS = 32
PROCESSES = 8
# On a machine that is too busy, answers of the table come too late.
ATTEMPTS = 4


@pytest.fixture
def redeem(start, keyring, code_table):
    """Redeems a code once, by the next process that is free."""
    with TableProxy(code_table) as proxy:
        free = queue.Queue()
        for _ in range(PROCESSES):
            free.put(start("redeem-code", **settings(keyring), **proxy.settings))

        def redeem(code: Code) -> Answer:
            key = None
            for _ in range(ATTEMPTS):
                function = free.get()
                try:
                    answer = function.answer(redemption(code, key), may_be_unavailable=True)
                finally:
                    free.put(function)
                if answer.status != 503:
                    break
                # As a client should.
                key = answer.headers["idempotency-key"]
            return answer

        yield redeem


def race(redeem, code_table, codes: list[Code], uses: int) -> None:
    begin = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(redeem, [code for code in codes for _ in range(CLIENTS)]))
    print(f"{len(answers):,} requests in {time.monotonic() - begin:.0f} s")
    for number, code in enumerate(codes):
        of_code = answers[number * CLIENTS : (number + 1) * CLIENTS]
        redeemed = [answer.json for answer in of_code if answer.status == 200]
        assert sorted(receipt["use"] for receipt in redeemed) == list(range(1, uses + 1))
        assert sorted(receipt["redemption"] for receipt in redeemed) == list(range(1, uses + 1))
        last = max(redeemed, key=lambda receipt: receipt["use"])
        refused = [answer.problem(409, "already-redeemed") for answer in of_code if answer.status != 200]
        assert len(refused) == CLIENTS - uses
        assert {problem["redeemed_at"] for problem in refused} == {last["redeemed_at"]}
        item = code_table.item(code.name)
        assert (item["used"]["N"], len(item["redemptions"]["L"])) == (str(uses), uses)


def test_one_of_many_redeems_a_code_for_one_use(redeem, code_table, keyring):
    race(redeem, code_table, [Code.sealed(keyring) for _ in range(CODES)], 1)


def test_three_of_many_redeem_a_code_for_three_uses(redeem, code_table, keyring):
    race(redeem, code_table, [Code.sealed(keyring, uses=3) for _ in range(max(10, CODES // 10))], 3)
