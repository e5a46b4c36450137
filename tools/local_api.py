"""Serves both functions at one local URL until Ctrl-C: `make run`.

    HOST=127.0.0.1 PORT=9000 REDEMPTION=off python3 tools/local_api.py

With REDEMPTION=on, codes can count: a table for them is played by moto, and everyone may redeem. `cargo lambda watch` runs the functions and routes requests to them. The keyring is the sample one in events/.
"""

import errno
import http.client
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".tools" / "local-api.log"
SAMPLE_ENVIRONMENT = ROOT / "events" / "local-env.json"
SETTINGS = ("KEYRING", "KEYRING_SECRET_ID", "PUBLIC_BASE_URL", "CONTINUE_ORIGINS")
CREATE = "/api/qrcode/encrypted-payload"
SAMPLE_PAYLOAD = '{"id": "order-1042", "amount": 4250}'
READY_WITHIN = 60
# To listen at, and where a machine reaches itself.
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failure(Exception):
    """What went wrong and what to do about it, in words for the terminal."""


class ProcessTree:
    """A command and what it starts, in a process group of its own, so that all of it can be ended."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, **options)

    def end(self) -> None:
        # cargo-lambda gives each function a group of its own, and ends them itself when it is asked to end.
        for name, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, None)):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, name)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                return


def build(options: tuple[str, ...] = ()) -> dict[str, str]:
    """Builds the functions; their binaries by name. Without this, a compile error would leave requests hanging."""
    command = ["cargo", "build", "--locked", "--workspace", "--bins", "--message-format", "json-render-diagnostics"]
    tree = ProcessTree([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        output, _ = tree.process.communicate()
    finally:
        tree.end()
    if tree.process.returncode != 0:
        raise Failure("The functions do not build, see above.")
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {message["target"]["name"]: message["executable"] for message in messages if message.get("executable")}


def cargo_lambda() -> str:
    wheel = ROOT / ".tools" / "venv" / "bin" / "cargo-lambda"
    found = str(wheel) if wheel.exists() else shutil.which("cargo-lambda")
    if not found:
        raise Failure("cargo-lambda is missing: start with `make run` or `make test`, which set it up.")
    return found


class LocalApi:
    """`cargo lambda watch` with both functions, already built."""

    def __init__(self, host: str, port: int, environment: dict, log: Path, function_options: dict = {}, options=()):
        self.host, self.port, self.log = host, port, log
        # An empty setting counts as unset.
        self.environment = os.environ | dict.fromkeys(SETTINGS, "") | environment
        self.command = [cargo_lambda(), "lambda", "watch", "--frozen", "--ignore-changes", "--color", "never"]
        self.command += ["--invoke-address", host, "--invoke-port", str(port), *options]
        for name, value in function_options.items():
            self.command += ["--env-var", f"{name}={value}"]

    def __enter__(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.tree = ProcessTree(self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.tree.end()

    def wait_until_ready(self) -> str:
        """Creates a code and opens it, which starts both functions; the link of that code."""
        deadline = time.monotonic() + READY_WITHIN
        try:
            created = self._request("POST", f"{CREATE}?format=json", SAMPLE_PAYLOAD, deadline)
            link = urlsplit(created["url"])
            opened = self._request("GET", f"{link.path}?{link.query}", None, deadline)
            if opened != json.loads(SAMPLE_PAYLOAD):
                raise ValueError(f"the payload came back as {opened}")
        except (OSError, ValueError) as error:
            raise self.failure(f"The functions do not answer as they should ({error})") from None
        return created["url"]

    def _request(self, method: str, target: str, body: str | None, deadline: float) -> dict:
        host = EVERY_ADDRESS.get(self.host, self.host)
        with closing(http.client.HTTPConnection(host, self.port)) as connection:
            while connection.sock is None:
                self._check_running(deadline)
                with suppress(ConnectionRefusedError):
                    connection.connect()
            connection.request(method, target, body, {"content-type": "application/json"})
            # A function that ends leaves its request hanging.
            while not select.select([connection.sock], [], [], 0.05)[0]:
                self._check_running(deadline)
            response = connection.getresponse()
            content = response.read()
        if response.status != 200:
            raise ValueError(f"{method} {target.split('?')[0]}: {response.status} {content[:300]!r}")
        return json.loads(content)

    def _check_running(self, deadline: float) -> None:
        time.sleep(0.02)
        if self.tree.process.poll() is not None:
            raise self.failure("cargo-lambda ended at once")
        if "command exited" in self.log.read_text(errors="replace"):
            raise self.failure("A function ended at its start")
        if time.monotonic() > deadline:
            raise self.failure(f"No answer within {READY_WITHIN} s")

    def failure(self, what: str) -> Failure:
        lines = self.log.read_text(errors="replace").splitlines()[-12:]
        return Failure("\n".join([f"{what}. The end of {self.log}:", *(f"  {line}" for line in lines)]))


def addresses(host: str, port: str) -> tuple[str, int, str]:
    """The numeric address and the port to serve at, if they are this machine's and free; and what links begin with."""
    try:
        if int(port) not in range(1, 65536):
            raise ValueError("ports go from 1 to 65535")
        family, _, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        socket.create_server(address[:2], family=family).close()
        public = address[0] if address[0] not in EVERY_ADDRESS else address_in_the_network()
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise Failure(f"Port {port} is taken: stop what uses it, or make run PORT={int(port) + 1}") from None
        advice = "HOST must be an address of this machine, or 0.0.0.0 for all; PORT a free port, such as 9001."
        raise Failure(f"Cannot serve at HOST={host} PORT={port} ({error}). {advice}") from None
    return address[0], int(port), f"http://[{public}]:{port}" if ":" in public else f"http://{public}:{port}"


