"""The commands in the README, run unchanged against a local API that was started as it says."""

import json
import os
import re
import shutil
import socket
import subprocess
import time

import pytest

from tests.support import label_sheets, sealed_qr_reference as reference
from tests.support.api_client import ctext_of
from tests.support.qr_readers import read, read_svg
from tools import local_api

README = local_api.ROOT / "README.md"
TESTED_BLOCK = re.compile(r"^<!-- test(?:: (\w+))? -->\n+```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def make_run(binaries, tmp_path_factory):
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", 9000)) == 0
    if taken and not os.environ.get("CI"):
        pytest.skip("port 9000 is taken, and the README's commands use it")
    output = tmp_path_factory.mktemp("readme") / "output"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("HOST", "PORT", "MAKEFLAGS", "MAKELEVEL")
    }
    with output.open("wb") as stream:
        tree = local_api.ProcessTree(["make", "run"], cwd=local_api.ROOT, env=environment, stdout=stream, stderr=stream)
    try:
        deadline = time.monotonic() + 90
        while "Ctrl-C" not in output.read_text():
            assert tree.process.poll() is None and time.monotonic() < deadline, output.read_text()
            time.sleep(0.05)
        yield output
    finally:
        tree.end()


@pytest.fixture(scope="module")
def commands(make_run, tmp_path_factory):
    """The folder in which the commands have run, and what they printed. Those that need a tool run where it exists."""
    folder = tmp_path_factory.mktemp("commands")
    (folder / "events").symlink_to(local_api.ROOT / "events")
    blocks = TESTED_BLOCK.findall(README.read_text())
    assert any("curl" in block for _, block in blocks), "the README marks its curl lines with <!-- test -->"
    script = "\n".join(block for tool, block in blocks if not tool or shutil.which(tool))
    done = subprocess.run(["sh", "-ec", script], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.mark.skipif(not (local_api.ROOT / ".git").exists(), reason="this is not a checkout")
def test_git_ignores_what_the_commands_write(commands):
    written = {path.name for path in commands[0].iterdir()} - {"events"}
    ignored = subprocess.run(["git", "check-ignore", *written], cwd=local_api.ROOT, capture_output=True, text=True)
    assert set(ignored.stdout.split()) == written


def test_the_commands_of_the_readme(commands):
    folder, output = commands
    link = read((folder / "code.png").read_bytes())
    assert re.fullmatch(r"http://127\.0\.0\.1:9000/(api/decrypt/qrcode-details\?ctext=|d/)[0-9]+", link)
    assert "http://127.0.0.1:9000/" in output, "a link is shown"
    assert re.search(r'\{"id":.*"amount":.*\}', output), "a code is opened"
    assert "/api/problems/" not in output


def test_the_label_sheet_of_the_readme(commands, sample_keyring):
    folder, _ = commands
    pdf = (folder / "labels.pdf").read_bytes()
    paper = label_sheets.PRESETS["avery-l7160"]
    labels = [(page, place) for page in range(5) for place in range(21)][:100]
    sheets = [label_sheets.page(pdf, number + 1) for number in range(5)]
    for number, (page, place) in enumerate(labels, 1):
        link = sheets[page].read(label_sheets.label_box(paper, place))
        payload = reference.open_ctext(sample_keyring, reference.from_digits(ctext_of(link))).payload
        assert json.loads(payload) == {"id": f"order-{number}", "amount": number * 100}
    captions = [word for word in label_sheets.text(pdf).split() if word.startswith("order-")]
    assert captions == [f"order-{number}" for number in range(1, 101)]


def test_the_outline_and_the_link_of_the_readme(commands, sample_keyring):
    folder, _ = commands
    payload = json.loads((local_api.ROOT / "events/payload.json").read_text())
    links = [read_svg((folder / "code.svg").read_bytes()), (folder / "link.txt").read_text().strip()]
    for link in links:
        opened = reference.open_ctext(sample_keyring, reference.from_text(ctext_of(link))).payload
        assert json.loads(opened) == payload
    assert "#00287a" in (folder / "code.svg").read_text()


def test_the_code_of_the_readme_is_read_without_a_phone(commands):
    if not shutil.which("zbarimg"):
        assert not os.environ.get("CI"), "CI installs zbarimg"
        pytest.skip("zbarimg is missing (Debian: apt-get install zbar-tools)")
    assert commands[1].endswith('{"id":"order-1042","amount":4250}')


def test_the_curl_lines_that_make_run_prints(make_run, tmp_path):
    lines = [line.strip() for line in make_run.read_text().splitlines() if line.startswith("  curl ")]
    assert len(lines) == 3
    outputs = [
        subprocess.run(["sh", "-ec", line], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True).stdout
        for line in lines
    ]
    assert read((tmp_path / "code.png").read_bytes()).startswith(
        "http://127.0.0.1:9000/api/decrypt/qrcode-details?ctext="
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:9000/api/decrypt/qrcode-details\?ctext=E[\w-]+\n", outputs[1])
    assert outputs[2] == '{"id":"order-1042","amount":4250}'
