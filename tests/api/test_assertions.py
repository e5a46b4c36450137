"""Scans that lead to other sites: what these get verifies with the libraries that they use, and nothing else does."""

import json
import os
import re
import time
from urllib.parse import urlsplit

import pytest

from tests.support import assertion_reference as reference
from tests.support import sealed_qr_reference as seal
from tests.support import sites
from tests.support.api_client import BROWSER, DECRYPT, Answer, gateway_event
from tests.support.cargo import example
from tests.support.fakes import INIT_WITHIN, started
from tests.support.forged_assertions import FORGERIES, Genuine
from tests.support.local import LOUD
from tests.support.served import ServedFunction
from tests.support.traces import assert_tells_nothing, keys_of

KEY_SET, JWT = "/.well-known/jwks.json", {"accept": "application/jwt"}
PAGE = f"{sites.SITE}/scan"
# Of the example `leading_on`, by their numbers.
MODELS = {"ticket": 1, "pass": 2, "lookalike": 3, "port": 4, "userinfo": 5}
SCHEMA = '{"type": "object", "properties": {"seat": {"type": "string"}}}'
PAYLOAD = '{"seat":"canary-7f3a9c-12B","price":1.10,"number":1180591620717411303424}'
# The second one shows that forged ones are not refused for how the tests write them.
TAKEN = ["genuine", "signed again"]
KEYRING = {"1": "ab" * 32, "7": "5c" * 32, "9": "17" * 32}


def ctext(model: str = "ticket", keyring: dict[str, str] = KEYRING, **options) -> str:
    sealed = seal.seal(keyring, PAYLOAD.encode(), model=(MODELS[model], SCHEMA), **options)
    return seal.to_base64url(sealed)


@pytest.fixture(scope="module")
def leading_on() -> str:
    return example("decrypt-ctext", "leading_on")


@pytest.fixture(scope="module")
def service(leading_on, tmp_path_factory):
    """The function at an address of its own; sites fetch its public keys there. Its log tells nothing."""
    log = tmp_path_factory.mktemp("leading_on") / "log"
    with ServedFunction() as server:
        settings = {
            "KEYRING": json.dumps(KEYRING),
            "CONTINUE_ORIGINS": sites.SITE,
            "PUBLIC_BASE_URL": server.url,
            **LOUD,
        }
        with started(leading_on, log, settings) as server.function:
            yield server


def scan(function, text: str, headers: dict[str, str] = BROWSER, method: str = "GET") -> Answer:
    return function.answer(gateway_event(method, f"/d/{text}", headers=headers))


def assertion_in(answer: Answer, page: str = PAGE) -> str:
    assert answer.status == 303, answer
    address, fragment = answer.headers["location"].split("#")
    assert address == page
    return re.fullmatch("assertion=([A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+){2})", fragment)[1]


@pytest.fixture(scope="module")
def genuine(service) -> Genuine:
    # What checks it is built first: an assertion lasts for a minute.
    example("decrypt-ctext", "verify_assertions")
    expires_at = int(time.time()) + 3600
    text = assertion_in(scan(service.function, ctext(expires_at=expires_at)))
    key_set = service.function.answer(gateway_event("GET", KEY_SET)).body.decode()
    return Genuine(text, KEYRING, key_set)


@pytest.fixture(scope="module")
def site(service, genuine, tmp_path_factory):
    """What three sites say of the genuine assertion and of all forged ones, and the thumbprints that Node computes."""
    names = [*TAKEN, *FORGERIES]
    texts = [genuine.text, genuine.signed(), *(make(genuine) for make in FORGERIES.values())]
    verdicts = {
        "PyJWT": sites.by_pyjwt(service.url, texts),
        "jsonwebtoken": sites.by_jsonwebtoken(service.url, texts, genuine.key_set),
    }
    thumbprints = None
    if sites.has_node():
        verdicts["jose"], thumbprints = sites.by_jose(service.url, texts, tmp_path_factory.mktemp("jose"))
    else:
        assert not os.environ.get("CI"), "CI has Node, and make test installs jose"
    return {library: dict(zip(names, found, strict=True)) for library, found in verdicts.items()}, thumbprints


# Verifying


