"""What a million invocations cost on AWS, from measured processor time and published prices."""

import math

# List prices of us-east-1 in US dollars, without free tiers and discounts; check them before you rely on them.
LAMBDA_ARM64_GB_SECOND = 0.0000133334
LAMBDA_MILLION_REQUESTS = 0.20
HTTP_API_MILLION_REQUESTS = 1.00
SECRETS_MANAGER_CALL = 0.05 / 10_000
SECRETS_MANAGER_SECRET_MONTH = 0.40

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
