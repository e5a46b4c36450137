"""The page after a scan in every language, drawn in Chromium: nothing overflows, nothing is left in English."""

import http.client
import json
import re
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.support import browser
from tests.support import sealed_qr_reference as reference
from tests.support.faults import REFUSALS
from tests.support.local import serving
from tests.support.rotating_secret import ARN, RotatingSecret
from tools.local_api import ROOT

LANGUAGES = sorted(path.stem for path in (ROOT / "shared" / "scan" / "languages").glob("*.ftl"))
FROM_RIGHT_TO_LEFT = {"ar", "fa", "he"}
PAYLOAD = b'{"id":"A-17","amount":1250}'
# On the smallest phones.
WIDTH = 320


@pytest.fixture(scope="module")
def pages(binaries, keyring, tmp_path_factory):
    """The API, and the paths of codes in all their states."""
    with RotatingSecret(json.dumps(keyring)) as secret, ExitStack() as stack:
        settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}"}
        api = stack.enter_context(serving(tmp_path_factory.mktemp("languages") / "log", settings))
        now = int(time.time())
        codes = {
            "opened": reference.seal(keyring, PAYLOAD, expires_at=now + 86_400),
            "expired": reference.seal(keyring, PAYLOAD, expires_at=now - 86_400),
            "counting": reference.seal(keyring, PAYLOAD, uses=3),
            # Of a key that would have to be asked for, as long as nobody answers.
            "unavailable": reference.seal({"254": "ab" * 32}, PAYLOAD),
        }
        paths = {state: f"/d/{reference.to_digits(ctext)}" for state, ctext in codes.items()}
        assert api.request("GET", paths["opened"]).body == PAYLOAD
        secret.break_down(REFUSALS[0])
        yield api, paths | {"invalid": "/d/123"}


@pytest.fixture(scope="module")
def english(pages) -> dict[str, str]:
    api, paths = pages
    return {state: words(fetched(api, path, "en")[1]) for state, path in paths.items()}


def fetched(api, path: str, language: str) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a page, whatever its status."""
    connection = http.client.HTTPConnection(urlsplit(api.base_url).netloc, timeout=30)
    connection.request("GET", path, headers=browser_of(language))
    answer = connection.getresponse()
    headers, body = {name.lower(): answer.getheader(name) for name, _ in answer.getheaders()}, answer.read()
    connection.close()
    return headers, body


def browser_of(language: str) -> dict[str, str]:
    return {"accept": "text/html", "accept-language": language}


def words(page: bytes) -> str:
    """The texts of a page without what is the same in every language."""
    text = re.sub(r"<(style|script|title)>.*?</\1>|<pre.*?</pre>|<time.*?</time>|<bdi.*?</bdi>", "", page.decode(), flags=re.S)
    return re.sub(r"<[^>]+>", "\n", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_and_is_in_its_language(chromium, pages, english, language):
    api, paths = pages
    with browser.watched(chromium, api.base_url, WIDTH, locale=language) as watched:
        for state, path in paths.items():
            watched.page.goto(f"{api.base_url}{path}")
            html = watched.page.locator("html")
            assert html.get_attribute("lang") == language
            direction = "rtl" if language in FROM_RIGHT_TO_LEFT else "ltr"
            assert html.get_attribute("dir") == direction
            assert not browser.overflows(watched.page), (language, state)
            if state == "opened":
                assert browser.barriers(watched.page) == []
                name, value = watched.page.locator("dt").first.bounding_box(), watched.page.locator("dd").first.bounding_box()
                assert (name["x"] < value["x"]) == (direction == "ltr"), "the layout is mirrored"
            headers, body = fetched(api, path, language)
            assert headers["content-language"] == language and "accept-language" in headers["vary"]
            mine, theirs = (
                # Single words, such as "Code", may be the same.
                {line.strip() for line in text.splitlines() if re.search(r"[^\W\d_]{2} [^\W\d_]{2}", line)}
                for text in (words(body), english[state])
            )
            assert language == "en" or not mine & theirs, f"{language}: {mine & theirs} is English"
        watched.assert_good()


def test_nothing_is_written_in_the_code(binaries, keyring, tmp_path):
    """In the pseudo-language every letter of the files has an accent. What has none does not come from them."""
    settings = {"KEYRING": json.dumps(keyring), "PAGE_LANGUAGE": "en-XA"}
    with serving(tmp_path / "log", settings) as api:
        for ctext in (reference.seal(keyring, b"{}", expires_at=1), reference.seal(keyring, b"{}", uses=2), b"\x11" * 40):
            answer = api.request("GET", f"/d/{reference.to_digits(ctext)}", headers=browser_of("de"))
            assert answer.headers["content-language"] == "en-XA" and "accept-language" not in answer.headers["vary"]
            plain = {word for word in re.findall(r"\w{3,}", words(answer.body)) if word.isascii() and not word.isdigit()}
            # Short words may have no letter with an accent.
            assert not {word for word in plain if set(word) & set("aceilnorsuyzACEILNORSUYZ")}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"), ("de-AT,de;q=0.9,en;q=0.5", "de"), ("en;q=0.2, fr;q=0.8", "fr"), ("zh-TW", "zh-Hant"), ("zh-HK,zh;q=0.5", "zh-Hant"),
        ("zh-CN", "zh-Hans"), ("zh", "zh-Hans"), ("pt-BR", "pt"), ("iw", "he"), ("sr,tlh", "en"), ("de;q=0, it;q=0.1", "it"), ("x" * 4000, "en"),
        (",".join(["xx"] * 3000), "en"), ("DE", "de"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_a_reader_gets_the_language_that_they_want_most(pages, accepted, language):
    api, paths = pages
    headers = {"accept": "text/html"} | ({} if accepted is None else {"accept-language": accepted})
    answer = api.request("GET", paths["opened"], headers=headers)
    assert answer.headers["content-language"] == language
    # Programs get the payload as it is, whatever they speak.
    assert api.request("GET", paths["opened"], headers={"accept-language": language}).body == PAYLOAD
