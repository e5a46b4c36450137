"""An AWS account, played by moto."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import boto3

from tests.support.fakes import closed_port
from tools.local_api import ROOT

REGION = "eu-central-1"
FUNCTIONS = ["create-qr", "decrypt-ctext"]
READY_WITHIN = 60


class Account:
    def __init__(self, url: str, folder: Path):
        self.url = url
        # In place of `cargo lambda build`: nobody runs it, so any program will do, and a small one is quick.
        self._built = folder
        for function in FUNCTIONS:
            (folder / function).mkdir()
            shutil.copy("/bin/true", folder / function / "bootstrap")

    def client(self, service: str, region: str = REGION):
        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=region, endpoint_url=self.url, **access)

    def run(self, command: list, folder: Path, **environment: str) -> subprocess.CompletedProcess:
        """Runs a command of this Python's environment, with the right to everything in the account."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment = inherited | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        } | environment  # fmt: skip
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)

    def deploy(self, **environment: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "tools/deploy_cargo_lambda.py", str(self._built)]
        return self.run(command, ROOT, **{"AWS_REGION": REGION} | environment)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def account(folder: Path):
    """An empty account, in a process of its own: all that run in one process would be the same account."""
    port = closed_port()
    command = [sys.executable, "-m", "moto.server", "--port", str(port)]
    with (folder / "moto.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not listens(port):
            assert process.poll() is None and time.monotonic() < deadline, (folder / "moto.log").read_text()
            time.sleep(0.05)
        yield Account(f"http://127.0.0.1:{port}", folder)
    finally:
        process.kill()
        process.wait()
