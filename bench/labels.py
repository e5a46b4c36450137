"""Sheets of labels and many pictures, whole processes: ours, other crates, Python packages, libqrencode."""

import base64
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

import callgrind
import invocations
import pictures
from emulator import Emulator
from from_tests import CREATE_MANY, ctext_of, gateway_event, reference

LABELS, PICTURES = 1_000, 10_000
# The pictures that one answer has room for.
PICTURES_PER_REQUEST = 2_500
RUNS = 3
WARM_UP, WARM = 2, 20
LABELS_PER_PAGE = 21
# One picture of this many is read back.
SAMPLED = 50

FUNCTION = "create-batch"
REPORTLAB, SEGNO = "python-qrcode+ReportLab", "segno"
LIBQRENCODE_AND_LIBPNG = "libqrencode+libpng"
LABEL_WRITERS_PY = [sys.executable, Path(__file__).parent / "label_writers.py"]
QRENCODE_LOOP = (
    'while read -r caption link; do qrencode --level=M --size=8 --margin=4 --output="$1/$caption.png" "$link"; done'
)
DOTS_PER_INCH = 200
# Files are written into memory: to create them on a disk takes longer than to draw.
MEMORY = Path("/dev/shm")


@dataclass
class Writer:
    """A program that has captions and links on its standard input, or in a file, and how its output is read back."""

    command: Callable[[Path, Path, int], list]
    read_back: Callable[[Path, list[str]], None]
    # Codes in the two runs whose difference counts.
    few: int
    many: int


