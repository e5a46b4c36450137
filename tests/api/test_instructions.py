"""Nobody makes the functions slower unnoticed: instructions against stored bounds, counted by valgrind's callgrind.

`make bench` measures the release build of the functions, which takes minutes to make. Here the way from a link to its
picture is built as it is deployed, and the functions are those that the other tests run. Counts repeat to within 1 %, and bounds are 8 % above what
was measured. After a lasting change, or with a new compiler, measure them again.
"""

import json
import os
import platform
import shlex
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import CREATE, DECRYPT, JSON, gateway_event
from tests.support.cargo import example
from tests.support.fakes import started
from tools import callgrind

BOUNDS = {
    "link to picture": 93_700,
    "symbol on a page": 33_600,
    "label on a sheet": 50_000,
    "create-qr": 1_754_000,
    "decrypt-ctext": 1_137_000,
    "create-qr with metrics": 1_924_000,
    "create-batch, a row": 447_000,
    "create-batch, 5,000 rows of which three are bad": 308_500_000,
}
# The dearest numbers that a body may have, for every keyword that computes with numbers: as many as the limits of
# digits let through, long ones or ones with large exponents. Without those limits, a hundred numbers took minutes.
LONG = ["9" * 998 + str(number) for number in range(10, 25)]
LARGE = [f"{number}e{995}" for number in range(1, 17)]
MANY_LARGE = [f"{number}e300" for number in range(10, 64)]
NUMBERS = {"multipleOf": LONG, "enum": MANY_LARGE, "const": MANY_LARGE, "uniqueItems": LARGE, "contains": MANY_LARGE}
# In millions, of the build that is tested; what is deployed takes a fraction.
NUMBERS_BOUND = 600
LINK = "https://qrcode.example.com/api/decrypt/qrcode-details?ctext=" + "7031529648" * 12
assert len(LINK) == 180
SHORT_LINK = "https://qrcode.example.com/d/" + "70315296487" * 10
PAYLOAD = b'{"id":"order-1042","amount":4250,"n":10}'
KEYRING = {"1": "ab" * 32}
FEW, MANY = 5, 45

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the bounds are those of x86-64"),
    pytest.mark.skipif(
        callgrind.is_missing() and os.environ.get("CI") != "true",
        reason="valgrind is missing (Debian: apt-get install valgrind)",
    ),
]


def assert_within_bound(what: str, few: int, many: int) -> None:
    assert_at_most(what, (many - few) // (MANY - FEW))


def assert_at_most(what: str, each: int) -> None:
    print(f"{what}: {each:,} instructions, at most {BOUNDS[what]:,}")
    assert each <= BOUNDS[what]


def test_link_to_picture(tmp_path):
    write_png = example("qr-symbol", "write_png", as_deployed=True)

    def count(times: int) -> int:
        lines = f"M\t8\t4\t/dev/null\t{LINK}\n" * times
        subprocess.run(callgrind.counting([write_png], tmp_path / "profile"), input=lines, text=True, check=True)
        return callgrind.total(tmp_path / "profile")

    assert_within_bound("link to picture", count(FEW), count(MANY))


def test_symbol_on_a_page(tmp_path):
    write_content = example("qr-symbol", "write_content", as_deployed=True)

    def measure(times: int) -> tuple[int, str]:
        command = callgrind.counting([write_content], tmp_path / "profile")
        done = subprocess.run(command, input=f"{times}\t{SHORT_LINK}\n", text=True, check=True, capture_output=True)
        return callgrind.total(tmp_path / "profile"), done.stdout

    (few, _), (many, printed) = measure(FEW), measure(MANY)
    modules, size = map(int, printed.split())
    assert modules == 37 and size < 900
    assert_within_bound("symbol on a page", few, many)


def test_label_on_a_sheet(tmp_path):
    write_sheet = example("label-sheet", "write_sheet", as_deployed=True)
    labels = 105

    def count(times: int) -> int:
        sheet = ["pdf", "avery-l7160", str(labels), "A-#", "version=6", f"times={times}"]
        command = callgrind.counting([write_sheet, *sheet], tmp_path / "profile")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return callgrind.total(tmp_path / "profile")

    assert_at_most("label on a sheet", (count(FEW + 1) - count(FEW)) // labels)


@pytest.mark.parametrize("keyword", NUMBERS)
def test_numbers_under_any_model(keyword, tmp_path):
    check_numbers = example("create-qr", "check_numbers")
    body = f'{{"{keyword}":[{",".join(NUMBERS[keyword])}]}}'
    command = callgrind.counting([check_numbers], tmp_path / "profile")
    subprocess.run(command, input=body, text=True, check=True, stdout=subprocess.DEVNULL)
    millions = callgrind.total(tmp_path / "profile") // 1_000_000
    print(f"{keyword}: {millions} million instructions, at most {NUMBERS_BOUND}")
    assert millions <= NUMBERS_BOUND


@contextmanager
def counted(binary: str, folder: Path, environment: dict[str, str]):
    """The function under callgrind, which writes its profile at the end."""
    counting = folder / "counting"
    counting.write_text(f"#!/bin/sh\nexec {shlex.join(callgrind.counting([binary], folder / 'profile'))}\n")
    counting.chmod(0o755)
    with started(str(counting), folder / "log", environment) as function:
        yield function
        # By a signal that lets callgrind write it.
        function.process.terminate()
        function.process.wait()


@pytest.mark.parametrize("what", ["create-qr", "decrypt-ctext", "create-qr with metrics"])
def test_whole_invocation(what, binaries, tmp_path):
    name, _, metrics = what.partition(" with ")
    ctext = reference.to_digits(reference.seal(KEYRING, PAYLOAD))
    event = {
        "create-qr": gateway_event("POST", CREATE, "", JSON, PAYLOAD),
        "decrypt-ctext": gateway_event("GET", DECRYPT, f"ctext={ctext}"),
    }[name]

    def count(times: int) -> int:
        environment = {"KEYRING": json.dumps(KEYRING), "PUBLIC_BASE_URL": "https://qrcode.example.com"}
        environment |= {"METRICS_STACK": "sealed-qr"} if metrics else {}
        with counted(binaries[name], tmp_path, environment) as function:
            for _ in range(times):
                assert function.answer(event).status == 200
        return callgrind.total(tmp_path / "profile")

    assert_within_bound(what, count(FEW), count(MANY))


def count_batch(binary: str, folder: Path, body: str, status: int) -> int:
    """The instructions of a process that answers one batch."""
    with counted(binary, folder, batches.settings(KEYRING)) as function:
        assert function.answer(batches.request(body)).status == status
    return callgrind.total(folder / "profile")


def test_a_row_of_a_batch(binaries, tmp_path):
    # Enough for the lengths of both answers to be estimated from samples.
    few, many = 100, 500
    counts = [count_batch(binaries["create-batch"], tmp_path, batches.table(rows), 200) for rows in (few, many)]
    assert_at_most("create-batch, a row", (counts[1] - counts[0]) // (many - few))


def test_a_batch_that_is_refused(binaries, tmp_path):
    lines = batches.table(5000).splitlines()
    for row in (17, 2500, 5000):
        lines[row] = f"order-{row},many"
    whole = count_batch(binaries["create-batch"], tmp_path, "\n".join(lines), 422)
    one = count_batch(binaries["create-batch"], tmp_path, "id,amount\na,many\n", 422)
    # A tenth of a second on a whole processor, of which the function has more than a quarter.
    assert_at_most("create-batch, 5,000 rows of which three are bad", whole - one)
