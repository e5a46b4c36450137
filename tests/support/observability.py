"""The metrics and members of log lines that docs/observability.md lists."""

import re

from tools.local_api import ROOT

PAGE = (ROOT / "docs/observability.md").read_text()
# name: (unit, dimension sets)
METRICS = {
    name: (unit, [re.findall(r"`(\w+)`", dimensions) for dimensions in sets.split("; ")])
    for name, unit, sets in re.findall(r"^\| `(\w+)` \| (\w+) \| ((?:`\w+`(?:, |; )?)+) \|", PAGE, re.MULTILINE)
}
MEMBERS = set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", PAGE, re.MULTILINE))
assert METRICS["Refused"] == ("Count", [["Stack"], ["Stack", "Problem"]])
