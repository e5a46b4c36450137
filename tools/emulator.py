"""Runs a function under AWS's Lambda runtime interface emulator, the binary that the SAM CLI ships."""

import http.client
import os
import platform
import signal
import socket
import subprocess
import time
from importlib.metadata import files
from pathlib import Path

ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
INVOCATIONS = "/2015-03-31/functions/function/invocations"
ANSWER_WITHIN = 60


def emulator_binary() -> Path:
    name = f"samcli/local/rapid/aws-lambda-rie-{ARCHITECTURE}"
    (binary,) = (file for file in files("aws-sam-cli") if str(file) == name)
    path = Path(binary.locate())
    path.chmod(path.stat().st_mode | 0o111)
    return path


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


class Emulator:
    """The emulator with one function, whose process it starts at the first invocation, as Lambda does at a cold start."""

    def __init__(self, command: list, environment: dict[str, str], log: Path):
        self.address = free_address()
        self._log = log.open("wb")
        self.process = subprocess.Popen(
            [emulator_binary(), "--runtime-interface-emulator-address", self.address,
             "--runtime-api-address", free_address(), *command],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_FUNCTION_NAME": "function",
                "AWS_LAMBDA_FUNCTION_VERSION": "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(ANSWER_WITHIN),
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            } | environment,
        )

    def __enter__(self):
        host, port = self.address.split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=ANSWER_WITHIN)
        deadline = time.monotonic() + ANSWER_WITHIN
        while True:
            try:
                self._connection.connect()
                return self
            except ConnectionRefusedError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError(f"The emulator does not start, see {self._log.name}") from None
                time.sleep(0.005)

    def __exit__(self, *_):
        self._connection.close()
        for process in self.function_processes():
            os.kill(process, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self._log.close()

    def invoke(self, event: bytes) -> bytes:
        self._connection.request("POST", INVOCATIONS, event)
        return self._connection.getresponse().read()

    def function_processes(self) -> list[int]:
        """The emulator's children: the function, or what wraps it."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(child) for path in children for child in path.read_text().split()]

    def function_process(self) -> int:
        (process,) = self.function_processes()
        return process

    def end_function(self) -> None:
        """Lets the function's process end by a signal that it can report on, and waits for it."""
        process = self.function_process()
        os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + ANSWER_WITHIN
        while Path(f"/proc/{process}/cmdline").exists() and Path(f"/proc/{process}/cmdline").read_bytes():
            if time.monotonic() > deadline:
                raise RuntimeError("The function does not end.")
            time.sleep(0.01)
