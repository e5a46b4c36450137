"""What the functions log at the most talkative level, with and without metrics.

The log of the local API that the other tests share is searched when they are done (tests/conftest.py).
"""

import json

import pytest

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import (
    BROWSER, CREATE, CREATE_MANY, CSV, DECRYPT, JSON, PLAIN_MANY, answer_of, ctext_of, gateway_event,
)  # fmt: skip
from tests.support.codes import PAYLOAD as CODE_PAYLOAD, Deployment
from tests.support.local import LOUD, serving
from tests.support.qr_readers import read
from tests.support.traces import assert_tells_nothing, keys_of

CANARY, AMOUNT = "canary-7f3a9c-in-a-payload", "918273645546372819"
PAYLOAD = f'{{"id":"{CANARY}","amount":{AMOUNT}}}'


def leave_traces(api) -> list[str]:
    """Requests of every kind that a log could tell on; the ctexts that were made."""
    link = read(api.create(PAYLOAD).body)
    described = api.create(PAYLOAD, "format=json").json
    for url in (link, described["url"]):
        assert api.follow(url).body.decode() == PAYLOAD
        assert CANARY in api.follow(url, BROWSER).body.decode()
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
    table = f"id,amount\n{CANARY},{AMOUNT}\n"
    made = batches.codes(api.post(CREATE_MANY, table, CSV | {"idempotency-key": CANARY}))
    assert api.follow(made[0]["url"]).body.decode() == PAYLOAD
    assert api.post(f"{CREATE_MANY}?format=zip&file_name={{id}}", table, CSV).status == 200
    assert api.post(f"{CREATE_MANY}?format=pdf&caption={{id}}", table, CSV).status == 200
    assert api.post(PLAIN_MANY, f"value\n{CANARY}\n", CSV).status == 200
    for wrong in (f"{table}{CANARY},{CANARY}\n", f"{table}{CANARY}\n", f'{table}"{CANARY},1\n', f"{CANARY}\n1\n"):
        assert api.post(CREATE_MANY, wrong, CSV).status in (400, 422)
    assert api.post(CREATE_MANY, f'[{{"{CANARY}": 1}}, {CANARY}]').status == 400
    for foreign in ({"id": CANARY, "amount": 1}, [CANARY], CANARY):
        for function in ("create-qr", "create-batch", "decrypt-ctext"):
            assert CANARY not in json.dumps(api.invoke(function, foreign))
    return [ctext_of(link), ctext_of(described["url"]), ctext_of(made[0]["url"])]


@pytest.mark.parametrize("metrics", [{}, {"METRICS_STACK": "a-stack"}], ids=["without metrics", "with metrics"])
def test_logs_have_no_key_payload_or_ctext(binaries, keyring, tmp_path, metrics):
    log = tmp_path / "log"
    with serving(log, {"KEYRING": json.dumps(keyring)}, LOUD | metrics) as api:
        texts = leave_traces(api)
    logged = log.read_text(errors="replace")
    lines = logged.count('"_aws"') if metrics else len(logged.splitlines())
    assert lines > len(api.sent), "every request is logged"
    ctexts = {text.encode() for text in texts} | {reference.from_text(text) for text in texts}
    assert_tells_nothing(logged, keys_of(keyring) | ctexts | {CANARY.encode(), AMOUNT.encode()}, api.sent)


@pytest.mark.moto
@pytest.mark.parametrize("metrics", [{}, {"METRICS_STACK": "a-stack"}], ids=["without metrics", "with metrics"])
def test_what_happens_to_codes_is_logged_by_their_names_alone(start, keyring, code_table, metrics):
    deployment = Deployment(start, keyring, code_table.settings(), **LOUD, **metrics)
    code, _ = deployment.create("uses=1&reveal=on-redeem")
    assert deployment.redeem(code, "canary-of-a-key", "Gate 3").status == 200
    assert deployment.open(code, "receipt=canary-of-a-key").body == CODE_PAYLOAD
    deployment.redeem(code).problem(409, "already-redeemed")
    deployment.undo(code, 1)
    deployment.revoke(ctext=reference.to_base64url(code.ctext), reason="lost")
    deployment.redeem(code).problem(410, "revoked")
    for name in ("create-qr", "decrypt-ctext", "redeem-code"):
        logged = deployment.function(name).log.read_text(errors="replace")
        assert code.name in logged, "it is found by its name"
        texts = {code.ctext, reference.to_digits(code.ctext).encode(), reference.to_base64url(code.ctext).encode()}
        assert_tells_nothing(logged, keys_of(keyring) | texts | {b"canary-of-a-payload", b"canary-of-a-key"}, [])
