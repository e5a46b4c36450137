"""Sheets of labels as people make them in Python, each in one process, as label-writers does in Rust.

    python label_writers.py python-qrcode+ReportLab|segno FILE FOLDER

FILE has a caption and a link on each line. The most memory that the process had (VmHWM, in KiB) is on standard error.
"""

import re
import sys
from pathlib import Path

A4 = (210, 297)
# Avery L7160, in millimetres: pages of 3 by 7 labels.
COLUMNS, LABELS = 3, 21
FIRST, PITCH, LABEL_WIDTH = (7.2, 15.15), (66.0, 38.1), 63.5
# The width of a code with its quiet zone.
SIDE = 32.0


def by_qrcode_and_reportlab(labels: list[list[str]], folder: Path) -> None:
    """A page for every 21 labels, on which Pillow's pictures are inserted."""
    import qrcode
    from reportlab.lib.units import mm
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(folder / "labels.pdf"), pagesize=[length * mm for length in A4])
    for number, (caption, link) in enumerate(labels):
        place = number % LABELS
        if number and place == 0:
            canvas.showPage()
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
        code.add_data(link)
        left = FIRST[0] + place % COLUMNS * PITCH[0]
        bottom = A4[1] - FIRST[1] - place // COLUMNS * PITCH[1] - 1 - SIDE
        picture = ImageReader(code.make_image().get_image())
        canvas.drawImage(picture, (left + (LABEL_WIDTH - SIDE) / 2) * mm, bottom * mm, SIDE * mm, SIDE * mm)
        canvas.setFont("Helvetica", 9)
        canvas.drawCentredString((left + LABEL_WIDTH / 2) * mm, (bottom - 3) * mm, caption)
    canvas.save()


def by_segno(labels: list[list[str]], folder: Path) -> None:
    """A document of one page for each code, which is what segno writes. There are no captions."""
    import segno

    for caption, link in labels:
        code = segno.make_qr(link, error="m", boost_error=False)
        code.save(folder / f"{caption}.pdf", kind="pdf", scale=2, border=4)


WRITERS = {"python-qrcode+ReportLab": by_qrcode_and_reportlab, "segno": by_segno}


def main(writer: str, file: str, folder: str) -> None:
    WRITERS[writer]([line.split(" ") for line in Path(file).read_text().splitlines()], Path(folder))
    print(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1], file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
