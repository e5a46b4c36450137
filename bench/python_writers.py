"""Measures the way from a link to its picture in Python, as picture-writers does in Rust, and libqrencode's symbol.

    python python_writers.py time LINK | repeat WRITER LINK N | draw WRITER LINK
"""

import ctypes
import ctypes.util
import io
import json
import statistics
import sys
import time

import qrcode
import segno

TIMED_FOR = 4


def by_qrcode_and_pillow(link: str) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(link)
    file = io.BytesIO()
    code.make_image().save(file)
    return file.getvalue()


def by_segno(link: str) -> bytes:
    file = io.BytesIO()
    segno.make_qr(link, error="m", boost_error=False).save(file, kind="png", scale=8, border=4)
    return file.getvalue()


WRITERS = {"python-qrcode+Pillow": by_qrcode_and_pillow, "segno": by_segno}
LIBQRENCODE = "libqrencode (qrencode)"


def libqrencode():
    """Makes the symbol, without a picture, by the library; None where it is not installed."""
    path = ctypes.util.find_library("qrencode")
    if path is None:
        return None
    library = ctypes.CDLL(path)
    library.QRcode_encodeString.restype = ctypes.c_void_p
    library.QRcode_free.argtypes = [ctypes.c_void_p]
    # The smallest version, level M, bytes, case-sensitive.
    options = (0, 1, 2, 1)

    def encode(link: str) -> None:
        library.QRcode_free(library.QRcode_encodeString(link.encode(), *options))

    return encode


def median_times(link: str) -> dict[str, int]:
    writers = WRITERS | ({LIBQRENCODE: encode} if (encode := libqrencode()) else {})
    samples = {name: [] for name in writers}
    end = time.perf_counter() + TIMED_FOR
    while time.perf_counter() < end:
        for name, writer in writers.items():
            start = time.perf_counter_ns()
            writer(link)
            samples[name].append(time.perf_counter_ns() - start)
    return {name: round(statistics.median(times)) for name, times in samples.items()}


def main(arguments: list[str]) -> None:
    match arguments:
        case ["time", link]:
            print(json.dumps(median_times(link)))
        case ["repeat", writer, link, times]:
            for _ in range(int(times)):
                WRITERS[writer](link)
        case ["draw", writer, link]:
            sys.stdout.buffer.write(WRITERS[writer](link))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
