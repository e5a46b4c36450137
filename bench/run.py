"""Measures everything and writes docs/benchmarks.md: sets up and builds what that needs, then runs measure.py.

    python3 bench/run.py [pictures] [invocations] [redemption] [labels] [density]

measures only these sections; the others keep their last figures, or what the page says.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH, TOOLS = ROOT / "bench", ROOT / "tools"
sys.path.append(str(TOOLS))
import lambda_build  # noqa: E402

FUNCTIONS = ["create-qr", "create-batch", "decrypt-ctext", "redeem-code"]
VENVS = {".tools/bench": BENCH / "requirements.txt", ".tools/bench-demo": BENCH / "demo/requirements.txt"}


def set_up(venv: Path, requirements: Path) -> None:
    stamp = venv / "requirements.txt"
    if stamp.exists() and stamp.read_text() == requirements.read_text():
        return
    print(f"Setting up {venv.relative_to(ROOT)} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    pip = [venv / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--requirement", requirements], check=True)
    stamp.write_text(requirements.read_text())


def build(folder: Path, *arguments: str) -> None:
    print(f"Building the release binaries of {folder.name} (minutes, the first time) ...", flush=True)
    # With symbols, so that the profiles name functions; they are stripped before anything but instructions is measured.
    command = ["cargo", "build", "--locked", "--release", "--config", "profile.release.strip='none'", *arguments]
    environment = os.environ | lambda_build.release_flags()
    subprocess.run([*command, "--target-dir", ROOT / "target/bench"], cwd=folder, env=environment, check=True)


def build_c_program() -> None:
    """Without the libraries, it is not built, and the page does not have its row."""
    program = ROOT / "target/bench/release/libqrencode-pictures"
    program.unlink(missing_ok=True)
    if shutil.which("cc"):
        command = ["cc", "-std=c11", "-O2", "-o", program, BENCH / "libqrencode_pictures.c", "-lqrencode", "-lpng"]
        subprocess.run(command, stderr=subprocess.DEVNULL)


def main(sections: list[str]) -> None:
    if sys.platform != "linux":
        sys.exit("The emulator, and what it is measured by, run on Linux only.")
    for venv, requirements in VENVS.items():
        set_up(ROOT / venv, requirements)
    build(ROOT, *(argument for name in FUNCTIONS for argument in ("--package", name)))
    build(BENCH)
    build_c_program()
    environment = os.environ | {"PYTHONPATH": f"{TOOLS}{os.pathsep}{ROOT}"}
    subprocess.run([ROOT / ".tools/bench/bin/python", BENCH / "measure.py", *sections], env=environment, check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"This failed: {error.cmd}")
    except KeyboardInterrupt:
        sys.exit(130)
