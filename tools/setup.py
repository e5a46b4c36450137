"""Sets up what a make target needs in .tools/, once; does nothing when that is already there.

python3 tools/setup.py run | lint | test | deploy
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".tools" / "venv"
MADE_FOR = VENV / "made-for"
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
# What tests run in Node.js.
NODE_PACKAGES = ("dynalite", "jose")
NODE_FILES, NODE_FOLDER = ROOT / "tests" / "support", ROOT / ".tools"
NODE_VERSION = 18


def main(purpose: str) -> None:
    check_machine()
    if purpose == "run" and shutil.which("cargo-lambda"):
        return
    if purpose == "test":
        set_up_node_packages()
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


def set_up_node_packages() -> None:
    """What tests run in Node.js. Without Node.js, only the tests that use it are skipped."""
    for name in NODE_PACKAGES:
        files = [NODE_FILES / name / file for file in ("package.json", "package-lock.json")]
        folder = NODE_FOLDER / name
        stamp, wanted = folder / "stamp", "".join(file.read_text() for file in files)
        if content(stamp) == wanted:
            continue
        if node_version() < NODE_VERSION or not shutil.which("npm"):
            print(
                f"Node.js {NODE_VERSION} or newer with npm is missing, so tests that need it are skipped: "
                "to run them, install it (Debian, Ubuntu: apt-get install nodejs npm; macOS: brew install node).",
                flush=True,
            )
            return
        print(f"Setting up {name} (once) ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, folder)
        command = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        run(command, "install the npm packages; this once, it needs the network", folder)
        stamp.write_text(wanted)


def node_version() -> int:
    """The major version of Node.js; 0 if there is none."""
    if not shutil.which("node"):
        return 0
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)", version)
    return int(found[1]) if found else 0


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


def run(command: list, doing: str, folder: Path = ROOT) -> None:
    if subprocess.run(command, cwd=folder).returncode != 0:
        sys.exit(f"Could not {doing}.")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
