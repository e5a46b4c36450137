"""Scans reach your systems: what happens to codes is told on an event bus."""

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.test_previews import ROBOTS
from tests.support.api_client import BROWSER, CREATE, CREATE_MANY, CSV, JSON, gateway_event
from tests.support.code_table import CodeTable
from tests.support.codes import BASE_URL, PAYLOAD, Code, Deployment
from tests.support.event_bus import BusProxy, EventBus, Pipe
from tests.support.fakes import Server, closed_port
from tests.support.faults import NO_ANSWER
from tests.support.table_proxy import WRITE, TableProxy
from tests.support.traces import assert_tells_nothing, keys_of

pytestmark = pytest.mark.moto
REQUEST_ID = re.compile(r'"?request_id"?[=:]"([^"]+)"')
ROBOT = {"user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}


@pytest.fixture
def table(moto_table) -> CodeTable:
    return moto_table.another(has_stream=True)


@pytest.fixture
def bus(moto_table) -> EventBus:
    return EventBus(moto_table.url)


@pytest.fixture
def pipe(table, bus, start) -> Pipe:
    return Pipe(table, bus, start("describe-event"))


@pytest.fixture
def deployment(start, keyring, table, bus) -> Deployment:
    return Deployment(start, keyring, table.settings() | bus.settings())


def awaited(look, count: int) -> list:
    """What is there at last, and not at once, when it is looked at again and again."""
    deadline, found = time.monotonic() + 20, []
    while len(found) < count and time.monotonic() < deadline:
        found += look()
        time.sleep(0.02)
    return found


# Created


def test_a_code_that_is_made_is_told(deployment, bus):
    code, described = deployment.create("uses=3&expires_in=3600")
    (event,) = bus.told()
    assert (event["type"], event["code"], event["model"], event["of"]) == ("created", code.name, "order", 3)
    assert event["expires_at"] == described["expires_at"]
    assert "payload" not in event, "the model lets nothing out"
    deployment.create("")
    (other,) = bus.told()
    assert {"of", "expires_at"}.isdisjoint(other) and other["id"] != event["id"]


def test_what_is_refused_is_not_told(deployment, bus):
    assert deployment.ask("POST", CREATE, "", JSON, b"{}").status == 422
    assert deployment.ask("POST", CREATE, "max_modules=21", JSON, PAYLOAD).status == 413
    assert bus.told() == []


def refused(handler):
    body = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "canary-of-a-payload"}]}
    return 200, {"content-type": "application/x-amz-json-1.1"}, json.dumps(body).encode()


def denied(handler):
    body = {"__type": "AccessDeniedException", "Message": "canary-of-a-payload"}
    return 400, {"content-type": "application/x-amz-json-1.1"}, json.dumps(body).encode()


def broken(handler):
    return 500, {"content-type": "application/x-amz-json-1.1"}, b'{"__type": "InternalException"}'


def silent(handler):
    return lambda handler: NO_ANSWER.deliver(handler, (200, {}, b""))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (refused, "EventBridge answers InternalFailure"),
        (denied, "access to the bus is denied"),
        (broken, "EventBridge answers InternalException"),
        (silent, "EventBridge does not answer"),
    ],
)
def test_a_code_is_made_whatever_becomes_of_its_event(start, keyring, bus, fault, reason):
    asked = []

    def answer(method, path, headers, content):
        asked.append(content)
        return fault(None)

    with Server(answer) as server:
        settings = bus.settings(f"http://{server.address}") | {"METRICS_STACK": "sealed-qr"}
        deployment = Deployment(start, keyring, settings)
        code, described = deployment.create("")
        assert code.name == described["name"] and asked
        lines = deployment.function("create-qr").lines()
    (lost,) = [json.loads(line) for line in lines if "EventLost" in line]
    assert lost["EventLost"] == 1 and lost["level"] == "WARN" and reason in lost["message"]
    (request_id,) = [json.loads(line)["request_id"] for line in lines if '"answered"' in line]
    assert lost["request_id"] == request_id
    assert_tells_nothing("\n".join(lines), keys_of(keyring), [PAYLOAD.decode(), code.path])


def batch(rows: int, headers: dict[str, str] = {}) -> dict:
    """The event of a request for so many codes."""
    table = "id,amount\n" + "".join(f"canary-of-a-payload,{row}\n" for row in range(rows))
    return gateway_event("POST", CREATE_MANY, "", CSV | headers, table.encode())


