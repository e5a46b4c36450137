"""Serves both functions behind one local URL until it is stopped (Ctrl-C).

    HOST=127.0.0.1 PORT=9000 python3 tools/local_api.py

`cargo lambda watch` runs the functions and routes to them. The keyring is the sample one of events/.
"""

import http.client
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".tools" / "local-api.log"
SAMPLE_ENVIRONMENT = ROOT / "events" / "local-env.json"
SETTINGS = ("KEYRING", "KEYRING_SECRET_ID", "PUBLIC_BASE_URL")
CREATE = "/api/qrcode/encrypted-payload"
SAMPLE_PAYLOAD = '{"id": "order-1042", "amount": 4250}'
READY_WITHIN = 60


class Failure(Exception):
    """What went wrong and what to do about it, in words for the terminal."""


class Stopped(Exception):
    """Someone asked for the end."""


def never() -> bool:
    return False


class ProcessTree:
    """A command and everything it starts, in a session of its own, so that all of it can be ended."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, **options)

    def end(self, patience: float = 3) -> None:
        # Functions have process groups of their own, but stay in the session.
        if self.process.poll() is None:
            self.process.terminate()
        deadline = time.monotonic() + patience
        while self._members() and time.monotonic() < deadline:
            time.sleep(0.02)
        for pid in self._members():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()

    def _members(self) -> list[int]:
        self.process.poll()
        return [pid for pid in _processes() if _session(pid) == self.process.pid]


def _processes() -> list[int]:
    if os.path.isdir("/proc/self"):
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    listing = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True)
    return [int(pid) for pid in listing.stdout.split()]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def build(stopped=never, progress=lambda crates: None, options: tuple[str, ...] = ()) -> dict[str, str]:
    """Builds the functions; their binaries by name. Without this, a compile error would make requests hang."""
    command = [
        "cargo",
        "build",
        "--locked",
        "--quiet",
        "--workspace",
        "--bins",
        "--message-format",
        "json-render-diagnostics",
        *options,
    ]
    tree = ProcessTree(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    binaries, crates = {}, 0

    def read():
        nonlocal crates
        for line in tree.process.stdout:
            message = json.loads(line) if line.startswith("{") else {}
            if message.get("reason") == "compiler-artifact":
                crates += 1
                if message["executable"]:
                    binaries[message["target"]["name"]] = message["executable"]

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while reader.is_alive():
            reader.join(0.1)
            progress(crates)
            if stopped():
                raise Stopped
        if tree.process.wait() != 0:
            raise Failure("The functions do not build, see above.")
    finally:
        tree.end()
        reader.join()
        tree.process.stdout.close()
    return binaries


def cargo_lambda() -> str:
    wheel = ROOT / ".tools" / "venv" / "bin" / "cargo-lambda"
    found = str(wheel) if wheel.exists() else shutil.which("cargo-lambda")
    if not found:
        raise Failure("cargo-lambda is missing: start with `make run` or `make test`, which set it up.")
    return found


class LocalApi:
    """`cargo lambda watch` with both functions, already built."""

    def __init__(
        self,
        host: str,
        port: int,
        environment: dict[str, str],
        log: Path,
        function_options: dict[str, str] = {},
        options: tuple[str, ...] = (),
    ):
        self.host, self.port, self.log = host, port, log
        self.environment, self.function_options, self.options = environment, function_options, options
        self.tree = None

    def __enter__(self):
        inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        command = [cargo_lambda(), "lambda", "watch", "--frozen", "--ignore-changes", "--color", "never"]
        command += ["--invoke-address", self.host, "--invoke-port", str(self.port)]
        command += self.options
        for name, value in self.function_options.items():
            command += ["--env-var", f"{name}={value}"]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.tree = ProcessTree(command, cwd=ROOT, env=inherited | self.environment, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.tree.end()

    def wait_until_ready(self, stopped=never) -> str:
        """Creates a code and opens it; the link of that code."""
        links, errors = [], []

        def try_out():
            try:
                links.append(self._round_trip())
            except Exception as error:
                errors.append(error)

        worker = threading.Thread(target=try_out, daemon=True)
        worker.start()
        deadline = time.monotonic() + READY_WITHIN
        while worker.is_alive():
            worker.join(0.05)
            if stopped():
                raise Stopped
            if self.tree.process.poll() is not None:
                raise self.failure("cargo-lambda ended at once")
            if "command exited" in self.log.read_text(errors="replace"):
                raise self.failure("A function ended at its start")
            if time.monotonic() > deadline:
                raise self.failure(f"No answer within {READY_WITHIN} s")
        if errors:
            raise self.failure(f"The functions do not answer as they should ({errors[0]})")
        return links[0]

    def _round_trip(self) -> str:
        while True:
            try:
                socket.create_connection((self.reachable_at(), self.port), timeout=READY_WITHIN).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        created = json.loads(self._request("POST", f"{CREATE}?format=json", SAMPLE_PAYLOAD))
        link = urlsplit(created["url"])
        opened = self._request("GET", f"{link.path}?{link.query}")
        if json.loads(opened) != json.loads(SAMPLE_PAYLOAD):
            raise ValueError(f"the payload came back as {opened!r}")
        return created["url"]

    def _request(self, method: str, target: str, body: str | None = None) -> bytes:
        connection = http.client.HTTPConnection(self.reachable_at(), self.port, timeout=READY_WITHIN)
        try:
            connection.request(method, target, body, {"content-type": "application/json"})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(f"{method} {target.split('?')[0]}: {response.status} {content[:300]!r}")
        return content

    def reachable_at(self) -> str:
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    def failure(self, what: str) -> Failure:
        lines = self.log.read_text(errors="replace").splitlines()[-12:]
        return Failure("\n".join([f"{what}. The end of {self.log}:", *(f"  {line}" for line in lines)]))


def numeric_host(text: str) -> str:
    try:
        return socket.getaddrinfo(text, None, type=socket.SOCK_STREAM)[0][4][0]
    except OSError:
        raise Failure(
            f"HOST={text} is no address of this machine: leave it out, or use 0.0.0.0 for all of them."
        ) from None


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise Failure(f"PORT={text} is no port: use a number from 1 to 65535.")
    return int(text)


def check_free(host: str, port: int) -> None:
    address = ipaddress.ip_address(host)
    with socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except PermissionError:
            raise Failure(
                f"Port {port} needs more rights than you have: use one from 1024 on, make run PORT=9001"
            ) from None
        except OSError as error:
            if "in use" in (error.strerror or ""):
                other = port + 1 if port < 65535 else 9000
                raise Failure(f"Port {port} is taken: stop what uses it, or make run PORT={other}") from None
            raise Failure(
                f"HOST={host} is no address of this machine: leave it out, or use 0.0.0.0 for all of them."
            ) from None


def public_address(host: str) -> str:
    """What links begin with: for "all addresses" the one that others on the network reach this machine at."""
    if ipaddress.ip_address(host).is_unspecified:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                # Sends nothing: connecting a datagram socket only picks the local address. (A documentation address.)
                probe.connect(("192.0.2.1", 9))
                host = probe.getsockname()[0]
            except OSError:
                raise Failure(f"This machine is on no network: leave HOST={host} out.") from None
    return f"[{host}]" if ":" in host else host


def serve() -> None:
    ending = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: ending.set())

    host, port = numeric_host(os.environ.get("HOST") or "127.0.0.1"), port_number(os.environ.get("PORT") or "9000")
    check_free(host, port)
    base = f"http://{public_address(host)}:{port}"
    sample = json.loads(SAMPLE_ENVIRONMENT.read_text())["Parameters"]

    say("Building the functions (the first time takes minutes) ...")
    shown = 0

    def progress(crates: int) -> None:
        nonlocal shown
        if sys.stdout.isatty() and crates > shown:
            shown = crates
            print(f"\r{crates} crates", end="", flush=True)

    try:
        build(ending.is_set, progress)
    finally:
        if shown:
            print("\r" + " " * 20 + "\r", end="", flush=True)
    with LocalApi(host, port, {"KEYRING": sample["KEYRING"], "PUBLIC_BASE_URL": base}, LOG) as api:
        link = api.wait_until_ready(ending.is_set)
        say(what_to_try(base, link, ipaddress.ip_address(host).is_loopback))
        while not ending.wait(0.2):
            if api.tree.process.poll() is not None:
                raise api.failure("cargo-lambda ended by itself")


def what_to_try(base: str, link: str, only_this_machine: bool) -> str:
    post = f"-H 'content-type: application/json' -d '{SAMPLE_PAYLOAD}'"
    phone = (
        "A phone on the same network cannot reach this address; it can after: make run HOST=0.0.0.0"
        if only_this_machine
        else f"A phone on the same network can scan code.png and follow its link to {base}."
    )
    return f"""
Sealed QR answers at {base} with the sample keyring. Ctrl-C stops it. Try, in another terminal:

  # seal a payload into a QR code
  curl -sS {base}{CREATE} {post} -o code.png

  # show the link of such a code
  curl -sS '{base}{CREATE}?format=json' {post} | grep -o 'http[^"]*'

  # open one
  curl -sS '{link}'

{phone}
Log: {LOG.relative_to(ROOT)}. After a change of the code, start again.
"""


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    try:
        serve()
    except Stopped:
        pass
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
