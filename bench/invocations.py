"""The whole invocation under the real Lambda runtime interface emulator."""

import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import callgrind
from emulator import Emulator
from from_tests import CREATE, DECRYPT, JSON, gateway_event, reference
from secrets_manager import SecretsManager

ROOT = Path(__file__).resolve().parent.parent
DEMO_PYTHON = ROOT / ".tools/bench-demo/bin/python"

PAYLOAD = b'{"id":"order-1042","amount":4250,"n":10}'
assert len(PAYLOAD) == 40
KEY = "ab" * 32
BASE_URL = {"PUBLIC_BASE_URL": "https://qrcode.example.com"}
KEYRING = {"KEYRING": json.dumps({"1": KEY})}

WARM_UP, WARM = 20, 300
COLD_STARTS = 21
# Invocations in the two runs whose difference counts.
FEW, MANY = 10, 110
FEW_PYTHON, MANY_PYTHON = 2, 12


@dataclass
class Subject:
    """A function with what it is asked: always the same, or what `event` makes for each invocation."""

    command: list
    event: dict | Callable[[], dict]
    environment: dict[str, str] = field(default_factory=lambda: BASE_URL | KEYRING)
    fetches_keyring: bool = False

    @property
    def is_python(self) -> bool:
        return self.command[0] == DEMO_PYTHON

    @property
    def body(self) -> bytes:
        return json.dumps(self.event() if callable(self.event) else self.event).encode()


def create_event() -> dict:
    return gateway_event("POST", CREATE, "", JSON, PAYLOAD)


def subjects(binaries: Path) -> dict[str, Subject]:
    ctext = reference.to_digits(reference.seal({"1": KEY}, PAYLOAD))
    decrypt_event = gateway_event("GET", DECRYPT, f"ctext={ctext}")
    demo = {"AES_KEY": KEY, "PYTHONPATH": str(ROOT / "bench/demo")} | BASE_URL
    demo_command = [DEMO_PYTHON, "-m", "awslambdaric", "demo.handler"]
    plain_crates = "create-qr-on-plain-crates"
    return {
        "create-qr": Subject([binaries / "create-qr"], create_event(), fetches_keyring=True),
        "decrypt-ctext": Subject([binaries / "decrypt-ctext"], decrypt_event, fetches_keyring=True),
        "nothing": Subject([binaries / "nothing"], create_event()),
        "nothing-by-lambda-http": Subject([binaries / "nothing-by-lambda-http"], create_event()),
        plain_crates: Subject([binaries / plain_crates], create_event(), fetches_keyring=True),
        "demo-create": Subject(demo_command, create_event(), demo),
        "demo-decrypt": Subject(demo_command, gateway_event("GET", DECRYPT, demo_query()), demo),
    }


def demo_query() -> str:
    """The query of a link that the demo makes of the payload."""
    code = "import demo, sys, urllib.parse; print('ctext=' + urllib.parse.quote(demo.encrypt(sys.argv[1])))"
    environment = {"AES_KEY": KEY, "PYTHONPATH": str(ROOT / "bench/demo")} | BASE_URL
    command = [DEMO_PYTHON, "-c", code, PAYLOAD.decode()]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def measure(binaries: Path) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        instruction_counts = count_instructions(subjects(binaries), folder)
        stripped = folder / "stripped"
        stripped.mkdir()
        for binary in subjects(binaries):
            if not binary.startswith("demo"):
                subprocess.run(["strip", "-o", stripped / binary, binaries / binary], check=True)
        measured = subjects(stripped)
        figures = {name: warm(subject, folder) for name, subject in measured.items()}
        print("  warm invocations measured", flush=True)
        with SecretsManager({"1": KEY}, folder) as secrets_manager:
            cold = cold_starts(measured, secrets_manager, folder)
            fetch = secrets_manager.median_time_of_fetch()
        for name, figure in cold.items():
            figures[name] |= figure
        print("  cold starts measured", flush=True)
        for name, subject in measured.items():
            figures[name]["instructions"] = instruction_counts.get(name)
            size = demo_package_bytes(folder) if subject.is_python else zipped_bytes(subject.command[0], folder)
            figures[name]["package_bytes"] = size
    return {"subjects": figures, "fetch_by_a_ready_client_ms": fetch * 1e3}


def answered(answer: bytes) -> None:
    assert json.loads(answer).get("statusCode") == 200, answer[:500]


