"""The console's form follows any payload model: these tests replace the model in the page on its way to the browser."""

import json
import re
from contextlib import contextmanager

import pytest

from tests.support import browser
from tests.support.api_client import CREATE

MODEL = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "title": "Code", "description": "Any <b>text</b>.", "examples": ["A-1"]},
        "note": {"type": "string"},
        "price": {"type": "number", "default": 1.5},
        "seat": {"enum": ["window", "aisle", 3, None]},
        "kind": {"const": "ticket"},
        "adult": {"type": "boolean", "default": False},
        "day": {"type": "string", "format": "date"},
        "mail": {"type": "string", "format": "email"},
        "holder": {
            "type": "object",
            "title": "Holder",
            "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
            "required": ["name"],
        },
        "stops": {"type": "array", "title": "Stops", "items": {"$ref": "#/$defs/stop~1"}},
        "odd": {"anyOf": [{"type": "string"}, {"type": "array"}], "default": [1.0, "a"]},
        "a/b~c": {"type": "integer", "examples": [7]},
    },
    "required": ["code", "price", "kind", "adult", "odd", "a/b~c"],
    "$defs": {
        "stop/": {
            "type": "object",
            "properties": {"at": {"type": "string"}, "zones": {"type": "array", "items": {"type": "integer"}}},
            "required": ["at"],
        }
    },
}
BLANK = {"code": "A-1", "price": 1.5, "kind": "ticket", "adult": False, "odd": [1, "a"], "a/b~c": 7}


@contextmanager
def form_of(api, chromium, model, answer: dict | None = None, width: int = 1280):
    """The console with another model, and what it sends; the API, which has its own model, is not asked."""
    page_text = api.request("GET", "/api").body.decode()
    block = json.dumps({"sample": model}).replace("<", "\\u003c")
    place = re.compile(r'(?<=id="models">).*?(?=</script>)', re.DOTALL)
    page_text = place.sub(lambda _: block, page_text)
    policy = api.request("GET", "/api").headers["content-security-policy"]
    sent = []

    def respond(route):
        sent.append(route.request.post_data)
        route.fulfill(json=answer or {"title": "Taken", "detail": "It has been."}, status=422)

    with browser.watched(chromium, api.base_url, width) as watched:
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
        watched.page.route("**/api", lambda route: route.fulfill(body=page_text, headers=headers))
        watched.page.route(f"**{CREATE}*", respond)
        watched.page.goto(f"{api.base_url}/api")
        yield watched.page, lambda: sent_now(watched.page, sent)
        watched.assert_good()


def sent_now(page, sent: list[str]):
    """What the form sends now."""
    count = len(sent)
    page.locator("#form button.main").click()
    page.locator("#result[aria-busy=false]").wait_for(state="attached")
    assert len(sent) > count
    return sent[-1]


def test_the_form_begins_with_what_is_required_and_its_examples(api, chromium):
    with form_of(api, chromium, MODEL) as (page, send):
        assert json.loads(send()) == BLANK
        assert list(json.loads(send())) == list(BLANK), "in the order of the model"
        assert page.get_by_text("Any <b>text</b>.").is_visible()
        assert page.get_by_label("day").get_attribute("type") == "date"
        assert browser.barriers(page) == []


def test_every_kind_of_field(api, chromium):
    with form_of(api, chromium, MODEL) as (page, send):
        page.get_by_label("note").fill('"quoted" \\ é')
        page.get_by_label("price").fill("1.10")
        page.get_by_label("seat").select_option("3")
        page.get_by_label("adult").select_option("true")
        page.get_by_label("day").fill("2026-12-05")
        page.get_by_label("mail").fill("a@example.com")
        page.get_by_label("age").fill("1180591620717411303424")
        page.get_by_label("odd").fill('{"n": 1.0}')
        sent = send()
        assert '"price": 1.10,' in sent and '"odd": {"n": 1.0}' in sent and "1180591620717411303424" in sent
        changed = {"note": '"quoted" \\ é', "price": 1.1, "seat": 3, "adult": True, "day": "2026-12-05"}
        changed |= {"mail": "a@example.com", "holder": {"name": "", "age": 2**70}, "odd": {"n": 1}}
        assert json.loads(sent) == BLANK | changed


def test_lists_grow_and_shrink_by_keyboard(api, chromium):
    with form_of(api, chromium, MODEL, width=360) as (page, send):
        add = page.get_by_role("button", name="Add to Stops")
        add.press("Enter")
        page.keyboard.type("Oslo")
        add.press("Enter")
        page.keyboard.type("Bergen")
        zones = page.get_by_role("button", name="Add to zones").first
        zones.press("Enter")
        page.keyboard.type("4")
        assert json.loads(send())["stops"] == [{"at": "Oslo", "zones": [4]}, {"at": "Bergen"}]
        assert browser.barriers(page) == [] and not browser.overflows(page)
        page.get_by_role("button", name="Remove Stops 1").press("Enter")
        assert add.evaluate("at => at === document.activeElement")
        assert json.loads(send())["stops"] == [{"at": "Bergen"}]
        page.get_by_role("button", name="Remove Stops 1").press("Enter")
        assert "stops" not in json.loads(send())


@pytest.mark.parametrize(
    "pointer, label",
    [
        ("/code", "Code"), ("/holder/age", "age"), ("/a~1b~0c", "a/b~c"), ("/stops/0/at", "at"),
        # What the form has no field for is shown at the nearest one.
        ("/odd/0/x", "odd"), ("/stops/0/zones/3", "zones"),
    ],
)  # fmt: skip
def test_errors_find_their_fields(api, chromium, pointer, label):
    answer = {"type": "/docs/errors.md#payload-model-violated", "title": "No", "detail": "See."}
    answer["errors"] = [{"pointer": pointer, "detail": "<i>wrong</i>"}]
    with form_of(api, chromium, MODEL, answer) as (page, send):
        page.get_by_role("button", name="Add to Stops").click()
        send()
        marked = page.locator("[aria-invalid]")
        marked.wait_for()
        assert label in marked.evaluate("at => (at.labels?.[0] ?? at.querySelector('legend')).textContent")
        described = marked.get_attribute("aria-describedby").split()[-1]
        assert page.locator(f"#{described}").inner_text() == "<i>wrong</i>"
        assert marked.evaluate("at => at === document.activeElement")


def test_invalid_json_is_not_sent(api, chromium):
    with form_of(api, chromium, MODEL) as (page, send):
        send()
        page.get_by_label("odd").fill("{")
        page.locator("textarea[aria-invalid]").wait_for()
        page.get_by_label("odd").fill("{}")
        assert json.loads(send())["odd"] == {}


MARKUP = {"</script><script>alert(1)</script>": {"title": "<img src=x onerror=alert(1)>", "type": "string"}}
OF_JAVASCRIPT = {"__proto__": {"type": "string"}, "constructor": {"enum": [{"a": 1}]}}


@pytest.mark.parametrize(
    "model",
    [
        {"type": "object"},
        True,
        {"type": "object", "properties": {"a": True, "b": {"$ref": "#"}, "c": {"$ref": "https://example.com/"}}},
        {"properties": MARKUP},
        {"properties": OF_JAVASCRIPT, "required": ["constructor"]},
    ],
)
def test_odd_models_have_a_form_too(api, chromium, model):
    with form_of(api, chromium, model) as (page, send):
        assert isinstance(json.loads(send()), dict)
        assert browser.barriers(page) == []
