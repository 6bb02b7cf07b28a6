"""Notes written into copies of files, each in a guarded process: a file is somebody else's bytes here too.

Run as a module it is that process, which takes one task per line of JSON and reads documents too, as
``pipelines.run.worker`` does: so a review starts one process for both.
"""

from __future__ import annotations

import gc
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.judging.witnesses import NEEDED_TABLES
from pipelines.ingest.land import write_whole
from pipelines.model.blocks import UnreadableDocument
from pipelines.review.judging import TABLES
from pipelines.review.notes import Note
from pipelines.review.places import spot_of_json
from pipelines.run.document import Outcome, Task, named, perform
from pipelines.run.isolated import command
from pipelines.run.staging_files import write_plain_stage
from pipelines.run.worker import work
from pipelines.run.workers import Limits, Pool
from warehouse.schema.declare import Rows

if TYPE_CHECKING:
    from pipelines.model.blocks import Document
    from pipelines.review.word_places import WordPlaces

MARKED_FORMATS = ("docx", "pdf")
"""Formats that a note can be written into."""


@dataclass(frozen=True, slots=True)
class Marking:
    """A file to be marked: its bytes, its notes as JSON, where the copy goes."""

    original: str
    format: str
    notes: str
    target: str
    when: str

    @property
    def key(self) -> str:
        """The file that is written."""
        return self.target

    @property
    def size(self) -> int:
        """Bytes of the original."""
        return Path(self.original).stat().st_size


def marking(original: Path, file_format: str, notes: Sequence[Note], target: Path, folder: Path) -> Marking:
    """A task, its notes laid down in ``folder``."""
    path = folder / f"{original.stem}.notes.json"
    path.write_text(json.dumps([asdict(note) for note in notes], ensure_ascii=False), "utf-8")
    return Marking(str(original), file_format, str(path), str(target), datetime.now(UTC).isoformat(timespec="seconds"))


def reviewing(limits: Limits) -> Pool:
    """Processes that read documents and write notes into them."""
    return Pool(limits, command("pipelines.review.marking"))


def mark_all(tasks: Sequence[Marking], pool: Pool) -> list[str]:
    """Write the copies; the reasons, in one line each, of those that could not be written."""
    return [f"{task.target}: {outcome.refusal}" for task, outcome in pool.run(tasks) if outcome.refusal is not None]


def mark(task: Marking) -> Outcome:
    """Write one copy; errors are returned, not raised."""
    started = time.perf_counter()
    try:
        notes = [_note(row) for row in json.loads(Path(task.notes).read_text("utf-8"))]
        when = datetime.fromisoformat(task.when)
        write_whole(Path(task.target), marked(Path(task.original).read_bytes(), task.format, notes, when))
    except UnreadableDocument as reason:
        return Outcome(str(reason), time.perf_counter() - started)
    except OSError as problem:
        return Outcome(f"cannot be written: {problem.strerror or problem}", time.perf_counter() - started)
    except Exception as problem:  # one file's failure must not stop the others
        return Outcome(named(problem), time.perf_counter() - started, False)
    return Outcome(None, time.perf_counter() - started)


def marked(data: bytes, file_format: str, notes: Sequence[Note], when: datetime) -> bytes:
    """A file with notes; those without a place of their own are listed in the first one.

    Raises UnreadableDocument where the file cannot be read, ValueError for a format that takes no notes.
    """
    if file_format == "docx":
        from pipelines.review.word_comments import with_comments

        places = _places_read.get(hashlib.sha256(data).hexdigest())
        return _all_placed(data, notes, partial(with_comments, places=places), when)
    if file_format == "pdf":
        from pipelines.review.pdf import with_annotations

        return _all_placed(data, notes, with_annotations, when)
    raise ValueError(f"no notes are written into {file_format}")


def _all_placed(data: bytes, notes: Sequence[Note], write, when: datetime) -> bytes:  # type: ignore[no-untyped-def]
    """What ``write`` makes of the notes; where some found no place, once more, with the first note telling of them."""
    made, left = write(data, notes, when)
    told = [f"Without a place in the file: {note.lines[0]}" for note in left if note.spot is not None]
    if not told or notes[0].kind != "summary":
        return made
    first = Note("summary", (*notes[0].lines, *told), notes[0].spot)
    unplaced = set(map(id, left))
    return write(data, [first, *(note for note in notes[1:] if id(note) not in unplaced)], when)[0]


def _task(**fields: Any) -> Task | Marking:
    return Marking(**fields) if "target" in fields else Task(**fields)


def _note(row: dict) -> Note:  # type: ignore[type-arg]
    spot = None if row["spot"] is None else spot_of_json(row["spot"])
    return Note(row["kind"], tuple(row["lines"]), spot, tuple(row["identifiers"]), row["severity"])


def _keep(path: Path, header: Mapping[str, Any], rows: Rows) -> None:
    """Stage what a review looks at."""
    wanted = {*TABLES, *NEEDED_TABLES}
    write_plain_stage(path, header, {name: own for name, own in rows.items() if name in wanted})


_places_read: dict[str, WordPlaces] = {}
"""Places of the Word file that this process read last, by the hash of its bytes."""
_MOST_KEPT = 1_500_000
"""Bytes of a Word file whose places are kept: the elements of a larger one take much of the memory."""


def _word(data: bytes) -> Document:
    """The blocks of a Word file, its places kept for the comments to come."""
    from pipelines.read.word.document import read_word
    from pipelines.read.word.package import Package
    from pipelines.review.word_places import WordPlaces

    _places_read.clear()
    if len(data) > _MOST_KEPT:
        return read_word(data)
    places = WordPlaces(Package(data))
    _places_read[hashlib.sha256(data).hexdigest()] = places
    return places.document


if __name__ == "__main__":
    gc.set_threshold(200_000, 50, 100)  # trees of XML live on: looking for garbage among them takes a tenth of the time
    work(_task, lambda task: perform(task, _keep, _word) if isinstance(task, Task) else mark(task))
