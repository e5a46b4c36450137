"""Examples of the crates, built for tests."""

import json
import os
import subprocess

from tools import lambda_build
from tools.local_api import ROOT


def example(package: str, name: str, as_deployed: bool = False) -> str:
    """The path of its executable, optimized as what is deployed if that is asked for."""
    command = ["cargo", "build", "--quiet", "--locked", "--package", package, "--example", name]
    environment = dict(os.environ)
    if as_deployed:
        command += ["--release", "--target-dir", "target/as-deployed"]
        environment |= lambda_build.release_flags()
    command += ["--message-format", "json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    (executable,) = filter(None, (json.loads(line).get("executable") for line in done.stdout.splitlines()))
    return executable
