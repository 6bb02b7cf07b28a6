"""How much memory DuckDB may hold while a release is made, checked and written out: the rest goes to disk.

What analysts ask of a published file is not held to it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

LOG = logging.getLogger("fascicle.memory")
MEMORY_VARIABLE = "FASCICLE_MEMORY"
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h
DEFAULT_MEMORY = "150MB"
MORE_MEMORY = ("300MB", "600MB")
"""What DuckDB may hold where nobody said how much, and what it is granted when that was too little."""
_A_THREAD = 75_000_000
"""Bytes that each of DuckDB's threads needs, found by trying: with less, operators that could go to disk give up."""
_UNITS = {"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]I?)?B?\s*", re.IGNORECASE)

R = TypeVar("R")


def memory_limit() -> str:
    """The size as DuckDB writes it, such as 400MB or 2GB; the environment may say another."""
    return os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY


def spilling(folder: Path) -> dict[str, Any]:
    """Configuration of a connection that goes to ``folder`` beyond that size, and leaves it empty when it is closed."""
    return {"memory_limit": memory_limit(), "temp_directory": str(folder), "threads": threads()}


def threads() -> int:
    """How many of the cores DuckDB may use: no more than there is memory for."""
    size = _SIZE.fullmatch(memory_limit())
    cores = len(os.sched_getaffinity(0))
    if size is None:  # for DuckDB to refuse
        return cores
    granted = float(size[1]) * _UNITS[(size[2] or "").upper()]
    return max(1, min(cores, int(granted // _A_THREAD)))


class MemoryShortage(RuntimeError):
    """DuckDB needs more memory than it may hold; the message says how much that is and how to grant more."""


def shortage() -> MemoryShortage:
    """What to say when it comes to that."""
    return MemoryShortage(
        f"DuckDB needs more memory than {MEMORY_VARIABLE}={memory_limit()}; set it higher and run again"
    )


@contextmanager
def within_memory() -> Iterator[None]:
    """Raise MemoryShortage when DuckDB finds within the block that it needs more than it may hold."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as problem:
        raise shortage() from problem


def enough_for(attempt: Callable[[], R]) -> R:
    """Call it; where it ends in MemoryShortage and nobody said how much memory to use, again with more (MORE_MEMORY).

    Processes that are started meanwhile are granted as much. Raises MemoryShortage when all of it is too little.
    """
    if os.environ.get(MEMORY_VARIABLE):
        return attempt()
    more = iter(MORE_MEMORY)
    try:
        while True:
            try:
                return attempt()
            except MemoryShortage:
                before = memory_limit()
                if (granted := next(more, None)) is None:
                    raise
            LOG.warning("DuckDB needs more memory than %s; again with %s", before, granted)
            os.environ[MEMORY_VARIABLE] = granted
    finally:
        os.environ.pop(MEMORY_VARIABLE, None)


def give_back() -> None:
    """Let this process return what it frees to the system at once, as far as its C library is told how (glibc).

    By default each thread keeps what it freed for itself, and blocks of up to 32 MB are kept, too: building the file
    of 540 documents held 910 MB at most without this, 748 MB with it.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    for option, value in ((_ARENA_MAX, 2), (_TRIM_THRESHOLD, 131_072), (_MMAP_THRESHOLD, 131_072)):
        tell(option, value)


def trim() -> None:
    """Give back what was freed between pieces still in use, as far as the C library can (glibc)."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        return
