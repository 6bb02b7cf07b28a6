"""Staging: what was parsed from a document, kept by the hash of its bytes and of the code that read it.

A stage is one file: a line that names the format, a header in JSON, and one Arrow stream per table,
typed as the tables are declared. So decimals and dates come back exactly, rows of documents are joined
without being turned into Python objects, and a document that did not change is not read again. A
damaged stage is as good as none. A plain stage, for rows that go into no release, has JSON for Arrow.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.ingest.land import write_whole
from pipelines.run.plain_rows import rows_of_json, rows_to_json
from pipelines.vocabulary import LANGUAGES_KNOWN, language_version, vocabulary_version
from warehouse.build import Piece
from warehouse.file_hash import is_settled
from warehouse.load import RowSum
from warehouse.schema.declare import Rows
from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"fascicle stage 4\n"
_ROOT = Path(__file__).parents[2]
_READS = (
    "pipelines/assemble",
    "pipelines/ingest/formats.py",
    "pipelines/model",
    "pipelines/parse",
    "pipelines/read",
    "pipelines/run/comparisons.py",
    "pipelines/run/document.py",
    "pipelines/symbols",
    "pipelines/vocabulary",
    "expectations",
    "warehouse/fact.py",
    "warehouse/load.py",
    "warehouse/schema",
    "warehouse/tables",
)
"""Code that the rows of a document depend on: a change here makes every document be parsed again."""
_HEAD = 8_192
"""Bytes within which the head of most stages ends."""
_JUDGES_LATER = "expectations/gx"
"""What is within these and looks at a whole release alone."""


Place = tuple[int, int, int, str]
"""Of a table in a stage: where its bytes start, how many, how many rows, and the sum of their hashes."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A document as staged: ``header`` says what was found, ``refusal`` why it was refused (rows are then empty)."""

    path: Path
    header: dict[str, Any]

    @property
    def refusal(self) -> str | None:
        """Reason why the document was refused, None when it was parsed."""
        return self.header.get("refusal")


