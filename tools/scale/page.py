"""Writes the tables of docs/scale.md between their markers, from the assumptions and the simulation. `make scale` runs it.

    cd tools && python3 -m scale.page
"""

import math
import re

from . import assumptions as given
from .assumptions import cost
from .storm import Quotas, Refreshes, Storm, refreshes, storm

PAGE = given.ROOT / "docs/scale.md"
SEED = 20231
RATES = [1, 1000, 50_000]
DEFAULT, RAISED = Quotas(), Quotas(gateway=60_000, concurrency=10_000)
PROVISIONED = 5000
HOUR = 3600
OUTAGE = (900, 1500)
MEMORIES = [128, 256, 512, 1024, 1769]
FUNCTIONS = ["create-qr", "decrypt-ctext"]


def tables() -> dict[str, str]:
    """Each table of the page by the name in its markers."""
    return {
        "assumed": assumed(),
        "storm": storms(),
        "refresh": refresh(),
        "nonces": nonces(),
        "memory": memory(),
        "cost": costs(),
    }


def assumed() -> str:
    create, opening = map(given.measured, FUNCTIONS)
    sources = given.SOURCES
    return table(
        ["what", "figure", "from"],
        [
            ["concurrent executions", f"{given.CONCURRENCY:,}", f"[Lambda]({sources['Lambda']}); can be raised to tens of thousands"],
            ["new environments", f"{given.ENVIRONMENTS_PER_SECOND * 10:,} in 10 s for each function", f"[Lambda]({sources['how Lambda scales']}); fixed"],
            ["requests a second", f"{given.REQUESTS_PER_SECOND_PER_ENVIRONMENT} for each concurrent execution of the quota", f"[Lambda]({sources['Lambda']})"],
            ["requests at the gateway", f"{given.GATEWAY_REQUESTS_PER_SECOND:,} a second, burst {given.GATEWAY_BURST:,}", f"[API Gateway]({sources['API Gateway']}); can be raised, some Regions begin at 2,500"],
            ["`GetSecretValue`", f"{given.GET_SECRET_VALUE_PER_SECOND:,} a second", f"[Secrets Manager]({sources['Secrets Manager']}); fixed"],
            ["processor time, warm", f"{create['processor_us']:.0f} µs to create, {opening['processor_us']:.0f} µs to open", "[measured](benchmarks.md)"],
            ["init phase, without the fetch", f"{create['init_ms']:.1f} ms", "[measured](benchmarks.md)"],
            ["start of the sandbox before it", f"{given.SANDBOX_START_SECONDS * 1000:.0f} ms, median", "assumed"],
            ["a call to Secrets Manager", f"{given.SECRETS_MANAGER_SECONDS * 1000:.0f} ms, median", "assumed"],
            ["keyring", f"fetched again after {given.MAX_AGE:.0f} s, at most every {given.MIN_PAUSE:.0f} s, waits {given.MAX_WAIT:.0f} s", "`shared/src/keyring_cache.rs`"],
        ],
    )


def run_storm(rate: int, quotas: Quotas, seconds: float, provisioned: int = 0) -> Storm:
    create = given.measured("create-qr")
    service = create["processor_us"] / 1e6 * cost.MB_OF_ONE_PROCESSOR / cost.MEMORY_MB
    return storm(rate, seconds, quotas, service, create["init_ms"] / 1000, SEED, provisioned)


def storms() -> str:
    scenarios = [
        (1, "default", DEFAULT, 600, 0),
        (1000, "default", DEFAULT, 10, 0),
        (50_000, "default", DEFAULT, 10, 0),
        (50_000, "raised", RAISED, 45, 0),
        (50_000, f"raised, {PROVISIONED:,} provisioned", RAISED, 10, PROVISIONED),
    ]
    rows = []
    for rate, name, quotas, seconds, provisioned in scenarios:
        seen = run_storm(rate, quotas, seconds, provisioned)
        rows.append(
            [
                f"{rate:,}",
                name,
                f"{seconds} s",
                f"{seen.environments:,}",
                f"{seen.most_fetches_in_a_second:,}",
                share(seen.refused_by_gateway, seen.requests),
                share(seen.refused_by_lambda, seen.requests),
                f"{seen.last_refusal:.1f} s" if seen.last_refusal else "–",
                f"{seen.percentile(0.5) * 1000:.1f} ms",
                f"{seen.percentile(0.99) * 1000:.1f} ms",
                f"{seen.percentile(1) * 1000:.0f} ms",
            ]
        )
    heads = ["requests a second", "quotas", "watched for", "cold starts", "fetches in the worst second", "refused by the gateway", "refused by Lambda", "the last after", "median", "99 %", "longest"]
    return table(heads, rows)


def environments_of(rate: int) -> int:
    """That a storm of this rate leaves running."""
    return max(1, run_storm(rate, RAISED, seconds=2).environments)


