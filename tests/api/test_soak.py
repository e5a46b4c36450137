"""The load run, small: the same schedule by a clock that is set ahead, so that nobody waits."""

import pytest

from tests.support import clock, soak

pytestmark = pytest.mark.slow


def test_load_rotations_and_outages(binaries, moto_table, tmp_path):
    plan = soak.Plan(waves=120, at_once=8, instances=2)
    ahead = clock.Clock(clock.build(tmp_path), tmp_path / "ahead")
    run = soak.Soak(plan, tmp_path, moto_table.another(), ahead.set, ahead.environment)
    assert run.run().startswith(f"{plan.waves * plan.at_once:,} requests")
    assert run.counts["opened"] - run.counts["created"] >= 0
