"""A stream of forged key ids does not become a stream of calls of Secrets Manager."""

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import local_api
import sealed_qr_reference as reference
from api_client import ApiClient
from fakes import closed_port
from rotating_secret import ARN, RotatingSecret
from running import MIN_PAUSE, PAYLOAD

CALLERS, INSTANCES = 12, 2


def test_thousands_of_forged_key_ids(binaries, tmp_path):
    host, port = "127.0.0.1", closed_port()
    with RotatingSecret(json.dumps({"1": secrets.token_hex(32)})) as secret:
        environment = {
            "KEYRING_SECRET_ID": ARN,
            "PUBLIC_BASE_URL": f"http://{host}:{port}",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{secret.address}",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        options = ("--concurrency", str(INSTANCES))
        with local_api.LocalApi(host, port, environment, tmp_path / "log", options=options) as api:
            api.wait_until_ready()
            begin = time.monotonic()
            with ThreadPoolExecutor(CALLERS) as pool:
                refused = sum(pool.map(forge, [(host, port)] * CALLERS))
            pauses = int((time.monotonic() - begin) / MIN_PAUSE)
    assert refused == CALLERS * 254
    # One call of each process at its start, and one of each that opens for the sake of unknown ids. A slow machine needs
    # longer, and pauses pass.
    first, forced = 2 * INSTANCES, INSTANCES * (1 + pauses)
    assert 3 <= len(secret.calls) <= first + forced


def forge(address: tuple[str, int]) -> int:
    """Codes with every key id that the keyring does not have; how many were refused as any other forgery is."""
    with closing(ApiClient(*address)) as client:
        for key_id in range(2, 256):
            ctext = reference.seal({str(key_id): secrets.token_hex(32)}, PAYLOAD)
            client.open_text(reference.to_digits(ctext)).problem(400, "invalid-ctext")
    return 254
