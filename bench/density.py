"""How many modules a payload takes, and how small its code may be in a photograph."""

import base64
import io
import json
import random
import statistics
import subprocess
from pathlib import Path
from urllib.parse import quote

import cv2
import numpy
import qrcode
import zxingcpp
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from PIL import Image

from distortion import photograph
from from_tests import reference

ROOT = Path(__file__).resolve().parent.parent
BASE_URL = "https://qr.example.org"
PAYLOADS = {row["name"]: row for row in json.loads((ROOT / "tests/vectors/density.json").read_text())}
PHOTOGRAPHED = ["an order", "an asset tag"]
# Each form, with what of the payload is sealed and the path to it. The demo knows only JSON and one path.
FORMS = {
    "demo": ("payload", None),
    "full-json": ("payload", "/api/decrypt/qrcode-details?ctext="),
    "full-packed": ("packed", "/api/decrypt/qrcode-details?ctext="),
    "compact-json": ("payload", "/d/"),
    "compact-packed": ("packed", "/d/"),
}
# The demo's base64 is percent-encoded, so its length, and with it the version, varies.
INSTANCES = 21
PHOTOGRAPHS = 25
WIDTHS = range(100, 900, 4)
# A width counts when the next ones decode as well: below that, decoding is luck.
IN_A_ROW = 3


def link(form: str, name: str, seed: int) -> str:
    """A link of random bytes, as many as the payload has in this form; only their number matters."""
    sealed, path = FORMS[form]
    plaintext_bytes = PAYLOADS[name]["packed"] if sealed == "packed" else len(PAYLOADS[name]["payload"].encode())
    source = random.Random(f"{name} {seed}")
    plaintext, key, nonce = source.randbytes(plaintext_bytes), source.randbytes(32), source.randbytes(12)
    if path is None:
        return f"{BASE_URL}/api/decrypt/qrcode-details?ctext={quote(demo_ctext(plaintext, key))}"
    return f"{BASE_URL}{path}{reference.to_digits(reference.seal_under(reference.header(1), key.hex(), plaintext, nonce))}"


def demo_ctext(payload: bytes, key: bytes) -> str:
    """As demo.py writes it: AES-CBC, PKCS #7, the fixed IV in front, base64."""
    iv = bytes(range(16))
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(payload) + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(iv + ciphertext).decode()


def draw(form: str, text: str, binaries: Path) -> numpy.ndarray:
    """The code as its maker draws it at 8 pixels a module: python-qrcode the demo's, Sealed QR the others."""
    if form == "demo":
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
        code.add_data(text)
        picture = code.make_image().get_image()
    else:
        command = [binaries / "picture-writers", "draw", "ours", text]
        picture = Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    return numpy.asarray(picture.convert("L"))


def modules(picture: numpy.ndarray) -> int:
    return picture.shape[0] // 8 - 8


def zxing(photo: numpy.ndarray) -> str | None:
    codes = zxingcpp.read_barcodes(photo, formats=zxingcpp.BarcodeFormat.QRCode)
    return codes[0].text if codes else None


def readers() -> dict:
    wechat = cv2.wechat_qrcode.WeChatQRCode()
    found = {"zxing-cpp": zxing, "WeChat (OpenCV)": lambda photo: next(iter(wechat.detectAndDecode(photo)[0]), None)}
    try:
        from pyzbar import pyzbar
    except ImportError:
        print("  zbar is missing, its column stays out (Debian: apt-get install libzbar0)", flush=True)
        return found

    def zbar(photo: numpy.ndarray) -> str | None:
        return next((code.data.decode() for code in pyzbar.decode(photo, symbols=[pyzbar.ZBarSymbol.QRCODE])), None)

    return found | {"zbar": zbar}


def smallest_widths(picture: numpy.ndarray, text: str, readers: dict, seed: int) -> dict[str, int]:
    """For each reader the smallest width at which it, and at the next widths still, reads the text."""
    in_a_row, smallest = dict.fromkeys(readers, 0), {}
    for width in WIDTHS:
        photo = photograph(picture, width, seed)
        for reader in readers.keys() - smallest.keys():
            in_a_row[reader] = in_a_row[reader] + 1 if readers[reader](photo) == text else 0
            if in_a_row[reader] == IN_A_ROW:
                smallest[reader] = width - (IN_A_ROW - 1) * WIDTHS.step
        if len(smallest) == len(readers):
            return smallest
    raise RuntimeError(f"Even at {width} pixels not every reader reads {text}")


def measure(binaries: Path) -> dict:
    sides = {name: {form: side(form, name, binaries) for form in FORMS} for name in PAYLOADS}
    print("  modules counted", flush=True)
    found, widths = readers(), {}
    for name in PHOTOGRAPHED:
        for form in FORMS:
            texts = [link(form, name, seed) for seed in range(PHOTOGRAPHS)]
            pictures = [draw(form, text, binaries) for text in texts]
            drawn = enumerate(zip(pictures, texts))
            smallest = [smallest_widths(picture, text, found, seed) for seed, (picture, text) in drawn]
            for reader in found:
                median = statistics.median_low(widths_of[reader] for widths_of in smallest)
                widths.setdefault(name, {}).setdefault(reader, {})[form] = median
        print(f"  photographs of {name} read", flush=True)
    return {"modules": sides, "widths": widths}


def side(form: str, name: str, binaries: Path) -> int:
    instances = INSTANCES if form == "demo" else 1
    pictures = (draw(form, link(form, name, seed), binaries) for seed in range(instances))
    return statistics.median_low(map(modules, pictures))
