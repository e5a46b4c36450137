"""A cold-start storm and what follows it, request by request: a seeded discrete-event simulation of the environments of one function,
with the first fetch and the refresh rule of shared/src/keyring_cache.rs."""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field

from . import assumptions as given


class Bucket:
    """A token bucket, as AWS throttles."""

    def __init__(self, rate: float, size: float):
        self.rate, self.size, self.tokens, self.at = rate, size, size, 0.0

    def take(self, now: float) -> bool:
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Quotas:
    gateway: float = given.GATEWAY_REQUESTS_PER_SECOND
    concurrency: int = given.CONCURRENCY


@dataclass
class Storm:
    """What happened."""

    requests: int = 0
    refused_by_gateway: int = 0
    refused_by_lambda: int = 0
    last_refusal: float = 0.0  # seconds
    failed_starts: int = 0
    environments: int = 0
    fetches: Counter = field(default_factory=Counter)  # by second
    latencies: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))]

    @property
    def most_fetches_in_a_second(self) -> int:
        return max(self.fetches.values(), default=0)


def storm(rate: float, seconds: float, quotas: Quotas, service: float, init: float, seed: int, provisioned: int = 0) -> Storm:
    """`rate` requests a second from one moment to the next, on a function of which nothing runs but `provisioned` environments.

    `service` and `init` are the seconds of a warm request and of the init phase without its fetch."""
    chance = random.Random(seed)
    seen = Storm()
    gateway = Bucket(quotas.gateway, min(quotas.gateway / 2, given.GATEWAY_BURST * quotas.gateway / given.GATEWAY_REQUESTS_PER_SECOND))
    starts = Bucket(given.ENVIRONMENTS_PER_SECOND, 10 * given.ENVIRONMENTS_PER_SECOND)
    # Lambda's quota on requests grows with the environments that it would be ready to start.
    most = given.REQUESTS_PER_SECOND_PER_ENVIRONMENT * quotas.concurrency
    ramp = Bucket(min(most, given.REQUESTS_PER_SECOND_PER_ENVIRONMENT * (starts.size + provisioned)), 1)
    ramp.size = ramp.tokens = ramp.rate
    secrets = Bucket(given.GET_SECRET_VALUE_PER_SECOND, given.GET_SECRET_VALUE_PER_SECOND)
    idle, busy = provisioned, []
    alive = provisioned
    at = 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        seen.requests += 1
        if not gateway.take(at):
            seen.refused_by_gateway += 1
            seen.last_refusal = at
            continue
        ramp.rate = min(most, given.REQUESTS_PER_SECOND_PER_ENVIRONMENT * (starts.size + provisioned + given.ENVIRONMENTS_PER_SECOND * at))
        ramp.size = ramp.rate
        while busy and busy[0] <= at:
            heapq.heappop(busy)
            idle += 1
        if not ramp.take(at):
            seen.refused_by_lambda += 1
            seen.last_refusal = at
            continue
        duration = chance.lognormvariate(0, 0.25) * service
        if idle:
            idle -= 1
        elif alive < quotas.concurrency and starts.take(at):
            alive += 1
            seen.environments += 1
            fetch_at = at + chance.lognormvariate(0, 0.3) * given.SANDBOX_START_SECONDS
            seen.fetches[int(fetch_at)] += 1
            if not secrets.take(fetch_at):
                # The function ends with a line that says why; the next request starts another.
                alive -= 1
                seen.failed_starts += 1
                continue
            duration += fetch_at - at + chance.lognormvariate(0, 0.5) * given.SECRETS_MANAGER_SECONDS + init
        else:
            seen.refused_by_lambda += 1
            seen.last_refusal = at
            continue
        heapq.heappush(busy, at + duration)
        seen.latencies.append(duration)
    return seen


@dataclass
class Refreshes:
    """What the keyring caches of all environments did."""

    calls: Counter = field(default_factory=Counter)  # by second
    failed: int = 0
    oldest: float = 0.0  # seconds, of a keyring that answered a request

    @property
    def most_in_a_second(self) -> int:
        return max(self.calls.values(), default=0)


def refreshes(environments: int, rate: float, seconds: float, seed: int, ramp: float, outage: tuple[float, float] = (0, 0), forged: bool = False) -> Refreshes:
    """The caches of `environments` that started within `ramp` seconds and share `rate` requests a second.

    Secrets Manager is silent between the two moments of `outage`. With `forged`, every request has a key id that nobody knows."""
    chance = random.Random(seed)
    seen = Refreshes()
    each = rate / environments
    for _ in range(environments):
        fetched = chance.uniform(0, ramp)
        pause_over = fetched
        while True:
            # The next request that fetches: for the sake of its key, or because the keyring is old; none before the pause is over,
            # which the last fetch began if it failed or was for the sake of a key.
            due = max(pause_over, fetched if forged else fetched + given.MAX_AGE)
            now = due + chance.expovariate(each)
            if now >= seconds:
                # Until the end it answers with what it has.
                seen.oldest = max(seen.oldest, min(seconds, due) - fetched)
                break
            seen.calls[int(now)] += 1
            failed = outage[0] <= now < outage[1]
            seen.oldest = max(seen.oldest, (now if failed else due) - fetched)
            if failed:
                seen.failed += 1
            else:
                fetched = now
            if failed or forged:
                pause_over = now + given.MIN_PAUSE
    return seen
