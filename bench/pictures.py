"""From a link to a picture: ours, other crates, Python packages, libqrencode; time, instructions, bytes."""

import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

import callgrind

LENGTHS = [120, 180, 250, 600, 1500]
BEGINNING = "https://qrcode.example.com/api/decrypt/qrcode-details?ctext="
IN_PROCESS = ["ours", "qrcode+image", "fast_qr+png", "qrcodegen+png"]
PYTHON = ["python-qrcode+Pillow", "segno"]
LIBQRENCODE = "libqrencode (qrencode)"
# Pictures in the two runs whose difference counts: enough that a run's chance events do not show.
FEW, MANY = 1, 41
FEW_PYTHON, MANY_PYTHON = 1, 3

PYTHON_WRITERS = [sys.executable, Path(__file__).parent / "python_writers.py"]


def link_of(length: int) -> str:
    digits = random.Random(length)
    return BEGINNING + "".join(digits.choice("0123456789") for _ in range(length - len(BEGINNING)))


def measure(binaries: Path) -> dict:
    rust_writers = [binaries / "picture-writers"]
    links = {str(length): link_of(length) for length in LENGTHS}
    figures = {name: {length: {} for length in links} for name in writers()}
    for length, link in links.items():
        times = json.loads(output([*rust_writers, "time", link])) | json.loads(output([*PYTHON_WRITERS, "time", link]))
        for name, of_length in figures.items():
            figure = of_length[length]
            figure["nanoseconds"] = times.get(name)
            picture = draw(rust_writers, name, link)
            figure["bytes"] = len(picture)
            figure["modules"] = modules_of(picture, link)
            if not callgrind.is_missing():
                figure["instructions"] = instructions(rust_writers, name, link)
        print(f"  links of {length} characters measured", flush=True)
    return {"writers": figures, "sizes": json.loads(output([*rust_writers, "sizes"]))}


def writers() -> list[str]:
    return IN_PROCESS + PYTHON + ([LIBQRENCODE] if shutil.which("qrencode") else [])


def draw(rust_writers: list, name: str, link: str) -> bytes:
    if name == LIBQRENCODE:
        return output(qrencode(link))
    return output([*(rust_writers if name in IN_PROCESS else PYTHON_WRITERS), "draw", name, link])


def qrencode(link: str) -> list[str]:
    return ["qrencode", "--level=M", "--size=8", "--margin=4", "--output=-", link]


def modules_of(picture: bytes, link: str) -> int:
    """The modules a side of a picture at 8 pixels a module; every picture measured must read back."""
    image = Image.open(io.BytesIO(picture)).convert("RGBA").convert("L")
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text == link, (code.text, link)
    return image.width // 8 - 8


def instructions(rust_writers: list, name: str, link: str) -> int:
    if name == LIBQRENCODE:
        # A program that draws once: what it needs without drawing is taken off.
        return counted(qrencode(link)) - counted(["qrencode", "--version"])
    if name in IN_PROCESS:
        command, few, many = rust_writers, FEW, MANY
    else:
        command, few, many = PYTHON_WRITERS, FEW_PYTHON, MANY_PYTHON
    counts = [counted([*command, "repeat", name, link, str(times)]) for times in (few, many)]
    return (counts[1] - counts[0]) // (many - few)


def counted(command: list) -> int:
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        # A fixed hash seed makes two runs of Python do the same.
        environment = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0"}
        subprocess.run(callgrind.counting(command, profile), check=True, capture_output=True, env=environment)
        return callgrind.total(profile)


def output(command: list) -> bytes:
    return subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
