"""Starts what `make sam-build` has built, for every processor, and asks it for a code.

    python3 tools/emulate.py [--check-only]

The functions run under AWS's Lambda runtime interface emulator, those for another processor in QEMU. With --check-only
nothing starts; each package is only looked at for its processor.
"""

import json
import platform
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / ".aws-sam"
CREATE, OPEN, ROTATE = "CreateQrFunction", "DecryptCtextFunction", "RotateKeyringFunction"
# The field e_machine of an ELF header, at byte 18.
MACHINES = {"arm64": 0xB7, "x86_64": 0x3E}
THIS_MACHINE = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64"}[platform.machine()]
# QEMU, and where Debian keeps the other processor's libc.
OTHERS = {
    "arm64": ("qemu-aarch64-static", "/usr/aarch64-linux-gnu", "libc6-arm64-cross libgcc-s1-arm64-cross"),
    "x86_64": ("qemu-x86_64-static", "/usr/x86_64-linux-gnu", "libc6-amd64-cross libgcc-s1-amd64-cross"),
}
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keyring-AbCdEf"


class Failure(Exception):
    """What went wrong and what to do about it, in words for the terminal."""


def main(arguments: list[str]) -> int:
    try:
        for architecture in MACHINES:
            check(architecture)
            if "--check-only" not in arguments:
                ask(architecture)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def bootstrap(architecture: str, function: str) -> Path:
    return BUILT / architecture / function / "bootstrap"


def check(architecture: str) -> None:
    for function in (CREATE, OPEN, ROTATE):
        program = bootstrap(architecture, function)
        if not program.exists():
            raise Failure(f"{program.relative_to(ROOT)} is missing: make sam-build makes it.")
        header = program.read_bytes()[:20]
        if header[:4] != b"\x7fELF" or int.from_bytes(header[18:20], "little") != MACHINES[architecture]:
            raise Failure(f"{program.relative_to(ROOT)} is no program for {architecture}.")
        print(f"{architecture}: {function} {program.stat().st_size} bytes", flush=True)


def ask(architecture: str) -> None:
    """A code is created and opened again, and a rotation asked for a step that there is not."""
    prefix, environment = runner(architecture)
    sample = json.loads((ROOT / "events" / "local-env.json").read_text())["Parameters"]
    keyring = environment | {name: value for name, value in sample.items() if name != "NOTE"}
    event = json.loads((ROOT / "events" / "create-qr.json").read_text())

    begin = time.monotonic()
    with running([*prefix, bootstrap(architecture, CREATE)], keyring) as create:
        answer = create(event)
        cold = time.monotonic() - begin
        warm = [duration(create, event) for _ in range(20)]
    expect(answer.get("statusCode") == 200, answer)
    link = urlsplit(json.loads(answer["body"])["url"])
    say(architecture, f"a code, {cold * 1000:.0f} ms after the start, then in {min(warm) * 1000:.1f} ms")

    opening = json.loads((ROOT / "events" / "decrypt-ctext.json").read_text()) | {"rawQueryString": link.query}
    with running([*prefix, bootstrap(architecture, OPEN)], keyring) as opener:
        answer = opener(opening)
    expect(answer.get("statusCode") == 200 and json.loads(answer["body"]) == json.loads(event["body"]), answer)
    say(architecture, "opened it again")

    settings = environment | {"KEYRING_SECRET_ID": SECRET}
    with running([*prefix, bootstrap(architecture, ROTATE)], settings) as rotate:
        answer = rotate({"Step": "noSuchStep", "SecretId": SECRET, "ClientRequestToken": "token"})
    expect("errorMessage" in answer, answer)
    say(architecture, "refused to rotate by a step that there is not")


def runner(architecture: str) -> tuple[list[str], dict[str, str]]:
    """What to put before a program of this processor, and into its environment."""
    if architecture == THIS_MACHINE:
        return [], {}
    qemu, libraries, packages = OTHERS[architecture]
    if not shutil.which(qemu) or not Path(libraries).exists():
        raise Failure(f"{qemu} or {libraries} is missing: on Debian, apt-get install qemu-user-static {packages}")
    return [qemu], {"QEMU_LD_PREFIX": libraries}


@contextmanager
def running(command: list, environment: dict[str, str]):
    """A function under the emulator, to be called with events."""
    sys.path.insert(0, str(ROOT / "bench"))
    from emulator import Emulator

    with tempfile.TemporaryDirectory() as folder, Emulator(command, environment, Path(folder) / "log") as emulator:
        yield lambda event: json.loads(emulator.invoke(json.dumps(event).encode()))


def duration(function, event: dict) -> float:
    begin = time.monotonic()
    function(event)
    return time.monotonic() - begin


def expect(condition: bool, answer: dict) -> None:
    if not condition:
        raise Failure(f"It answered {json.dumps(answer)[:500]}")


def say(architecture: str, text: str) -> None:
    print(f"{architecture}: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
