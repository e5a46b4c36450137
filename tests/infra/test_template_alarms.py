"""The alarms and the dashboard that template.yaml deploys, held to the metrics that exist."""

import itertools
import json
import re

import pytest

from tests.support.cloudformation import ROOT, deployed, functions, of_type, properties
from tests.support.observability import METRICS

OPERATIONS = ROOT / "docs" / "operations.md"
# The metrics of AWS that are used, with the dimension by which each is found.
AWS_METRICS = {
    "AWS/ApiGateway": ({"4xx", "5xx", "Latency"}, "ApiId"),
    "AWS/EventBridge/Pipes": ({"ExecutionFailed"}, "PipeName"),
    "AWS/States": ({"ExecutionsFailed", "ExecutionsTimedOut"}, "StateMachineArn"),
    "AWS/SQS": ({"ApproximateNumberOfMessagesVisible"}, "QueueName"),
    "AWS/Lambda": ({"Duration", "Errors", "Throttles"}, "FunctionName"),
}
# The metric that a filter counts in the access log.
COUNTED = ("SealedQR/sealed-qr", "TooManyRequests")


def check(namespace: str, name: str, dimensions: dict) -> None:
    """Whether the metric exists. Ours are in docs/observability.md, which test_metrics holds to the functions."""
    if namespace == "SealedQR":
        assert name in METRICS
        assert dimensions["Stack"] == "sealed-qr"
        assert any(sorted(dimensions) == sorted(declared) for declared in METRICS[name][1])
    elif namespace == COUNTED[0]:
        assert (namespace, name, dimensions) == (*COUNTED, {})
    else:
        names, dimension = AWS_METRICS[namespace]
        assert name in names
        assert dimensions.keys() == {dimension}


def alarms(**parameters) -> dict:
    return properties(deployed(**parameters), "AWS::CloudWatch::Alarm")


def metrics(alarm: dict) -> list[dict]:
    """What an alarm looks at: namespace, name, dimensions, statistic and period."""
    entries = [entry["MetricStat"] for entry in alarm.get("Metrics", ()) if "MetricStat" in entry]
    entries = [entry["Metric"] | {"Statistic": entry["Stat"], "Period": entry["Period"]} for entry in entries]
    return [
        {
            "namespace": entry["Namespace"],
            "name": entry["MetricName"],
            "dimensions": {dimension["Name"]: dimension["Value"] for dimension in entry.get("Dimensions", ())},
            "statistic": entry["Statistic"],
            "period": entry["Period"],
        }
        for entry in entries or [alarm]
    ]


def test_every_alarm_looks_at_metrics_that_exist():
    for alarm in alarms(EventBusName="scans", Redemption="on", PrintRuns="on").values():
        for metric in metrics(alarm):
            check(metric["namespace"], metric["name"], metric["dimensions"])


def test_what_there_is_an_alarm_for():
    names = ("CreateQrFunction", "CreateBatchFunction", "DecryptCtextFunction", "RotateKeyringFunction")
    create, batch, decrypt, rotate = ({"FunctionName": {"Ref": name}} for name in names)
    stack = {"Stack": "sealed-qr"}
    expected = {
        # Less the refusals that any caller can make with a key id that nobody has asked for yet.
        "sealed-qr-server-errors": [("5xx", {"ApiId": {"Ref": "HttpApi"}}, "Sum"), ("KeyNotChecked", stack, "Sum")],
        "sealed-qr-throttles": [("Throttles", function, "Sum") for function in (create, batch, decrypt)],
        "sealed-qr-duration": [("Duration", create, "Maximum"), ("Duration", decrypt, "Maximum")],
        "sealed-qr-batch-duration": [("Duration", batch, "Maximum")],
        "sealed-qr-keyring-refresh": [("KeyringRefreshFailed", stack, "Sum")],
        "sealed-qr-rotation": [("RotationFailed", stack, "Sum"), ("Errors", rotate, "Sum")],
        "sealed-qr-invalid-ctexts": [("InvalidCtext", stack, "Sum")],
        "sealed-qr-seals": [("Created", stack, "Sum")],
        "sealed-qr-too-many-requests": [("TooManyRequests", {}, "Sum")],
    }
    found = {
        alarm["AlarmName"]: [(metric["name"], metric["dimensions"], metric["statistic"]) for metric in metrics(alarm)]
        for alarm in alarms().values()
    }
    assert found == expected


