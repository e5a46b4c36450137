"""Runs last: what the functions logged in this session, at the most talkative level."""

import json

from api_client import ctext_of
from qr_readers import read

CANARY = "canary-7f3a9c"
# Shorter texts can be in a log by chance.
TELLING = 24


def test_logs_have_no_key_payload_or_ctext(api, keyring, function_log):
    payload = json.dumps({"id": CANARY, "amount": 918273645546372819}, separators=(",", ":"))
    link = read(api.create(payload).body)
    assert api.follow(link).body.decode() == payload
    described = api.create(payload, "format=json").json
    api.follow(described["url"])
    assert api.create('{"id":"' + CANARY).status == 400
    assert api.create('{"id":"' + CANARY + '","amount":"' + CANARY + '"}').status == 422
    assert api.open_text(ctext_of(link)[:-1]).status == 400
    assert api.create(payload, f"format={CANARY}").status == 400

    log = function_log.read_text(errors="replace")
    requests = len(api.sent_payloads) + len(api.sent_ctexts)
    assert len(log.splitlines()) > requests, "every request is logged"
    assert "panicked" not in log

    assert CANARY not in log
    assert "918273645546372819" not in log
    for key in keyring.values():
        assert key not in log
    for text in {ctext_of(link), ctext_of(described["url"]), *api.sent_ctexts}:
        part = text[:TELLING]
        if len(part) == TELLING and len(set(part)) > 2:
            assert part not in log
    for payload in set(api.sent_payloads):
        text = payload.decode(errors="replace")
        if len(text) >= TELLING:
            assert text not in log
            assert json.dumps(text)[1:-1] not in log
