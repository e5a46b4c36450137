"""Sites that scans lead on to: they check assertions with the libraries of three languages, as docs/api.md says."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from tests.support.cargo import example
from tools.local_api import ROOT
from tools.setup import NODE_FOLDER

NODE_MODULES = NODE_FOLDER / "jose" / "node_modules"

SECTION = re.search(
    r"^## Scans that lead to your pages\n(.*?)^## ", (ROOT / "docs/api.md").read_text(), re.MULTILINE | re.DOTALL
)[1]
SERVICE, SITE = "https://qr.example.org", "https://shop.example.org"
# `claimsOf` is in the documentation.
CHECK_ALL = """
import { readFileSync } from "node:fs";
import { calculateJwkThumbprint } from "jose";

const verdicts = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    verdicts.push({ claims: await claimsOf(text) });
  } catch (error) {
    verdicts.push({ error: String(error) });
  }
}
const { keys: published } = await (await fetch("SERVICE/.well-known/jwks.json")).json();
const thumbprints = await Promise.all(published.map((key) => calculateJwkThumbprint(key)));
console.log(JSON.stringify({ verdicts, thumbprints }));
"""


def sample(language: str, service: str) -> str:
    """The code in the documentation that checks assertions, for a service at this address."""
    (code,) = (
        code
        for code in re.findall(rf"^```{language}\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
        if SERVICE in code
    )
    return code.replace(SERVICE, service)


def by_pyjwt(service: str, texts: list[str]) -> list[dict]:
    names: dict = {}
    exec(sample("python", service), names)
    verdicts = []
    for text in texts:
        try:
            verdicts.append({"claims": names["claims_of"](text)})
        except names["jwt"].PyJWTError as error:
            verdicts.append({"error": repr(error)})
    return verdicts


def has_node() -> bool:
    return shutil.which("node") is not None and NODE_MODULES.is_dir()


def by_jose(service: str, texts: list[str], folder: Path) -> tuple[list[dict], list[str]]:
    """The verdicts, and the thumbprints of the public keys."""
    (folder / "node_modules").symlink_to(NODE_MODULES)
    site = folder / "site.mjs"
    site.write_text(sample("js", service) + CHECK_ALL.replace("SERVICE", service))
    done = subprocess.run(
        ["node", site], input=json.dumps(texts), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    return result["verdicts"], result["thumbprints"]


def by_jsonwebtoken(service: str, texts: list[str], key_set: str) -> list[dict]:
    site = {"key_set": json.loads(key_set), "issuer": service, "audience": SITE, "texts": texts}
    command = [example("decrypt-ctext", "verify_assertions")]
    done = subprocess.run(command, input=json.dumps(site), capture_output=True, text=True, timeout=60, check=True)
    return [{"error": error} if error else {"claims": None} for error in json.loads(done.stdout)]
