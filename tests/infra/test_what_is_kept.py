"""What docs/security.md says is kept of a request, and for how long."""

import json
import re

from tests.support.cloudformation import ROOT, deployed, properties, read_toml, source

PAGE = " ".join((ROOT / "docs" / "security.md").read_text().split())


def test_what_is_kept_of_a_request():
    (row,) = re.findall(r"\| access log \|([^|]+)\|", PAGE)
    (stage,) = properties(deployed(), "AWS::ApiGatewayV2::Stage").values()
    assert re.findall(r"`(\w+)`", row) == list(json.loads(stage["AccessLogSettings"]["Format"]))


def test_how_long_it_is_kept():
    production = read_toml("samconfig.toml")["production"]["deploy"]["parameters"]
    days = re.search(r"\bLogRetentionDays=(\d+)", production["parameter_overrides"])[1]
    default = source()["Parameters"]["LogRetentionDays"]["Default"]
    assert f"`LogRetentionDays`: {default} days, and {days} in the environment `production`" in PAGE
