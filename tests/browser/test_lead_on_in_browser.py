"""A scan that leads on to another site in a real Chromium: what the site, its server and the way there get to see."""

import json
import re

import pytest

from tests.support import assertion_reference, browser, sealed_qr_reference as seal, sites, tls
from tests.support.cargo import example
from tests.support.fakes import Server, started
from tests.support.served import ServedFunction

KEYRING = {"1": "ab" * 32, "2": "5c" * 32}
HOST = "shop.example.org"
# What the documentation has the page do.
SCRIPT = next(
    code for code in re.findall(r"^```js\n(.*?)^```$", sites.SECTION, re.MULTILINE | re.DOTALL) if "location" in code
)


class Site(Server):
    """The site that the scan leads to, with TLS by a certificate of its own. It keeps what it is sent."""

    def __init__(self, folder):
        super().__init__(self._answer)
        self.received: list[tuple[str, str, dict, bytes]] = []
        tls.secure(self, HOST, folder)

    def _answer(self, method, path, headers, body):
        self.received.append((method, path, {name.lower(): value for name, value in headers.items()}, body))
        page = f'<!doctype html><title>Shop</title><script type="module">{SCRIPT}document.title = "Done"</script>'
        return 200, {"content-type": "text/html"}, page.encode()


@pytest.fixture
def service(tmp_path):
    with ServedFunction() as server:
        settings = {"KEYRING": json.dumps(KEYRING), "CONTINUE_ORIGINS": sites.SITE, "PUBLIC_BASE_URL": server.url}
        with started(example("decrypt-ctext", "leading_on"), tmp_path / "log", settings) as server.function:
            yield server


def test_the_page_gets_the_assertion_and_its_server_only_what_the_page_sends(service, chromium, tmp_path):
    sealed = seal.seal(
        KEYRING, b'{"seat":"12B"}', model=(1, '{"type":"object","properties":{"seat":{"type":"string"}}}')
    )
    text = seal.to_base64url(sealed)
    with Site(tmp_path) as site:
        options = [*browser.OPTIONS, f"--host-resolver-rules=MAP {HOST} {site.address}"]
        own = chromium.browser_type.launch(executable_path=browser.executable(), args=options)
        page = own.new_context(ignore_https_errors=True).new_page()
        page.goto(f"{service.url}/d/{text}")
        page.wait_for_function("document.title == 'Done'", timeout=15_000)
        assert page.url == f"{sites.SITE}/scan", "nothing stays in the history"
        own.close()
    (arrived, posted) = [received for received in site.received if received[1] != "/favicon.ico"]
    assert arrived[:2] == ("GET", "/scan") and "referer" not in arrived[2]
    assert all(
        text not in f"{path} {headers}" and "eyJ" not in f"{path} {headers}" for _, path, headers, _ in site.received
    )
    assert posted[:2] == ("POST", "/scan")
    (verdict,) = sites.by_pyjwt(service.url, [posted[3].decode()])
    assert verdict["claims"]["payload"] == {"seat": "12B"}
    assert verdict["claims"]["code"] == seal.name(sealed)
    assert assertion_reference.header_of(posted[3].decode())["alg"] == "ES256"
