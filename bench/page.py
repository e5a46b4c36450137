"""Writes docs/benchmarks.md: page.md, filled in with the figures that there are."""

import datetime
import os
import platform
import re
import shutil
import string
import subprocess
from importlib.metadata import version
from pathlib import Path

import cost
import density
import distortion
import invocations
import labels
import pictures
from lambda_build import TARGET_CPU

ROOT = Path(__file__).resolve().parent.parent
OURS = "ours"
CRATES = ("qrcode", "image", "fast_qr", "qrcodegen", "png", "lambda_runtime")
PACKAGES = ("qrcode", "segno", "pillow", "zxing-cpp", "moto")
COSTS = ["create-qr", "decrypt-ctext", "create-qr-on-plain-crates", "demo-create", "demo-decrypt"]
NAMES = {
    "create-qr": "**create-qr**",
    "decrypt-ctext": "**decrypt-ctext**",
    "nothing": "a Lambda that does nothing",
    "nothing-by-lambda-http": "the same by `lambda_http`, with logging",
    "create-qr-on-plain-crates": "create-qr on `qrcode` and `image`",
    "demo-create": "the demo in Python, create",
    "demo-decrypt": "the demo in Python, decrypt",
    "one-update-item": "a Lambda that makes one `UpdateItem`",
    "redeem-code": "**redeem-code**",
    "redeem-code-marked": "**redeem-code**, with the table of the mark",
    "ours": "**Sealed QR**",
    "qrcode+image": "`qrcode` + `image`",
    "fast_qr+png": "`fast_qr` + `png`",
    "qrcodegen+png": "`qrcodegen` + `png`",
    "python-qrcode+Pillow": "python-qrcode + Pillow",
    pictures.LIBQRENCODE: "libqrencode",
    "create-batch": "**create-batch**",
    "qrcodegen+printpdf": "`qrcodegen` + `printpdf`",
    labels.REPORTLAB: "python-qrcode + ReportLab",
    labels.LIBQRENCODE_AND_LIBPNG: "libqrencode + libpng, in C",
    "demo": "the demo's base64",
    "full-json": "full link, JSON",
    "full-packed": "**full link, packed**",
    "compact-json": "compact link, JSON",
    "compact-packed": "**compact link, packed**",
}


def write(figures: dict, path: Path) -> None:
    """Writes each part of the page whose figures are there; the others stay as they are."""
    values = {}
    for section, values_of in SECTIONS.items():
        if section in figures:
            values |= values_of(figures[section])
    if figures.keys() >= SECTIONS.keys():
        values |= {"machine": table(["measured on", ""], machine_rows())}
    before = {heading(part): part for part in parts(path.read_text())}
    written = (
        part.format_map(values) if fields(part) <= values.keys() else before.get(heading(part), "")
        for part in parts((ROOT / "bench/page.md").read_text())
    )
    path.write_text("".join(written))


def parts(text: str) -> list[str]:
    return re.split("^(?=## )", text, flags=re.MULTILINE)


def heading(part: str) -> str:
    return part.partition("\n")[0]


def fields(part: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(part) if field}


def machine_rows() -> list[list[str]]:
    cpu, crates = printed("lscpu"), locked_crates()
    model = re.search(r"^Model name:\s*(.+)$", cpu, re.MULTILINE)[1]
    kind = "virtual" if "Hypervisor vendor" in cpu else "bare metal"
    rustc = printed("rustc", "--version").split(" (")[0]
    memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    valgrind = printed("valgrind", "--version") if shutil.which("valgrind") else "not counted"
    return [
        ["date", today()],
        ["machine", f"{model}, {os.cpu_count()} cores, {memory} GiB, {kind}"],
        ["system", f"Linux {platform.release().split('-')[0]}, {' '.join(platform.libc_ver())}"],
        ["toolchain", f"{rustc}, release profile of the functions, target CPU {TARGET_CPU}"],
        ["Rust crates", ", ".join(f"{name} {crates[name]}" for name in CRATES)],
        ["Python", f"{platform.python_version()}; {', '.join(f'{name} {version(name)}' for name in PACKAGES)}"],
        ["Lambda", f"the runtime interface emulator in aws-sam-cli {version('aws-sam-cli')}"],
        ["instructions", f"{valgrind}, callgrind, user space"],
    ]


