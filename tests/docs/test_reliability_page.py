"""docs/reliability.md: its fuzz targets are those there are, and so are their inputs. Its other tables have their own tests."""

import re

from tools.local_api import ROOT

PAGE = (ROOT / "docs/reliability.md").read_text()
TARGETS = sorted(path.stem for path in (ROOT / "fuzz/fuzz_targets").glob("*.rs"))


def test_the_fuzz_targets_are_those_of_the_folder():
    section = PAGE.partition("### Fuzz targets")[2].partition("\n### ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == TARGETS
    assert f"\n{len(TARGETS)} targets in `fuzz/`" in section


def test_the_inputs_are_counted():
    inputs = [path for target in TARGETS for path in (ROOT / "fuzz/corpus" / target).iterdir()]
    assert f"replays their {len(inputs)} inputs" in PAGE
