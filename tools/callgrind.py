"""Counts instructions with valgrind's callgrind."""

import re
import shutil
from pathlib import Path


def is_missing() -> bool:
    return shutil.which("valgrind") is None


def counting(command: list, profile: Path) -> list:
    """`command` under callgrind, which writes `profile` when the process ends."""
    return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={profile}", *map(str, command)]


def total(profile: Path) -> int:
    """All instructions of the process, in user space."""
    return int(re.search(r"^(?:summary|totals): (\d+)", profile.read_text(), re.MULTILINE)[1])
