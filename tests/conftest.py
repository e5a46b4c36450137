"""What the whole session shares: built functions, a keyring in Secrets Manager, the local API, a client."""

import json
import logging
import os
import secrets
import signal
from contextlib import closing
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, settings
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from playwright.sync_api import sync_playwright

import browser
import local_api
from api_client import ApiClient
from fakes import closed_port

SECRET_NAME = "sealed-qr/keyring"
REGION = "eu-central-1"
# All that a function can log goes to the log, which test_logs searches. cargo-lambda itself stays terse.
LOUD = {"AWS_LAMBDA_LOG_LEVEL": "TRACE", "RUST_LOG": "trace"}

# One API serves the whole session, and answers take longer on a busy machine: no deadlines.
settings.register_profile("api", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("api")


def pytest_configure(config):
    # As after Ctrl-C, fixtures end what they started.
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    # The search of the logs wants everything else to have happened.
    items.sort(key=lambda item: item.path.name == "test_logs.py")


@pytest.fixture(scope="session")
def binaries() -> dict[str, str]:
    return local_api.build()


@pytest.fixture(scope="session")
def keyring() -> dict[str, str]:
    return {key_id: secrets.token_hex(32) for key_id in ("1", "7", "41", "255")}


@pytest.fixture(scope="session")
def secrets_manager(keyring) -> str:
    """The URL of a Secrets Manager that holds the keyring."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    client = boto3.client(
        "secretsmanager", region_name=REGION, endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_secret(Name=SECRET_NAME, SecretString=json.dumps(keyring))
    yield url
    server.stop()


@pytest.fixture(scope="session")
def function_log() -> Path:
    return local_api.ROOT / ".tools" / "tests-local-api.log"


@pytest.fixture(scope="session")
def running_api(binaries, secrets_manager, function_log) -> ApiClient:
    host, port = "127.0.0.1", closed_port()
    environment = {
        "KEYRING_SECRET_ID": SECRET_NAME,
        "PUBLIC_BASE_URL": f"http://{host}:{port}",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets_manager,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with local_api.LocalApi(host, port, environment, function_log, LOUD) as api:
        api.wait_until_ready()
        with closing(ApiClient(host, port)) as client:
            yield client


@pytest.fixture
def api(running_api) -> ApiClient:
    return running_api


@pytest.fixture(scope="session")
def chromium():
    if browser.executable() is None and os.environ.get("CI") != "true":
        pytest.skip(browser.MISSING)
    assert browser.executable(), browser.MISSING
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sample_keyring() -> dict[str, str]:
    return json.loads(json.loads(local_api.SAMPLE_ENVIRONMENT.read_text())["Parameters"]["KEYRING"])