def locked_crates() -> dict[str, str]:
    return dict(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', (ROOT / "bench/Cargo.lock").read_text()))


def today() -> str:
    date = datetime.date.today()
    return f"{date.day} {date:%B %Y}"


def picture_values(figures: dict) -> dict[str, str]:
    writers = figures["writers"]
    lengths = list(writers[OURS])
    heads = ["", *(f"{length} characters" for length in lengths)]

    def rows(cell) -> str:
        return table(heads, [[NAMES.get(name, name), *(cell(name, length) for length in lengths)] for name in writers])

    def compared_to_ours(what: str, show):
        return lambda name, length: compared(writers[name][length].get(what), writers[OURS][length].get(what), show)

    ratios = {size["version"]: size["ours"] / size["smallest_by_png"] for size in figures["sizes"]}
    worst = max(ratios, key=ratios.get)
    return {
        "writer_times": rows(compared_to_ours("nanoseconds", show_time)),
        "writer_instructions": rows(compared_to_ours("instructions", show_count)),
        "writer_bytes": rows(lambda name, length: "{bytes:,} ({modules})".format_map(writers[name][length])),
        "least_bytes": f"{min(ratios.values()) * 100:.0f} %",
        "most_bytes": f"{ratios[worst] * 100:.0f} %",
        "worst_version": worst,
    }


def invocation_values(figures: dict) -> dict:
    subjects = figures["subjects"]
    floor, usual_floor = subjects["nothing"], subjects["nothing-by-lambda-http"]
    warm = [
        [
            NAMES[name],
            compared(subject["instructions"], floor["instructions"], show_count),
            f"{subject['processor_us']:,.0f} µs",
            f"{subject['duration_ms']:.2f} ms",
            f"{max(kib for key, kib in subject.items() if 'memory_kib' in key) / 1024:.1f} MiB",
            f"{subject['package_bytes'] / 1e6:.2f} MB",
        ]
        for name, subject in subjects.items()
    ]
    columns = [f"{what}_ms_{how}" for how in ("from_environment", "by_tls_fetch") for what in ("init", "first_answer")]
    cold = [[NAMES[name], *(show_ms(subject.get(column)) for column in columns)] for name, subject in subjects.items()]
    ours = {name: subjects[name]["instructions"] for name in ("create-qr", "decrypt-ctext")}
    return {
        "payload_bytes": len(invocations.PAYLOAD),
        "warm": table(["", "instructions", "processor time", "duration", "peak memory", "package"], warm),
        "usual_floor": " and ".join(
            f"{compared(count, usual_floor['instructions'], show_count)} for {name}" for name, count in ours.items()
        ),
        "cold_starts": invocations.COLD_STARTS,
        "cold": table(
            ["", "key from the environment: init", "first answer", "keyring over TLS: init", "first answer"], cold
        ),
        "fetch_ms": f"{figures['fetch_by_a_ready_client_ms']:.0f}",
    } | cost_values(subjects)


def redemption_values(counts: dict[str, int]) -> dict[str, str]:
    names = ("one-update-item", "redeem-code", "redeem-code-marked")
    rows = [[NAMES[name], compared(counts.get(name), counts.get(names[0]), show_count)] for name in names]
    return {"redemptions": table(["", "instructions"], rows)}


def label_values(figures: dict) -> dict:
    sheets, archive = figures["sheets"], figures["function"]["archive"]
    requests = labels.PICTURES // labels.PICTURES_PER_REQUEST
    archives = {what: requests * archive[what] for what in ("instructions", "processor_us", "bytes") if what in archive}
    archives |= {"peak_memory_kib": archive["peak_memory_kib"]}

    def rows(function: dict, writers: dict) -> str:
        function = function | {"processor_seconds": function["processor_us"] / 1e6}
        ours = writers[OURS]
        cells = [
            [
                NAMES.get(name, name),
                compared(figure["processor_seconds"], ours["processor_seconds"], show_seconds),
                compared(figure.get("instructions"), ours.get("instructions"), show_millions),
                f"{figure['bytes'] / 1e6:,.2f} MB",
                f"{figure['peak_memory_kib'] / 1024:.1f} MiB" if "peak_memory_kib" in figure else "–",
            ]
            for name, figure in {labels.FUNCTION: function, **writers}.items()
        ]
        return table(["", "processor time", "instructions", "bytes", "peak memory"], cells)

    locked = locked_crates()
    versions = [*(f"{name} {locked[name]}" for name in ("qrcodegen", "printpdf", "fast_qr", "png"))]
    versions += [f"{name} {version(name)}" for name in ("qrcode", "reportlab", "segno")]
    if pictures.LIBQRENCODE in sheets:
        versions.append(printed("qrencode", "--version").splitlines()[0].replace(" version", ""))
    return {
        "label_count": f"{labels.LABELS:,}",
        "label_characters": figures["link_characters"],
        "label_runs": labels.RUNS,
        "label_sampled": labels.SAMPLED,
        "label_date": today(),
        "label_versions": ", ".join(versions),
        "sheet_table": rows(figures["function"]["sheet"], sheets),
        "picture_count": f"{labels.PICTURES:,}",
        "archive_requests": requests,
        "archive_rows": f"{labels.PICTURES_PER_REQUEST:,}",
        "picture_table": rows(archives, figures["pictures"]),
    }


def density_values(figures: dict) -> dict:
    heads = [NAMES[form] for form in density.FORMS]
    modules = [
        [f"{name}, {len(density.PAYLOADS[name]['payload'])} bytes", *(str(sides[form]) for form in density.FORMS)]
        for name, sides in figures["modules"].items()
    ]

    def cell(of_reader: dict, form: str) -> str:
        return f"{of_reader[form]} px ({of_reader[form] / of_reader['demo']:.2f}×)"

    widths = [
        [f"{name}, {reader}", *(cell(of_reader, form) for form in density.FORMS)]
        for name, of_payload in figures["widths"].items()
        for reader, of_reader in of_payload.items()
    ]
    return {
        "base_url": density.BASE_URL,
        "instances": density.INSTANCES,
        "modules": table(["", *heads], modules),
        "rotation": distortion.ROTATION_DEGREES,
        "blur": f"{distortion.BLUR_SIGMA:g}",
        "noise": f"{distortion.NOISE_SIGMA:g}",
        "jpeg": distortion.JPEG_QUALITY,
        "photographs": density.PHOTOGRAPHS,
        "step": density.WIDTHS.step,
        "widths": table(["payload, reader", *heads], widths),
    }


def cost_values(subjects: dict) -> dict:
    costs = {}
    for name in COSTS:
        init = subjects[name].get("init_ms_by_tls_fetch", subjects[name]["init_ms_from_environment"])
        costs[name] = cost.million_invocations(subjects[name]["processor_us"], init, fetches_keyring="demo" not in name)
    parts = ["compute", "init", "fetches", "requests", "http_api"]
    rows = [
        [
            NAMES[name],
            f"{subjects[name]['processor_us']:,.0f} µs",
            f"{dollars['billed_ms']} ms",
            *(f"${dollars[part]:.3f}" for part in parts),
            f"**${dollars['total']:.3f}**",
        ]
        for name, dollars in costs.items()
    ]
    heads = ["", "processor time", "billed", "duration", "cold starts", "fetches", "requests", "HTTP API", "together"]
    return {
        "gb_second": f"{cost.LAMBDA_ARM64_GB_SECOND:.10f}",
        "requests": f"{cost.LAMBDA_MILLION_REQUESTS:.2f}",
        "http_api": f"{cost.HTTP_API_MILLION_REQUESTS:.2f}",
        "calls": f"{cost.SECRETS_MANAGER_CALL * 10_000:.2f}",
        "secret": f"{cost.SECRETS_MANAGER_SECRET_MONTH:.2f}",
        "costs": table(heads, rows),
        "memory": cost.MEMORY_MB,
        "one_processor": cost.MB_OF_ONE_PROCESSOR,
        "processor_ms": f"{subjects['create-qr']['processor_us'] / 1000:.3f}",
        "billed": costs["create-qr"]["billed_ms"],
        "compute": f"${costs['create-qr']['compute']:.3f}",
        "invocations_per_cold_start": cost.INVOCATIONS_PER_COLD_START,
    }


def compared(value, ours, show) -> str:
    if value is None:
        return "–"
    return show(value) if ours is None or value == ours else f"{show(value)} ({times(value / ours)})"


def times(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.2f}×"


def show_time(nanoseconds: int) -> str:
    microseconds = nanoseconds / 1000
    return f"{microseconds:.1f} µs" if microseconds < 100 else f"{microseconds:,.0f} µs"


def show_count(count: int) -> str:
    return f"{count / 1000:,.0f} k"


def show_millions(count: float) -> str:
    return f"{count / 1e6:,.0f} M"


def show_seconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"


def show_ms(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds:.1f} ms"


def table(heads: list[str], rows: list[list[str]]) -> str:
    alignment = ["---", *("---:" for _ in heads[1:])] if len(heads) > 2 else ["---"] * len(heads)
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, alignment, *rows])


def printed(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


SECTIONS = {
    "pictures": picture_values,
    "invocations": invocation_values,
    "redemption": redemption_values,
    "labels": label_values,
    "density": density_values,
}
