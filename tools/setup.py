"""Sets up what a make target needs in .tools/, once; does nothing when that is already there.

python3 tools/setup.py run | lint | test | deploy
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".tools" / "venv"
MADE_FOR = VENV / "made-for"
# What tests run in Node.
JOSE, NODE_MODULES = ROOT / "tests/support/jose", ROOT / ".tools" / "jose"
# A virtual environment breaks when its folder moves or its Python changes.
THIS_PYTHON = "\n".join([str(VENV), sys.executable, sys.version])
SERVING, LINTING = ROOT / "tools/requirements.txt", ROOT / "tools/lint-requirements.txt"
DEPLOYING, CROSS_COMPILING = ROOT / "tools/deploy-requirements.txt", ROOT / "tools/cross-requirements.txt"
REQUIREMENTS = {
    "run": [SERVING],
    "lint": [LINTING],
    "test": [SERVING, LINTING, DEPLOYING, ROOT / "tests/requirements.txt"],
    "deploy": [SERVING, DEPLOYING, CROSS_COMPILING],
}


def main(purpose: str) -> None:
    check_machine()
    if purpose == "test":
        set_up_jose()
    if purpose == "run" and shutil.which("cargo-lambda"):
        return
    if is_for_this_python() and content(stamp(purpose)) == wanted(purpose):
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit(f"Python's module {module} is missing: install it (Debian, Ubuntu: apt-get install python3-venv).")
    print(f"Setting up {VENV.relative_to(ROOT)} (once) ...", flush=True)
    if not is_for_this_python():
        run([sys.executable, "-m", "venv", "--clear", VENV], "make the virtual environment")
        MADE_FOR.write_text(THIS_PYTHON)
    pip = [VENV / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    for path in REQUIREMENTS[purpose]:
        # cargo-lambda asks for a whole Zig, which only cross-compiling needs.
        options = ["--no-deps"] if path == SERVING else []
        run([*pip, "install", *options, "--requirement", path], "install the packages; this once, it needs the network")
    for other, paths in REQUIREMENTS.items():
        if set(paths) <= set(REQUIREMENTS[purpose]):
            stamp(other).write_text(wanted(other))


def set_up_jose() -> None:
    """Installs what tests run in Node. Those tests are skipped where there is no Node."""
    lock, installed = (JOSE / "package-lock.json").read_text(), NODE_MODULES / "installed"
    if not shutil.which("npm") or content(installed) == lock:
        return
    shutil.copytree(JOSE, NODE_MODULES, dirs_exist_ok=True)
    command = [
        "npm",
        "ci",
        "--prefix",
        NODE_MODULES,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel",
        "error",
    ]
    run(command, "install the packages for Node; this once, it needs the network")
    installed.write_text(lock)


def stamp(purpose: str) -> Path:
    return VENV / f"{purpose}.stamp"


def wanted(purpose: str) -> str:
    return "".join(path.read_text() for path in REQUIREMENTS[purpose])


def is_for_this_python() -> bool:
    return content(MADE_FOR) == THIS_PYTHON


def content(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def check_machine() -> None:
    if sys.version_info < (3, 10):
        sys.exit(
            f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}: "
            "install one, or name it: make PYTHON=python3.12 ..."
        )
    if not shutil.which("cargo"):
        sys.exit("cargo is missing: install Rust (https://rustup.rs), then open a new terminal.")
    if not shutil.which("cc"):
        sys.exit(
            "A C compiler is missing: install one "
            "(Debian, Ubuntu: apt-get install build-essential; macOS: xcode-select --install)."
        )


def run(command: list, doing: str) -> None:
    if subprocess.run(command).returncode != 0:
        sys.exit(f"Could not {doing}.")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