def test_every_library_takes_the_genuine_one(site, service, genuine):
    verdicts, _ = site
    for verdict in verdicts.values():
        assert [verdict[name].get("error") for name in TAKEN] == [None, None]
    claims = verdicts["PyJWT"]["genuine"]["claims"]
    assert claims == genuine.claims
    assert claims["iss"] == service.url and claims["aud"] == sites.SITE
    assert claims["payload"] == json.loads(PAYLOAD) and claims["model"] == "ticket"
    assert claims["exp"] - claims["iat"] == 60 and claims["iat"] <= time.time() < claims["iat"] + 3600
    assert f'"payload":{PAYLOAD}' in reference.from_base64url(genuine.parts[1]).decode(), "to the character"


@pytest.mark.parametrize("name", FORGERIES)
def test_no_library_takes_a_forged_one(site, name):
    verdicts, _ = site
    taken = [library for library, verdict in verdicts.items() if "error" not in verdict[name]]
    assert not taken


def test_the_forged_ones_are_many_and_all_different(genuine):
    texts = [make(genuine) for make in FORGERIES.values()]
    assert len(set(texts)) == len(texts) >= 100
    assert genuine.text not in texts
    for text in texts:
        assert text.rstrip("=") != genuine.text


def test_a_second_implementation_derives_the_same_keys(genuine, site):
    keys = [reference.jwk(reference.signing_key(KEYRING[id])) for id in ("9", "7", "1")]
    assert json.loads(genuine.key_set) == {"keys": keys}, "the newest first"
    assert genuine.header == {"alg": "ES256", "typ": "JWT", "kid": keys[0]["kid"]}
    _, thumbprints = site
    assert thumbprints in (None, [key["kid"] for key in keys])


def test_what_an_older_key_has_signed_verifies_until_the_key_is_deleted(service, genuine):
    times = {"iat": int(time.time()), "exp": int(time.time()) + 60}
    older = genuine.signed(genuine.older[0], {"kid": genuine.kids[1]}, jti="of-before-the-rotation", **times)
    foreign = genuine.signed(
        reference.signing_key("42" * 32), {"kid": reference.jwk(reference.signing_key("42" * 32))["kid"]}, **times
    )
    found = sites.by_pyjwt(service.url, [older, foreign])
    assert ["claims" in verdict for verdict in found] == [True, False]


# Leading on


def test_people_are_led_on_and_programs_get_json(service):
    text = ctext()
    answer = scan(service.function, text)
    claims = reference.claims_of(assertion_in(answer))
    assert claims["code"] == answer.headers["code-name"] == seal.name(seal.from_text(text))
    assert "expires_at" not in claims
    assert (
        answer.body == b"" and answer.headers["referrer-policy"] == "no-referrer" and answer.headers["vary"] == "accept"
    )
    head = scan(service.function, text, method="HEAD")
    assert (head.status, head.body) == (303, b"")
    by_query = service.function.answer(gateway_event("GET", DECRYPT, f"ctext={text}&fbclid=1", BROWSER))
    assertion_in(by_query)
    for headers in ({}, {"accept": "*/*"}, {"accept": "application/json"}):
        answer = scan(service.function, text, headers)
        assert (answer.status, answer.headers["content-type"], answer.body.decode()) == (
            200,
            "application/json",
            PAYLOAD,
        )


def test_programs_get_the_assertion_if_they_ask_for_it(service):
    answer = scan(service.function, ctext(), JWT)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/jwt")
    (verdict,) = sites.by_pyjwt(service.url, [answer.body.decode()])
    assert verdict["claims"]["payload"] == json.loads(PAYLOAD)
    refused = scan(service.function, "1", JWT)
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")


def test_every_scan_has_an_assertion_of_its_own(service):
    text = ctext()
    ids = {reference.claims_of(assertion_in(scan(service.function, text)))["jti"] for _ in range(30)}
    assert len(ids) == 30 and all(len(reference.from_base64url(id)) == 16 for id in ids)


@pytest.mark.parametrize("model", ["pass", "lookalike", "port", "userinfo"])
def test_a_page_that_is_not_of_the_list_gets_nothing(service, model):
    page = scan(service.function, ctext(model))
    assert page.status == 200 and "location" not in page.headers and b"This code is genuine" in page.body
    assert scan(service.function, ctext(model), JWT).body.decode() == PAYLOAD


