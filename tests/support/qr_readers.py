"""Reads pictures back with two readers that share no code with the functions or with each other."""

import io

import deqr
import resvg_py
import zxingcpp
from PIL import Image


def read(png: bytes) -> str:
    """The text of the one QR code in a picture, on which all readers agree."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n"), png[:40]
    picture = Image.open(io.BytesIO(png))
    picture.load()
    texts = {"zxing-cpp": _zxing(picture), "zbar": _zbar(picture)}
    assert len(set(texts.values())) == 1, texts
    return texts["zxing-cpp"]


def read_svg(svg: bytes) -> str:
    """The same of an SVG document, drawn by a renderer that is not ours either."""
    return read(to_png(svg))


def to_png(svg: bytes) -> bytes:
    # Millimetres become pixels as on a good printer; pixels remain pixels.
    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), dpi=600))


def _zxing(picture: Image.Image) -> str:
    # Only QR codes: corners of large symbols pass for other kinds. Plain, or control characters would be spelt out.
    (code,) = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain
    )
    return code.text


def _zbar(picture: Image.Image) -> str:
    # The decoder works in place, so it gets a copy.
    (code,) = deqr.QRdecDecoder().decode(picture.convert("L"), convert_data=False)
    return b"".join(entry.data for entry in code.data_entries).decode()
