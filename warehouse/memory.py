"""How much memory DuckDB may hold while a release is made, checked and written out: the rest goes to disk.

What analysts ask of a published file is not held to it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

MEMORY_VARIABLE = "FASCICLE_MEMORY"
DEFAULT_MEMORY = "250MB"


def memory_limit() -> str:
    """The size as DuckDB writes it, such as 400MB or 2GB; the environment may say another."""
    return os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY


def spilling(folder: Path) -> dict[str, Any]:
    """Configuration of a connection that goes to ``folder`` beyond that size, and leaves it empty when it is closed."""
    return {"memory_limit": memory_limit(), "temp_directory": str(folder)}
