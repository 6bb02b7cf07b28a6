"""What Great Expectations imports and no expectation here uses is not loaded with it, and works once it is used."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import expectations.gx.rules
assert not {"scipy.linalg", "altair.vegalite"} & sys.modules.keys()
from scipy import stats
assert stats.norm.cdf(0) == 0.5
"""


def test_libraries_that_no_expectation_uses_are_loaded_when_they_are_used() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
