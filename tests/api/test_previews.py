"""Programs that open every link: previews, mail scanners, crawlers. Nothing that they do counts."""

import pytest

from tests.support.api_client import BROWSER
from tests.support.codes import PAYLOAD, Code, Deployment
from tests.support.table_proxy import READ, TableProxy

pytestmark = pytest.mark.moto

ROBOTS = [
    {},
    {"accept": "*/*"},
    BROWSER,
    {"accept": "*/*", "user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"accept": "text/html", "user-agent": "WhatsApp/2.23.20.0", "range": "bytes=0-32767"},
    {"accept": "image/*", "user-agent": "Mozilla/5.0 (compatible; bingbot/2.0)", "sec-purpose": "prefetch;prerender"},
    BROWSER | {"purpose": "prefetch", "sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
]
ROUNDS = 72


@pytest.fixture
def proxy(code_table):
    with TableProxy(code_table) as proxy:
        yield proxy


def test_a_storm_of_previews_counts_nothing(start, keyring, code_table, proxy):
    deployment, code = Deployment(start, keyring, proxy.settings), Code.sealed(keyring, uses=1)
    asked = 0
    for _ in range(ROUNDS):
        for headers in ROBOTS:
            for method in ("GET", "HEAD"):
                answer = deployment.ask(method, code.path, "", headers)
                assert (answer.status, answer.headers["code-used"]) == (200, "0")
                asked += 1
    assert asked > 1000
    assert set(proxy.calls) == {READ} and len(proxy.calls) == asked, "it is only read"
    assert code_table.item(code.name) is None
    assert deployment.redeem(code).json["use"] == 1


def test_what_a_robot_adds_to_a_link_redeems_and_reveals_nothing(start, keyring, code_table, proxy):
    deployment = Deployment(start, keyring, proxy.settings, REDEEM_AUTH="NONE")
    code = Code.sealed(keyring, uses=1, revealed_on_redeem=True)
    for query in ("receipt=a", "idempotency_key=a&place=b", "redemption=1", "_method=POST"):
        for headers in ROBOTS + [{"idempotency-key": "a", "x-http-method-override": "POST"}]:
            answer = deployment.open(code, query, headers)
            assert answer.status == (200 if answer.body else 204) and answer.headers["code-used"] == "0"
            assert b"canary" not in answer.body
    assert set(proxy.calls) == {READ} and code_table.item(code.name) is None


def test_codes_that_do_not_count_are_opened_without_the_table(start, keyring, proxy):
    deployment, code = Deployment(start, keyring, proxy.settings), Code.sealed(keyring, uses=None)
    for headers in ROBOTS:
        assert deployment.open(code, "", headers).status == 200
    assert deployment.open(code).body == PAYLOAD
    assert proxy.connections == 0, "who does not use it does not pay for it"
