"""Writes docs/benchmarks.md from the figures."""

import datetime
import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import cost
import density
import distortion
import invocations
import pictures

ROOT = Path(__file__).resolve().parent.parent
OURS = "ours"
COLD = ["from_environment", "by_tls_fetch"]

NAMES = {
    "create-qr": "**create-qr**",
    "decrypt-ctext": "**decrypt-ctext**",
    "nothing": "a Lambda that does nothing",
    "nothing-by-lambda-http": "the same by `lambda_http`, with logging",
    "create-qr-on-plain-crates": "create-qr on `qrcode` and `image`",
    "demo-create": "the demo in Python, create",
    "demo-decrypt": "the demo in Python, decrypt",
}
WRITER_NAMES = {
    "ours": "**Sealed QR**",
    "qrcode+image": "`qrcode` + `image`",
    "fast_qr+png": "`fast_qr` + `png`",
    "qrcodegen+png": "`qrcodegen` + `png`",
    "python-qrcode+Pillow": "python-qrcode + Pillow",
    "segno": "segno",
    pictures.LIBQRENCODE: "libqrencode",
}
FORM_NAMES = {"demo": "the demo's base64", "full": "**full link**", "compact": "**compact link**"}


def write(figures: dict, path: Path) -> None:
    parts = [
        introduction(),
        from_link_to_picture(figures["pictures"]),
        whole_invocation(figures["invocations"]),
        how_small(figures["density"]),
        what_it_costs(figures["invocations"]["subjects"]),
    ]
    path.write_text("\n".join(parts))


def introduction() -> str:
    today = datetime.date.today()
    return f"""# Benchmarks

`make bench` measures all of this on your machine, competitors side by side in one run, and writes this page. It takes about half an hour.
Instructions, bytes and modules repeat; times move with the machine and with what else it does, so compare them within a table only.

{table(["measured on", ""], [
    ["date", f"{today.day} {today:%B %Y}"],
    ["machine", f"{processor()}, {os.cpu_count()} cores, {memory_gib()} GiB, {'virtual' if is_virtual() else 'bare metal'}"],
    ["system", f"Linux {platform.release().split('-')[0]}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}"],
    ["toolchain", f"{printed('rustc', '--version').split(' (')[0]}, release profile of the functions, {target_cpu()}"],
    ["Rust crates", ", ".join(crate_versions("qrcode", "image", "fast_qr", "qrcodegen", "png", "lambda_runtime"))],
    ["Python", f"{platform.python_version()}; {', '.join(f'{name} {version(name)}' for name in ('qrcode', 'segno', 'pillow', 'zxing-cpp', 'moto'))}"],
    ["Lambda", f"the runtime interface emulator in aws-sam-cli {version('aws-sam-cli')}"],
    ["instructions", f"{printed('valgrind', '--version') if shutil.which('valgrind') else 'not counted'}, callgrind, user space"],
])}
"""


def from_link_to_picture(figures: dict) -> str:
    writers = figures["writers"]
    lengths = list(writers[OURS])

    def rows(what: str, show) -> list[list[str]]:
        return [
            [WRITER_NAMES[name], *(compared(of_length[length].get(what), writers[OURS][length].get(what), show) for length in lengths)]
            for name, of_length in writers.items()
        ]

    def sizes(name: str) -> list[str]:
        return [f"{writers[name][length]['bytes']:,} ({writers[name][length]['modules']})" for length in lengths]

    ratios = {size["version"]: size["ours"] / size["smallest_by_png"] for size in figures["sizes"]}
    largest = max(ratios, key=ratios.get)
    heads = ["", *(f"{length} characters" for length in lengths)]
    return f"""## From link to picture

A link that ends in digits becomes a PNG at 8 pixels a module, quiet zone 4, error correction level M. In brackets, how many times ours.
Every picture is read back before it counts. `png` writes 1 bit a pixel at its fast setting; the others draw as their documentation shows.

Median time. The Rust writers take turns within one process, the Python ones within another. libqrencode's is its symbol alone, without a picture.

{table(heads, rows("nanoseconds", show_time))}

Instructions. The difference of two runs, so without the start of the process.

{table(heads, rows("instructions", show_count))}

Bytes of PNG (modules a side). More modules for the same link mean that an encoder puts digits into a byte segment.

{table(heads, [[WRITER_NAMES[name], *sizes(name)] for name in writers])}

Against the smallest file that the `png` crate writes of the same picture, over its compression levels and filters, ours has {percent(min(ratios.values()))} to
{percent(ratios[largest])} of the bytes over versions 1 to 40 (most at version {largest}).
"""


