"""Where steps exchange files: in the home, or in the store that FASCICLE_STORE names.

The store is a folder, or an address in an object store such as ``s3://bucket/prefix``. Steps that read documents then
need no access to the home: originals and staged documents go through the store, under the same names as in the home.
Landing, judging and publishing still use the home, which is a folder. fsspec reaches the address, with credentials from
its environment; a write replaces the whole object. Everything in the store can be made again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.ingest.land import write_whole
from pipelines.run import staging_files
from pipelines.run.document import Task

STORE = "FASCICLE_STORE"
_STAGES, _ORIGINALS = "staging", "archive"


class StoreError(Exception):
    """The store cannot be reached, or lacks what was put there; one line, with the remedy."""


def store_of(environment: Mapping[str, str] = os.environ) -> str | None:
    """Path or address of the store, without a slash at its end; None where steps hand on within the home."""
    return environment.get(STORE, "").removeprefix("file://").rstrip("/") or None


def read_bytes(address: str) -> bytes | None:
    """All bytes at a path or an address; None when nothing is there. Raises StoreError."""
    try:
        if not is_remote(address):
            return Path(address).read_bytes()
        system, path = _at(address)
        data: bytes = system.cat_file(path)
        return data
    except FileNotFoundError:
        return None
    except StoreError:
        raise
    except Exception as problem:
        raise _told(address, problem) from problem


def write_bytes(address: str, data: bytes) -> None:
    """Put bytes at a path or an address: whoever reads sees all of them or what was there before. Raises StoreError."""
    if not is_remote(address):
        path = Path(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
        return
    system, path = _at(address)
    try:
        system.pipe_file(path, data)  # without folders, which object stores do not have
    except Exception as problem:
        raise _told(address, problem) from problem


def is_remote(address: str) -> bool:
    """True for an address, False for a path."""
    return "://" in address


def _at(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(address)
    except (ImportError, ValueError) as problem:
        raise StoreError(f"{STORE}: {problem}; for s3:// install fascicle[s3]") from problem
    return system, path


def _told(address: str, problem: Exception) -> StoreError:
    """Only the kind of the problem: its words may hold what signs a request."""
    return StoreError(f"{STORE}: {address}: {type(problem).__name__}; look at address, credentials and network")


def fetch_stages(tasks: Iterable[Task], environment: Mapping[str, str] = os.environ) -> None:
    """Bring into the home what is staged in the store and not here."""
    root = store_of(environment)
    if root is None:
        return
    for task in tasks:
        here = Path(task.stage)
        if staging_files.open_stage(here) is None and (data := read_bytes(f"{root}/{_STAGES}/{here.name}")) is not None:
            here.parent.mkdir(parents=True, exist_ok=True)
            write_whole(here, data)


def put_originals(tasks: Sequence[Task], environment: Mapping[str, str] = os.environ) -> tuple[Task, ...]:
    """The tasks as any machine can do them: their originals in the store. Without a store, as they are."""
    root = store_of(environment)
    return tuple(tasks) if root is None else tuple(_put(task, root) for task in tasks)


def _put(task: Task, root: str) -> Task:
    here = Path(task.archived)
    far = f"{root}/{_ORIGINALS}/{here.parent.name}/{here.name}"
    write_bytes(far, here.read_bytes())
    return replace(task, archived=far, stage=f"{root}/{_STAGES}/{Path(task.stage).name}")


@contextmanager
def localised(tasks: Sequence[Task]) -> Iterator[tuple[Sequence[Task], Callable[[Task], None]]]:
    """The tasks on files of this machine, and what puts a stage where its task wants it.

    The processes that read documents, which are hostile input, see files only. Raises StoreError when an original is
    not in the store as it was put there.
    """
    far = {task.sha256: task for task in tasks if is_remote(task.archived)}
    if not far:
        yield tasks, lambda task: None
        return
    with tempfile.TemporaryDirectory(prefix="fascicle-") as folder:

        def keep(task: Task) -> None:
            write_bytes(far[task.sha256].stage, Path(task.stage).read_bytes())
            Path(task.stage).unlink()

        yield [_fetched(task, Path(folder)) for task in tasks], keep


def _fetched(task: Task, folder: Path) -> Task:
    data = read_bytes(task.archived)
    if data is None or hashlib.sha256(data).hexdigest() != task.sha256:
        raise StoreError(f"{STORE}: {task.archived} is not what was put there; run again")
    here = folder / task.archived.rpartition("/")[2]
    here.write_bytes(data)
    return replace(task, archived=str(here), stage=str(folder / task.stage.rpartition("/")[2]))
