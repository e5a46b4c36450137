"""Where files of the crates are, so that tests need not know the crates' folders."""

from pathlib import Path

from tools.local_api import ROOT


def find(name: str) -> Path:
    """The one file of that name below shared/ and functions/."""
    (found,) = (path for folder in ("shared", "functions") for path in (ROOT / folder).rglob(name))
    return found
