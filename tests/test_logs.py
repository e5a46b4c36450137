"""Runs last: what the functions logged in this session, at the most talkative level."""

import json

import sealed_qr_reference as reference
from api_client import CREATE, DECRYPT, JSON, answer_of, ctext_of, gateway_event
from qr_readers import read
from traces import shown

# Shorter texts can be in a log by chance.
TELLING = 24
CANARY = "canary-7f3a9c-in-a-payload"
PAYLOAD = json.dumps({"id": CANARY, "amount": 918273645546372819}, separators=(",", ":"))


def test_logs_have_no_key_payload_or_ctext(api, keyring, function_log):
    link = read(api.create(PAYLOAD).body)
    assert api.follow(link).body.decode() == PAYLOAD
    described = api.create(PAYLOAD, "format=json").json
    assert api.follow(described["url"]).body.decode() == PAYLOAD
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

    log = function_log.read_text(errors="replace")
    requests = len(api.sent_payloads) + len(api.sent_ctexts)
    assert len(log.splitlines()) > requests, "every request is logged"
    assert "panicked" not in log

    keys = {key.encode() for key in keyring.values()} | {bytes.fromhex(key) for key in keyring.values()}
    ctexts = {reference.from_digits(ctext_of(link)), reference.from_base64url(ctext_of(described["url"]))}
    texts = {ctext_of(link).encode(), ctext_of(described["url"]).encode()}
    assert not shown({CANARY.encode(), b"918273645546372819"} | keys | ctexts | texts, log)

    # Of everything else that was sent: as it was, also cut short, as parsers quote what they stumble over.
    for text in {*api.sent_ctexts, *(payload.decode(errors="replace") for payload in api.sent_payloads)}:
        part = text[:TELLING]
        if len(part) == TELLING and len(set(part)) > 2:
            assert part not in log
            assert json.dumps(part)[1:-1] not in log
