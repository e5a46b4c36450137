"""The arithmetic of docs/scale.md, done again."""

import math
import re

from tests.support.cloudformation import deployed, functions, properties, source
from tools import cost
from tools.local_api import ROOT

PAGE = (ROOT / "docs/scale.md").read_text()
PROSE = " ".join(PAGE.split())
ASKED = (ROOT / "functions/print-run/src/asked.rs").read_text()
ROWS = {name: cells.split(" | ") for name, cells in re.findall(r"^\| (.+?) \| (.+) \|$", PAGE, re.M)}
DEFAULTS = dict(re.findall(r"^  (\w+):\n +Type: \w+\n +Default: '?(\d+)", (ROOT / "template.yaml").read_text(), re.M))
SLOW, FAST, FASTEST = RATES = 1, 1000, 50_000
LOGS_GB, LINE_OVERHEAD, DATA_OUT_GB, TRACES_MILLION, TRACED = 0.50, 26, 0.09, 5.00, 0.05
KEY_IDS, HALF_OF_A_KEY, DAY, YEAR = 255, 2**31, 86400, 365.25
# The rows of the largest batch.
BATCH = int(re.search(r"MAX_ROWS: usize = (\d+);", (ROOT / "shared/batch/src/rows.rs").read_text())[1])
# Dollars per million requests, by their rate.
ITEMS = {
    "HTTP API, $1.00 per million": lambda rate: cost.HTTP_API_MILLION_REQUESTS,
    "traces, $5.00 per million": lambda rate: TRACES_MILLION * (1 + TRACED * (rate - 1)) / rate,
    "the function's log line, 480 bytes": lambda rate: LOGS_GB * (480 + LINE_OVERHEAD) / 1000,
    "Lambda's own two log lines, 400 bytes": lambda rate: LOGS_GB * (400 + 2 * LINE_OVERHEAD) / 1000,
    "Lambda requests, $0.20 per million": lambda rate: cost.LAMBDA_MILLION_REQUESTS,
    "the line in the access log, 250 bytes": lambda rate: LOGS_GB * (250 + LINE_OVERHEAD) / 1000,
    "answers of 1 kB to the internet, $0.09 per GB": lambda rate: DATA_OUT_GB,
    "Lambda duration, 3 ms": lambda rate: cost.compute_dollars(3),
}


def test_cost():
    for name, item in (ITEMS | {"**together**": lambda rate: sum(item(rate) for item in ITEMS.values())}).items():
        months = [item(rate) * rate * 30 * DAY / 1e6 for rate in RATES]
        cells = [f"${item(FAST):.3f}", *(f"${month:,.2f}" if month < 100 else f"${month:,.0f}" for month in months)]
        assert [cell.strip("*") for cell in ROWS[name]] == cells
    benchmarks = (ROOT / "docs/benchmarks.md").read_text()
    for name in ("create-qr", "decrypt-ctext"):
        processor_us = re.search(rf"\*\*{name}\*\* \| [^|]+ k [^|]+ \| (\d+) µs", benchmarks)[1]
        assert cost.billed_ms(int(processor_us)) <= 3


def test_batches():
    processor_ms, bytes_of_answer = 34, 1.2e6
    billed = math.ceil(processor_ms * cost.MB_OF_ONE_PROCESSOR / 512)
    assert f"takes {processor_ms} ms of a processor, so {billed} ms at 512 MB" in PROSE
    requests = 1_000_000 // BATCH
    assert f"A million codes are {requests} such requests" in PROSE
    data, traces = requests * bytes_of_answer * DATA_OUT_GB / 1e9, requests * TRACES_MILLION / 1e6
    assert f"They cost ${data:.3f} for what goes to the internet, ${traces:.3f} for traces" in PROSE
    lines = requests * LOGS_GB * (480 + 400 + 250 + 4 * LINE_OVERHEAD) / 1e9
    compute = requests * billed / 1000 * 512 / 1024 * cost.LAMBDA_ARM64_GB_SECOND
    others = lines + compute + requests * (cost.HTTP_API_MILLION_REQUESTS + cost.LAMBDA_MILLION_REQUESTS) / 1e6
    assert others < traces
    single = sum(item(FAST) for item in ITEMS.values())
    assert 0.5 < (data + traces + others) / single * 100 < 1.5, "about a hundredth"


