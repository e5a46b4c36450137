"""Examples of the crates, built for tests."""

import json
import subprocess

from tools.local_api import ROOT


def example(package: str, name: str) -> str:
    """The path of its executable."""
    command = ["cargo", "build", "--quiet", "--locked", "--package", package, "--example", name]
    done = subprocess.run([*command, "--message-format", "json"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    (executable,) = filter(None, (json.loads(line).get("executable") for line in done.stdout.splitlines()))
    return executable