def names(answer) -> list[str]:
    assert answer.status == 200, answer
    return [json.loads(line)["name"] for line in answer.body.splitlines()]


def test_each_code_of_a_batch_is_told_in_calls_of_ten(start, keyring, bus):
    with BusProxy(bus) as proxy:
        deployment = Deployment(start, keyring, bus.settings(f"http://{proxy.address}"), METRICS_STACK="sealed-qr")
        made = names(deployment.answer("create-batch", batch(25)))
        assert sorted(proxy.calls) == [5, 10, 10]
    told = bus.told()
    assert len(told) == 25 and {event["code"] for event in told} == set(made)
    assert {event["type"] for event in told} == {"created"} and "canary" not in json.dumps(told)
    assert not any("EventLost" in line for line in deployment.function("create-batch").lines())


def test_a_batch_that_is_refused_is_not_told(deployment, bus):
    event = gateway_event("POST", CREATE_MANY, "", CSV, b"id,amount\na,1\nb,\n")
    deployment.answer("create-batch", event).problem(422, "payload-model-violated")
    assert bus.told() == []


def test_a_batch_that_is_repeated_is_told_again_under_the_same_ids(deployment, bus):
    key = {"idempotency-key": "tags"}
    first, again = (names(deployment.answer("create-batch", batch(3, key))) for _ in range(2))
    assert first == again
    ids = [event["id"] for event in bus.told()]
    assert len(ids) == 6 and len(set(ids)) == 3, "whoever remembers ids has dealt with them"


@pytest.mark.parametrize(
    ("fault", "rows", "lost", "reasons"),
    [
        # One event of each of three calls.
        (refused, 25, 3, ["EventBridge answers InternalFailure"]),
        (denied, 25, 25, ["access to the bus is denied"]),
        # Some calls are under way when its patience ends, and some have not been made.
        (silent, 1500, 1500, ["EventBridge does not answer", "EventBridge takes them too slowly"]),
    ],
    ids=["refused", "denied", "silent"],
)
def test_a_batch_is_made_whatever_becomes_of_its_events(start, keyring, bus, fault, rows, lost, reasons):
    with Server(lambda *call: fault(None)) as server:
        settings = bus.settings(f"http://{server.address}") | {"METRICS_STACK": "sealed-qr"}
        deployment = Deployment(start, keyring, settings)
        assert len(names(deployment.answer("create-batch", batch(rows)))) == rows
        lines = deployment.function("create-batch").lines()
    told = [json.loads(line) for line in lines if "EventLost" in line]
    assert sum(line["EventLost"] for line in told) == lost
    # One line for each reason, however many calls there were.
    for line, reason in zip(told, reasons, strict=True):
        assert line["level"] == "WARN" and f"to {line['EventLost']} codes: {reason}" in line["message"]
    assert_tells_nothing("\n".join(lines), keys_of(keyring), [PAYLOAD.decode()])


def test_without_a_bus_nobody_is_asked(start, keyring, bus):
    port = closed_port()
    settings = {"AWS_ENDPOINT_URL_EVENTBRIDGE": f"http://127.0.0.1:{port}"}
    deployment = Deployment(start, keyring, settings)
    code, _ = deployment.create("")
    assert deployment.open(code).status == 200
    assert len(names(deployment.answer("create-batch", batch(2)))) == 2
    for name in ("create-qr", "create-batch", "decrypt-ctext"):
        function = deployment.function(name)
        assert function.runtime.extensions == []
        assert not [line for line in function.lines() if "WARN" in line]


# What is written to the table


def test_what_happens_to_a_code_is_told_in_order(deployment, bus, pipe):
    code = Code.of_link(f"{BASE_URL}{deployment.create('uses=2')[0].path}")
    bus.told()
    first = deployment.redeem(code, "a", 'Gate "3" \\ Süd').json
    second = deployment.redeem(code).json
    deployment.undo(code, 1)
    deployment.redeem(code)
    deployment.revoke(name=code.name, reason="lost")
    deployment.restore(code)
    pipe.run()
    told = bus.told()
    assert [event["type"] for event in told] == ["redeemed", "redeemed", "undone", "redeemed", "revoked", "restored"]
    assert {event["code"] for event in told} == {code.name}
    numbers = [(event.get("redemption"), event.get("use"), event.get("of")) for event in told]
    assert numbers == [(1, 1, 2), (2, 2, 2), (1, None, 2), (3, 2, 2), (None, None, None), (None, None, None)]
    assert told[0]["place"] == 'Gate "3" \\ Süd' and told[0]["at"] == first["redeemed_at"]
    assert told[1]["at"] == second["redeemed_at"] and "place" not in told[1]
    assert told[4]["reason"] == "lost" and "model" not in told[4], "only the name is known"
    assert {event["model"] for event in told[:4]} == {"order"}
    assert len({event["id"] for event in told}) == len(told)
    assert "payload" not in json.dumps(told)
    assert pipe.dead == []