@lru_cache(maxsize=1)
def code_version() -> str:
    """Twelve hexadecimal digits that change with the code that makes a document's rows, and with shared wording.

    The vocabularies of the languages are left out: a change in one concerns the documents of its language alone.
    """
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(str(path.relative_to(_ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _source_files() -> list[Path]:
    files: list[Path] = []
    for name in _READS:
        path = _ROOT / name
        if path.is_dir():
            files += [file for file in path.rglob("*") if file.suffix in {".py", ".toml", ".json", ".sql"}]
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(f"{path}: listed in _READS but missing; correct the list")
    own = {_ROOT / "pipelines" / "vocabulary" / f"{language}.toml" for language in LANGUAGES_KNOWN}
    return sorted(file for file in files if file not in own and _ROOT / _JUDGES_LATER not in file.parents)


def _vocabulary(language: str | None) -> str:
    """Version of the wording that a document was read with; of all of it where its language is not known."""
    return language_version(language) if language in LANGUAGES_KNOWN else vocabulary_version()


def stage_path(staging: Path, sha256: str, given: Mapping[str, Any]) -> Path:
    """Where the rows of these bytes are kept; ``given`` is what the user said of them."""
    said = json.dumps(dict(given), sort_keys=True, ensure_ascii=False) if any(given.values()) else ""
    marked = f"{code_version()}{hashlib.sha256(said.encode()).hexdigest()[:8] if said else ''}"
    return staging / f"{sha256}-{marked}.stage"


def write_stage(path: Path, header: Mapping[str, Any], rows: Rows) -> None:
    """Keep rows and header, whole or not at all. Raises LoadError when a row does not fit its declared table."""
    import pyarrow as pa

    from warehouse.load import prepare_table, row_sum

    places: dict[str, Place] = {}
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    for name, table_rows in rows.items():
        if not table_rows:
            continue
        table = prepare_table(TABLE_BY_NAME[name], table_rows)
        start = sink.tell()
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
        summed = f"{row_sum(TABLE_BY_NAME[name], table).total:x}"
        size = sink.tell() - start
        places[name] = (start, size, len(table), summed)
    _write(path, header, places, sink.getvalue().to_pybytes())


def write_plain_stage(path: Path, header: Mapping[str, Any], rows: Rows) -> None:
    """As ``write_stage``, for rows that are read back as dicts and go into no release: they are not held against the
    declared tables, and have no sum.
    """
    places: dict[str, Place] = {}
    pieces: list[bytes] = []
    start = 0
    for name, table_rows in rows.items():
        if table_rows:
            pieces.append(rows_to_json(TABLE_BY_NAME[name], table_rows))
            places[name] = (start, len(pieces[-1]), len(table_rows), "")
            start += len(pieces[-1])
    _write(path, {**header, "is_plain": True}, places, b"".join(pieces))


def _write(path: Path, header: Mapping[str, Any], places: Mapping[str, Place], body: bytes) -> None:
    language = header.get("document", {}).get("language")
    described = {**header, "vocabulary": _vocabulary(language), "tables": places, "crc32": zlib.crc32(body)}
    head = json.dumps(described, ensure_ascii=False, sort_keys=True).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, _MAGIC + len(head).to_bytes(8, "little") + head + body)


def open_stage(path: Path) -> Stage | None:
    """The stage at ``path``; None when there is none, it is damaged, or was read with other wording than today's."""
    try:
        found = _head(path, _written(path))
    except OSError:
        return None
    if found is None:
        return None
    header = found.header
    language = header.get("document", {}).get("language")
    return Stage(path, header) if header.get("vocabulary") == _vocabulary(language) else None


_Written = tuple[int, int, int, int]
Mark = tuple[str, int, int, int, int]
WHOLE: set[Mark] = set()
"""Stages that were read to their end and found whole, by this process or, as far as the home keeps them, by one before."""
ASKED: set[Mark] = set()
"""Those of them that this process asked for, and that had stood for a while when they were read."""


def _written(path: Path) -> _Written:
    """What changes when a stage is written anew."""
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the rows of a stage: its header, where each table lies, and where the rows start."""

    header: dict[str, Any]
    places: dict[str, Place]
    start: int


@lru_cache(maxsize=10_000)
def _head(path: Path, _: _Written) -> _Head | None:
    """The head of a stage as it was written, None when it is damaged: steps of one run ask for it again."""
    found = _checked(path)
    if found is None:
        return None
    header, start = found
    return _Head(header, header.pop("tables"), start)


def _checked(path: Path) -> tuple[dict[str, Any], int] | None:
    """The header of a stage and where its body starts, None when it is damaged; its body is read once, as long as the stage
    stays as it is."""
    mark = (str(path), *_written(path))
    if mark in WHOLE:
        with open(mark[0], "rb", buffering=0) as file:  # noqa: PTH123 - of thousands, what is not needed takes half the time
            data = file.read(_HEAD)
            first = len(_MAGIC) + 8
            start = first + int.from_bytes(data[len(_MAGIC) : first], "little")
            if data.startswith(_MAGIC):
                ASKED.add(mark)
                if start > len(data):
                    data += file.read(start - len(data))
                return json.loads(data[first:start]), start
    data = path.read_bytes()
    found = _split(data)
    if found is None:
        return None
    WHOLE.add(mark)
    if is_settled(mark[-1]):
        ASKED.add(mark)
    return found[0], len(data) - len(found[1])


def _split(data: bytes) -> tuple[dict[str, Any], memoryview] | None:
    """Header and body of a stage's bytes; None when they are damaged."""
    start = len(_MAGIC) + 8
    if not data.startswith(_MAGIC) or len(data) < start:
        return None
    length = int.from_bytes(data[len(_MAGIC) : start], "little")
    body = memoryview(data)[start + length :]
    try:
        header = json.loads(data[start : start + length])
    except ValueError:
        return None
    if not isinstance(header, dict) or header.get("crc32") != zlib.crc32(body):
        return None
    return header, body


class StagedTables:
    """A stage checked once, whose tables are read one at a time, from the file: a release has more than memory holds.

    ``crc32`` changes with its rows; ``document_ids`` are the documents that a comparison held against one another.
    Raises ValueError when the stage is damaged. Of a plain stage only ``rows`` can be read.
    """

    def __init__(self, path: Path) -> None:
        found = _head(path, _written(path))
        if found is None:
            raise ValueError(f"{path} is damaged; run again")
        header, self._places, self._start = found.header, found.places, found.start
        self.path = path
        self.crc32: int = header["crc32"]
        self.document_ids: tuple[str, ...] = tuple(header.get("document_ids", ()))
        self._is_plain: bool = header.get("is_plain", False)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    @property
    def row_count(self) -> int:
        """Rows of all its tables."""
        return sum(place[2] for place in self._places.values())

    def piece(self, name: str) -> Piece:
        """Rows of one table, read when they are needed. Raises KeyError when the stage has none."""
        _, _, rows, summed = self._places[name]
        return Piece(partial(self.table, name), RowSum(rows, int(summed, 16)))

    def summed(self, name: str) -> tuple[int, str] | None:
        """How many rows of a table there are, and their sum in hexadecimal; None where there are none."""
        found = self._places.get(name)
        return (found[2], found[3]) if found is not None else None

    def table(self, name: str) -> pa.Table:
        """Rows of one table, sorted as it is declared. Raises KeyError when the stage has none."""
        import pyarrow as pa

        with pa.ipc.open_stream(pa.py_buffer(self._bytes(name))) as reader:
            return reader.read_all()

    def rows(self, names: Iterable[str] | None = None) -> Rows:
        """Rows as plain dicts by table name, all or those named."""
        wanted = self._places if names is None else [name for name in names if name in self]
        return {name: self._rows(name) for name in wanted}

    def _rows(self, name: str) -> list[dict[str, Any]]:
        if self._is_plain:
            return rows_of_json(TABLE_BY_NAME[name], self._bytes(name))
        return self.table(name).to_pylist()

    def _bytes(self, name: str) -> bytes:
        start, length = self._places[name][:2]
        with self.path.open("rb") as file:
            file.seek(self._start + start)
            return file.read(length)


def sums_of(stages: Iterable[StagedTables]) -> dict[str, RowSum]:
    """The sum of the rows of each table of which stages have some."""
    rows: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for stage in stages:
        for name, (_, _, count, summed) in stage._places.items():
            rows[name] += count
            totals[name] += int(summed, 16)
    return {name: RowSum() + RowSum(count, totals[name]) for name, count in rows.items()}


def sweep(staging: Path, keep: Iterable[Path]) -> int:
    """Remove stages made by other versions of the code; returns how many. Those in ``keep`` stay whatever made them."""
    kept = {path.name for path in keep}
    removed = 0
    for path in staging.glob("*.stage"):
        if path.name not in kept and f"-{code_version()}" not in path.name:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