def sheet_writers(binaries: Path) -> dict[str, Writer]:
    ours, python = binaries / "label-writers", LABEL_WRITERS_PY
    return {
        "ours": Writer(lambda _file, _folder, count: [ours, "seal", count], read_sheet, LABELS // 10, LABELS),
        "qrcodegen+printpdf": Writer(lambda *_: [ours, "sheet"], read_sheet, 21, 63),
        REPORTLAB: Writer(lambda file, folder, _: [*python, REPORTLAB, file, folder], read_sheet, 2, 7),
        SEGNO: Writer(lambda file, folder, _: [*python, SEGNO, file, folder], read_documents, 2, 7),
        **qrencode_loop(),
    }


def picture_writers(binaries: Path) -> dict[str, Writer]:
    def writer(*command) -> Writer:
        return Writer(lambda _file, folder, _count: [*command, folder], read_pictures, 100, 600)

    writers = {name: writer(binaries / "label-writers", "pictures", name) for name in ("ours", "fast_qr+png")}
    if has_libqrencode(binaries):
        writers[LIBQRENCODE_AND_LIBPNG] = writer(binaries / "libqrencode-pictures")
    return writers | qrencode_loop()


def has_libqrencode(binaries: Path) -> bool:
    return (binaries / "libqrencode-pictures").exists()


def qrencode_loop() -> dict[str, Writer]:
    if pictures.LIBQRENCODE not in pictures.writers():
        return {}
    # A loop starts a process for each code; one of them is measured.
    loop = Writer(lambda _file, folder, _count: ["sh", "-ec", QRENCODE_LOOP, "sh", folder], read_pictures, 0, 0)
    return {pictures.LIBQRENCODE: loop}


def measure(binaries: Path) -> dict:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        file = folder / "lines"
        file.write_bytes(pictures.output([binaries / "label-writers", "links", PICTURES]))
        sheets = take_turns(sheet_writers(binaries), file, LABELS, folder)
        print("  sheets measured", flush=True)
        many_pictures = take_turns(picture_writers(binaries), file, PICTURES, folder)
        print("  pictures measured", flush=True)
        function = {
            "sheet": measure_function(binaries, LABELS, "format=pdf&paper=avery-l7160&caption={id}", folder),
            "archive": measure_function(binaries, PICTURES_PER_REQUEST, "format=zip&file_name={id}", folder),
        }
        length = len(link_of(file))
    return {"link_characters": length, "sheets": sheets, "pictures": many_pictures, "function": function}


def take_turns(writers: dict[str, Writer], file: Path, count: int, folder: Path) -> dict[str, dict]:
    runs = {name: [] for name in writers}
    for _ in range(RUNS):
        for name, writer in writers.items():
            runs[name].append(run(writer, file, count, folder))
    figures = {}
    for name, writer in writers.items():
        # Standard error may have nothing about memory: a loop has many processes.
        figures[name] = {what: statistics.median(run[what] for run in runs[name]) for what in runs[name][0]}
        if not callgrind.is_missing():
            figures[name]["instructions"] = instructions(writer, file, folder) * count
        print(f"  {name}: {figures[name]}", flush=True)
    return figures


def run(writer: Writer, file: Path, count: int, folder: Path) -> dict:
    with tempfile.TemporaryDirectory(dir=folder) as output:
        some = Path(output) / "lines"
        some.write_text("".join(lines(file, count)))
        results = Path(output) / "results"
        results.mkdir()
        before = processor_seconds()
        peak = write(writer.command(some, results, count), some, results)
        processor = processor_seconds() - before
        files = [path for path in results.iterdir() if path.stat().st_size > 0]
        writer.read_back(results, [line.split(" ")[0] for line in lines(file, count)])
        bytes_written = sum(path.stat().st_size for path in files)
        memory = {"peak_memory_kib": int(peak)} if peak.isdigit() else {}
        return {"processor_seconds": processor, "bytes": bytes_written} | memory


def write(command: list, file: Path, results: Path) -> str:
    """Runs a writer. What it writes on its standard output is a sheet."""
    with file.open() as links, (results / "labels.pdf").open("wb") as sheet:
        command = list(map(str, command))
        ended = subprocess.run(command, stdin=links, stdout=sheet, stderr=subprocess.PIPE, text=True, check=True)
    return ended.stderr.strip()


def processor_seconds() -> float:
    """What all processes that have ended have had, in user space and in the kernel."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def lines(file: Path, count: int) -> list[str]:
    with file.open() as opened:
        return [next(opened) for _ in range(count)]


def link_of(file: Path) -> str:
    """The first link, which is as long as the others."""
    return lines(file, 1)[0].split()[1]


def instructions(writer: Writer, file: Path, folder: Path) -> float:
    """Of one code."""
    if writer.many == 0:
        return pictures.counted(pictures.qrencode(link_of(file)))
    counts = [count(writer, file, codes, folder) for codes in (writer.few, writer.many)]
    return (counts[1] - counts[0]) / (writer.many - writer.few)


def count(writer: Writer, file: Path, codes: int, folder: Path) -> int:
    with tempfile.TemporaryDirectory(dir=folder) as output:
        some, results, profile = (Path(output) / name for name in ("lines", "results", "profile"))
        some.write_text("".join(lines(file, codes)))
        results.mkdir()
        counting = callgrind.counting(writer.command(some, results, codes), profile)
        # A fixed hash seed makes two runs of Python do the same.
        write(["env", "PYTHONHASHSEED=0", *counting], some, results)
        return callgrind.total(profile)


def measure_function(binaries: Path, rows: int, query: str, folder: Path) -> dict:
    captions = list(map(caption, range(1, rows + 1)))
    body = "".join(f'{{"id":"{caption}","amount":4250,"n":10}}\n' for caption in captions)
    query = query.replace("{", "%7B").replace("}", "%7D")
    event = gateway_event("POST", CREATE_MANY, query, {"content-type": "application/x-ndjson"}, body.encode())
    subject = invocations.Subject([binaries / FUNCTION], event)
    with Emulator(subject.command, subject.environment, folder / "log") as emulator:
        answer = json.loads(emulator.invoke(subject.body))
    assert answer["statusCode"] == 200, answer
    content = base64.b64decode(answer["body"])
    with tempfile.TemporaryDirectory(dir=folder) as name:
        results = Path(name)
        if content.startswith(b"PK"):
            zipfile.ZipFile(io.BytesIO(content)).extractall(results)
            read_pictures(results, captions)
        else:
            (results / "labels.pdf").write_bytes(content)
            read_sheet(results, captions)
    figures = {"bytes": len(content)} | invocations.warm(subject, folder, WARM_UP, WARM)
    if not callgrind.is_missing():
        few, many = (invocations.count(subject, times, folder) for times in (1, 3))
        figures["instructions"] = (many - few) // 2
    print(f"  {rows} rows, {query}: {figures}", flush=True)
    return figures


def caption(row: int) -> str:
    return f"order-{row:05}"


def read_sheet(results: Path, captions: list[str]) -> None:
    """Reads back the first and the last page."""
    sheet = results / "labels.pdf"
    pages = [captions[start : start + LABELS_PER_PAGE] for start in range(0, len(captions), LABELS_PER_PAGE)]
    for page in {1, len(pages)}:
        assert read(page_of(sheet, page)) == sorted(pages[page - 1])


def read_documents(results: Path, captions: list[str]) -> None:
    for caption in captions[::SAMPLED]:
        assert read(page_of(results / f"{caption}.pdf", 1)) == [caption]


def read_pictures(results: Path, captions: list[str]) -> None:
    for caption in captions[::SAMPLED]:
        assert read(Image.open(results / f"{caption}.png")) == [caption]
    assert all((results / f"{caption}.png").stat().st_size > 0 for caption in captions)


def page_of(document: Path, page: int) -> Image.Image:
    pages = ["-f", str(page), "-l", str(page)]
    return Image.open(io.BytesIO(pictures.output(["pdftoppm", "-png", "-r", DOTS_PER_INCH, *pages, document])))


def read(image: Image.Image) -> list[str]:
    """The captions of the payloads in a picture, once the seals of its codes have been checked."""
    codes = zxingcpp.read_barcodes(image.convert("RGBA").convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    opened = (reference.open_ctext({"1": invocations.KEY}, reference.from_text(ctext_of(code.text))) for code in codes)
    return sorted(json.loads(payload.payload)["id"] for payload in opened)
