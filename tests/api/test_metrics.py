"""What the functions print with METRICS_STACK: a line a request that CloudWatch makes metrics of."""

import json
import re
import time

import pytest

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import CREATE, DECRYPT, JSON, PLAIN, PLAIN_MANY, gateway_event
from tests.support.cargo import example
from tests.support.codes import REVOKE, Code, redemption
from tests.support.fakes import Function, closed_port, started
from tests.support.faults import refusal
from tests.support.observability import MEMBERS, METRICS, PAGE
from tests.support.rotating_secret import ARN, RotatingSecret
from tests.support.running import MIN_PAUSE
from tests.support.table_proxy import TableProxy
from tools.local_api import ROOT

KEYRING = {"1": "ab" * 32}
PAYLOAD = b'{"id":"order-1042","amount":4250,"n":10}'
DIMENSIONS = {"Stack", "Problem", "Reason", "Model"}


def metrics_of(line: str) -> dict[str, tuple[int, dict[str, str]]]:
    """The metrics that CloudWatch makes of a line, each with its value and its finest dimensions."""
    document = json.loads(line)
    found = {}
    metadata = document["_aws"]
    assert abs(metadata["Timestamp"] - time.time() * 1000) < 120_000
    assert set(metadata) == {"Timestamp", "CloudWatchMetrics"} and metadata["CloudWatchMetrics"]
    for directive in metadata["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert directive["Namespace"] == "SealedQR"
        for definition in directive["Metrics"]:
            name = definition["Name"]
            unit, dimensions = METRICS[name]
            # By model only where there are several.
            assert (definition["Unit"], directive["Dimensions"]) in [(unit, dimensions), (unit, [["Stack"]])]
            assert len(directive["Dimensions"]) == len(dimensions) or ["Stack", "Model"] in dimensions
            assert name not in found, "twice"
            value = document[name]
            assert type(value) is int and value >= 0
            dimensions = {dimension: document[dimension] for dimension in directive["Dimensions"][-1]}
            assert all(type(text) is str and text for text in dimensions.values())
            found[name] = value, dimensions
    assert set(document) - DIMENSIONS - set(METRICS) - {"_aws"} <= MEMBERS | {"step"}
    return found


class Metered:
    """A function with metrics."""

    def __init__(self, function: Function):
        self.function, self.lines = function, function.lines
        while not self.lines():
            assert function.process.poll() is None
            time.sleep(0.01)

    def invoke(self, event: dict) -> tuple[dict, dict, list[str]]:
        """The members of the line that the event left, its metrics, and the lines before it."""
        before = len(self.lines())
        kind, answer = self.function.invoke(event)
        *others, line = self.lines()[before:]
        if kind == "response":
            assert json.loads(line)["status"] == answer["statusCode"]
        return json.loads(line), metrics_of(line), others


@pytest.fixture
def metered(start):
    def metered(name: str, **settings: str) -> Metered:
        keyring = {} if "KEYRING_SECRET_ID" in settings else {"KEYRING": json.dumps(KEYRING)}
        settings = {"METRICS_STACK": "a-stack", "PUBLIC_BASE_URL": "https://qr.example.org"} | keyring | settings
        return Metered(start(name, **settings))

    return metered


def create(body: bytes = PAYLOAD, query: str = "", path: str = CREATE, method: str = "POST") -> dict:
    return gateway_event(method, path, query, JSON, body)


def opening(ctext: str) -> dict:
    return gateway_event("GET", DECRYPT, f"ctext={ctext}")


def sealed(expires_at: int | None = None, payload: bytes = PAYLOAD, keyring: dict = KEYRING) -> bytes:
    return reference.seal(keyring, payload, expires_at=expires_at)


def test_a_process_counts_once_when_it_is_ready(metered):
    function = metered("create-qr")
    for _ in range(3):
        function.invoke(create())
    first, *others = function.lines()
    assert metrics_of(first) == {"ColdStart": (1, {"Stack": "a-stack"})}
    assert json.loads(first)["message"] == "ready" and json.loads(first)["duration_us"] > 0
    assert len(others) == 3 and not any("ColdStart" in line for line in others)


def test_created(metered):
    function = metered("create-qr")
    line, metrics, others = function.invoke(create())
    assert others == []
    assert metrics.keys() == {"Created", "KeyringAge"} and metrics["Created"] == (1, {"Stack": "a-stack"})
    assert metrics["KeyringAge"][0] < 60 and metrics["KeyringAge"][1] == {"Stack": "a-stack"}
    assert (line["level"], line["message"], line["endpoint"]) == ("INFO", "answered", f"POST {CREATE}")
    assert line["request_id"] in map(str, (function.function.runtime.polls - 1, function.function.runtime.polls))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z", line["timestamp"])
    assert 0 < line["duration_us"] < 60_000_000
    assert "problem" not in line and "reason" not in line
    line, metrics, _ = function.invoke(create(b'{"value":"hello"}', path=PLAIN))
    assert set(metrics) == {"KeyringAge"} and line["endpoint"] == f"POST {PLAIN}"


def test_created_by_model_where_there_are_several(tmp_path):
    settings = {"METRICS_STACK": "a-stack", "PUBLIC_BASE_URL": "https://qr.example.org", "KEYRING": json.dumps(KEYRING)}
    guest = b'{"guest":"a","days":1}'
    with started(example("create-qr", "ticket_model"), tmp_path / "log", settings) as process:
        function = Metered(process)
        for query, path in (("", f"{CREATE}/pass"), ("model=pass", CREATE)):
            line, metrics, _ = function.invoke(create(guest, query, path))
            assert metrics["Created"] == (1, {"Stack": "a-stack", "Model": "pass"}) and line["model"] == "pass"
        # Which of them a caller names reaches neither metrics nor log, unless it exists.
        line, metrics, _ = function.invoke(create(guest, path=f"{CREATE}/canary"))
        assert metrics["Refused"][1]["Problem"] == "unknown-model" and "Created" not in metrics
        assert not any("canary" in line for line in function.lines())


def test_the_line_of_a_request_is_as_long_as_the_page_on_scale_says(metered):
    function = metered("create-qr", METRICS_STACK="sealed-qr")
    function.invoke(create())
    line = function.lines()[-1]
    # Lambda's request ids are UUIDs.
    length = len(line) + 1 + 36 - len(json.loads(line)["request_id"])
    stated = re.search(r"the function's log line, (\d+) bytes", (ROOT / "docs/scale.md").read_text())[1]
    assert abs(length - int(stated)) <= 20, length


def test_codes_of_a_batch(metered):
    function = metered("create-batch")
    line, metrics, others = function.invoke(batches.request(batches.table(25)))
    assert others == [] and metrics.keys() == {"Created", "KeyringAge"}
    assert metrics["Created"] == (25, {"Stack": "a-stack"}) and line["codes"] == 25
    line, metrics, _ = function.invoke(batches.request("value\na\nb\n", path=PLAIN_MANY))
    assert set(metrics) == {"KeyringAge"} and line["codes"] == 2 and line["endpoint"] == f"POST {PLAIN_MANY}"
    line, metrics, _ = function.invoke(batches.request(batches.table(25) + "canary,many\n"))
    assert metrics["Refused"] == (1, {"Stack": "a-stack", "Problem": "payload-model-violated"})
    assert "Created" not in metrics and "codes" not in line
    assert not any("canary" in line for line in function.lines())


def test_opened_by_either_link(metered):
    ctext = reference.to_digits(sealed())
    function = metered("decrypt-ctext")
    line, metrics, _ = function.invoke(opening(ctext))
    assert metrics["Opened"] == (1, {"Stack": "a-stack"}) and line["endpoint"] == f"GET {DECRYPT}"
    line, metrics, _ = function.invoke(gateway_event("GET", f"/d/{ctext}"))
    assert metrics["Opened"] == (1, {"Stack": "a-stack"}) and line["endpoint"] == "GET /d/{ctext}"
    assert not any(ctext[:20] in line for line in function.lines())


@pytest.fixture
def of_codes(metered, moto_table):
    """The functions that a scan of a code that counts leads to, with a table and what lies between."""
    with TableProxy(moto_table) as proxy:
        functions = {name: metered(name, **proxy.settings) for name in ("decrypt-ctext", "redeem-code")}
        yield proxy, functions["decrypt-ctext"], functions["redeem-code"]


def test_what_happens_to_codes_is_counted_and_logged_by_their_names(of_codes):
    _, opening, redeeming = of_codes
    code = Code.sealed(KEYRING, uses=1)
    body = json.dumps({"name": code.name}).encode()
    for function, event, metric, message in (
        (opening, gateway_event("GET", code.path), "Opened", "answered"),
        (redeeming, redemption(code, "the-key"), "Redeemed", "answered"),
        (redeeming, redemption(code, "the-key"), "Redeemed", "answered"),
        (redeeming, redemption(code), "Refused", "refused"),
        (redeeming, gateway_event("DELETE", code.path, "redemption=1"), "Undone", "answered"),
        (redeeming, gateway_event("POST", REVOKE, "", JSON, body), "Revoked", "answered"),
        (opening, gateway_event("GET", code.path), "Refused", "refused"),
        (redeeming, redemption(code), "Refused", "refused"),
        (redeeming, gateway_event("DELETE", REVOKE, f"name={code.name}"), "Restored", "answered"),
    ):
        line, metrics, others = function.invoke(event)
        assert others == [] and metrics.keys() - {"KeyringAge"} == {metric}
        assert metrics[metric][0] == 1 and metrics[metric][1].items() >= {"Stack": "a-stack"}.items()
        assert (line["level"], line["message"], line["code"]) == ("INFO", message, code.name)


def test_codes_that_could_not_be_checked(of_codes):
    proxy, opening, redeeming = of_codes
    code = Code.sealed(KEYRING, uses=1)
    proxy.break_down(refusal(400, "AccessDeniedException"))
    line, metrics, (warning,) = opening.invoke(gateway_event("GET", code.path))
    assert metrics["StoreOutOfReach"] == metrics["Opened"] == (1, {"Stack": "a-stack"})
    assert (line["level"], line["code"], "problem" in line) == ("INFO", code.name, False)
    assert " WARN cannot look codes up: access to the table is denied" in warning
    assert f'request_id="{line["request_id"]}"' in warning
    line, metrics, (warning,) = redeeming.invoke(redemption(code))
    assert metrics["Refused"] == (1, {"Stack": "a-stack", "Problem": "temporarily-unavailable"})
    assert metrics["StoreOutOfReach"] == (1, {"Stack": "a-stack"}) and "Redeemed" not in metrics
    assert (line["level"], line["status"], line["reason"]) == ("WARN", 503, "store")
    assert " WARN cannot redeem a code: access to the table is denied" in warning
    assert f'request_id="{line["request_id"]}"' in warning
    proxy.heal()
    assert "StoreOutOfReach" not in opening.invoke(gateway_event("GET", code.path))[1]


REFUSED = {
    "malformed-json": ("create-qr", create(b"{")),
    "invalid-query": ("create-qr", create(query="format=gif")),
    "not-found": ("create-qr", create(path="/canary")),
    "method-not-allowed": ("create-qr", create(method="PUT")),
    "body-too-large": ("create-qr", create(b"{" + b" " * 16384)),
    "symbol-capacity-exceeded": ("create-qr", create(b'{"id":"' + b"x" * 5000 + b'","amount":1}')),
    "unsupported-media-type": ("create-qr", gateway_event("POST", CREATE, "", {}, PAYLOAD)),
    "payload-model-violated": ("create-qr", create(b"{}")),
    "malformed-rows": ("create-batch", batches.request('id,amount\n"canary,1\n')),
    "batch-too-large": ("create-batch", batches.request("id\n" + "canary\n" * 5001)),
    "invalid-idempotency-key": ("create-batch", batches.request(batches.table(1), key="canary of a key")),
    "expired": ("decrypt-ctext", opening(reference.to_digits(sealed(expires_at=1)))),
    "invalid-ctext": ("decrypt-ctext", opening("canary")),
}


def test_refused(metered):
    functions = {name: metered(name) for name in ("create-qr", "create-batch", "decrypt-ctext")}
    for problem, (name, event) in REFUSED.items():
        function = functions[name]
        line, metrics, others = function.invoke(event)
        assert others == []
        assert metrics["Refused"] == (1, {"Stack": "a-stack", "Problem": problem})
        assert (line["level"], line["message"], line["problem"]) == ("INFO", "refused", problem)
        assert set(metrics) - {"Refused", "KeyringAge"} == ({"InvalidCtext"} if problem == "invalid-ctext" else set())
        assert not any("canary" in line for line in function.lines())


def changed(ctext: bytes, position: int, byte: int) -> str:
    return reference.to_digits(ctext[:position] + bytes([byte]) + ctext[position + 1 :])


INVALID = {
    "text": "E*",
    "length": reference.to_digits(sealed()[:20]),
    "version": changed(sealed(), 0, 0x20),
    "unknown-key": changed(sealed(), 1, 9),
    "tag": changed(sealed(), 14, 0),
    "not-json": reference.to_digits(sealed(payload=b"no JSON")),
}


def test_why_a_ctext_is_invalid(metered):
    function = metered("decrypt-ctext")
    for reason, ctext in INVALID.items():
        line, metrics, _ = function.invoke(opening(ctext))
        assert metrics["InvalidCtext"] == (1, {"Stack": "a-stack", "Reason": reason})
        assert line["reason"] == reason


@pytest.mark.parametrize("level", ["TRACE", "INFO", "WARN", "ERROR", "FATAL"])
@pytest.mark.parametrize("format", ["Text", "JSON"])
def test_no_log_level_loses_metrics(metered, level, format):
    order = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
    function = metered("create-qr", AWS_LAMBDA_LOG_LEVEL=level, AWS_LAMBDA_LOG_FORMAT=format)
    line, metrics, others = function.invoke(create())
    assert "Created" in metrics and others == []
    # With the format JSON, Lambda lets through what is at least of the level asked for.
    expected = level if format == "JSON" and order.index(level) > order.index("INFO") else "INFO"
    assert line["level"] == expected
    assert json.loads(function.lines()[0])["level"] == expected


@pytest.mark.parametrize("settings", [{}, {"METRICS_STACK": ""}], ids=["unset", "empty"])
def test_without_a_stack_there_are_no_metrics(start, settings):
    function = start("create-qr", KEYRING=json.dumps(KEYRING), **settings)
    function.invoke(create(query="format=json"))
    (line,) = function.lines()
    assert re.fullmatch(rf' INFO answered request_id="\d+" endpoint="POST {CREATE}" status=200 code="[\w-]+" duration_us=\d+', line)


def test_the_lines_that_the_page_shows(start):
    def without_variables(line: str) -> str:
        return re.sub(r'(request_id|code)="[^"]*"|duration_us=\d+', "", line)

    shown = re.findall(r"^ INFO .*$", PAGE, re.MULTILINE)
    printed = []
    for name, event in (("create-qr", create()), ("decrypt-ctext", gateway_event("GET", f"/d/{INVALID['tag']}"))):
        function = start(name, KEYRING=json.dumps(KEYRING), PUBLIC_BASE_URL="https://qr.example.org")
        function.invoke(event)
        printed += function.lines()
    assert list(map(without_variables, printed)) == list(map(without_variables, shown))


def test_json_lines_have_what_lambda_looks_for(start):
    function = start("create-qr", KEYRING=json.dumps(KEYRING), AWS_LAMBDA_LOG_FORMAT="JSON")
    function.invoke({"key1": "value1"})
    function.invoke(create(b"{"))
    foreign, refused = map(json.loads, function.lines())
    assert foreign["level"] == "WARN" and foreign["message"]
    assert (refused["level"], refused["message"], refused["problem"]) == ("INFO", "refused", "malformed-json")
    for line in (foreign, refused):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["timestamp"]) and line["request_id"]


