"""Load while everything happens that happens to a deployment: three rotations and an outage of Secrets Manager.

    make soak                 writes what comes of it into docs/reliability.md, after 17 minutes
    make soak PROFILE=dev     the same without the long build

Both functions, each in several processes, and `rotate-keyring` run behind cargo-lambda's local API. Requests come in
waves, as many at a time as the plan says; half of them create codes, half open codes made before, whatever key has
sealed them. At the end every code is opened once more. One answer that is not as it should be, and the run ends with an
error. There is one exception: a code of a key that a process does not know while it cannot ask for it is answered with
503; it is tried again after the seconds in `Retry-After`, and counted.
"""

import heapq
import http.client
import json
import os
import platform
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
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

# Beside it stand the parts that this and the tests share.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

import local_api
import sealed_qr_reference as reference
from api_client import CREATE, JSON, Answer, ctext_of
from fakes import closed_port
from faults import NO_ANSWER
from qr_readers import read
from rotating_secret import ARN, STEPS, RotatingSecret

PAGE = local_api.ROOT / "docs" / "reliability.md"
FUNCTIONS = ("create-qr", "decrypt-ctext")
ROTATE = "/2015-03-31/functions/rotate-keyring/invocations"

# What happens when, in seconds. Functions fetch their keyring again every 300: so after 300, 600 and 900 they learn of
# the rotation before, and in the outage they cannot.
DURATION = 1020
ROTATIONS = (120, 420, 720)
OUTAGE = (590, 610)

# What a process may have grown by from the first third of the run to the last.
MAY_GROW_KIB = 1024


class Failed(Exception):
    """The run has shown that something does not hold."""


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


