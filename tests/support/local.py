"""Both functions behind one local URL, as `make run` serves them, for tests."""

from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.api_client import ApiClient
from tests.support.fakes import closed_port
from tools.local_api import LocalApi

# All that a function can log goes to the log, which tests search. cargo-lambda itself stays terse.
LOUD = {"AWS_LAMBDA_LOG_LEVEL": "TRACE", "RUST_LOG": "trace"}


@contextmanager
def serving(log: Path, settings: dict[str, str], function_settings: dict[str, str] = LOUD):
    """A client of a local API with these settings."""
    host, port = "127.0.0.1", closed_port()
    settings = {
        "PUBLIC_BASE_URL": f"http://{host}:{port}",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    } | settings
    with LocalApi(host, port, settings, log, function_settings) as api:
        api.wait_until_ready()
        with closing(ApiClient(host, port)) as client:
            yield client
