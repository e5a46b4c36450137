"""A clock that a test sets ahead under running functions, so that minutes pass at once."""

import mmap
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("clock.c")


def build(folder: Path) -> Path:
    if sys.platform != "linux":
        pytest.skip("clocks are set by preloading a library, here for Linux only")
    library = folder / "clock.so"
    subprocess.run(["cc", "-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    return library


class Clock:
    def __init__(self, library: Path, file: Path):
        self._seconds = 0
        file.write_bytes(bytes(8))
        with file.open("r+b") as stream:
            self._ahead = mmap.mmap(stream.fileno(), 8)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(file)}

    def advance(self, seconds: int) -> None:
        self.set(self._seconds + seconds)

    def set(self, seconds: int) -> None:
        self._seconds = seconds
        self._ahead[:] = seconds.to_bytes(8, sys.byteorder)