@dataclass
class Memory:
    """Of one process, in KiB."""

    name: str
    samples: list[int] = field(default_factory=list)

    @property
    def first_third(self) -> int:
        return round(statistics.median(self.samples[: max(1, len(self.samples) // 3)]))

    @property
    def last_third(self) -> int:
        return round(statistics.median(self.samples[-max(1, len(self.samples) // 3) :]))


@dataclass
class Report:
    created: int
    opened: int
    opened_again: int
    tried_again: int
    by_key: dict[int, int]
    rotations: int
    outage_seen_by: int
    calls: int
    memory: list[Memory]


class Soak:
    """One run. `set_clock`, if it is given, has that many seconds pass for the functions without waiting for them."""

    def __init__(self, plan: Plan, folder: Path, set_clock=None, function_options: dict[str, str] = {}, say=print):
        self.plan, self._set_clock, self._say = plan, set_clock, say
        self.secret = RotatingSecret(json.dumps({"1": secrets.token_hex(32)}))
        self.host, self.port = "127.0.0.1", closed_port()
        environment = {
            "KEYRING_SECRET_ID": ARN,
            "PUBLIC_BASE_URL": f"http://{self.host}:{self.port}",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{self.secret.address}",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        options = ("--concurrency", str(plan.instances), "--profile", plan.profile)
        self.api = local_api.LocalApi(
            self.host, self.port, environment, folder / "soak.log", function_options, options
        )
        self._pool = ThreadPoolExecutor(plan.at_once)
        self._of_thread, self._connections = threading.local(), []
        self._random = random.Random(1)
        self._codes: list[Code] = []
        self._again: list[tuple[float, int, Code]] = []
        self._memory: dict[int, Memory] = {}
        self._counts, self._by_key = Counter(), Counter()
        self._lock = threading.Lock()

    def run(self) -> Report:
        with ExitStack() as stack:
            stack.enter_context(self.secret)
            stack.enter_context(self.api)
            stack.callback(lambda: [connection.close() for connection in self._connections])
            stack.enter_context(self._pool)
            self.api.wait_until_ready()
            self._start_every_instance()
            self._load()
            again = list(self._codes)
            list(self._pool.map(self._open, again, [DURATION] * len(again)))
            if self._again:
                raise Failed(f"{len(self._again)} codes do not open in the end")
            report = self._report(len(again))
        self._check(report)
        return report

    def _start_every_instance(self) -> None:
        """Makes the first codes, as many at a time as it takes to have every instance started."""
        deadline = time.monotonic() + 60
        while not self._codes or any(self._processes(function) < self.plan.instances for function in FUNCTIONS):
            if time.monotonic() > deadline:
                raise self.api.failure("Not every instance starts")
            codes = list(self._pool.map(self._create, range(8 * self.plan.at_once)))
            list(self._pool.map(self._open, codes, [0] * len(codes)))
        self._counts.clear()
        self._by_key.clear()

    def _load(self) -> None:
        events = [(at, self._rotate) for at in ROTATIONS]
        events += [(OUTAGE[0], lambda: self.secret.break_down(NO_ANSWER)), (OUTAGE[1], self.secret.heal)]
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
                self._say(f"{now / 60:3.0f} min  codes by key  {keys} tried again: {self._counts['again']}", flush=True)

    def _wave(self, wave: int, now: float) -> None:
        half = self.plan.at_once // 2
        known = self._codes[:]
        due = []
        while self._again and self._again[0][0] <= now:
            due.append(heapq.heappop(self._again)[2])
        opening = due + self._random.choices(known, k=max(0, half - len(due)))
        created = [self._pool.submit(self._create, wave * half + number) for number in range(half)]
        opened = [self._pool.submit(self._open, code, now) for code in opening]
        for task in created + opened:
            task.result()

    def _create(self, number: int) -> Code:
        payload = b'{"id":"order-%d","amount":%d}' % (number, self._random.randrange(10**6))
        as_picture = number % 8 == 0
        answer = self._request("POST", CREATE if as_picture else f"{CREATE}?format=json", payload, JSON)
        if answer.status != 200:
            raise Failed(f"a code is not created: {answer.status} {answer.body!r}")
        link = read(answer.body) if as_picture else answer.json["url"]
        text = ctext_of(link)
        header = (reference.from_digits if as_picture else reference.from_base64url)(text)
        code = Code(link, payload)
        with self._lock:
            self._codes.append(code)
            self._counts["created"] += 1
            self._by_key[header[1]] += 1
        return code

    def _open(self, code: Code, now: float) -> None:
        link = urlsplit(code.link)
        answer = self._request("GET", f"{link.path}?{link.query}")
        with self._lock:
            if answer.status == 503 and "retry-after" in answer.headers:
                self._counts["again"] += 1
                heapq.heappush(self._again, (now + int(answer.headers["retry-after"]), self._counts["again"], code))
                return
            if (answer.status, answer.body) != (200, code.payload):
                raise Failed(f"{code.payload!r} does not open: {answer.status} {answer.body!r}")
            self._counts["opened"] += 1

    def _request(self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] = {}) -> Answer:
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
            self._connections.append(self._of_thread.connection)
        connection = self._of_thread.connection
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def _rotate(self) -> None:
        token = self.secret.begin_rotation()
        for step in STEPS:
            event = {"Step": step, "SecretId": ARN, "ClientRequestToken": token}
            answer = self._request("POST", ROTATE, json.dumps(event).encode())
            if answer.body != b"null":
                self._counts["rotation failed"] += 1
                return
        self._counts["rotations"] += 1

    def _processes(self, function: str) -> int:
        return sum(name == function for name in self._functions().values())

    def _functions(self) -> dict[int, str]:
        """The functions' names by process."""
        tasks = Path(f"/proc/{self.api.tree.process.pid}/task")
        children = [child for path in tasks.glob("*/children") for child in path.read_text().split()]
        names = {int(child): Path(os.readlink(f"/proc/{child}/exe")).name for child in children}
        return {process: name for process, name in names.items() if name in FUNCTIONS}

    def _sample_memory(self) -> None:
        for process, name in self._functions().items():
            resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
            self._memory.setdefault(process, Memory(name)).samples.append(int(resident[1]))

    def _report(self, opened_again: int) -> Report:
        log = self.api.log.read_text(errors="replace")
        return Report(
            created=self._counts["created"],
            opened=self._counts["opened"] - opened_again,
            opened_again=opened_again,
            tried_again=self._counts["again"],
            by_key=dict(sorted(self._by_key.items())),
            rotations=self._counts["rotations"],
            outage_seen_by=log.count("the keyring at hand stays in use"),
            calls=self.secret.calls.count("GetSecretValue"),
            memory=sorted(self._memory.values(), key=lambda memory: memory.name),
        )

    def _check(self, report: Report) -> None:
        if report.rotations != len(ROTATIONS):
            raise Failed("a rotation has failed")
        if list(report.by_key) != [1, 2, 3, 4]:
            raise Failed(f"not every key has sealed codes, only these: {list(report.by_key)}")
        if report.outage_seen_by < len(FUNCTIONS):
            raise Failed("the outage has not been met")
        if len(report.memory) != self.plan.instances * len(FUNCTIONS):
            raise Failed("a process has ended and another has taken its place")
        for memory in report.memory:
            if memory.last_third - memory.first_third > MAY_GROW_KIB:
                grown = f"from {memory.first_third} to {memory.last_third} KiB"
                raise Failed(f"a process of {memory.name} has grown {grown}")


def tables(plan: Plan, report: Report) -> str:
    by_key = ", ".join(f"{count:,} with key {key_id}" for key_id, count in report.by_key.items())
    requests = report.created + report.opened + report.tried_again
    rows = [
        ("requests", f"{requests:,}, {plan.at_once} at a time, in {DURATION // 60} minutes"),
        ("processes", f"{plan.instances} of each function"),
        ("codes created", f"{report.created:,}: {by_key}"),
        ("codes opened", f"{report.opened:,}, and at the end all {report.opened_again:,} once more"),
        ("answers that were not as they should be", "0"),
        ("codes answered with 503 and opened when tried again", f"{report.tried_again:,}"),
        ("rotations", f"{report.rotations}, at {', '.join(map(str, ROTATIONS))} s"),
        ("outage", f"from {OUTAGE[0]} to {OUTAGE[1]} s; {report.outage_seen_by} attempts to fetch the keyring failed"),
        ("calls of `GetSecretValue`, those of the rotations included", f"{report.calls}"),
    ]
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows), ""]
    lines += ["| process | first third of the run, KiB | last third, KiB |", "| --- | ---: | ---: |"]
    lines += [f"| {memory.name} | {memory.first_third:,} | {memory.last_third:,} |" for memory in report.memory]
    return "\n".join(lines)


def main(profile: str) -> int:
    if not sys.platform.startswith("linux"):
        print("Memory is read from /proc, so the run needs Linux.", file=sys.stderr)
        return 1
    plan = Plan(waves=1250, profile=profile)
    try:
        print(f"Building with the profile {profile} (minutes, the first time) ...", flush=True)
        local_api.build(options=("--profile", profile))
        with tempfile.TemporaryDirectory() as folder:
            report = Soak(plan, Path(folder)).run()
    except (Failed, local_api.Failure) as failure:
        print(f"Failed: {failure}", file=sys.stderr)
        return 1
    written = f"Built with cargo's profile `{profile}`, on Linux, {platform.machine()}.\n\n{tables(plan, report)}"
    page, marked = re.subn(
        r"(?<=<!-- load -->\n).*?(?=\n<!-- end -->)", lambda _: written, PAGE.read_text(), count=1, flags=re.DOTALL
    )
    if not marked:
        print(f"{PAGE} has no place for the tables.", file=sys.stderr)
        return 1
    PAGE.write_text(page)
    print(written)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