def test_an_expression_uses_every_metric_of_its_alarm():
    for alarm in alarms().values():
        if "Metrics" in alarm:
            (expression,) = [entry["Expression"] for entry in alarm["Metrics"] if "Expression" in entry]
            hidden = {entry["Id"] for entry in alarm["Metrics"] if entry.get("ReturnData") is False}
            assert set(re.findall(r"\b[a-z]+\b", expression)) == hidden
            # CloudWatch takes one period in an alarm.
            assert len({metric["period"] for metric in metrics(alarm)}) == 1


def test_server_errors_leave_out_what_callers_can_make():
    (expression,) = [entry["Expression"] for entry in alarms()["ServerErrorsAlarm"]["Metrics"] if "Expression" in entry]
    assert expression == "FILL(errors, 0) - FILL(unchecked, 0)"


def test_alarms_ring_at_something_and_are_quiet_at_nothing():
    for alarm in alarms().values():
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert float(alarm["Threshold"]) > 0
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmDescription"]
        # CloudWatch refuses more than a day.
        assert alarm["EvaluationPeriods"] * metrics(alarm)[0]["period"] <= 86_400


def test_the_duration_alarms_ring_before_functions_are_ended():
    deployment = functions(deployed())
    watched = {"CreateQrFunction": "DurationAlarm", "DecryptCtextFunction": "DurationAlarm"}
    for name, alarm in (watched | {"CreateBatchFunction": "BatchDurationAlarm"}).items():
        assert alarms()[alarm]["Threshold"] == deployment[name]["Timeout"] * 1000 * 4 / 5


def test_probing_is_what_its_parameter_says():
    assert alarms()["InvalidCtextsAlarm"]["Threshold"] == "100"
    assert alarms(InvalidCtextsUntilAlarm=7)["InvalidCtextsAlarm"]["Threshold"] == "7"


@pytest.mark.parametrize("rotation_days, days", [(90, 90), (30, 30), (0, 3650)])
def test_a_key_that_will_seal_too_much_is_noticed_in_time(rotation_days, days):
    alarm = alarms(RotationDays=rotation_days)["SealsAlarm"]
    (expression,) = [entry["Expression"] for entry in alarm["Metrics"] if "Expression" in entry]
    # The pace of a day over the life of a key, against half of what NIST SP 800-38D allows.
    assert expression == f"created * {days}"
    assert metrics(alarm)[0]["period"] == 86_400
    assert alarm["Threshold"] == 2**32 / 2


def test_nobody_is_mailed_unless_named():
    assert not of_type(deployed(), "AWS::SNS::Topic")
    for alarm in alarms().values():
        assert not {"AlarmActions", "OKActions", "InsufficientDataActions"} & alarm.keys()


def test_alarms_and_their_end_are_mailed():
    stack = deployed(AlarmEmail="ops@example.org")
    assert of_type(stack, "AWS::SNS::Topic") == {"AlarmTopic": {"Type": "AWS::SNS::Topic", "Condition": "HasAlarmEmail"}}
    # Within the topic, a changed address would leave the old one subscribed.
    assert properties(stack, "AWS::SNS::Subscription") == {
        "AlarmSubscription": {"TopicArn": {"Ref": "AlarmTopic"}, "Protocol": "email", "Endpoint": "ops@example.org"}
    }
    for alarm in alarms(AlarmEmail="ops@example.org").values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]


