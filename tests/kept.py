"""What tests read from documents, and homes with a release, kept on disk by hash: nothing is made twice by the same code.

A file's name is the hash of the document and of what was asked; the folder's is the hash of our code, the locked
libraries and Python. Processes of pytest-xdist share it, and so do the next runs: a change of code begins a new folder.
Each answer is a copy of its own, so that a test may change it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from pipelines.model.blocks import Document
from pipelines.parse.fascicle import parse_document
from pipelines.read import read_document
from pipelines.run.document import read_and_judge
from pipelines.symbols.identity import identify
from pipelines.vocabulary import OWN_FOLDER, vocabulary_of
from warehouse.schema.declare import Rows

T = TypeVar("T")
ANEW = "FASCICLE_TESTS_PARSE_ANEW"
"""Where this is set, documents are read once but parsed each time: the parser is not what its files say."""
ROOT = Path(__file__).parents[1]
_PLACE = ROOT / "build" / "tests"
_CODE = ("pipelines", "expectations", "warehouse", "benches/render")


def rows_kept(path: Path, sha256: str = "0" * 64) -> Rows:
    """Judged rows of a document."""
    return rows_of_bytes(path.read_bytes(), path.suffix[1:], sha256)


def rows_of_bytes(data: bytes, file_format: str, sha256: str = "0" * 64) -> Rows:
    """Judged rows of the bytes of a document, read once whatever ``sha256`` it is given: only its own row says it."""
    rows = kept(f"rows {file_format}", data, lambda: read_and_judge(data, file_format, {}, sha256))  # type: ignore[arg-type]
    for row in rows["mart_document"]:
        row["source_sha256"] = sha256
    return rows


def blocks_kept(path: Path) -> Document:
    """A document as it is read, before it is parsed."""
    data, file_format = path.read_bytes(), path.suffix[1:]
    return kept(f"blocks {file_format}", data, lambda: read_document(data, file_format))  # type: ignore[arg-type]


def parsed_kept(path: Path) -> Rows:
    """Rows of a fascicle as they are parsed, before they are judged."""
    return kept(f"parsed {path.suffix[1:]}", path.read_bytes(), lambda: _parsed(blocks_kept(path)))


def _parsed(document: Document) -> Rows:
    identity = identify(document)
    return parse_document(document, identity, vocabulary_of(identity.language))


def kept(asked: str, data: bytes, make: Callable[[], T]) -> T:
    """What ``make`` makes of ``data``, or made of it before."""
    if os.environ.get(OWN_FOLDER) or (os.environ.get(ANEW) and not asked.startswith("blocks")):
        return make()
    path = _folder() / hashlib.sha256(asked.encode() + b"\0" + data).hexdigest()
    try:
        found: T = pickle.loads(path.read_bytes())
        return found
    except (OSError, EOFError, pickle.UnpicklingError):
        made = make()
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    part.replace(path)
    return made


def home_kept(name: str, make: Callable[[Path], None]) -> Path:
    """The home that ``make`` makes, once for the code as it is; whoever changes it copies it first."""
    folder = Path(tempfile.mkdtemp()) if os.environ.get(OWN_FOLDER) else _folder()
    home = folder / f"home of {name}"
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            part = home.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            make(part)
            part.rename(home)
    return home


@cache
def _folder() -> Path:
    """The folder of the code as it is now; those of other code are removed, but for the one used last."""
    digest = hashlib.sha256(sys.version.encode() + (ROOT / "uv.lock").read_bytes())
    for room in _CODE:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".toml", ".csv", ".json", ".sql", ".txt"}:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    folder = _PLACE / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    for other in sorted(_PLACE.iterdir(), key=lambda one: one.stat().st_mtime)[:-2]:
        shutil.rmtree(other, ignore_errors=True)
    return folder
