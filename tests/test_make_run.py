"""make run: its beginning, its complaints and its end."""

import os
import pty
import signal
import socket
import subprocess
import sys
import time

import pytest

import local_api
from fakes import closed_port

LOCAL_API = [sys.executable, "tools/local_api.py"]
QUIET_MAKE = {"MAKEFLAGS": "", "MAKELEVEL": ""}


def environment(port, **more) -> dict[str, str]:
    return os.environ | {"HOST": "127.0.0.1", "PORT": str(port)} | more


def processes_of(port: int) -> list[str]:
    """Command lines of processes that serve, or were started to serve, on a port."""
    found = []
    for pid in local_api._processes():
        try:
            with open(f"/proc/{pid}/environ", "rb") as stream:
                if f":{port}".encode() in stream.read() and pid != os.getpid():
                    with open(f"/proc/{pid}/cmdline", "rb") as command:
                        found.append(command.read().replace(b"\0", b" ").decode())
        except OSError:
            pass
    return [command for command in found if command]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_for(condition, process: subprocess.Popen, within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)


def assert_nothing_left(port: int) -> None:
    assert is_free(port)
    if os.path.isdir("/proc/self"):
        assert processes_of(port) == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["building", "starting", "serving"])
def test_the_end_leaves_nothing_behind(binaries, tmp_path, ending, moment):
    port, output = closed_port(), tmp_path / "output"
    begun = {
        "building": lambda: "Building" in output.read_text(),
        "starting": lambda: bool(processes_of(port)) or not is_free(port),
        "serving": lambda: "Ctrl-C" in output.read_text(),
    }[moment]
    with output.open("wb") as stream:
        process = subprocess.Popen(LOCAL_API, cwd=local_api.ROOT, env=environment(port), stdout=stream, stderr=stream)
    try:
        wait_for(begun, process)
        if moment == "serving" and os.path.isdir("/proc/self"):
            assert len(processes_of(port)) == 3, "cargo-lambda and two functions"
        process.send_signal(ending)
        assert process.wait(timeout=15) == 0
        assert_nothing_left(port)
        assert "Traceback" not in output.read_text()
    finally:
        process.kill()


def test_ctrl_c_in_a_terminal(binaries):
    port = closed_port()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(local_api.ROOT)
        os.execvpe("make", ["make", "run"], environment(port, **QUIET_MAKE))
    shown = b""
    while b"Log:" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:
        pass
    os.waitpid(pid, 0)
    assert_nothing_left(port)
    assert b"Traceback" not in shown


def run(**variables) -> tuple[int, list[str]]:
    done = subprocess.run(
        LOCAL_API, cwd=local_api.ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr.splitlines()


def test_a_taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        status, (line,) = run(PORT=str(port))
    assert status == 1 and f"Port {port} is taken" in line and f"make run PORT={port + 1}" in line


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "90 00", "9000.0"])
def test_no_port(port):
    status, (line,) = run(PORT=port)
    assert status == 1 and port in line and "65535" in line


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_foreign_host(host):
    status, (line,) = run(PORT=str(closed_port()), HOST=host)
    assert status == 1 and host in line and "0.0.0.0" in line


@pytest.mark.parametrize("host, in_links", [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_links_carry_the_address_that_was_named(host, in_links):
    assert local_api.public_address(host) == in_links


def test_links_for_a_phone_carry_an_address_of_this_machine():
    try:
        address = local_api.public_address("0.0.0.0")
    except local_api.Failure as failure:
        assert "on no network" in str(failure)
    else:
        assert address != "0.0.0.0"
        local_api.check_free(address, closed_port())


@pytest.mark.parametrize("missing, advice", [("cargo", "install Rust"), ("cc", "install one")])
def test_a_missing_tool_gets_one_line(tmp_path, missing, advice):
    for name in {"cargo", "cc"} - {missing}:
        (tmp_path / name).symlink_to("/bin/true")
    done = subprocess.run(
        [sys.executable, "tools/setup.py", "run"],
        cwd=local_api.ROOT,
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path)},
    )
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and advice in line


def test_a_missing_python_gets_one_line():
    done = subprocess.run(
        ["make", "--silent", "run", "PYTHON=no-such-python"],
        cwd=local_api.ROOT,
        capture_output=True,
        text=True,
        env=os.environ | QUIET_MAKE,
    )
    assert done.returncode != 0
    assert done.stdout == "no-such-python is missing: install Python 3.10 or newer.\n"


def test_a_function_that_cannot_start_is_reported_with_its_log(binaries, tmp_path):
    api = local_api.LocalApi("127.0.0.1", closed_port(), {"KEYRING": "{}"}, tmp_path / "log")
    with api, pytest.raises(local_api.Failure) as failure:
        api.wait_until_ready()
    assert "ended at its start" in str(failure.value) and "KEYRING" in str(failure.value)
    assert str(tmp_path / "log") in str(failure.value)