@pytest.mark.parametrize(
    "origins",
    [
        "",
        "https://evil.test",
        "https://example.org",
        f"{sites.SITE}.evil.test",
        f"{sites.SITE}:8443",
        "https://xshop.example.org",
    ],
)
def test_a_list_with_look_alikes_allows_nothing(leading_on, tmp_path, origins):
    settings = {"KEYRING": json.dumps(KEYRING), "CONTINUE_ORIGINS": origins}
    with started(leading_on, tmp_path / "log", settings) as function:
        page = scan(function, ctext())
        assert page.status == 200 and "location" not in page.headers
        assert scan(function, ctext(), JWT).headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "origins",
    [
        "shop.example.org", "http://shop.example.org", "https://SHOP.example.org", "https://shop.example.org/",
        "https://user@shop.example.org", "https://shop.example.org:443", "https://*.example.org", "*", "null",
        "https://a.example, https://b.example", "https://a.example,", "https://a.example\r\nset-cookie: a=b",
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_meant_ends_the_start_in_one_line(binaries, tmp_path, origins):
    settings = {"KEYRING": json.dumps(KEYRING), "CONTINUE_ORIGINS": origins}
    with started(binaries["decrypt-ctext"], tmp_path / "log", settings) as function:
        assert function.process.wait(timeout=INIT_WITHIN) != 0
        assert function.runtime.polls == 0
        (line,) = function.lines()
    assert "CONTINUE_ORIGINS is not of the form https://host," in line and "correct or unset it" in line
    assert origins not in line or origins in ("*", "null")


def test_the_issuer_is_where_links_lead(leading_on, tmp_path):
    settings = {"KEYRING": json.dumps(KEYRING), "CONTINUE_ORIGINS": f"https://a.example,{sites.SITE}"}
    with started(leading_on, tmp_path / "log", settings) as function:
        event = gateway_event("GET", f"/prod/d/{ctext()}", headers=BROWSER, domain_name="qr.example.net", stage="prod")
        # Nothing that the caller sends.
        event["headers"] |= {"host": "evil.test", "x-forwarded-host": "evil.test", "origin": "https://evil.test"}
        claims = reference.claims_of(assertion_in(function.answer(event)))
        assert claims["iss"] == "https://qr.example.net/prod"
        keys = function.answer(gateway_event("GET", "/prod" + KEY_SET, domain_name="qr.example.net", stage="prod"))
        assert keys.status == 200, "below the issuer"


# The public keys


def test_the_public_keys_may_be_kept_and_hold_nothing_private(service):
    answer = service.function.answer(gateway_event("GET", KEY_SET))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/jwk-set+json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    for key in answer.json["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert service.function.answer(gateway_event("HEAD", KEY_SET)).body == b""
    assert service.function.answer(gateway_event("POST", KEY_SET)).problem(405, "method-not-allowed")


def test_without_origins_there_are_no_public_keys(api):
    api.request("GET", KEY_SET).problem(404, "not-found")


# Logs


def test_no_log_has_an_assertion_or_a_key_of_it(leading_on, tmp_path):
    log = tmp_path / "log"
    settings = {"KEYRING": json.dumps(KEYRING), "CONTINUE_ORIGINS": sites.SITE, "METRICS_STACK": "a-stack", **LOUD}
    texts, assertions = [ctext() for _ in range(3)], []
    with started(leading_on, log, settings) as function:
        for text in texts:
            assertions.append(assertion_in(scan(function, text)))
            assertions.append(scan(function, text, JWT).body.decode())
        function.answer(gateway_event("GET", KEY_SET))
        assert log.read_text().count('"status":303') == len(texts), "every scan is logged"
    private = [
        reference.signing_key(key).private_numbers().private_value.to_bytes(32, "big") for key in KEYRING.values()
    ]
    derived = {*private, *keys_of(KEYRING)}
    claims = {reference.from_base64url(text.split(".")[1]) for text in assertions}
    signatures = {reference.from_base64url(text.split(".")[2]) for text in assertions}
    ids = {reference.claims_of(text)["jti"].encode() for text in assertions}
    secret = derived | claims | signatures | ids | {text.encode() for text in [*texts, *assertions]}
    assert_tells_nothing(log.read_text(), secret | {b"canary-7f3a9c-12B"}, [*texts, *assertions])


def test_the_service_s_own_log_tells_nothing(service, genuine):
    log = service.function.log.read_text()
    assert_tells_nothing(log, keys_of(KEYRING) | {genuine.text.encode(), genuine.signature}, [genuine.text])
    assert urlsplit(PAGE).netloc not in log
