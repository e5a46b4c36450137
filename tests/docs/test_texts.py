"""The files of texts: each text is used, and each that is used is there. Rust tests hold the languages against English."""

import re

from tools.local_api import ROOT

ENGLISH = (ROOT / "shared" / "scan" / "languages" / "en.ftl").read_text()
IDS = re.findall(r"^([a-z][a-z-]*) =", ENGLISH, re.MULTILINE)
FOLDERS = ("shared/scan/src", "functions/decrypt-ctext/src")
CODE = "".join(path.read_text().split("#[cfg(test)]")[0] for folder in FOLDERS for path in (ROOT / folder).glob("*.rs"))


def test_every_text_is_used():
    assert len(IDS) == len(set(IDS)) > 60
    assert [name for name in IDS if f'"{name}"' not in CODE] == []


def test_every_text_that_is_used_is_there():
    used = re.findall(r'\b(?:text|text_with|sentence|pieces|placeholder)\((?:reader, )?"([a-z-]+)"', CODE)
    used += re.findall(r'"([a-z-]+-(?:title|lead))"', CODE)
    assert len(used) > 30 and set(used) <= set(IDS)
