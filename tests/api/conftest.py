import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support import clock
from tests.support import code_table as tables

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


@pytest.fixture(scope="session")
def moto_table(tmp_path_factory) -> tables.CodeTable:
    with tables.moto(tmp_path_factory.mktemp("moto")) as table:
        yield table


@pytest.fixture(scope="session")
def dynalite_table(tmp_path_factory) -> tables.CodeTable:
    if not tables.is_installed() and os.environ.get("CI") != "true":
        pytest.skip(tables.MISSING)
    assert tables.is_installed(), tables.MISSING
    with tables.dynalite(tmp_path_factory.mktemp("dynalite")) as table:
        yield table


@pytest.fixture(params=tables.IMPLEMENTATIONS)
def code_table(request) -> tables.CodeTable:
    """The table, in one implementation after the other."""
    return request.getfixturevalue(f"{request.param}_table")
