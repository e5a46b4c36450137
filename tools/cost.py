"""What a million invocations cost on AWS, from measured processor time and published prices."""

import math

# List prices of us-east-1 in US dollars, without free tiers and discounts; check them before you rely on them.
LAMBDA_ARM64_GB_SECOND = 0.0000133334
LAMBDA_MILLION_REQUESTS = 0.20
HTTP_API_MILLION_REQUESTS = 1.00
SECRETS_MANAGER_CALL = 0.05 / 10_000
SECRETS_MANAGER_SECRET_MONTH = 0.40

STEP_FUNCTIONS_TRANSITION = 0.025 / 1000
S3_WRITE = 0.005 / 1000
S3_READ = 0.0004 / 1000
S3_GB_MONTH = 0.023

MEMORY_MB = 128
# Lambda's documentation: at 1769 MB a function has one virtual processor, and a share in proportion below.
MB_OF_ONE_PROCESSOR = 1769
INVOCATIONS_PER_COLD_START = 1000
MILLION = 1_000_000


def billed_ms(processor_us: float) -> int:
    """Whole milliseconds, rounded up, that the processor time takes at the function's share of a processor."""
    return math.ceil(processor_us / 1000 * MB_OF_ONE_PROCESSOR / MEMORY_MB)


def compute_dollars(milliseconds: float) -> float:
    """A million times this long."""
    return milliseconds / 1000 * MEMORY_MB / 1024 * MILLION * LAMBDA_ARM64_GB_SECOND


def million_invocations(processor_us: float, init_ms: float, fetches_keyring: bool) -> dict:
    duration = billed_ms(processor_us)
    items = {
        "billed_ms": duration,
        "compute": compute_dollars(duration),
        "init": compute_dollars(init_ms / INVOCATIONS_PER_COLD_START),
        "fetches": MILLION / INVOCATIONS_PER_COLD_START * SECRETS_MANAGER_CALL if fetches_keyring else 0,
        "requests": LAMBDA_MILLION_REQUESTS,
        "http_api": HTTP_API_MILLION_REQUESTS,
    }
    return items | {"total": sum(dollars for item, dollars in items.items() if item != "billed_ms")}


def million_printed(processor_us: float, bytes_per_row: int, rows_of_part: int, memory_mb: int, days: int) -> dict:
    """A print run of a million rows, each of which takes so much processor time. Whatever waits for S3 is an estimate."""
    parts, waiting_s = MILLION // rows_of_part, 0.3
    seconds = processor_us / MILLION * rows_of_part * MB_OF_ONE_PROCESSOR / memory_mb + waiting_s
    return {
        # Of each part: its execution and its one step.
        "states": parts * 2 * STEP_FUNCTIONS_TRANSITION,
        # The codes and the manifest of each part; its plan, its rows, the look for its manifest, and the end of the run.
        "objects": parts * (2 * S3_WRITE + 4 * S3_READ),
        "storage": MILLION * bytes_per_row / 1e9 * S3_GB_MONTH * days / 30,
        "compute": parts * (seconds * memory_mb / 1024 * LAMBDA_ARM64_GB_SECOND + LAMBDA_MILLION_REQUESTS / MILLION),
    }
