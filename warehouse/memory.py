"""How much memory DuckDB may use while a release is made, checked and written out; beyond it, data goes to disk.

Queries on a published file are not limited.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

MEMORY_VARIABLE = "FASCICLE_MEMORY"
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h
DEFAULT_MEMORY = "500MB"
"""What DuckDB may hold where nobody said how much."""
_A_THREAD = 75_000_000
"""Bytes that each of DuckDB's threads needs, found by trying: with less, operators that could go to disk give up."""
_UNITS = {"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]I?)?B?\s*", re.IGNORECASE)


def memory_limit() -> str:
    """The size as DuckDB writes it, such as 400MB or 2GB; the environment may say another."""
    return os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY


def spilling(folder: Path, most_threads: int | None = None) -> dict[str, Any]:
    """Configuration of a connection that spills to ``folder`` beyond that size; the folder is empty once it is closed."""
    count = threads() if most_threads is None else min(threads(), most_threads)
    return {"memory_limit": memory_limit(), "temp_directory": str(folder), "threads": count}


def threads() -> int:
    """How many of the cores DuckDB may use: no more than there is memory for."""
    size = _SIZE.fullmatch(memory_limit())
    cores = len(os.sched_getaffinity(0))
    if size is None:  # for DuckDB to refuse
        return cores
    granted = float(size[1]) * _UNITS[(size[2] or "").upper()]
    return max(1, min(cores, int(granted // _A_THREAD)))


FEW_ROWS = 1_000_000
"""Rows below which a second thread takes a sixth more of the processor's time, and saves none."""


def threads_for(rows: int) -> int | None:
    """How many threads statements on so many rows are given at most; None for all."""
    return 1 if rows < FEW_ROWS else None


class MemoryShortage(RuntimeError):
    """DuckDB needs more memory than it may hold; the message says how much that is and how to grant more."""


def shortage() -> MemoryShortage:
    """The error to raise when DuckDB needs more than it may hold."""
    return MemoryShortage(
        f"DuckDB needs more memory than {MEMORY_VARIABLE}={memory_limit()}; set it higher and run again"
    )


@contextmanager
def within_memory() -> Iterator[None]:
    """Raise MemoryShortage when DuckDB runs out of memory within the block."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as problem:
        raise shortage() from problem


SMALLEST = 131_072
"""Bytes of the smallest block that is given back where as little as possible is to be held."""
SEVERAL = 33_554_432
"""And where few rows are held at any time: to get memory anew for each page or column takes a twentieth of such a run."""


def give_back(least: int = SMALLEST) -> None:
    """Have the C library return freed memory to the system at once, where it can (glibc): blocks of so many bytes or more, and
    what is free at the end of its heap.

    By default each thread keeps what it freed for itself, and blocks of up to 32 MB are kept, too: building the file
    of 540 documents held 910 MB at most without this, 748 MB with it.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    for option, value in ((_ARENA_MAX, 2), (_TRIM_THRESHOLD, least), (_MMAP_THRESHOLD, least)):
        tell(option, value)


class NoPandas(MetaPathFinder):
    """Keeps a process from importing pandas, which pyarrow and DuckDB do to ask whether rows are a DataFrame: here none
    is, and the import takes as long as reading a short document, or a quarter of that of Great Expectations.
    """

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("not needed to make a release", name=fullname)


def spare_pandas() -> None:
    """Have nothing import pandas in this process until ``allow_pandas``: DuckDB asks for it, too, to look at values."""
    if not any(isinstance(finder, NoPandas) for finder in sys.meta_path):
        sys.meta_path.insert(0, NoPandas())


def allow_pandas() -> None:
    """Let pandas be imported again, by what works with it."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, NoPandas)]