def test_what_changes_nothing_is_not_told(deployment, bus, pipe):
    code = Code.sealed(deployment._settings["KEYRING"] and json.loads(deployment._settings["KEYRING"]))
    deployment.redeem(code, "a")
    deployment.redeem(code, "a")
    deployment.redeem(code, "b").problem(409, "already-redeemed")
    deployment.undo(code, 1)
    deployment.undo(code, 1)
    deployment.revoke(name=code.name)
    deployment.revoke(name=code.name)
    deployment.restore(code)
    deployment.restore(code)
    deployment.open(code)
    pipe.run()
    assert [event["type"] for event in bus.told()] == ["redeemed", "undone", "revoked", "restored"]
    pipe.run()
    assert bus.told() == []


def test_a_redemption_whose_answer_is_lost_is_told_once(start, keyring, table, bus, pipe):
    with TableProxy(table) as proxy:
        deployment, code = Deployment(start, keyring, proxy.settings | bus.settings()), Code.sealed(keyring)
        proxy.break_down(NO_ANSWER, (WRITE,), once=True)
        deployment.redeem(code, "the-key")
        proxy.heal()
        assert deployment.redeem(code, "the-key").json["use"] == 1
    pipe.run()
    (event,) = bus.told()
    assert (event["type"], event["redemption"]) == ("redeemed", 1)


