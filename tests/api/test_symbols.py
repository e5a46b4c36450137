"""Pictures of all sizes, straight from the shared crate, read back by programs that are not ours: libpng (Pillow),
pngcheck, zxing-cpp and zbar's decoder."""

import os
import shutil
import subprocess

import deqr
import pytest
import zxingcpp
from PIL import Image

from tests.support.cargo import example

LINK = "https://qrcode.example.com/api/decrypt/qrcode-details?ctext="
BEYOND_ASCII = [
    "Zürich, café", "10 €", "日本語テスト", "ｶﾅ 半角", "hello 😀🎉", "Привет, мир",
    "مرحبا بالعالم", "안녕하세요", "你好，世界 123 ABC", "สวัสดี", "Καλημέρα",
]  # fmt: skip


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    """Draws (ecc, scale, margin, text) pictures, all in one run, and returns their paths."""
    write_png = example("qr-symbol", "write_png")

    def draw(pictures):
        folder = tmp_path_factory.mktemp("pictures")
        paths = [folder / f"{index}.png" for index in range(len(pictures))]
        lines = ["\t".join(map(str, [*options, path, text])) for (*options, text), path in zip(pictures, paths)]
        subprocess.run([write_png], input="\n".join(lines), text=True, check=True)
        return paths

    return draw


def grey(path):
    with Image.open(path) as image:
        image.load()
        assert image.mode == "P" and len(image.getcolors()) == 2
        return image.convert("L")


def on_white(image):
    """Adds the quiet zone that a picture without a margin needs around it."""
    wide = Image.new("L", (image.width + 80, image.height + 80), 255)
    wide.paste(image, (40, 40))
    return wide


def zxing(image):
    return [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def zbar(image):
    codes = deqr.QRdecDecoder().decode(image.copy(), convert_data=False)
    return [b"".join(entry.data for entry in code.data_entries).decode() for code in codes]


def links():
    """A link for every version, and some."""
    return [LINK + "".join(str(at * at % 7 + at % 3) for at in range(count)) for count in range(0, 5300, 75)]


def test_every_size_is_read_back(draw):
    pictures = [("M", 4 + index % 5, 4, text) for index, text in enumerate(links())]
    for (*_, text), path in zip(pictures, draw(pictures)):
        assert zxing(grey(path)) == [text]
        assert zbar(grey(path)) == [text]


def test_every_scale_and_margin_is_read_back(draw):
    text = LINK + "31415926535897932384"
    pictures = [("LMQH"[scale % 4], scale, margin, text) for scale in range(1, 41) for margin in (0, 1, 4, 16)]
    for (_, scale, _, text), path in zip(pictures, draw(pictures)):
        image = on_white(grey(path))
        if scale < 3:
            image = image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)
        assert zxing(image) == [text], path


@pytest.mark.parametrize("reader", [zxing, zbar])
def test_text_beyond_ascii_is_read_back(draw, reader):
    pictures = [("M", 8, 4, text) for text in BEYOND_ASCII]
    for text, path in zip(BEYOND_ASCII, draw(pictures)):
        assert reader(grey(path)) == [text]


@pytest.mark.skipif(
    shutil.which("pngcheck") is None and os.environ.get("CI") != "true", reason="pngcheck is not installed"
)
def test_pngcheck_finds_no_fault(draw):
    shapes = [(1, 0), (3, 1), (8, 4), (40, 16)]
    pictures = [("M", scale, margin, text) for scale, margin in shapes for text in links()[::7]]
    checked = subprocess.run(["pngcheck", "-q", *draw(pictures)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
