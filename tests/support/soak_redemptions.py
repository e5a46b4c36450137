"""The part of the load run that redeems: several clients for each code that counts, all at the same time.

Every second client repeats its request, or undoes its redemption and redeems again. While the table is out of reach, the
answer is 503, and a client repeats its request with the same key after the seconds in `Retry-After`.
"""

import hashlib
import itertools
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from tests.support.api_client import Answer
from tests.support.code_table import CodeTable
from tests.support.codes import Code
from tests.support.soak_client import Agenda, Client, Failed

ONCE, REPEATS, UNDOES = "redeems once", "repeats the request", "undoes it and redeems again"
HABITS = (ONCE, REPEATS, ONCE, UNDOES)


@dataclass
class CountingCode:
    link: str
    uses: int
    redemptions: list["Redemption"] = field(default_factory=list)


@dataclass
class Redemption:
    """What one client does, and what it was told."""

    code: CountingCode
    habit: str
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    receipt: dict | None = None
    is_undone: bool = False

    @property
    def stands(self) -> bool:
        return self.receipt is not None and not self.is_undone


class Redemptions:
    def __init__(self, client: Client, table: CodeTable):
        self._client, self._table = client, table
        self._codes: list[CountingCode] = []
        self._agenda, self._habits = Agenda(), itertools.cycle(HABITS)
        self._counts, self._lock = Counter(), threading.Lock()

    def add(self, link: str, uses: int) -> None:
        """Sends clients to a code: too many, as many as may redeem it, or one too few."""
        code = CountingCode(link, uses)
        with self._lock:
            self._codes.append(code)
            number = max(1, uses + 2 - len(self._codes) % 4)
            code.redemptions += [Redemption(code, next(self._habits)) for _ in range(number)]
        for redemption in code.redemptions[:]:
            self._agenda.add(0, partial(self._redeem, redemption))

    def due(self, now: float) -> list[Callable[[float], None]]:
        """What clients have to do now."""
        return self._agenda.due(now)

    def count(self, what: str) -> int:
        return self._counts[what]

    def check(self, map_all) -> None:
        """What clients were told is what the table says, and as many redemptions stand as there may be."""
        if len(self._agenda):
            raise Failed(f"{len(self._agenda)} redemptions have no answer in the end")
        list(map_all(self._check, self._codes))

    def summary(self) -> str:
        counts = self._counts
        return (
            f"{len(self._codes):,} codes that count, redeemed {counts['redeemed']:,} times; {counts['refused']:,} more "
            f"were refused, {counts['undone']:,} undone, {counts['repeated']:,} repeated. "
            f"{counts['out of reach']:,} times it was not known whether one was made, until its key was sent again."
        )

    def _redeem(self, redemption: Redemption, now: float) -> None:
        answer = self._post(redemption)
        if self._is_put_off(answer, now, partial(self._redeem, redemption)):
            if "idempotency-key" in answer.headers:
                self._add("out of reach")
            return
        if answer.status == 409:
            check_refused(answer, "already-redeemed")
            self._add("refused")
            return
        redemption.receipt = self._receipt(answer)
        self._add("redeemed")
        if redemption.habit == REPEATS:
            self._repeat(redemption)
        elif redemption.habit == UNDOES:
            self._undo(redemption, now)

    def _repeat(self, redemption: Redemption) -> None:
        again = self._post(redemption)
        if again.status != 503 and self._receipt(again) != redemption.receipt:
            raise Failed(f"another receipt: {again.body!r} after {redemption.receipt}")
        self._add("repeated")

    def _undo(self, redemption: Redemption, now: float) -> None:
        answer = self._ask("DELETE", redemption.code, f"redemption={redemption.receipt['redemption']}")
        if self._is_put_off(answer, now, partial(self._undo, redemption)):
            return
        if not self._receipt(answer).get("undone_at"):
            raise Failed(f"not undone: {answer.body!r}")
        redemption.is_undone = True
        self._add("undone")
        again = Redemption(redemption.code, ONCE)
        redemption.code.redemptions.append(again)
        self._redeem(again, now)

    def _check(self, code: CountingCode) -> None:
        standing = [redemption for redemption in code.redemptions if redemption.stands]
        # Whoever undoes a redemption tries again, so a code that was once used up is so in the end.
        if len(standing) != min(code.uses, sum(not redemption.is_undone for redemption in code.redemptions)):
            raise Failed(f"{len(standing)} redemptions stand: {code}")
        for redemption in code.redemptions:
            answer = self._post(redemption)
            if redemption.stands:
                repeated = self._receipt(answer)
                if repeated != redemption.receipt or not 1 <= repeated["use"] <= code.uses == repeated["of"]:
                    raise Failed(f"another receipt: {repeated} after {redemption}")
            else:
                check_refused(answer, "redemption-undone" if redemption.is_undone else "already-redeemed")
        opened = self._ask("GET", code)
        if (opened.status, opened.headers.get("code-used")) != (200, str(len(standing))):
            raise Failed(f"opened as {opened}: {code}")
        told = {
            (redemption.receipt["redemption"], kept_as(redemption.key), redemption.is_undone)
            for redemption in code.redemptions
            if redemption.receipt
        }
        item = self._table.item(Code.of_link(code.link).name)
        kept = {
            (number, element["M"]["key"]["S"], "undone_at" in element["M"])
            for number, element in enumerate(item["redemptions"]["L"], 1)
        }
        if kept != told or item["used"]["N"] != str(len(standing)):
            raise Failed(f"the table has {item}: {code}")

    def _post(self, redemption: Redemption) -> Answer:
        return self._ask("POST", redemption.code, headers={"idempotency-key": f'"{redemption.key}"'})

    def _ask(self, method: str, code: CountingCode, more: str = "", headers: dict[str, str] = {}) -> Answer:
        link = urlsplit(code.link)
        return self._client.request(method, f"{link.path}?{link.query}&{more}".rstrip("&"), None, headers)

    def _receipt(self, answer: Answer) -> dict:
        if answer.status != 200:
            raise Failed(f"no receipt: {answer}")
        return answer.json

    def _is_put_off(self, answer: Answer, now: float, task: Callable[[float], None]) -> bool:
        if answer.status != 503 or "retry-after" not in answer.headers:
            return False
        self._agenda.add(now + int(answer.headers["retry-after"]), task)
        return True

    def _add(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1


def check_refused(answer: Answer, slug: str) -> None:
    if answer.status != 409 or answer.json["type"] != f"/api/problems/{slug}":
        raise Failed(f"not refused as {slug}: {answer}")


def kept_as(key: str) -> str:
    """What the table has of a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
