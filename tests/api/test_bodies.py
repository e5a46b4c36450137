"""Wrong bodies, paths and methods: each gets a 4xx that says what to do."""

import pytest
from hypothesis import example, given, strategies as st

from tests.support.api_client import CREATE, DECRYPT, JSON, PLAIN, answer_of, gateway_event

MEMBERS = '"id":"a","amount":1,"value":"a"'
FRAGMENTS = ["{", "}", "[", "]", ":", ",", '"', "\\u", "d83e", "1", "-", ".", "e", " ", "null", "a", '"id"']
fragmentary = st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join).map(str.encode)


@given(st.binary(max_size=200) | fragmentary)
@example(b"")
@example(b'{"id":"\xed\xa0\x80","amount":1}')
@example('{"id":"a","amount":1}'.encode("utf-16"))
@example(b"[" * 16_384)
@example(b'{"":' * 4096)
@example(b'{"id":"a","amount":1,"n":' + b"[" * 8000 + b"]" * 8000 + b"}")
@example(b'{"id":"a","amount":{"$serde_json::private::Number":"5"}}')
def test_any_body_gets_a_code_or_a_4xx(api, body):
    for path in (CREATE, PLAIN):
        # As API Gateway passes bodies on; the local API lets only text through. The client fails at any 5xx.
        answer = answer_of(api.invoke("create-qr", gateway_event("POST", path, headers=JSON, body=body)))
        assert answer.status in (200, 400, 422)


@pytest.mark.parametrize("path", [CREATE, PLAIN])
def test_what_is_not_strict_json_is_refused(api, path):
    for body in (
        "", "{", "{" + MEMBERS + ",}", "{" + MEMBERS + "} x", "\u00a0{" + MEMBERS + "}", '{"n":NaN,' + MEMBERS + "}",
        '{"id":"a",' + MEMBERS + "}", '{"\\u0069d":"b",' + MEMBERS + "}", '{"n":"\\ud83e",' + MEMBERS + "}", "[]",
    ):  # fmt: skip
        api.post(path, body).problem(400, "malformed-json")


@pytest.mark.parametrize(
    "path, body, pointers",
    [
        (CREATE, "{}", {"/id", "/amount"}),
        (CREATE, '{"id":1,"amount":1}', {"/id"}),
        (CREATE, '{"id":"a","amount":1.5}', {"/amount"}),
        (PLAIN, "{}", {"/value"}),
        (PLAIN, '{"value":""}', {"/value"}),
        (PLAIN, '{"value":"a","a/b~c":1}', {"/a~1b~0c"}),
    ],
)
def test_violations_of_the_model_point_to_their_members(api, path, body, pointers):
    errors = api.post(path, body).problem(422, "payload-model-violated")["errors"]
    assert {error["pointer"] for error in errors} == pointers
    assert all(set(error) == {"pointer", "detail"} and error["detail"] for error in errors)


every_good_body = pytest.mark.parametrize("path, body", [(CREATE, '{"id":"a","amount":1}'), (PLAIN, '{"value":"a"}')])


@every_good_body
def test_bodies_are_json_by_their_media_type(api, path, body):
    for media_type in ("application/json; charset=utf-8", "Application/JSON"):
        assert api.post(path, body, {"content-type": media_type}).status == 200
    for media_type in ("", "text/plain", "multipart/form-data; boundary=application/json"):
        problem = api.post(path, body, {"content-type": media_type}).problem(415, "unsupported-media-type")
        assert "application/json" in problem["detail"]
    api.post(path, body, {}).problem(415, "unsupported-media-type")


@every_good_body
def test_bodies_up_to_16_kib_are_read(api, path, body):
    assert api.post(path, body.ljust(16 * 1024)).status == 200
    problem = api.post(path, body.ljust(16 * 1024 + 1)).problem(413, "body-too-large")
    assert "16384" in problem["detail"]


def test_other_paths_and_methods_are_told_apart(api):
    unknown = {"create-qr": ["/", "/api/qrcode/", "/d/1"], "decrypt-ctext": ["/", "/api/decrypt", "/d", PLAIN]}
    for function, paths in unknown.items():
        for path in paths:
            answer_of(api.invoke(function, gateway_event("GET", path))).problem(404, "not-found")
    for function, path, allowed in (
        ("create-qr", CREATE, "POST"),
        ("create-qr", PLAIN, "POST"),
        ("decrypt-ctext", DECRYPT, "GET, HEAD"),
        ("decrypt-ctext", "/d/1", "GET, HEAD"),
    ):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(allowed.split(", ")):
            answer = answer_of(api.invoke(function, gateway_event(method, path)))
            answer.problem(405, "method-not-allowed")
            assert answer.headers["allow"] == allowed


def test_the_type_of_a_problem_is_where_it_is_explained(api):
    for problem in (api.create("{").json, api.open_text("1").json):
        explained = api.request("GET", problem["type"])
        assert explained.status == 200 and problem["title"] in explained.body.decode()
    api.request("GET", "/api/problems/none").problem(404, "not-found")
