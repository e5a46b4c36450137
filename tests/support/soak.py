"""Load while everything happens that happens to a deployment: three rotations, and outages of Secrets Manager and of
the table of codes.

    make soak                 17 minutes; prints what docs/reliability.md says of the last run
    make soak PROFILE=dev     the same without the long build

The HTTP functions, each in several processes, and `rotate-keyring` run behind cargo-lambda's local API. Requests come in
waves; half of them create codes, half open codes made before, whatever key has sealed them. Every eighth code counts,
and is redeemed beside these. At the end every code is opened once more. One wrong answer ends the run with an error.
There is one exception: a code of a key that a process does not know while it cannot ask for it, or that is redeemed
while the table is out of reach, is answered with 503; it is tried again after the seconds in `Retry-After`.
"""

import json
import os
import random
import re
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests.support import code_table
from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, JSON, ctext_of
from tests.support.fakes import closed_port
from tests.support.faults import NO_ANSWER, refusal
from tests.support.qr_readers import read
from tests.support.rotating_secret import ARN, STEPS, RotatingSecret
from tests.support.soak_client import Agenda, Client, Failed
from tests.support.soak_redemptions import Redemptions
from tests.support.table_proxy import TableProxy
from tools import local_api

FUNCTIONS = ("create-qr", "decrypt-ctext", "redeem-code")
ROTATE = "/2015-03-31/functions/rotate-keyring/invocations"

# What happens when, in seconds. Functions fetch their keyring again every 300: so after 300, 600 and 900 they learn of
# the rotation before, and in the outage they cannot.
DURATION = 1020
ROTATIONS = (120, 420, 720)
OUTAGE = (590, 610)
# First calls have their effect and only the answers are lost, then they have none.
TABLE_OUTAGE = (855, 870, 885)
TABLE_FAULT = refusal(500, "InternalServerError")
# A clock that is set ahead must not end the time for undoing.
UNDO_MINUTES = "1440"

# What a process may have grown by from the first third of the run to the last, by the median of each.
MAY_GROW_KIB = 1024


@dataclass(frozen=True)
class Plan:
    waves: int
    at_once: int = 16
    instances: int = 4
    profile: str = "dev"


@dataclass
class Code:
    link: str
    payload: bytes


