"""Starts what `make sam-build` has built, for every processor, and asks it for a code.

    python3 tools/emulate.py [--check-only]    with --check-only, packages are only checked for their processor

The functions run under AWS's Lambda runtime interface emulator, those for another processor in QEMU.
"""

import base64
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from emulator import ARCHITECTURE, Emulator

ROOT = Path(__file__).resolve().parent.parent
CREATE, BATCH = "CreateQrFunction", "CreateBatchFunction"
OPEN, ROTATE = "DecryptCtextFunction", "RotateKeyringFunction"
# The field e_machine of an ELF header, at byte 18.
MACHINES = {"arm64": 0xB7, "x86_64": 0x3E}
# QEMU, and where Debian keeps the other processor's libc.
OTHERS = {
    "arm64": ("qemu-aarch64-static", "/usr/aarch64-linux-gnu", "libc6-arm64-cross libgcc-s1-arm64-cross"),
    "x86_64": ("qemu-x86_64-static", "/usr/x86_64-linux-gnu", "libc6-amd64-cross libgcc-s1-amd64-cross"),
}
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keyring-AbCdEf"


def main(arguments: list[str]) -> None:
    for architecture in MACHINES:
        for function in (CREATE, BATCH, OPEN, ROTATE):
            check(architecture, bootstrap(architecture, function))
        if "--check-only" not in arguments:
            ask(architecture)


def bootstrap(architecture: str, function: str) -> Path:
    return ROOT / ".aws-sam" / architecture / function / "bootstrap"


def check(architecture: str, program: Path) -> None:
    if not program.exists():
        sys.exit(f"{program.relative_to(ROOT)} is missing: make sam-build makes it.")
    header = program.read_bytes()[:20]
    if header[:4] != b"\x7fELF" or int.from_bytes(header[18:20], "little") != MACHINES[architecture]:
        sys.exit(f"{program.relative_to(ROOT)} is not a program for {architecture}.")
    print(f"{program.relative_to(ROOT)}: {program.stat().st_size} bytes for {architecture}", flush=True)


def ask(architecture: str) -> None:
    """Has a code created and opened, a batch created, and a rotation refuse a step that does not exist."""
    begin = time.monotonic()
    sample = json.loads((ROOT / "events/local-env.json").read_text())["Parameters"]
    created = invoke(architecture, CREATE, sample, json.loads((ROOT / "events/create-qr.json").read_text()))
    expect(created.get("statusCode") == 200, created)
    print(f"{architecture}: a code, {(time.monotonic() - begin) * 1000:.0f} ms after the start", flush=True)

    query = urlsplit(json.loads(created["body"])["url"]).query
    event = json.loads((ROOT / "events/decrypt-ctext.json").read_text()) | {"rawQueryString": query}
    opened = invoke(architecture, OPEN, sample, event)
    payload = json.loads((ROOT / "events/payload.json").read_text())
    expect(opened.get("statusCode") == 200 and json.loads(opened["body"]) == payload, opened)
    print(f"{architecture}: opened it", flush=True)

    event = json.loads((ROOT / "events/create-batch.json").read_text())
    created = invoke(architecture, BATCH, sample, event)
    rows = base64.b64decode(created["body"]) if created.get("isBase64Encoded") else created["body"]
    expect(created.get("statusCode") == 200 and len(rows.splitlines()) == 2, created)
    print(f"{architecture}: a batch of two", flush=True)

    event = {"Step": "noSuchStep", "SecretId": SECRET, "ClientRequestToken": "token"}
    refused = invoke(architecture, ROTATE, {"KEYRING_SECRET_ID": SECRET}, event)
    expect("errorMessage" in refused, refused)
    print(f"{architecture}: refused an unknown step of a rotation", flush=True)


def invoke(architecture: str, function: str, environment: dict[str, str], event: dict) -> dict:
    """The answer of a function that has just started."""
    command = [bootstrap(architecture, function)]
    if architecture != ARCHITECTURE:
        qemu, libraries, packages = OTHERS[architecture]
        if not shutil.which(qemu) or not Path(libraries).exists():
            sys.exit(f"{qemu} or {libraries} is missing: on Debian, apt-get install qemu-user-static {packages}")
        command, environment = [qemu, *command], environment | {"QEMU_LD_PREFIX": libraries}
    with tempfile.TemporaryDirectory() as folder, Emulator(command, environment, Path(folder) / "log") as emulator:
        return json.loads(emulator.invoke(json.dumps(event).encode()))


def expect(condition: bool, answer: dict) -> None:
    if not condition:
        sys.exit(f"It answered {json.dumps(answer)[:500]}")


if __name__ == "__main__":
    main(sys.argv[1:])