def whole_invocation(figures: dict) -> str:
    subjects = figures["subjects"]
    floor, usual_floor = subjects["nothing"], subjects["nothing-by-lambda-http"]
    warm = [
        [
            NAMES[name],
            compared(of["instructions"], floor["instructions"], show_count),
            f"{of['processor_us']:,.0f} µs",
            f"{of['duration_ms']:.2f} ms",
            f"{peak_memory(of) / 1024:.1f} MiB",
            f"{of['package_bytes'] / 1e6:.2f} MB",
        ]
        for name, of in subjects.items()
    ]
    cold = [
        [NAMES[name], *(show_ms(of.get(f"{what}_ms_{how}")) for how in COLD for what in ("init", "first_answer"))] for name, of in subjects.items()
    ]
    usual = " and ".join(
        f"{compared(subjects[name]['instructions'], usual_floor['instructions'], show_count)} for {name}" for name in ("create-qr", "decrypt-ctext")
    )
    return f"""## The whole invocation

A payload of {len(invocations.PAYLOAD)} bytes through Lambda's runtime interface emulator, events as an HTTP API sends them, default options. The demo is
[bench/demo/demo.py](../bench/demo/demo.py): Flask-RESTX, AES-CBC, python-qrcode, under awslambdaric.

Warm. Instructions: in brackets, how many times a Lambda that does nothing. Processor time includes the kernel's part; duration is the emulator's own figure.
Peak memory is the most that the process ever had (VmHWM), in any of the runs here; the package is a zip.

{table(["", "instructions", "processor time", "duration", "peak memory", "package"], warm)}

Instructions against a Lambda that does nothing by `lambda_http` with logging set up, as `cargo lambda new` begins one: {usual}.

Cold, median of {invocations.COLD_STARTS} starts that take turns. Init is the emulator's figure, from the start of the process to its first poll for work; the first answer
is seen from outside, from the request that causes the start.

{table(["", "key from the environment: init", "first answer", "keyring over TLS: init", "first answer"], cold)}

The keyring comes from moto's Secrets Manager on this machine, which itself takes {figures["fetch_by_a_ready_client_ms"]:.0f} ms to answer a client that is ready and waiting.
It is trusted by as few root certificates as AWS's own endpoints are.
The demo fetches nothing. Its Python code is compiled beforehand, which packages on Lambda often are not.
"""


def how_small(figures: dict) -> str:
    sides = figures["modules"]
    sizes = density.PAYLOAD_BYTES
    rows = [[FORM_NAMES[form], *(str(sides[form][str(size)]) for size in sizes)] for form in density.FORMS]
    widths = [
        [f"{size} bytes, {reader}", *(f"{of_reader[str(size)][form]} px" for form in density.FORMS)]
        for size in density.PHOTOGRAPHED_BYTES
        for reader, of_reader in figures["widths"].items()
    ]
    return f"""## How small a code

Modules a side by bytes of payload, links at `{density.BASE_URL}`, error correction level M. The demo's form is AES-CBC with its IV in base64, percent-encoded
in the link; its length varies with the bytes, so this is the median of {density.INSTANCES} payloads.

{table(["", *(f"{size} bytes" for size in sizes)], rows)}

The smallest width at which a code still decodes in a bad photograph: tilted by up to {distortion.ROTATION_DEGREES}° and in perspective, blurred (σ {distortion.BLUR_SIGMA:g} px), noisy (σ {distortion.NOISE_SIGMA:g} of
255), unevenly lit, JPEG at quality {distortion.JPEG_QUALITY}; [bench/distortion.py](../bench/distortion.py), the same for every code and reader. The width is that of the picture
with its quiet zone; the median of {density.PHOTOGRAPHS} codes, in steps of {density.WIDTHS.step} px.

{table(["payload, reader", *(FORM_NAMES[form] for form in density.FORMS)], widths)}
"""


