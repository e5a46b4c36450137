"""make run: how it begins, complains and ends."""

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.fakes import closed_port
from tools import local_api, setup

pytestmark = pytest.mark.slow

LOCAL_API = [sys.executable, "tools/local_api.py"]


def run(command=LOCAL_API, **environment) -> tuple[int, list[str]]:
    environment = os.environ | {"MAKEFLAGS": "", "MAKELEVEL": ""} | environment
    done = subprocess.run(command, cwd=local_api.ROOT, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def serving(port: int) -> list[str]:
    """The processes that have been started to serve on a port, where the system shows them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"PUBLIC_BASE_URL=http://127.0.0.1:{port}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
    return [command for command in found if command]


@pytest.mark.parametrize("moment, ending", [
    ("Building", signal.SIGINT), ("Building", signal.SIGTERM), ("Ctrl-C", signal.SIGTERM), ("Ctrl-C", signal.SIGHUP),
])  # fmt: skip
def test_the_end_leaves_nothing_behind(binaries, tmp_path, moment, ending):
    port, output = closed_port(), tmp_path / "output"
    with output.open("wb") as stream:
        environment = os.environ | {"HOST": "127.0.0.1", "PORT": str(port)}
        process = subprocess.Popen(LOCAL_API, cwd=local_api.ROOT, env=environment, stdout=stream, stderr=stream)
    while moment not in output.read_text():
        assert process.poll() is None
        time.sleep(0.02)
    assert moment == "Building" or len(serving(port)) == 3 or sys.platform != "linux", "cargo-lambda and two functions"
    process.send_signal(ending)
    assert process.wait(timeout=15) == 0
    assert serving(port) == [] and "Traceback" not in output.read_text()


def test_ctrl_c_in_a_terminal(binaries):
    port = closed_port()
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(local_api.ROOT)
        os.execvpe("make", ["make", "run", f"PORT={port}"], os.environ | {"MAKEFLAGS": "", "MAKELEVEL": ""})
    shown = b""
    with suppress(OSError):
        while chunk := os.read(terminal, 4096):
            shown += chunk
            if b"Log:" in chunk:
                os.write(terminal, b"\x03\x03")
    os.waitpid(process, 0)
    assert b"curl -sS" in shown and b"Traceback" not in shown
    assert serving(port) == []


def test_a_taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        status, (line,) = run(PORT=str(port))
    assert status == 1 and f"Port {port} is taken" in line and f"make run PORT={port + 1}" in line


@pytest.mark.parametrize("variable, value", [
    ("PORT", "0"), ("PORT", "65536"), ("PORT", "http"), ("HOST", "192.0.2.1"), ("HOST", "no such host"),
])  # fmt: skip
def test_an_address_that_cannot_be_served(variable, value):
    status, (line,) = run(**{"PORT": str(closed_port()), variable: value})
    assert status == 1 and f"{variable}={value}" in line and "0.0.0.0" in line and "9001" in line


def test_links_carry_an_address_that_the_network_reaches():
    port = closed_port()
    assert local_api.addresses("::1", str(port)) == ("::1", port, f"http://[::1]:{port}")
    try:
        host, _, base = local_api.addresses("0.0.0.0", str(port))
    except local_api.Failure as failure:
        assert "unreachable" in str(failure)
    else:
        reached_at = base.removeprefix("http://").removesuffix(f":{port}")
        assert host == "0.0.0.0" and local_api.addresses(reached_at, str(port)) == (reached_at, port, base)
        assert base != f"http://0.0.0.0:{port}"


def test_a_failed_build():
    status, lines = run(PORT=str(closed_port()), RUSTC="/bin/false")
    assert (status, lines[-1]) == (1, "The functions do not build, see above.")


def test_a_function_that_cannot_start_is_reported_with_its_log(binaries, tmp_path):
    api = local_api.LocalApi("127.0.0.1", closed_port(), {"KEYRING": "{}"}, tmp_path / "log")
    with api, pytest.raises(local_api.Failure) as failure:
        api.wait_until_ready()
    assert "ended at its start" in str(failure.value) and "KEYRING" in str(failure.value)
    assert str(tmp_path / "log") in str(failure.value)


@pytest.mark.parametrize("missing, advice", [("cargo", "install Rust"), ("cc", "install one")])
def test_a_missing_tool_gets_one_line(tmp_path, missing, advice):
    for name in {"cargo", "cc"} - {missing}:
        (tmp_path / name).symlink_to("/bin/true")
    status, (line,) = run([sys.executable, "tools/setup.py", "run"], PATH=str(tmp_path))
    assert status == 1 and advice in line


def test_a_missing_node_gets_one_line_and_nothing_else_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(setup, "NODE_FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    setup.set_up_node_packages()
    (line,) = capsys.readouterr().out.splitlines()
    assert "Node.js" in line and "install it" in line and not (tmp_path / "dynalite").exists()


def test_a_missing_python_gets_one_line():
    status, lines = run(["make", "--silent", "run", "PYTHON=no-such-python"])
    assert status != 0 and lines[0] == "no-such-python is missing: install Python 3.10 or newer."
