"""What tests of several folders share, made when the first test asks for it; and the marks that say what a test needs.

Nothing but Python and pytest is imported here, so that pure tests need no more.
"""

import json
import secrets
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.api_client import ApiClient
from tests.support.fakes import Function, started
from tests.support.local import serving
from tests.support.rotating_secret import ARN, RotatingSecret
from tests.support.traces import assert_tells_nothing, keys_of
from tools import local_api

MARKS_OF_FOLDERS = {"api": "api", "browser": "browser", "docs": "pure", "infra": "infra", "support": "pure"}
MARKS_OF_FIXTURES = {"account": "moto", "moto_table": "moto", "code_table": "moto", "binaries": "api"}


def pytest_configure(config):
    # A signal ends the tests as Ctrl-C does, so that fixtures end what they started.
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        item.add_marker(MARKS_OF_FOLDERS[folder])
        for fixture in MARKS_OF_FIXTURES.keys() & set(item.fixturenames):
            item.add_marker(MARKS_OF_FIXTURES[fixture])


@pytest.fixture(scope="session")
def binaries() -> dict[str, str]:
    return local_api.build()


@pytest.fixture
def start(binaries, tmp_path):
    """Starts a function with settings; it runs until the test ends."""
    with ExitStack() as stack:

        def start(name: str, **settings: str) -> Function:
            log = tmp_path / f"{name}-{secrets.token_hex(4)}.log"
            return stack.enter_context(started(binaries[name], log, settings))

        yield start


@pytest.fixture(scope="session")
def keyring() -> dict[str, str]:
    return {key_id: secrets.token_hex(32) for key_id in ("1", "7", "41", "255")}


@pytest.fixture(scope="session")
def sample_keyring() -> dict[str, str]:
    return json.loads(json.loads(local_api.SAMPLE_ENVIRONMENT.read_text())["Parameters"]["KEYRING"])


@pytest.fixture(scope="session")
def api(binaries, keyring, tmp_path_factory) -> ApiClient:
    """A client of the local API that tests share. When they are done, its log must tell nothing of what they sent."""
    log = tmp_path_factory.mktemp("api") / "log"
    with RotatingSecret(json.dumps(keyring)) as secret:
        settings = {"KEYRING_SECRET_ID": ARN, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}"}
        settings |= {"REDEMPTION": "on"}
        with serving(log, settings) as client:
            yield client
    assert_tells_nothing(log.read_text(errors="replace"), keys_of(keyring), client.sent)
