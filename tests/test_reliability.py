"""What docs/reliability.md counts, counted again."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/reliability.md").read_text()


def stated(pattern: str) -> list[str]:
    (found,) = re.findall(pattern, PAGE)
    return [found] if isinstance(found, str) else list(found)


def test_vectors():
    vectors = json.loads((ROOT / "tests/vectors/ctext-v1.json").read_text())
    counts = [str(len(vectors["valid"])), str(len(vectors["invalid"]))]
    assert stated(r"(\d+) valid and (\d+) invalid vectors in") == counts
    assert stated(r"(\d+) printed codes in") == [str(len(list((ROOT / "tests/vectors/printed").glob("*.png"))))]
    (wycheproof,) = stated(r"Wycheproof's (\d+) vectors")
    assert f"assert_eq!(valid + invalid, {wycheproof}," in (ROOT / "shared/src/aead.rs").read_text()


def test_properties():
    rows = re.findall(r"^\| `(\w+)`.* \| (\d+) \| `([\w./]+)` \|$", PAGE, re.M)
    assert len(rows) >= 7
    examples = re.search(r"max_examples=(\d+)", (ROOT / "tests/conftest.py").read_text())[1]
    for name, cases, path in rows:
        source = (ROOT / path).read_text()
        if path.endswith(".py"):
            assert re.search(rf"^@given\([^@]*^def {name}\(", source, re.M), name
            assert cases == examples
        else:
            # proptest's own number of cases, which nothing here changes.
            assert f"fn {name}(" in source.partition("proptest! {")[2], name
            assert cases == "256"


def test_fuzz_targets():
    targets = {path.stem for path in (ROOT / "fuzz/fuzz_targets").glob("*.rs")}
    assert stated(r"(\d+) targets in `fuzz/`") == [str(len(targets))]
    assert stated(r"replays their (\d+) inputs") == [str(sum(1 for path in (ROOT / "fuzz/corpus").rglob("*") if path.is_file()))]
    section = PAGE.partition("### Fuzz targets")[2].partition("###")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == targets


def test_files_with_mutants():
    configured = re.findall(r'"(shared/src/\w+\.rs)"', (ROOT / ".cargo/mutants.toml").read_text())
    section = PAGE.partition("### Mutants")[2].partition("###")[0]
    assert re.findall(r"^\| `(shared/src/\w+\.rs)` \|", section, re.M) == configured