def what_it_costs(subjects: dict) -> str:
    compared_subjects = ["create-qr", "decrypt-ctext", "create-qr-on-plain-crates", "demo-create", "demo-decrypt"]
    costs = {name: cost.of_a_million(subjects[name]["processor_us"], init_of(subjects[name]), "demo" not in name) for name in compared_subjects}
    rows = [
        [
            NAMES[name],
            f"{subjects[name]['processor_us']:,.0f} µs",
            f"{of['billed_ms']} ms",
            dollars(of["compute"]),
            dollars(of["init"]),
            dollars(of["fetches"]),
            dollars(of["requests"]),
            dollars(of["http_api"]),
            f"**{dollars(of['total'])}**",
        ]
        for name, of in costs.items()
    ]
    example = costs["create-qr"]
    processor_ms = subjects["create-qr"]["processor_us"] / 1000
    return f"""## What a million costs

By AWS's list prices for us-east-1, in US dollars, without free tiers; check them before you rely on them. Lambda on arm64:
${cost.LAMBDA_ARM64_GB_SECOND:.10f} a GB-second and ${cost.LAMBDA_MILLION_REQUESTS:.2f} a million requests. HTTP API: ${cost.HTTP_API_MILLION_REQUESTS:.2f} a million requests. Secrets Manager:
${cost.SECRETS_MANAGER_CALL * 10_000:.2f} for 10 000 calls, and ${cost.SECRETS_MANAGER_SECRET_MONTH:.2f} a month for the secret, which is not in the table.

{table(["", "processor time", "billed", "duration", "cold starts", "fetches", "requests", "HTTP API", "together"], rows)}

- billed: at {cost.MEMORY_MB} MB a function has {cost.MEMORY_MB}/{cost.MB_OF_ONE_PROCESSOR} of a processor, so {processor_ms:.3f} ms × {cost.MB_OF_ONE_PROCESSOR}/{cost.MEMORY_MB}, rounded up, is {example["billed_ms"]} ms for create-qr. This takes a core of AWS's to
  be as fast as one of this machine, and all waiting to be free.
- duration: {example["billed_ms"]} ms × {cost.MEMORY_MB}/1024 GB × 1 000 000 × ${cost.LAMBDA_ARM64_GB_SECOND:.10f} = {dollars(example["compute"])}.
- cold starts: one in {cost.INVOCATIONS_A_COLD_START} invocations, its init phase as measured above, at the same price a GB-second.
- fetches: one a cold start. The demo has its key in the environment.
"""


def init_of(subject: dict) -> float:
    return subject.get("init_ms_by_tls_fetch", subject["init_ms_from_environment"])


def peak_memory(subject: dict) -> float:
    return max(value for key, value in subject.items() if "memory_kib" in key)


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


def show_ms(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds:.1f} ms"


def dollars(amount: float) -> str:
    return f"${amount:.3f}"


def percent(ratio: float) -> str:
    return f"{ratio * 100:.0f} %"


def table(heads: list[str], rows: list[list[str]]) -> str:
    alignment = ["---", *("---:" for _ in heads[1:])] if len(heads) > 2 else ["---"] * len(heads)
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, alignment, *rows])


def processor() -> str:
    return re.search(r"^Model name:\s*(.+)$", printed("lscpu"), re.MULTILINE)[1]


def is_virtual() -> bool:
    return "Hypervisor vendor" in printed("lscpu")


def memory_gib() -> int:
    return round(int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 2**20)


def target_cpu() -> str:
    # Cargo's configuration names one for each target.
    return "target CPU " + re.search(rf'{platform.machine()}.*?target-cpu=([\w.-]+)', (ROOT / ".cargo/config.toml").read_text(), re.DOTALL)[1]


def crate_versions(*names: str) -> list[str]:
    lock = (ROOT / "bench/Cargo.lock").read_text()
    locked = dict(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', lock))
    return [f"{name} {locked[name]}" for name in names]


def printed(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
