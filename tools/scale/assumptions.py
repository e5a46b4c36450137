"""What the page on scale takes from elsewhere: AWS's default quotas, prices, the measurements of docs/benchmarks.md and the rules of the
keyring cache. Nothing is written down twice: what the project knows is read from where it stands."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "bench"))

import cost  # noqa: E402  prices

# Default quotas of an account in one Region, of the services that a request passes through.
CONCURRENCY = 1000
ENVIRONMENTS_PER_SECOND = 100  # 1000 in ten seconds for each function, refilled continuously
REQUESTS_PER_SECOND_PER_ENVIRONMENT = 10  # of the quota, not of the environments that run
GATEWAY_REQUESTS_PER_SECOND = 10_000
GATEWAY_BURST = 5000
GET_SECRET_VALUE_PER_SECOND = 10_000
SOURCES = {
    "Lambda": "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    "how Lambda scales": "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html",
    "API Gateway": "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    "Secrets Manager": "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
}

# Nobody outside AWS can measure these: the time from a request to the start of our process, and that of a call to Secrets Manager.
SANDBOX_START_SECONDS = 0.150
SECRETS_MANAGER_SECONDS = 0.015

# CloudWatch, list prices of us-east-1 in US dollars like those in bench/cost.py.
LOGS_GB = 0.50
METRIC_MONTH = 0.30
# What CloudWatch adds to each line for its price, and the lines START, END and REPORT of Lambda.
EVENT_OVERHEAD_BYTES = 26
LAMBDA_LINES_BYTES = 330
LAMBDA_LINES = 3
# The line of a request with metrics; tests/test_metrics.py holds it against what the functions print.
REQUEST_LINE_BYTES = 450

SECONDS_A_MONTH = 30 * 24 * 3600
# NIST SP 800-38D, section 8.3: seals under one key with random nonces.
SEALS_A_KEY = 2**32
KEY_IDS = 255
ROTATION_DAYS = 90


def of_the_cache(name: str) -> float:
    """A constant of keyring_cache.rs, in seconds."""
    source = (ROOT / "shared/src/keyring_cache.rs").read_text()
    unit, number = re.search(rf"pub const {name}: Duration = Duration::from_(secs|mins)\((\d+)\)", source).groups()
    return int(number) * {"secs": 1, "mins": 60}[unit]


MAX_AGE, MIN_PAUSE, MAX_WAIT = map(of_the_cache, ("MAX_AGE", "MIN_PAUSE", "MAX_WAIT"))


def measured(function: str) -> dict[str, float]:
    """The figures of a function in docs/benchmarks.md."""
    rows = re.findall(rf"^\| \*\*{function}\*\* \|(.*)\|$", (ROOT / "docs/benchmarks.md").read_text(), re.MULTILINE)
    warm, cold = (row for row in rows if re.search(r"MiB|ms \| [\d.]+ ms \| [\d.]+ ms", row))
    instructions, processor, _, memory, _ = (float(re.match(r"[\d.,]+", cell.strip())[0].replace(",", "")) for cell in warm.split("|"))
    from_environment, _, by_fetch, _ = (float(cell.split()[0]) for cell in cold.split("|"))
    return {
        "instructions": instructions * 1000,
        "processor_us": processor,
        "memory_mib": memory,
        "init_ms": from_environment,
        "init_with_fetch_ms": by_fetch,
    }
