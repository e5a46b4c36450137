"""Print runs: files of many rows become codes, each row once, whatever fails meanwhile."""

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from pathlib import Path

import boto3
import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.event_bus import SOURCE
from tests.support.event_bus import check as check_event
from tests.support.fakes import Server
from tests.support.pages import Block, blocks
from tests.support.print_runs import ACCESS, PROCESSES, PrintRuns, failed, playing, throttled
from tests.support.traces import assert_tells_nothing, keys_of
from tools.local_api import ROOT

pytestmark = pytest.mark.moto
ROWS_OF_PART = 500
PAGE, OPERATIONS = ROOT / "docs" / "print-runs.md", ROOT / "docs" / "operations.md"


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with playing(tmp_path_factory.mktemp("print-runs")) as stack:
        yield stack


@pytest.fixture
def runs(stack: PrintRuns, start, keyring) -> PrintRuns:
    """The stack, with the bucket emptied and fresh processes of the function."""
    for key in stack.keys():
        stack.s3.delete_object(Bucket=stack.bucket, Key=key)
    stack.events()
    stack.endpoint.reset()
    stack.endpoint.replace([start("print-run", **stack.settings(keyring)) for _ in range(PROCESSES)])
    return stack


def orders(count: int) -> str:
    return "id,amount\n" + "".join(f"order-{row},{row * 100}\n" for row in range(1, count + 1))


def ctext(url: str) -> bytes:
    return reference.from_text(re.split("[=/]", url)[-1])


def check(runs: PrintRuns, run: str, count: int, keyring: dict[str, str], sample: int = 20) -> list[dict[str, str]]:
    """The manifest of a run, which must have every row once, with codes of their own that open."""
    manifest = runs.manifest(run)
    assert [row["row"] for row in manifest] == [str(number) for number in range(1, count + 1)]
    assert len({row["name"] for row in manifest}) == len({row["url"] for row in manifest}) == count
    for row in random.sample(manifest, sample):
        opened = reference.open_ctext(keyring, ctext(row["url"]))
        number = int(row["row"])
        assert json.loads(opened.payload) == {"id": f"order-{number}", "amount": number * 100}
        assert reference.name(ctext(row["url"])) == row["name"]
        assert row["file"].startswith(f"parts/{(number - 1) // ROWS_OF_PART + 1:05}.")
    described = json.loads(runs.read(f"runs/{run}/run.json"))
    assert (described["run"], described["rows"], described["manifest"]) == (run, count, f"runs/{run}/manifest.csv")
    return manifest


def parts_of(runs: PrintRuns) -> list[int]:
    return [step["part"]["part"] for step in runs.endpoint.steps if step["step"] == "part"]


def records(runs: PrintRuns) -> list[dict]:
    """The log lines of all processes."""
    return [json.loads(line) for process in runs.endpoint.processes for line in process.lines()]


