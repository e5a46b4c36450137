"""Bodies that are no payload: each gets a 4xx that says what to do."""

import pytest

from api_client import CREATE, PLAIN, answer_of, gateway_event

DEEPEST = 127
MEMBERS = '"id":"a","amount":1'


def nested(opening: str, closing: str, levels: int) -> str:
    return "{" + MEMBERS + ',"n":' + opening * (levels - 1) + closing * (levels - 1) + "}"


MALFORMED = {
    "nothing": "",
    "white space": " \n",
    "half an object": "{",
    "unfinished": "{" + MEMBERS,
    "no JSON": "id=a&amount=1",
    "trailing comma": "{" + MEMBERS + ",}",
    "comment": "{" + MEMBERS + "/* a */}",
    "single quotes": "{'id':'a','amount':1}",
    "bare name": '{id:"a","amount":1}',
    "NaN": '{"id":"a","amount":NaN}',
    "Infinity": '{"id":"a","amount":-Infinity}',
    "leading zero": '{"id":"a","amount":01}',
    "plus sign": '{"id":"a","amount":+1}',
    "no digits after the point": '{"id":"a","amount":1.}',
    "no digits before the point": '{"id":"a","amount":.1}',
    "hexadecimal": '{"id":"a","amount":0x1}',
    "raw control character": '{"id":"a\nb","amount":1}',
    "raw NUL": '{"id":"a\0b","amount":1}',
    "bad escape": '{"id":"\\x41","amount":1}',
    "short escape": '{"id":"\\u12","amount":1}',
    "lone high surrogate": '{"id":"\\ud83e","amount":1}',
    "lone low surrogate": '{"id":"\\udd80","amount":1}',
    "surrogates in the wrong order": '{"id":"\\udd80\\ud83e","amount":1}',
    "lone surrogate in a name": '{"\\ud800":1,' + MEMBERS + "}",
    "trailing text": "{" + MEMBERS + "} x",
    "two values": "{" + MEMBERS + "}{}",
    "byte order mark": "\ufeff{" + MEMBERS + "}",
    "non-JSON white space": "\u00a0{" + MEMBERS + "}",
    "form feed": "\f{" + MEMBERS + "}",
    "duplicate name": '{"id":"a","id":"a","amount":1}',
    "duplicate other name": '{"b":1,' + MEMBERS + ',"b":2}',
    "duplicate name, escaped": '{"id":"a","\\u0069d":"b","amount":1}',
    "duplicate name, nested": "{" + MEMBERS + ',"n":[{"m":{"a":1,"a":1}}]}',
    "duplicate empty name": "{" + MEMBERS + ',"":1,"":2}',
    "arrays one level too deep": nested("[", "]", DEEPEST + 1),
    "objects one level too deep": nested('{"":', "}", DEEPEST + 1).replace('{"":}', "{}"),
    "arrays eight thousand deep": nested("[", "]", 8000),
    "brackets without an end": "[" * 16384,
    "braces without an end": '{"":' * 4096,
}


@pytest.mark.parametrize("path", [CREATE, PLAIN])
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_json(api, path, name):
    api.post(path, MALFORMED[name]).problem(400, "malformed-json")


@pytest.mark.parametrize("path", [CREATE, PLAIN])
@pytest.mark.parametrize(
    "encoded",
    [
        b'{"id":"\xff","amount":1,"value":"a"}',
        b'{"id":"\xc3","amount":1,"value":"a"}',
        b'{"id":"\xed\xa0\x80","amount":1,"value":"a"}',
        b'{"id":"\xc0\xaf","amount":1,"value":"a"}',
        '{"id":"a","amount":1,"value":"a"}'.encode("utf-16"),
        '{"id":"a","amount":1,"value":"a"}'.encode("utf-32-le"),
        '{"id":"é","amount":1,"value":"é"}'.encode("latin-1"),
    ],
)
def test_text_that_is_not_utf_8(api, path, encoded):
    # API Gateway passes such bodies on in base64; the local API does not let them through.
    event = gateway_event("POST", path, headers={"content-type": "application/json"}, body=encoded)
    answer_of(api.invoke("create-qr", event)).problem(400, "malformed-json")


