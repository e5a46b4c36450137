"""docs/scale.md is what its script writes, and the script is what the code does."""

import re

import pytest

from local_api import ROOT
from scale import assumptions as given
from scale import page
from scale.assumptions import cost
from scale.storm import Quotas, refreshes, storm

TEXT = page.PAGE.read_text()
PROSE = " ".join(TEXT.split())


def test_the_page_is_what_the_script_writes():
    assert page.written(TEXT) == TEXT, "run make scale"


def test_the_rules_are_those_of_the_cache():
    assert (given.MAX_AGE, given.MIN_PAUSE, given.MAX_WAIT) == (300, 30, 2)


def test_the_measurements_are_those_of_the_page_on_benchmarks():
    benchmarks = (ROOT / "docs/benchmarks.md").read_text()
    for name in page.FUNCTIONS:
        figures = given.measured(name)
        row = rf"\*\*{name}\*\* \| {figures['instructions'] / 1000:.0f} k .*\| {figures['processor_us']:.0f} µs \| .* \| {figures['memory_mib']} MiB"
        assert re.search(row, benchmarks)
        assert f"**{name}** | {figures['init_ms']} ms | " in benchmarks and f" | {figures['init_with_fetch_ms']} ms | " in benchmarks


def test_the_cost_of_a_million():
    items = page.of_a_million()
    # A second time and by hand: dollars a request, times a million.
    assert items["HTTP API"] == pytest.approx(1.00)
    assert items["Lambda, requests"] == pytest.approx(0.20)
    milliseconds = cost.billed_ms(given.measured("create-qr")["processor_us"])
    assert items["Lambda, duration"] == pytest.approx(1e6 * milliseconds / 1000 * 128 / 1024 * 0.0000133334)
    assert items["the log line with its metrics"] == pytest.approx(1e6 * (given.REQUEST_LINE_BYTES + 26) / 1e9 * 0.50)
    assert items["Lambda's own log lines"] == pytest.approx(1e6 * (330 + 3 * 26) / 1e9 * 0.50)
    assert items["fetches of the keyring"] == pytest.approx(1000 * 0.05 / 10_000)
    total = re.search(r"\| \*\*together\*\* \| \*\*\$([\d.]+)\*\* \|", TEXT)[1]
    assert sum(items.values()) == pytest.approx(float(total), abs=0.0005)


def test_the_figures_in_the_text():
    assert f"up to {2**31 / given.ROTATION_DAYS / 86400:.0f} seals a second" in PROSE
    assert f"{2**31 / given.ROTATION_DAYS / 1e6:.1f} million a day" in PROSE
    assert f"{given.REQUEST_LINE_BYTES} bytes for the line of a request and {given.LAMBDA_LINES_BYTES}" in PROSE
    assert f"{page.RAISED.gateway:,} requests a second at the gateway and {page.RAISED.concurrency:,} concurrent" in PROSE
    template = (ROOT / "template.yaml").read_text()
    assert re.search(rf"RotationDays:\n +Type: Number\n +Default: {given.ROTATION_DAYS}\n", template)
    assert re.search(rf"MemorySize: {cost.MEMORY_MB}\n", template)


def a_storm(rate=200, seconds=5, quotas=Quotas(), seed=1, **how):
    return storm(rate, seconds, quotas, service=0.002, init=0.003, seed=seed, **how)


def test_a_storm_repeats_and_accounts_for_every_request():
    first, again, other = a_storm(), a_storm(), a_storm(seed=2)
    assert first == again != other
    for seen in (first, other, a_storm(quotas=Quotas(gateway=100, concurrency=5))):
        answered = len(seen.latencies)
        assert seen.requests == answered + seen.refused_by_gateway + seen.refused_by_lambda + seen.failed_starts
        assert sum(seen.fetches.values()) == seen.environments


def test_a_storm_is_throttled_where_the_quotas_say():
    assert a_storm().last_refusal == 0
    gateway = a_storm(quotas=Quotas(gateway=100))
    assert gateway.requests - gateway.refused_by_gateway == pytest.approx(100 * 5 + 50, rel=0.05)
    few = a_storm(quotas=Quotas(concurrency=5))
    assert few.environments == 5 and len(few.latencies) <= 10 * 5 * 5 + 50
    assert a_storm(provisioned=50).environments == 0


def test_caches_fetch_by_age_and_at_most_once_a_pause():
    quiet = refreshes(10, 1000, 3600, seed=1, ramp=1)
    # The first fetch was in the init phase.
    assert sum(quiet.calls.values()) == 10 * (3600 // 300 - 1)
    assert quiet.failed == 0 and quiet.oldest == pytest.approx(300)
    forged = refreshes(10, 1000, 3600, seed=1, ramp=1, forged=True)
    assert 10 * 110 < sum(forged.calls.values()) <= 10 * 120
    silent = refreshes(10, 1000, 3600, seed=1, ramp=1, outage=(900, 1500))
    assert 10 * 19 <= silent.failed <= 10 * 21 and 890 < silent.oldest < 960
