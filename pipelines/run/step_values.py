"""Values that steps return, as small files of JSON in the home or the store: any executor can hand them on, anyone can
read them, and a step run by itself takes what was returned last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pipelines.run import results
from pipelines.run.store import StoreError, read_bytes, store_of, write_bytes

_RETURNED: dict[str, tuple[bytes, Any]] = {}
"""What each step returned last in this process, by a hash of its JSON: that of thousands of documents takes long to read."""

R = TypeVar("R")


def keep(home: Path, name: str, value: Any, run_id: str = "") -> None:
    """Keep what a step returned, as the last of its name and, where a run is named, as that run's. Raises StoreError."""
    text = json.dumps(results.to_plain(value)).encode()  # escaped: names of files need not be UTF-8
    _RETURNED[name] = (hashlib.sha256(text).digest(), value)
    for address in dict.fromkeys((_address(home, name, run_id), _address(home, name))):
        write_bytes(address, text)


def keeper(home: Path) -> Callable[[str, R], R]:
    """A function that keeps what a step of a name returned, and returns it."""

    def kept(name: str, value: Any) -> Any:
        keep(home, name, value)
        return value

    return kept


def recall(home: Path, name: str, run_id: str) -> Any:
    """What a step returned in this run, or last of all. Raises StoreError when nothing was."""
    last = _address(home, name)
    text = read_bytes(_address(home, name, run_id)) or read_bytes(last)
    if text is None:
        raise StoreError(f"{last}: no run has left what {name} returns; materialise {name} first")
    digest, value = _RETURNED.get(name, (b"", None))
    return value if digest == hashlib.sha256(text).digest() else results.from_plain(json.loads(text))


def _address(home: Path, name: str, run_id: str = "") -> str:
    return "/".join(part for part in (store_of() or str(home / "staging"), "steps", run_id, f"{name}.json") if part)