AGAINST_THE_MODEL = {
    "empty object": ("{}", {"/id", "/amount"}),
    "no id": ('{"amount":1}', {"/id"}),
    "no amount": ('{"id":"a"}', {"/amount"}),
    "id in other letters": ('{"ID":"a","amount":1}', {"/id"}),
    "id is a number": ('{"id":1,"amount":1}', {"/id"}),
    "id is null": ('{"id":null,"amount":1}', {"/id"}),
    "id is a list": ('{"id":["a"],"amount":1}', {"/id"}),
    "amount is a string": ('{"id":"a","amount":"1"}', {"/amount"}),
    "amount is true": ('{"id":"a","amount":true}', {"/amount"}),
    "amount is null": ('{"id":"a","amount":null}', {"/amount"}),
    "amount is a fraction": ('{"id":"a","amount":1.5}', {"/amount"}),
    "amount is an object that serde_json would take for a number": (
        '{"id":"a","amount":{"$serde_json::private::Number":"5"}}',
        {"/amount"},
    ),
    "amount is an object that serde_json would take for raw JSON": (
        '{"id":"a","amount":{"$serde_json::private::RawValue":"5"}}',
        {"/amount"},
    ),
    "amount is a tiny fraction": ('{"id":"a","amount":1e-400}', {"/amount"}),
    "amount is an object": ('{"id":"a","amount":{"amount":1}}', {"/amount"}),
    "both are wrong": ('{"id":1,"amount":"a"}', {"/id", "/amount"}),
    "both are one level too deep": ('{"n":{"id":"a","amount":1}}', {"/id", "/amount"}),
}


@pytest.mark.parametrize("name", AGAINST_THE_MODEL)
def test_payloads_against_the_model(api, name):
    body, pointers = AGAINST_THE_MODEL[name]
    errors = api.create(body).problem(422, "payload-model-violated")["errors"]
    assert {error["pointer"] for error in errors} == pointers
    assert all(set(error) == {"pointer", "detail"} and error["detail"] for error in errors)


@pytest.mark.parametrize("path", [CREATE, PLAIN])
@pytest.mark.parametrize("body", ["[]", '[{"id":"a","amount":1}]', '"id"', "1", "true", "null"])
def test_json_that_is_no_object(api, path, body):
    answer = api.post(path, body)
    assert answer.status in (400, 422)
    assert answer.json["type"].rpartition("#")[2] in ("malformed-json", "payload-model-violated")
    assert "object" in answer.body.decode()


@pytest.mark.parametrize("path", [CREATE, PLAIN])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/octet-stream"},
        {"content-type": "text/json/application"},
        {"content-type": "multipart/form-data; boundary=application/json"},
    ],
)
def test_other_media_types(api, path, headers):
    problem = api.post(path, '{"id":"a","amount":1,"value":"a"}', headers).problem(415, "unsupported-media-type")
    assert "application/json" in problem["detail"]


@pytest.mark.parametrize(
    "function, method, path",
    [
        ("create-qr", "GET", "/"),
        ("create-qr", "POST", "/api/qrcode/"),
        ("create-qr", "POST", "/api/qrcode/encrypted-payload/x"),
        ("create-qr", "POST", "/API/qrcode"),
        ("create-qr", "GET", "/d/1"),
        ("decrypt-ctext", "GET", "/"),
        ("decrypt-ctext", "GET", "/api/decrypt"),
        ("decrypt-ctext", "GET", "/dd/1"),
        ("decrypt-ctext", "POST", "/api/qrcode"),
        ("create-qr", "GET", "/api/qrcode/%2e%2e/%ff"),
        ("decrypt-ctext", "GET", "/d"),
    ],
)
def test_unknown_paths(api, function, method, path):
    answer_of(api.invoke(function, gateway_event(method, path))).problem(404, "not-found")


@pytest.mark.parametrize(
    "function, path, allowed",
    [
        ("create-qr", CREATE, "POST"),
        ("create-qr", PLAIN, "POST"),
        ("decrypt-ctext", "/api/decrypt/qrcode-details", "GET"),
        ("decrypt-ctext", "/d/1", "GET"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_other_methods(api, function, path, allowed, method):
    answer = answer_of(api.invoke(function, gateway_event(method, path)))
    if method == allowed:
        assert answer.status not in (404, 405)
    else:
        answer.problem(405, "method-not-allowed")
        assert allowed in answer.headers["allow"]
