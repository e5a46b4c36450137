"""Every payload model is in the lock that keeps what its codes are packed by."""

import subprocess

from tests.support.cargo import example
from tools.local_api import ROOT

LOCK = ROOT / "shared" / "models.lock"


def test_make_models_has_nothing_to_add():
    written = subprocess.run([example("payload-models", "write_lock")], check=True, capture_output=True, text=True).stdout
    assert written == LOCK.read_text(), "run make models and commit shared/models.lock"