def refresh() -> str:
    rows = []
    for rate in RATES:
        environments = environments_of(rate)

        def hour(**how) -> Refreshes:
            return refreshes(environments, rate, HOUR, SEED, 1, **how)

        quiet, forged, outage = hour(), hour(forged=True), hour(outage=OUTAGE)
        waited = outage.failed / (rate * (OUTAGE[1] - OUTAGE[0]))
        rows.append(
            [
                f"{rate:,}",
                f"{environments:,}",
                f"{sum(quiet.calls.values()):,}",
                f"{quiet.most_in_a_second:,}",
                f"{forged.most_in_a_second:,}",
                f"{outage.failed:,}",
                share(waited, 1),
                f"{outage.oldest:.0f} s",
            ]
        )
    heads = ["requests a second", "environments", "calls in an hour", "in the worst second", "the same under forged key ids", "attempts in the outage", "requests that wait in it", "oldest keyring"]
    return table(heads, rows)


def nonces() -> str:
    rows = []
    for rate in RATES:
        days = given.SEALS_A_KEY / rate / 86400
        half = days / 2
        rows.append([f"{rate:,}", span(days), f"{math.floor(half):,}" if half >= 1 else "–", span(half * given.KEY_IDS)])
    heads = ["seals a second", f"a key reaches 2^{round(math.log2(given.SEALS_A_KEY))} after", "`RotationDays` at most, to stay below half", f"{given.KEY_IDS} key ids last"]
    return table(heads, rows)


def memory() -> str:
    rows = []
    for megabytes in MEMORIES:
        cells = [f"{megabytes:,} MB", f"{megabytes / cost.MB_OF_ONE_PROCESSOR:.2f}"]
        for name in FUNCTIONS:
            processor_us = given.measured(name)["processor_us"]
            billed = cost.billed_ms(processor_us, megabytes)
            duration = processor_us / 1000 * cost.MB_OF_ONE_PROCESSOR / megabytes
            cells += [f"{duration:.2f} ms", f"{billed} ms", f"${cost.compute_dollars(billed, megabytes):.4f}"]
        rows.append(cells)
    heads = ["memory", "processors", *(f"{name} {what}" for name in FUNCTIONS for what in ("takes", "billed", "a million"))]
    return table(heads, rows)


def of_a_million() -> dict[str, float]:
    """Dollars for a million created codes, by what they are for."""
    figures = given.measured("create-qr")
    items = cost.of_a_million(figures["processor_us"], figures["init_with_fetch_ms"], fetches_keyring=True)
    line = given.REQUEST_LINE_BYTES + given.EVENT_OVERHEAD_BYTES
    lambda_lines = given.LAMBDA_LINES_BYTES + given.LAMBDA_LINES * given.EVENT_OVERHEAD_BYTES
    return {
        "HTTP API": items["http_api"],
        "the log line with its metrics": line / 1e9 * 1e6 * given.LOGS_GB,
        "Lambda, requests": items["requests"],
        "Lambda's own log lines": lambda_lines / 1e9 * 1e6 * given.LOGS_GB,
        "fetches of the keyring": items["fetches"],
        "Lambda, duration": items["compute"],
        "Lambda, cold starts": items["init"],
    }


def costs() -> str:
    items = of_a_million()
    months = [rate * given.SECONDS_A_MONTH / 1e6 for rate in RATES]
    rows = [[item, f"${dollars:.3f}", *(money(dollars * month) for month in months)] for item, dollars in items.items()]
    total = sum(items.values())
    rows.append(["**together**", f"**${total:.3f}**", *(f"**{money(total * month)}**" for month in months)])
    return table(["", "a million", *(f"a month of {rate:,} a second" for rate in RATES)], rows)


def money(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars < 100 else f"${dollars:,.0f}"


def span(days: float) -> str:
    if days >= 730:
        return f"{days / 365.25:,.0f} years"
    return f"{days:,.0f} days" if days >= 3 else f"{days * 24:.0f} hours"


def share(part: float, whole: float) -> str:
    return "–" if part == 0 else f"{part / whole * 100:.2g} %" if part / whole < 0.1 else f"{part / whole * 100:.0f} %"


def table(heads: list[str], rows: list[list[str]]) -> str:
    alignment = ["---", *("---:" for _ in heads[1:])] if len(heads) > 3 else ["---"] * len(heads)
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, alignment, *rows])


def written(page: str) -> str:
    """The page with its tables made anew."""
    for name, content in tables().items():
        marked = rf"(<!-- made by tools/scale: {name} -->\n).*?(<!-- end -->)"
        page, times = re.subn(marked, lambda match: f"{match[1]}\n{content}\n\n{match[2]}", page, flags=re.DOTALL)
        assert times == 1, f"{PAGE.name} has no markers for {name}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
