"""The load run, small: the same schedule by a clock that is set ahead, so that nobody waits. And its page."""

import re

import clock
import soak


def test_load_rotations_and_an_outage(binaries, tmp_path):
    plan = soak.Plan(waves=170, at_once=8, instances=2)
    ahead = clock.Clock(clock.build(tmp_path), tmp_path / "ahead")
    report = soak.Soak(plan, tmp_path, ahead.set, ahead.environment, say=lambda *_, **__: None).run()
    assert report.created + report.opened + report.tried_again == plan.waves * plan.at_once
    assert report.opened_again >= report.created
    assert first_column(soak.tables(plan, report)) == first_column(published())


def published() -> str:
    return re.search(r"<!-- load -->\n.*?\n\n(.*?)\n<!-- end -->", soak.PAGE.read_text(), re.DOTALL)[1]


def first_column(tables: str) -> list[str]:
    """What the figures are called; how many processes there were does not matter."""
    names = (line.split(" | ")[0] for line in tables.splitlines() if line.startswith("| "))
    return list(dict.fromkeys(names))
