"""Measures what run.py has built and writes docs/benchmarks.md. Figures are kept in target/bench/figures.json."""

import json
import sys
from pathlib import Path

import callgrind
import density
import invocations
import labels
import page
import pictures
import redemption

ROOT = Path(__file__).resolve().parent.parent
BINARIES = ROOT / "target/bench/release"
FIGURES = ROOT / "target/bench/figures.json"
SECTIONS = {
    "pictures": pictures.measure,
    "invocations": invocations.measure,
    "redemption": redemption.measure,
    "labels": labels.measure,
    "density": density.measure,
}


def main(sections: list[str]) -> None:
    if callgrind.is_missing():
        print("valgrind is missing, no instructions are counted (Debian: apt-get install valgrind)", flush=True)
    if pictures.LIBQRENCODE not in pictures.writers():
        print("qrencode is missing, its row stays out (Debian: apt-get install qrencode)", flush=True)
    if not labels.has_libqrencode(BINARIES):
        print("libqrencode-dev or libpng-dev is missing, a row stays out (Debian: apt-get install both)", flush=True)
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for section in sections or SECTIONS:
        print(f"Measuring {section} ...", flush=True)
        figures[section] = SECTIONS[section](BINARIES)
        FIGURES.write_text(json.dumps(figures, indent=1))
    page.write(figures, ROOT / "docs/benchmarks.md")
    print("Wrote docs/benchmarks.md")


if __name__ == "__main__":
    main(sys.argv[1:])