def count_instructions(measured: dict[str, Subject], folder: Path) -> dict[str, int]:
    if callgrind.is_missing():
        return {}
    counts = {}
    for name, subject in measured.items():
        few, many = (FEW_PYTHON, MANY_PYTHON) if subject.is_python else (FEW, MANY)
        counts[name] = (count(subject, many, folder) - count(subject, few, folder)) // (many - few)
        print(f"  instructions of {name} counted", flush=True)
    return counts


def count(subject: Subject, invocations: int, folder: Path) -> int:
    profile = folder / "profile"
    environment = subject.environment | {"PYTHONHASHSEED": "0"}
    with Emulator(callgrind.counting(subject.command, profile), environment, folder / "log") as emulator:
        for _ in range(invocations):
            answered(emulator.invoke(subject.body))
        emulator.end_function()
    return callgrind.total(profile)


def warm(subject: Subject, folder: Path, warm_up: int = WARM_UP, invocations: int = WARM) -> dict:
    """Processor time and duration of a warm invocation, and the most memory that the process ever had."""
    log = folder / "log"
    with Emulator(subject.command, subject.environment, log) as emulator:
        for _ in range(warm_up):
            answered(emulator.invoke(subject.body))
        process = emulator.function_process()
        before = processor_seconds(process)
        for _ in range(invocations):
            answered(emulator.invoke(subject.body))
        processor = (processor_seconds(process) - before) / invocations
        memory = peak_memory_kib(process)
    durations = re.findall(r"INVOKE RTDONE\(.*duration: ([\d.]+)ms\)", log.read_text())
    return {
        "processor_us": processor * 1e6,
        "duration_ms": statistics.median(map(float, durations[warm_up:])),
        "peak_memory_kib": memory,
    }


def processor_seconds(process: int) -> float:
    """What all threads of a process have had, in user space and in the kernel."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e9


def peak_memory_kib(process: int) -> int:
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())[1])


def cold_starts(measured: dict[str, Subject], secrets_manager: SecretsManager, folder: Path) -> dict[str, dict]:
    """Medians over starts that take turns, so that what else the machine does meets all alike."""
    variants = {(name, "from_environment"): subject.environment for name, subject in measured.items()}
    for name, subject in measured.items():
        if subject.fetches_keyring:
            variants[name, "by_tls_fetch"] = BASE_URL | secrets_manager.environment()
    starts = {variant: [] for variant in variants}
    for _ in range(COLD_STARTS):
        for (name, how), environment in variants.items():
            starts[name, how].append(cold_start(measured[name], environment, folder / "log"))
    figures = {name: {} for name in measured}
    for (name, how), measurements in starts.items():
        for what in measurements[0]:
            figures[name][f"{what}_{how}"] = statistics.median(start[what] for start in measurements)
    return figures


def cold_start(subject: Subject, environment: dict[str, str], log: Path) -> dict[str, float]:
    with Emulator(subject.command, environment, log) as emulator:
        start = time.perf_counter()
        answered(emulator.invoke(subject.body))
        first_answer = time.perf_counter() - start
        memory = peak_memory_kib(emulator.function_process())
    # The emulator's own measure: from the start of the process to its first poll for work.
    init = re.search(r"INIT REPORT\(durationMs: ([\d.]+)\)", log.read_text())[1]
    return {"init_ms": float(init), "first_answer_ms": first_answer * 1e3, "memory_kib": memory}


def zipped_bytes(binary: Path, folder: Path) -> int:
    package = folder / "package.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(binary, "bootstrap")
    return package.stat().st_size


def demo_package_bytes(folder: Path) -> int:
    """The demo with what it imports. The runtime client stays out: AWS's Python runtime has it."""
    tree = folder / "demo"
    shutil.rmtree(tree, ignore_errors=True)
    requirements = (ROOT / "bench/demo/requirements.txt").read_text().splitlines()
    wanted = [line.split("#")[0].strip() for line in requirements if not line.startswith("awslambdaric")]
    pip = [DEMO_PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-compile"]
    subprocess.run([*pip, "--target", tree, *wanted], check=True)
    shutil.rmtree(tree / "bin")
    shutil.copy(ROOT / "bench/demo/demo.py", tree)
    archive = shutil.make_archive(str(folder / "demo-package"), "zip", tree)
    return Path(archive).stat().st_size