class Soak:
    """One run. `set_clock`, if it is given, has that many seconds pass for the functions without waiting for them."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        table: code_table.CodeTable,
        set_clock=None,
        function_options: dict[str, str] = {},
    ):
        self.plan, self._set_clock = plan, set_clock
        self.secret, self.table = RotatingSecret(json.dumps({"1": secrets.token_hex(32)})), TableProxy(table)
        self._client = Client("127.0.0.1", closed_port())
        host, port = self._client.host, self._client.port
        environment = self.table.settings | {
            "REDEMPTION": "on",
            "UNDO_MINUTES": UNDO_MINUTES,
            "KEYRING_SECRET_ID": ARN,
            "PUBLIC_BASE_URL": f"http://{host}:{port}",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{self.secret.address}",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        options = ("--concurrency", str(plan.instances), "--profile", plan.profile)
        self.api = local_api.LocalApi(host, port, environment, folder / "soak.log", function_options, options)
        self._pool = ThreadPoolExecutor(plan.at_once)
        self._random = random.Random(1)
        self._codes: list[Code] = []
        self._again = Agenda()
        self.redemptions = Redemptions(self._client, table)
        self._memory: dict[tuple[str, int], list[int]] = {}
        self.counts, self._by_key = Counter(), Counter()
        self._lock = threading.Lock()

    def run(self) -> str:
        """What there was to see, in words."""
        with ExitStack() as stack:
            stack.enter_context(self.secret)
            stack.enter_context(self.table)
            stack.enter_context(self.api)
            stack.callback(self._client.close)
            stack.enter_context(self._pool)
            self.api.wait_until_ready()
            self._start_every_instance()
            self._load()
            requests = self.counts["created"] + self.counts["opened"] + self.counts["again"]
            again = list(self._codes)
            list(self._pool.map(self._open, again, [DURATION] * len(again)))
            self.redemptions.check(self._pool.map)
        grown = [last_third(samples) - first_third(samples) for samples in self._memory.values()]
        for failed, what in (
            (len(self._again), f"{len(self._again)} codes do not open in the end"),
            (self.counts["rotations"] != len(ROTATIONS), "a rotation has failed"),
            (sorted(self._by_key) != [1, 2, 3, 4], f"only these keys have sealed codes: {sorted(self._by_key)}"),
            (self.counts["calls in the outage"] < len(FUNCTIONS), "the outage has not been met"),
            (not self.redemptions.count("out of reach"), "the outage of the table has not been met"),
            (not self.table.answer_lost.is_set(), "the table has lost no answer"),
            (len(grown) != self.plan.instances * len(FUNCTIONS), "a process has ended and another has taken its place"),
            (max(grown) > MAY_GROW_KIB, f"a process has grown by {max(grown)} KiB"),
        ):
            if failed:
                raise Failed(what)
        return (
            f"{requests:,} requests, {self.plan.at_once} at a time, to {self.plan.instances} processes of each function. "
            f"{self.counts['created']:,} codes created under four keys, as many opened, {len(again):,} opened again at "
            f"the end, {self.counts['again']} tried again after a 503. {self.counts['calls in the outage']} fetches "
            f"failed in the outage. {self.redemptions.summary()} No process grew by more than {max(grown)} KiB."
        )

    def _start_every_instance(self) -> None:
        """Makes the first codes, as many at a time as it takes to have every instance started."""
        deadline = time.monotonic() + 60
        while not self._codes or any(self._processes(function) < self.plan.instances for function in FUNCTIONS):
            if time.monotonic() > deadline:
                raise self.api.failure("Not every instance starts")
            codes = list(self._pool.map(self._create, range(8 * self.plan.at_once)))
            list(self._pool.map(self._open, codes, [0] * len(codes)))
            self._redeem(0)
        self.counts.clear()
        self._by_key.clear()

    def _load(self) -> None:
        events = [(at, self._rotate) for at in ROTATIONS]
        events += [(OUTAGE[0], self._break_down), (OUTAGE[1], self._heal)]
        events += zip(TABLE_OUTAGE, (self._lose_answers, self._lose_calls, self.table.heal), strict=True)
        events.sort(key=lambda event: event[0])
        start, shown = time.monotonic(), 0
        for wave in range(self.plan.waves):
            now = wave * DURATION / self.plan.waves
            if self._set_clock:
                self._set_clock(int(now))
            else:
                time.sleep(max(0, start + now - time.monotonic()))
            happening = []
            while events and events[0][0] <= now:
                happening.append(threading.Thread(target=events.pop(0)[1]))
                happening[-1].start()
            self._wave(wave, now)
            for thread in happening:
                thread.join()
            self._sample_memory()
            if now >= shown + 60:
                shown = now
                keys = " ".join(f"{key_id}: {count}," for key_id, count in sorted(self._by_key.items()))
                print(f"{now / 60:3.0f} min  codes by key  {keys} tried again: {self.counts['again']}", flush=True)
        self._redeem(DURATION)

    def _redeem(self, now: float) -> None:
        """What clients have to do is done, with what follows from it."""
        while tasks := self.redemptions.due(now):
            list(self._pool.map(lambda task: task(now), tasks))

    def _wave(self, wave: int, now: float) -> None:
        half = self.plan.at_once // 2
        opening = self._again.due(now)
        known = self._random.choices(self._codes, k=max(0, half - len(opening)))
        opening += [partial(self._open, code) for code in known]
        created = [self._pool.submit(self._create, wave * half + number) for number in range(half)]
        others = [self._pool.submit(task, now) for task in opening + self.redemptions.due(now)]
        for task in created + others:
            task.result()

    def _create(self, number: int) -> Code:
        payload = b'{"id":"order-%d","amount":%d}' % (number, self._random.randrange(10**6))
        as_picture, uses = number % 8 == 0, 1 + number // 8 % 3 if number % 8 == 1 else None
        query = ("" if as_picture else "format=json") + ("" if uses is None else f"&uses={uses}")
        answer = self._client.request("POST", f"{CREATE}?{query}", payload, JSON)
        if answer.status != 200:
            raise Failed(f"a code is not created: {answer.status} {answer.body!r}")
        link = read(answer.body) if as_picture else answer.json["url"]
        text = ctext_of(link)
        header = (reference.from_digits if as_picture else reference.from_base64url)(text)
        code = Code(link, payload)
        with self._lock:
            self._codes.append(code)
            self.counts["created"] += 1
            self._by_key[header[1]] += 1
        if uses:
            self.redemptions.add(link, uses)
        return code

    def _open(self, code: Code, now: float) -> None:
        link = urlsplit(code.link)
        answer = self._client.request("GET", f"{link.path}?{link.query}")
        with self._lock:
            if answer.status == 503 and "retry-after" in answer.headers:
                self.counts["again"] += 1
                self._again.add(now + int(answer.headers["retry-after"]), partial(self._open, code))
                return
            if (answer.status, answer.body) != (200, code.payload):
                raise Failed(f"{code.payload!r} does not open: {answer.status} {answer.body!r}")
            self.counts["opened"] += 1

    def _rotate(self) -> None:
        token = self.secret.begin_rotation()
        for step in STEPS:
            event = {"Step": step, "SecretId": ARN, "ClientRequestToken": token}
            answer = self._client.request("POST", ROTATE, json.dumps(event).encode())
            if answer.body != b"null":
                self.counts["rotation failed"] += 1
                return
        self.counts["rotations"] += 1

    def _break_down(self) -> None:
        self.counts["calls in the outage"] -= len(self.secret.calls)
        self.secret.break_down(NO_ANSWER)

    def _heal(self) -> None:
        self.counts["calls in the outage"] += len(self.secret.calls)
        self.secret.heal()

    def _lose_answers(self) -> None:
        self.table.break_down(TABLE_FAULT)

    def _lose_calls(self) -> None:
        self.table.break_down(TABLE_FAULT, takes_effect=False)

    def _processes(self, function: str) -> int:
        return sum(name == function for name in self._functions().values())

    def _functions(self) -> dict[int, str]:
        """The functions' names by process."""
        tasks = Path(f"/proc/{self.api.tree.process.pid}/task")
        children = [child for path in tasks.glob("*/children") for child in path.read_text().split()]
        names = {}
        for child in children:
            # It may end at any time.
            with suppress(FileNotFoundError, ProcessLookupError):
                names[int(child)] = Path(os.readlink(f"/proc/{child}/exe")).name
        return {process: name for process, name in names.items() if name in FUNCTIONS}

    def _sample_memory(self) -> None:
        for process, name in self._functions().items():
            with suppress(FileNotFoundError, ProcessLookupError):
                resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
                if resident:
                    self._memory.setdefault((name, process), []).append(int(resident[1]))


def first_third(samples: list[int]) -> int:
    return round(statistics.median(samples[: max(1, len(samples) // 3)]))


def last_third(samples: list[int]) -> int:
    return round(statistics.median(samples[-max(1, len(samples) // 3) :]))


def main(profile: str) -> None:
    if sys.platform != "linux":
        sys.exit("Memory is read from /proc, so the run needs Linux.")
    print(f"Building with the profile {profile} (minutes, the first time) ...", flush=True)
    try:
        local_api.build(options=("--profile", profile))
        with tempfile.TemporaryDirectory() as folder, code_table.moto(Path(folder)) as table:
            print(Soak(Plan(waves=1250, profile=profile), Path(folder), table).run())
    except (Failed, local_api.Failure) as failure:
        sys.exit(f"Failed: {failure}")


if __name__ == "__main__":
    main(*sys.argv[1:])