def test_each_of_many_redemptions_is_told_once(start, keyring, table, bus, pipe):
    uses, clients = 5, 16
    with TableProxy(table) as proxy:
        deployments = [Deployment(start, keyring, proxy.settings | bus.settings()) for _ in range(4)]
        code = Code.sealed(keyring, uses=uses)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda mine: [mine.redeem(code) for _ in range(clients // 4)], deployments))
    redeemed = [answer.json for some in answers for answer in some if answer.status == 200]
    pipe.run()
    told = bus.told()
    expected = sorted((receipt["redemption"], receipt["use"], receipt["redeemed_at"]) for receipt in redeemed)
    assert sorted((event["redemption"], event["use"], event["at"]) for event in told) == expected
    assert len(expected) == uses and len({event["id"] for event in told}) == uses


def test_what_gates_do_to_be_gates_is_not_told(deployment, bus, pipe):
    headers = JSON | {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
    enrolling = gateway_event("POST", "/api/gate/enrolments", "format=json", JSON, b'{"gate": "Gate 3"}')
    enrolment = deployment.answer("redeem-code", enrolling).json
    body = json.dumps({"ctext": enrolment["url"]}).encode()
    begun = deployment.answer("redeem-code", gateway_event("POST", "/api/gate/session", "", headers, body))
    assert begun.status == 200
    revoking = gateway_event("DELETE", "/api/gate/enrolments", f"name={enrolment['name']}")
    assert deployment.answer("redeem-code", revoking).status == 204
    pipe.run()
    assert bus.told() == [] and pipe.dead == []


def test_what_others_write_to_the_table_becomes_a_dead_letter_and_holds_nothing_up(deployment, table, bus, pipe, keyring):
    codes = [Code.sealed(keyring) for _ in range(3)]
    deployment.redeem(codes[0])
    for event in ("{}", "canary-of-a-payload"):
        table.put(Code.sealed(keyring).name, {"event": {"S": event}})
    table.put(Code.sealed(keyring).name, {"used": {"N": "1"}})
    for code in codes[1:]:
        deployment.redeem(code)
    pipe.run()
    assert [event["code"] for event in bus.told()] == [code.name for code in codes]
    assert len(pipe.dead) == 2
    log = "\n".join(pipe._describe.lines())
    assert "cannot describe" in log and "canary" not in log


def test_a_record_holds_no_payload_and_without_a_bus_no_event(start, keyring, deployment, table):
    code = Code.sealed(keyring)
    deployment.redeem(code)
    assert "event" in table.item(code.name) and "canary" not in json.dumps(table.item(code.name))
    silent, other = Deployment(start, keyring, table.settings()), Code.sealed(keyring)
    silent.redeem(other)
    assert "event" not in table.item(other.name)


# Opened


def test_an_opening_is_told_after_the_answer(start, keyring, table, bus):
    deployment = Deployment(start, keyring, table.settings() | bus.settings(), OPENED_EVENTS="on")
    plain, counting = Code.sealed(keyring, uses=None), Code.sealed(keyring)
    assert deployment.open(plain, "", BROWSER).status == 200
    assert deployment.open(counting, "", ROBOT).status == 200
    told = awaited(bus.told, 2)
    assert [(event["type"], event["code"], event["preview"]) for event in told] == [
        ("opened", plain.name, False),
        ("opened", counting.name, True),
    ]
    assert deployment.function("decrypt-ctext").runtime.extensions == ["opened-events"]
    # What is not opened is not told, and does not hold up what follows.
    assert deployment.ask("GET", "/d/123").status == 400
    assert deployment.ask("GET", "/nowhere").status == 404
    kind, _ = deployment.function("decrypt-ctext").invoke({"hello": "world"})
    assert kind == "error"
    begin = time.monotonic()
    assert deployment.ask("HEAD", plain.path).status == 200
    assert time.monotonic() - begin < 5
    (event,) = awaited(bus.told, 1)
    assert event["preview"] is True


@pytest.mark.parametrize("settings", [{}, {"METRICS_STACK": "sealed-qr"}])
def test_the_log_says_which_opening_was_not_told(start, keyring, bus, settings):
    with Server(lambda *call: denied(None)) as server:
        settings = bus.settings(f"http://{server.address}") | settings
        deployment = Deployment(start, keyring, settings, OPENED_EVENTS="on")
        assert deployment.ask("GET", "/nowhere").status == 404
        assert deployment.open(Code.sealed(keyring, uses=None)).status == 200
        function = deployment.function("decrypt-ctext")
        (lost,) = awaited(lambda: [line for line in function.lines() if "cannot tell others" in line], 1)
    (opened,) = [line for line in function.lines() if "answered" in line]
    assert REQUEST_ID.search(lost)[1] == REQUEST_ID.search(opened)[1]


def test_robots_that_say_so_are_told_as_such(start, keyring, bus):
    deployment = Deployment(start, keyring, bus.settings(), OPENED_EVENTS="on")
    code = Code.sealed(keyring, uses=None)
    named = [headers for headers in ROBOTS if {"user-agent", "purpose", "sec-purpose"} & headers.keys()]
    for headers in named:
        deployment.open(code, "", headers)
    told = awaited(bus.told, len(named))
    assert [event["preview"] for event in told] == [True] * len(named)
    assert len({event["id"] for event in told}) == len(named)


def test_no_answer_waits_for_the_bus(start, keyring, bus):
    asked, go_on = threading.Event(), threading.Event()

    def answer(method, path, headers, content):
        asked.set()
        assert go_on.wait(timeout=20)
        return 200, {"content-type": "application/x-amz-json-1.1"}, b'{"FailedEntryCount": 0, "Entries": []}'

    with Server(answer) as server:
        settings = bus.settings(f"http://{server.address}")
        deployment = Deployment(start, keyring, settings, OPENED_EVENTS="on")
        assert deployment.open(Code.sealed(keyring, uses=None)).status == 200
        assert asked.wait(timeout=20) and not go_on.is_set(), "the answer was there first"
        go_on.set()


@pytest.mark.parametrize("settings", [{"OPENED_EVENTS": "on"}, {"OPENED_EVENTS": "yes", "EVENT_BUS": "scans"}])
def test_settings_that_cannot_be_meant_are_refused_at_start(start, keyring, settings):
    function = start("decrypt-ctext", KEYRING=json.dumps(keyring), **settings)
    assert function.process.wait(timeout=20) == 1
    assert "OPENED_EVENTS" in "\n".join(function.lines())


# Ready targets


def test_an_e_mail_says_what_happened_and_does_not_come_for_openings(start, keyring, moto_table):
    bus = EventBus(moto_table.url, "EventEmailRule")
    deployment = Deployment(start, keyring, bus.settings(), OPENED_EVENTS="on")
    code, _ = deployment.create("")
    deployment.open(code)
    other, _ = deployment.create("")
    for text, told in zip(awaited(bus.messages, 2), (code, other), strict=True):
        assert f"The code {told.name} of sealed-qr was created at 20" in text
