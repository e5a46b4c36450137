"""Runs last: what the functions logged in this session, at the most talkative level."""

import json
from contextlib import closing

import pytest

import sealed_qr_reference as reference
from api_client import CREATE, DECRYPT, JSON, ApiClient, answer_of, ctext_of, gateway_event
from conftest import LOUD
from fakes import closed_port
from local_api import LocalApi
from qr_readers import read
from traces import shown

# Shorter texts can be in a log by chance.
TELLING = 24
CANARY = "canary-7f3a9c-in-a-payload"
PAYLOAD = json.dumps({"id": CANARY, "amount": 918273645546372819}, separators=(",", ":"))


@pytest.fixture(scope="module")
def api_with_metrics(binaries, keyring, tmp_path_factory):
    """A local API with metrics, and its log. Its keyring is in the environment: tests of the template empty moto's Secrets Manager."""
    host, port, log = "127.0.0.1", closed_port(), tmp_path_factory.mktemp("metrics") / "log"
    environment = {"KEYRING": json.dumps(keyring), "PUBLIC_BASE_URL": f"http://{host}:{port}"}
    with LocalApi(host, port, environment, log, LOUD | {"METRICS_STACK": "a-stack"}) as local_api:
        local_api.wait_until_ready()
        with closing(ApiClient(host, port)) as client:
            yield client, log


def leave_traces(api) -> list[str]:
    """Requests of every kind that a log could tell on; the two texts of a ctext among them, digits first."""
    link = read(api.create(PAYLOAD).body)
    assert api.follow(link).body.decode() == PAYLOAD
    described = api.create(PAYLOAD, "format=json").json
    assert api.follow(described["url"]).body.decode() == PAYLOAD
    assert api.open_compact(ctext_of(link)).status == 200
    event = gateway_event("POST", CREATE, headers=JSON, body=PAYLOAD.encode())
    assert answer_of(api.invoke("create-qr", event)).status == 200
    event = gateway_event("GET", DECRYPT, query=f"ctext={ctext_of(link)}")
    assert answer_of(api.invoke("decrypt-ctext", event)).body.decode() == PAYLOAD
    assert api.create('{"id":"' + CANARY).status == 400
    assert api.create('{"id":"' + CANARY + '","amount":"' + CANARY + '"}').status == 422
    assert api.create('{"id":1,"amount":1,"' + CANARY + '":1}').status == 422
    assert api.create('{"' + CANARY + '":1,"' + CANARY + '":2}').status == 400
    assert api.open_text(ctext_of(link)[:-1]).status == 400
    assert api.create(PAYLOAD, f"format={CANARY}").status == 400
    assert api.create(PAYLOAD, f"{CANARY}=1").status == 400
    for foreign in ({"id": CANARY, "amount": 1}, [CANARY], CANARY):
        for function in ("create-qr", "decrypt-ctext"):
            assert CANARY not in json.dumps(api.invoke(function, foreign))
    return [ctext_of(link), ctext_of(described["url"])]


def assert_tells_nothing(log: str, api, keyring: dict[str, str], texts: list[str]) -> None:
    requests = len(api.sent_payloads) + len(api.sent_ctexts)
    assert len(log.splitlines()) > requests, "every request is logged"
    assert "panicked" not in log

    keys = {key.encode() for key in keyring.values()} | {bytes.fromhex(key) for key in keyring.values()}
    ctexts = {text.encode() for text in texts} | {reference.from_text(text) for text in texts}
    assert not shown({CANARY.encode(), b"918273645546372819"} | keys | ctexts, log)

    # Of everything else that was sent: as it was, also cut short, as parsers quote what they stumble over.
    for text in {*api.sent_ctexts, *(payload.decode(errors="replace") for payload in api.sent_payloads)}:
        part = text[:TELLING]
        if len(part) == TELLING and len(set(part)) > 2:
            assert part not in log
            assert json.dumps(part)[1:-1] not in log


def test_logs_have_no_key_payload_or_ctext(api, keyring, function_log):
    texts = leave_traces(api)
    assert_tells_nothing(function_log.read_text(errors="replace"), api, keyring, texts)


def test_metrics_have_no_key_payload_or_ctext(api_with_metrics, keyring):
    api, log = api_with_metrics
    texts = leave_traces(api)
    text = log.read_text(errors="replace")
    assert text.count('"_aws"') >= len(api.sent_payloads) + len(api.sent_ctexts)
    assert_tells_nothing(text, api, keyring, texts)
