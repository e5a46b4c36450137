"""Codes that count, from their creation to their end, across the functions and on two implementations of the table."""

import json
import re
import secrets
import time
from urllib.parse import parse_qs

import pytest

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import BROWSER, JSON, Answer, gateway_event
from tests.support.codes import BASE_URL, FORM, PAYLOAD, Code, Deployment
from tests.support.traces import keys_of, shown

MONTH = 30 * 86400
SAME_ORIGIN = FORM | BROWSER | {"sec-fetch-site": "same-origin"}


@pytest.fixture
def deployment(start, keyring, code_table) -> Deployment:
    deployment = Deployment(start, keyring, code_table.settings())
    deployment.table = code_table
    return deployment


def test_the_life_of_a_code(deployment, keyring):
    code, described = deployment.create("uses=2")
    assert (described["uses"], described["name"]) == (2, code.name)
    assert reference.open_ctext(keyring, code.ctext)[:4] == (PAYLOAD, 255, None, 2)
    opened = deployment.open(code)
    assert opened.body == PAYLOAD
    assert opened.headers.items() >= {"code-name": code.name, "code-uses": "2", "code-used": "0"}.items()
    assert deployment.table.item(code.name) is None, "opening leaves nothing"

    first = deployment.redeem(code, "the-first", "Gate 3").json
    assert first.items() >= {
        "name": code.name, "payload": json.loads(PAYLOAD), "use": 1, "of": 2, "redemption": 1, "place": "Gate 3"
    }.items()  # fmt: skip
    opened = deployment.open(code)
    assert (opened.body, opened.headers["code-used"]) == (PAYLOAD, "1")
    assert opened.headers["code-redeemed-at"] == first["redeemed_at"]

    undone = deployment.undo(code, 1).json
    assert undone["undone_at"] > undone["redeemed_at"] == first["redeemed_at"]
    assert deployment.open(code).headers["code-used"] == "0"
    deployment.redeem(code, "the-first", "Gate 3").problem(409, "redemption-undone")
    deployment.undo(code, 2).problem(409, "not-undone")

    assert [deployment.redeem(code).json["use"] for _ in range(2)] == [1, 2]
    last = deployment.open(code).headers["code-redeemed-at"]
    assert deployment.redeem(code).problem(409, "already-redeemed")["redeemed_at"] == last
    assert deployment.undo(code, 3).json["redemption"] == 3

    revoked = deployment.revoke(name=code.name.lower(), reason="lost").json
    assert revoked["reason"] == "lost" and deployment.revoke(name=code.name, reason="again").json == revoked
    for answer in (deployment.open(code), deployment.redeem(code)):
        assert answer.problem(410, "revoked")["revoked_at"] == revoked["revoked_at"]
    assert deployment.restore(code).json == {"name": code.name, "revoked_at": None}
    assert deployment.open(code).headers["code-used"] == "1"
    assert deployment.redeem(code).json["use"] == 2


def test_the_table_has_no_payload_no_ctext_and_no_key(deployment, keyring):
    """Nor has it what callers send to be recognized: whoever reads the table could repeat their redemptions."""
    code, _ = deployment.create("uses=2")
    keys = [f"key-of-a-caller-{number}" for number in range(2)]
    for key in keys:
        assert deployment.redeem(code, key, "Gate 3").status == 200
    deployment.undo(code, 2)
    deployment.revoke(ctext=f"{BASE_URL}{code.path}", reason="lost")
    item = deployment.table.item(code.name)
    written = json.dumps(item)
    ctexts = {code.ctext, reference.to_digits(code.ctext).encode(), reference.to_base64url(code.ctext).encode()}
    members = {str(member).encode() for member in json.loads(PAYLOAD).values()}
    secret = keys_of(keyring) | ctexts | {PAYLOAD} | members | {key.encode() for key in keys}
    assert not shown(secret, written), "a value of the payload, the ctext or a key is in the table"
    assert item.keys() == {"code", "uses", "used", "redemptions", "keys", "revocation"}
    assert (item["code"]["S"], item["uses"]["N"], item["used"]["N"]) == (code.name.replace("-", ""), "2", "1")


def test_the_table_forgets_a_code_a_month_after_it_has_expired(deployment):
    expires_at = int(time.time()) + 3600
    code, _ = deployment.create(f"uses=1&expires_at={expires_at}")
    deployment.redeem(code)
    assert deployment.table.expires_by == "remove_at"
    assert int(deployment.table.item(code.name)["remove_at"]["N"]) == expires_at + MONTH
    revoked, _ = deployment.create(f"uses=1&expires_at={expires_at}")
    deployment.revoke(ctext=revoked.path)
    assert int(deployment.table.item(revoked.name)["remove_at"]["N"]) == expires_at + MONTH
    lasting, _ = deployment.create("uses=1")
    deployment.redeem(lasting)
    assert "remove_at" not in deployment.table.item(lasting.name)


def test_only_the_redeemer_sees_a_concealed_payload(deployment):
    code, _ = deployment.create("uses=1&reveal=on-redeem")
    key = secrets.token_hex(16)

    def sees(query: str = "") -> bool:
        answer, page = deployment.open(code, query), deployment.open(code, query, BROWSER)
        assert answer.status == (200 if answer.body else 204) and answer.headers["code-name"] == code.name
        assert answer.body in (b"", PAYLOAD) and (b"canary-of" in page.body) == bool(answer.body)
        return bool(answer.body)

    assert not sees() and not sees(f"receipt={key}")
    assert deployment.redeem(code, key).json["payload"] == json.loads(PAYLOAD)
    assert sees(f"receipt={key}") and not sees() and not sees(f"receipt={key}0")
    assert b"canary-of" not in deployment.redeem(code).body, "the second redeemer"
    deployment.undo(code, 1)
    assert not sees(f"receipt={key}")


