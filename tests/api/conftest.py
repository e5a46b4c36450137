import pytest
from hypothesis import HealthCheck, settings

from tests.support import clock

# Answers take longer on a busy machine: no deadlines.
settings.register_profile(
    "api",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("api")


@pytest.fixture(scope="session")
def clock_library(tmp_path_factory):
    return clock.build(tmp_path_factory.mktemp("clock"))


@pytest.fixture
def ahead(clock_library, tmp_path) -> clock.Clock:
    """A clock that runs ahead, for functions that are started with its environment."""
    return clock.Clock(clock_library, tmp_path / "clock")