def test_a_keyring_that_is_fetched_again_and_then_cannot_be(metered, ahead):
    with RotatingSecret(json.dumps(KEYRING)) as secret:
        settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL": f"http://{secret.address}"}
        function = metered("decrypt-ctext", **settings, **ahead.environment)
        event = opening(INVALID["unknown-key"])
        _, metrics, others = function.invoke(event)
        assert metrics["KeyringRefreshed"] == (1, {"Stack": "a-stack"}) and others == []
        ahead.advance(MIN_PAUSE)
        secret.break_down(refusal(400, "AccessDeniedException"))
        line, metrics, (warning,) = function.invoke(event)
    assert metrics["KeyringRefreshFailed"] == (1, {"Stack": "a-stack"})
    assert metrics["Refused"][1]["Problem"] == "temporarily-unavailable"
    assert (line["level"], line["status"], line["reason"]) == ("WARN", 503, "keyring")
    assert metrics["KeyringAge"][0] >= MIN_PAUSE
    assert " WARN " in warning and f'request_id="{line["request_id"]}"' in warning
    assert "secretsmanager:GetSecretValue" in warning


def test_failed_rotations(start):
    with RotatingSecret(json.dumps(KEYRING)) as secret:
        settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL": f"http://{secret.address}"}
        function = start("rotate-keyring", METRICS_STACK="a-stack", **settings)
        token = secret.begin_rotation()
        for step in ("createSecret", "finishSecret"):
            function.invoke({"Step": step, "SecretId": "arn:of:another", "ClientRequestToken": token})
        function.invoke({"Step": "createSecret", "SecretId": ARN, "ClientRequestToken": token})
        *failed, done = function.lines()
    assert len(failed) == 2
    for line in failed:
        assert metrics_of(line) == {"RotationFailed": (1, {"Stack": "a-stack"})}
        assert json.loads(line)["level"] == "ERROR" and json.loads(line)["message"]
        assert json.loads(line)["request_id"]
    assert " INFO rotation " in done and "outcome=Done" in done


def test_a_start_that_fails_is_told_in_one_plain_line(start):
    settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{closed_port()}"}
    function = start("create-qr", METRICS_STACK="a-stack", **settings)
    assert function.process.wait(timeout=15) != 0
    (line,) = function.lines()
    assert line.startswith("ERROR ")