def test_a_repetition_is_recognized(deployment):
    code, _ = deployment.create("uses=3")
    first = deployment.redeem(code, "a", "Gate 3")
    for key in ("a", '"a"'):
        again = deployment.redeem(code, key, "Gate 3")
        assert (again.json, again.headers["idempotency-key"]) == (first.json, '"a"')
    deployment.redeem(code, "a", "Gate 4").problem(422, "idempotency-key-reused")
    deployment.redeem(code, "a b").problem(400, "invalid-idempotency-key")
    made_up = [deployment.redeem(code) for _ in range(2)]
    assert [answer.json["use"] for answer in made_up] == [2, 3]
    for answer in made_up:
        again = deployment.redeem(code, answer.headers["idempotency-key"])
        assert again.json == answer.json, "the key that the function made up serves, too"
    other, _ = deployment.create("uses=1")
    assert deployment.redeem(other, "a").json["use"] == 1, "a key is one of its code"
    assert deployment.table.item(code.name)["used"] == {"N": "3"}


def test_a_form_redeems_and_leads_back_to_the_page(start, keyring, code_table):
    deployment = Deployment(start, keyring, code_table.settings(), REDEEM_AUTH="NONE")
    code, _ = deployment.create("uses=1")
    page = deployment.open(code, "", BROWSER).body.decode()
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)[1]
    form = f"idempotency_key={key}&place=Gate+3".encode()
    for elsewhere in (FORM, FORM | {"sec-fetch-site": "cross-site"}, FORM | {"origin": "https://evil.example"}):
        deployment.ask("POST", code.path, "", elsewhere, form).problem(403, "cross-origin")
    assert code_table.item(code.name) is None
    for _ in range(2):
        answer = deployment.ask("POST", code.path, "x=1", SAME_ORIGIN, form)
        assert (answer.status, answer.body) == (303, b"")
        assert parse_qs(answer.headers["location"].removeprefix("?")) == {"x": ["1"], "receipt": [key]}
    back = deployment.open(code, answer.headers["location"].removeprefix("?"), BROWSER).body.decode()
    assert "<h1>Redeemed" in back and "Gate 3" in back and "<form" not in back
    assert "<h1>This code has been used" in deployment.open(code, "", BROWSER).body.decode()
    assert code_table.item(code.name)["used"] == {"N": "1"}


def test_codes_that_do_not_count_are_taken_back_where_all_are_looked_up(start, keyring, code_table):
    deployment = Deployment(start, keyring, code_table.settings(), REVOCATION="on")
    code = Code.sealed(keyring, uses=None)
    assert deployment.open(code).body == PAYLOAD
    deployment.redeem(code).problem(409, "not-counted")
    assert deployment.restore(code).json == {"name": code.name, "revoked_at": None}, "nothing to restore"
    revoked = deployment.revoke(ctext=f"{BASE_URL}{code.path}").json
    assert deployment.open(code).problem(410, "revoked")["revoked_at"] == revoked["revoked_at"]
    assert deployment.restore(code).json["revoked_at"] is None
    assert deployment.open(code).body == PAYLOAD
    assert code_table.item(code.name).keys() == {"code"}


def test_undoing_has_an_end(start, keyring, code_table):
    deployment = Deployment(start, keyring, code_table.settings(), UNDO_MINUTES="0")
    code = Code.sealed(keyring)
    deployment.redeem(code)
    time.sleep(0.01)
    assert "longer ago" in deployment.undo(code, 1).problem(409, "not-undone")["detail"]
    assert deployment.open(code).headers["code-used"] == "1"


def test_a_record_is_full_before_an_item_is(start, keyring, dynalite_table):
    """However long what it says, a record has room for as many redemptions as it may have; dynalite has AWS's limit."""
    deployment = Deployment(start, keyring, dynalite_table.settings())
    code, place, caller = Code.sealed(keyring), "\N{admission tickets}" * 100, "arn:" + "c" * 252
    event = gateway_event("POST", code.path, "", JSON, json.dumps({"place": place}).encode())
    event["requestContext"]["authorizer"] = {"iam": {"userArn": caller}}

    def redeem() -> Answer:
        return deployment.function("redeem-code").answer(event)

    assert redeem().status == deployment.undo(code, 1).status == 200
    item = dynalite_table.item(code.name)
    ((redemption,), keys) = item["redemptions"]["L"], [secrets.token_hex(16) for _ in range(510)]
    assert redemption["M"]["by"]["S"] == caller
    item["redemptions"]["L"] = [{"M": redemption["M"] | {"key": {"S": key}}} for key in keys]
    dynalite_table.put(code.name, item | {"keys": {"SS": keys}})
    for number in (511, 512):
        assert redeem().json["redemption"] == number and deployment.undo(code, number).status == 200
    assert deployment.open(code).headers["code-used"] == "0"
    redeem().problem(409, "already-redeemed")
    assert deployment.revoke(name=code.name, reason=place).json["reason"] == place