def test_each_alarm_has_its_section_in_operations():
    headings = set(re.findall(r"^### (.+)$", OPERATIONS.read_text(), re.MULTILINE))
    for alarm in alarms(EventBusName="scans", Redemption="on", PrintRuns="on").values():
        assert f"Alarm `{alarm['AlarmName'].removeprefix('sealed-qr-')}`" in headings


# The dashboard


@pytest.fixture(scope="module")
def widgets():
    (dashboard,) = properties(deployed(), "AWS::CloudWatch::Dashboard").values()
    return json.loads(dashboard["DashboardBody"])["widgets"]


def test_the_dashboard_shows_metrics_that_exist(widgets):
    shown = set()
    for row in [row for widget in widgets for row in widget["properties"].get("metrics", ())]:
        row = [part for part in row if not isinstance(part, dict) or "expression" in part]
        if isinstance(row[0], dict):
            schema, name, stack = re.fullmatch(
                r"SEARCH\('\{(.+)\} MetricName=\"(\w+)\" Stack=\"(.+)\"', 'Sum', 300\)", row[0]["expression"]
            ).groups()
            assert (schema, name, stack) in {
                ("SealedQR,Stack,Problem", "Refused", "sealed-qr"),
                ("SealedQR,Stack,Reason", "InvalidCtext", "sealed-qr"),
            }
        else:
            namespace, name, *dimension = row
            check(namespace, name, dict([dimension]) if dimension else {})
            shown.add((namespace, name))
    assert {name for namespace, name in shown if namespace == "SealedQR"} == set(METRICS)
    assert COUNTED in shown
    watched = {(metric["namespace"], metric["name"]) for alarm in alarms().values() for metric in metrics(alarm)}
    assert watched - shown <= {("AWS/Lambda", "Errors")}, "RotationFailed shows it"


def test_the_dashboard_shows_every_alarm(widgets):
    (shown,) = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]
    assert sorted(shown) == sorted(f"${{{name}.Arn}}" for name in alarms())


def test_the_dashboard_is_one_screen(widgets):
    taken = [
        set(
            itertools.product(
                range(widget["x"], widget["x"] + widget["width"]), range(widget["y"], widget["y"] + widget["height"])
            )
        )
        for widget in widgets
    ]
    cells = set().union(*taken)
    assert len(cells) == sum(map(len, taken)), "widgets overlap"
    height = max(y for _, y in cells) + 1
    assert cells == set(itertools.product(range(24), range(height))), "24 columns, no gap"
    # A row has 40 pixels or so: a laptop's screen.
    assert height <= 14
    for widget in widgets:
        if widget["type"] == "metric":
            assert widget["properties"]["region"] == "eu-central-1"
            assert widget["properties"]["title"]


def test_the_dashboard_is_of_its_region():
    # The names of dashboards are shared by all regions: without the region, a second stack would take over the first's.
    for region in ("eu-central-1", "us-east-1"):
        (dashboard,) = properties(deployed(region=region), "AWS::CloudWatch::Dashboard").values()
        assert dashboard["DashboardName"] == f"sealed-qr-{region}"


# Requests that are turned away


def test_what_the_filter_counts_is_a_line_of_the_access_log_with_429():
    stack = deployed()
    (counter,) = properties(stack, "AWS::Logs::MetricFilter").values()
    assert counter["LogGroupName"] == {"Ref": "AccessLogs"}
    member, status = re.fullmatch(r'\{ \$\.(\w+) = "(\d+)" \}', counter["FilterPattern"]).groups()
    (stage,) = properties(stack, "AWS::ApiGatewayV2::Stage").values()
    assert json.loads(stage["AccessLogSettings"]["Format"])[member] == "$context.status"
    assert status == "429"
    (metric,) = counter["MetricTransformations"]
    assert (metric["MetricNamespace"], metric["MetricName"]) == COUNTED
    assert (metric["MetricValue"], metric["DefaultValue"]) == ("1", 0)
    # They would have to be members of the log line.
    assert "Dimensions" not in metric