def test_a_print_run():
    memory = functions(deployed(PrintRuns="on"))["PrintRunFunction"]["MemorySize"]
    days, rows = int(DEFAULTS["PrintRunDays"]), int(re.search(r"ROWS_OF_PART: usize = (\d+)", ASKED)[1])
    (kept,) = re.findall(r"keeping ([\d,]+) bytes per row for (\d+) days", PROSE)
    (processor,) = re.findall(r"a row takes (\d+) µs of a processor", PROSE)
    assert int(kept[1]) == days
    items = cost.million_printed(int(processor), int(kept[0].replace(",", "")), rows, memory, days)
    assert f"of a million labels in PDF costs ${sum(items.values()):.2f}: ${items['states']:.3f} for the" in PROSE
    assert f"the {2 * 1_000_000 // rows:,} transitions" in PROSE and f"each part of {rows} rows" in PROSE
    assert f"${items['objects']:.3f} for requests" in PROSE and f"${items['storage']:.3f} for keeping" in PROSE
    assert f"and ${items['compute']:.3f} for Lambda" in PROSE


def test_limits():
    assert f"{DEFAULTS['CreateRate']} per second to create, {DEFAULTS['OpenRate']} to open" in PROSE
    admitted, more_each_second = 10_000, 1000
    seconds = (FASTEST - admitted) // more_each_second
    refused = (FASTEST - admitted) * seconds // 2
    assert f"for {seconds} s it refuses requests, {refused:,} of {FASTEST * seconds:,}" in PROSE


def test_seals():
    days, rotation = {rate: HALF_OF_A_KEY / rate / DAY for rate in RATES}, int(DEFAULTS["RotationDays"])
    slow, fast, fastest = (days[rate] for rate in RATES)
    assert ROWS["1"] == [f"{2 * slow / YEAR:.0f} years", f"{int(slow):,} days", f"{KEY_IDS * slow / YEAR:,.0f} years"]
    assert ROWS["1,000"] == [f"{2 * fast:.0f} days", f"{int(fast)} days", f"{KEY_IDS * fast / YEAR:.0f} years"]
    assert ROWS["50,000"] == [f"{48 * fastest:.0f} hours", f"{24 * fastest:.0f} hours", f"{KEY_IDS * fastest:.0f} days"]
    assert f"default of {rotation} days a key stays below half up to {slow / rotation:.0f} seals per second" in PROSE
    assert f"by default {HALF_OF_A_KEY / rotation / 1e6:.1f} million" in PROSE
    (stage,) = properties(deployed(), "AWS::ApiGatewayV2::Stage").values()
    of_batches = [
        limits["ThrottlingRateLimit"]
        for route, limits in stage["RouteSettings"].items()
        if route.endswith("/batch") and "encrypted-payload" in route
    ]
    assert of_batches == [2, 2]
    seals = sum(of_batches) * BATCH
    assert f"these are {seals:,} seals per second, at which a key reaches half of its 2^32 after {HALF_OF_A_KEY / seals / 3600:.0f} hours" in PROSE
    assert f"reached after {HALF_OF_A_KEY / rotation / seals / 60:.0f} minutes" in PROSE
    security = " ".join((ROOT / "docs/security.md").read_text().split())
    assert f"can seal {seals:,} payloads per second" in security
    pattern = re.compile(source()["Parameters"]["RotationDays"]["AllowedPattern"])
    shortest = min(days for days in range(1, 1001) if pattern.search(str(days)))
    half, whole = (int(seals / shortest / DAY) for seals in (HALF_OF_A_KEY, 2 * HALF_OF_A_KEY))
    assert f"Above {half} per second, the shortest interval that the template takes, {shortest} days," in PROSE
    assert f"uses more than half; above {whole:,} it is too long" in PROSE