@contextmanager
def store(is_wanted: bool):
    """The settings of the functions for codes that count; none if they are not wanted."""
    if not is_wanted:
        yield {}
        return
    command = [str(ROOT / ".tools/venv/bin/python"), str(ROOT / "tools/local_store.py")]
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen(command, **options) as process:
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise Failure("The table of codes does not start, see above.")
            yield {
                "REDEMPTION": "on", "REDEEM_AUTH": "NONE", "REVOCATION": "on",
                "CODE_TABLE": "sealed-qr-codes", "MARK_TABLE": "sealed-qr-mark", "AWS_ENDPOINT_URL_DYNAMODB": address,
                "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
            }  # fmt: skip
        finally:
            process.kill()


def address_in_the_network() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing: it only picks the local address for a route.
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def what_to_try(base: str, link: str) -> str:
    post = f"-H 'content-type: application/json' -d '{SAMPLE_PAYLOAD}'"
    return f"""
Sealed QR answers at {base} with the sample keyring. Ctrl-C stops it. Try, in another terminal:

  # seal a payload into a QR code
  curl -sS {base}{CREATE} {post} -o code.png

  # show the link of such a code
  curl -sS '{base}{CREATE}?format=json' {post} | grep -o 'http[^"]*'

  # open one
  curl -sS '{link}'

For a phone on the same network: make run HOST=0.0.0.0
For codes that count (add uses=1 to the query): make run REDEMPTION=on
Log: {LOG.relative_to(ROOT)}. After a change to the code, start again.
"""


def serve() -> None:
    host, port, base = addresses(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "9000")
    keyring = json.loads(SAMPLE_ENVIRONMENT.read_text())["Parameters"]["KEYRING"]
    print("Building the functions (the first time takes minutes) ...", flush=True)
    build()
    wanted = os.environ.get("REDEMPTION") or "off"
    if wanted not in ("on", "off"):
        raise Failure(f"REDEMPTION={wanted}: either on or off.")
    with (
        store(wanted == "on") as settings,
        LocalApi(host, port, {"KEYRING": keyring, "PUBLIC_BASE_URL": base} | settings, LOG) as api,
    ):
        print(what_to_try(base, api.wait_until_ready()), flush=True)
        api.tree.process.wait()
        raise api.failure("cargo-lambda ended by itself")


def stop(*_) -> None:
    # Nothing disturbs the cleaning up, however often someone presses Ctrl-C.
    for name in ENDINGS:
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    for name in ENDINGS:
        signal.signal(name, stop)
    try:
        serve()
    except KeyboardInterrupt:
        pass
    except Failure as failure:
        sys.exit(str(failure))