@pytest.mark.slow
def test_a_hundred_thousand_rows_with_a_part_that_fails_twice(runs, keyring):
    count, failing = 100_000, 57
    runs.put("incoming/orders.csv", orders(count))
    attempts = []

    def fault(step, invoke):
        if step["step"] != "part" or step["part"]["part"] != failing:
            return invoke()
        attempts.append(step)
        if len(attempts) == 1:
            return throttled()
        answer = invoke()
        # The codes are made, and the answer is lost.
        return failed("Sandbox.Timedout", "Task timed out after 900.00 seconds") if len(attempts) == 2 else answer

    runs.endpoint.fault = fault
    output = runs.run({"rows": "incoming/orders.csv", "options": "link=compact"}, "hundred")
    assert (output["rows"], output["parts"]) == (count, count // ROWS_OF_PART)
    assert len(attempts) == 3 and Counter(parts_of(runs)) == {part: 1 + 2 * (part == failing) for part in range(1, 201)}
    check(runs, "hundred", count, keyring)
    assert sum(record.get("Created", 0) for record in records(runs)) == count, "codes count once"

    # A run that is resumed when it is finished makes nothing.
    runs.endpoint.reset()
    assert runs.run({"resume": "hundred"})["outcome"] == "finished" and parts_of(runs) == []
    # What is made again is the same.
    before = {key: runs.read(key) for key in runs.keys("runs/hundred/") if "/00057." in key or "/manifest.csv" in key}
    assert len(before) == 3
    for key in [*before, "runs/hundred/run.json"]:
        runs.s3.delete_object(Bucket=runs.bucket, Key=key)
    runs.run({"resume": "hundred"})
    assert {key: runs.read(key) for key in before} == before


# What starts runs.


def test_rows_that_are_dropped_become_a_run_whose_event_may_come_twice(runs, keyring):
    runs.put("incoming/spring/tickets 1.csv", orders(700), "format=csv&link=compact")
    # Neither folders, nor what runs leave.
    runs.put("incoming/spring/", "")
    runs.put("runs/other/rows.csv", orders(1))
    (event,) = runs.events()
    output = runs.run(event)
    run = output["run"]
    assert re.fullmatch("tickets-1-[0-9a-f]{16}", run)
    manifest = check(runs, run, 700, keyring)
    assert all(row["url"].startswith("https://qr.example.org/d/") for row in manifest)
    (part,) = [list(csv.DictReader(io.StringIO(runs.read(key)))) for key in runs.keys(f"runs/{run}/parts/00002.")]
    assert [row["url"] for row in part] == [row["url"] for row in manifest[500:]]
    before = {key: runs.read(key) for key in runs.keys("runs/")}

    runs.endpoint.reset()
    again = runs.run(event)
    assert (again["run"], again["outcome"]) == (run, "duplicate")
    assert [step["step"] for step in runs.endpoint.steps] == ["plan"]
    # The same rows are the same run, whoever drops them again.
    runs.put("incoming/spring/tickets 1.csv", orders(700), "format=csv&link=compact")
    (event,) = runs.events()
    assert runs.run(event)["outcome"] == "finished"
    assert {key: runs.read(key) for key in runs.keys("runs/")} == before


def test_two_executions_of_one_run_at_the_same_time_make_each_code_once(runs, keyring):
    runs.put("incoming/orders.csv", orders(1100))
    other = []

    def fault(step, invoke):
        # While the first execution has planned and made nothing, another one does all.
        if step["step"] == "part" and not other:
            other.append(None)
            other.append(runs.run({"resume": "twins"}))
        return invoke()

    runs.endpoint.fault = fault
    first = runs.run({"rows": "incoming/orders.csv"}, "twins")
    assert {name: value for name, value in first.items() if name != "finished_at"} == {
        name: value for name, value in other[1].items() if name != "finished_at"
    }
    check(runs, "twins", 1100, keyring)
    assert sum(record.get("Created", 0) for record in records(runs)) == 1100


# What the pages say.


@pytest.mark.slow
def test_the_commands_of_the_documentation(runs, keyring, tmp_path):
    (tmp_path / "labels.csv").write_text(orders(30))
    boto3.client("iam", endpoint_url=runs.url, **ACCESS).create_role(RoleName="printer", AssumeRolePolicyDocument="{}")
    tested = [block for block in blocks(PAGE) if block.mark == "test"]
    tested += [block for block in blocks(OPERATIONS) if block.heading == "Alarm `print-run-failed`"]

    def run(block: Block) -> str:
        variables = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": runs.url,
            "AWS_DEFAULT_REGION": ACCESS["region_name"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PRINT_RUN_BUCKET": runs.bucket,
            "PRINT_RUN_MACHINE_ARN": runs.machine,
        }
        command = ["sh", "-ec", block.text]
        done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def execution_of(output: str) -> str:
        return re.search(r'"executionArn": "([^"]+)"', output)[1]

    dropping, naming, fetching, resuming, allowing, looking = tested
    run(dropping)
    (event,) = runs.events()
    dropped = runs.run(event)["run"]
    assert runs.read_bytes(f"runs/{dropped}/parts/00001.pdf").startswith(b"%PDF-")
    runs.ended(execution_of(run(naming)))
    assert json.JSONDecoder().raw_decode(run(fetching))[0]["run"] == "spring-2027"
    with zipfile.ZipFile(tmp_path / "parts" / "00001.zip") as archive:
        assert sorted(archive.namelist()) == sorted(["manifest.csv", *(f"order-{row}.svg" for row in range(1, 31))])
    assert len((tmp_path / "manifest.csv").read_text().splitlines()) == 31
    assert runs.ended(execution_of(run(resuming)))["status"] == "SUCCEEDED"
    run(allowing)
    assert runs.start({"rows": "rows/none.csv"})["status"] == "FAILED"
    assert "there are no rows at rows/none.csv" in run(looking)
    others = [block.text for block in blocks(PAGE) if block.mark != "test"]
    assert others == [
        "sam deploy --parameter-overrides PrintRuns=on\n",
        'aws stepfunctions redrive-execution --execution-arn "$EXECUTION_ARN"\n',
    ]


# What is refused.


def test_bad_rows_are_reported_and_nothing_is_sealed(runs):
    rows = orders(1100).replace("order-7,700", "order-7,canary-of-a-payload-1").replace("order-1003,", "")
    runs.put("incoming/orders.csv", rows)
    execution = runs.start({"rows": "incoming/orders.csv"}, "bad")
    assert (execution["status"], execution["error"]) == ("FAILED", "Refused")
    cause = json.loads(execution["cause"])["errorMessage"]
    assert "2 rows cannot be used" in cause and "runs/bad/bad-rows.ndjson" in cause
    report = [json.loads(line) for line in runs.read("runs/bad/bad-rows.ndjson").splitlines()]
    assert [(line["row"], line["pointer"]) for line in report] == [(7, "/amount"), (1003, "")]
    problem = json.loads(runs.read("runs/bad/problem.json"))
    assert (problem["status"], len(problem["errors"])) == (422, 2)
    assert runs.keys("runs/") == ["runs/bad/bad-rows.ndjson", "runs/bad/problem.json"]
    assert [step["step"] for step in runs.endpoint.steps] == ["plan"], "it is not tried again"
    assert "canary" not in json.dumps([execution["cause"], report, problem])


@pytest.mark.parametrize(
    ("given", "error", "what"),
    [
        ({"rows": "incoming/none.csv"}, "NoRows", "there are no rows at incoming/none.csv"),
        ({"resume": "none"}, "NoRun", "there is no run none"),
        ({"rows": "incoming/orders.csv", "option": "format=zip"}, "UnknownInput", "the input of an execution is"),
        ({"rows": "incoming/orders.csv", "options": "format=docx"}, "Refused", "The value of format must be"),
    ],
)
def test_what_cannot_be_meant_fails_at_once_and_says_why(runs, given, error, what):
    runs.put("incoming/orders.csv", orders(3))
    execution = runs.start(given)
    assert (execution["status"], execution["error"]) == ("FAILED", error)
    assert what in json.loads(execution["cause"])["errorMessage"]
    assert len(runs.endpoint.steps) == 1


# What happens meanwhile.


def test_rows_that_are_replaced_meanwhile_are_noticed_and_the_run_is_resumed_with_the_right_ones(runs, keyring):
    runs.put("incoming/orders.csv", orders(1600))
    answers, is_made = [], threading.Event()

    def fault(step, invoke):
        number = step["part"]["part"] if step["step"] == "part" else None
        if number == 3:
            assert is_made.wait(60)
            runs.put("incoming/orders.csv", orders(1600).replace("order-1,", "order-2,"))
        answers.append(invoke())
        if number == 1:
            is_made.set()
        return answers[-1]

    runs.endpoint.fault = fault
    # On AWS, the map fails with its part; here, the next step misses it.
    assert runs.start({"rows": "incoming/orders.csv"}, "replaced")["status"] == "FAILED"
    assert any(b"RowsChanged" in body and b"were replaced or removed" in body for _, _, body in answers)
    assert "runs/replaced/run.json" not in runs.keys()
    first = runs.read("runs/replaced/manifest/00001.csv")
    runs.endpoint.reset()
    runs.put("incoming/orders.csv", orders(1600))
    runs.run({"resume": "replaced"})
    check(runs, "replaced", 1600, keyring)
    assert runs.read("runs/replaced/manifest/00001.csv") == first


def test_a_rotation_meanwhile_changes_nothing(runs, start, keyring):
    keyring = {key_id: key for key_id, key in keyring.items() if key_id != "255"}
    runs.endpoint.replace([start("print-run", **runs.settings(keyring))])
    rotated = keyring | {"42": "ab" * 32}
    runs.put("incoming/orders.csv", orders(1600))

    def fault(step, invoke):
        if step["step"] == "part" and step["part"]["part"] == 2:
            runs.endpoint.replace([start("print-run", **runs.settings(rotated))])
        return invoke()

    runs.endpoint.fault = fault
    assert runs.run({"rows": "incoming/orders.csv"}, "rotated")["key"] == 41
    manifest = check(runs, "rotated", 1600, keyring)
    assert {ctext(row["url"])[1] for row in manifest} == {41}


class Bus(Server):
    """An event bus that takes everything."""

    def __init__(self):
        super().__init__(self._answer)
        self.entries: list[dict] = []

    def _answer(self, method, path, headers, content):
        entries = json.loads(content)["Entries"]
        self.entries += entries
        answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in entries]}
        return 200, {"content-type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


@pytest.mark.slow
def test_the_bus_is_told_of_every_code(runs, start, keyring):
    with Bus() as bus:
        told = {"EVENT_BUS": "scans", "EVENT_SOURCE": SOURCE, "AWS_ENDPOINT_URL_EVENTBRIDGE": f"http://{bus.address}"}
        runs.endpoint.replace([start("print-run", **runs.settings(keyring), **told)])
        runs.put("incoming/orders.csv", orders(1100))
        throttles = iter([True, True])

        def fault(step, invoke):
            return throttled() if step["step"] == "part" and next(throttles, False) else invoke()

        runs.endpoint.fault = fault
        runs.run({"rows": "incoming/orders.csv"}, "told")
    manifest = check(runs, "told", 1100, keyring)
    events = [check_event(json.loads(entry["Detail"])) for entry in bus.entries]
    assert Counter(event["code"] for event in events) == Counter(row["name"] for row in manifest)
    assert {event["type"] for event in events} == {"created"}


def test_logs_tell_steps_and_nothing_of_what_is_printed(runs, keyring):
    rows = orders(520) + "canary-of-a-payload-1,1\n"
    runs.put("incoming/orders.csv", rows)
    runs.run({"rows": "incoming/orders.csv"}, "logged")
    runs.start({"rows": "incoming/none.csv"}, "missing")
    found = sorted(records(runs), key=lambda record: record["timestamp"])
    steps = [(record["step"], record.get("part"), record.get("rows")) for record in found]
    assert sorted(steps, key=str) == sorted(
        [("plan", None, 521), ("part", 1, 500), ("part", 2, 21), ("finish", None, 521), ("plan", None, None)], key=str
    )
    assert all(record["run"] == "logged" for record in found if record["level"] == "INFO")
    (error,) = [record for record in found if record["level"] == "ERROR"]
    assert error["failure"] == "NoRows" and "there are no rows at" in error["message"]
    assert sum(record.get("Created", 0) for record in found) == 521
    log = "".join(line for process in runs.endpoint.processes for line in process.lines())
    urls = [row["url"] for row in runs.manifest("logged")]
    assert_tells_nothing(log, keys_of(keyring), ["canary-of-a-payload-1", *(url.rpartition("=")[2] for url in urls)])
