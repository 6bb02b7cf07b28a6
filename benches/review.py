"""Reviews of real documents, held against what a review promises; prints a table, and exits 1 where a promise is broken.

    python -m benches.review words FILE...      comments at their figures, nothing else changed, the same rows
    python -m benches.review pages FILE...      annotations at the boxes of their figures, the same text
    python -m benches.review plant FILE...      a misprint in random cells, and what is commented of them
    python -m benches.review time FILE...       a review against reading and judging, in seconds of processors
"""

from __future__ import annotations

import io
import random
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from pipelines.document import read_and_judge, read_rows
from pipelines.review.judging import Review, review_files
from pipelines.review.marking import marked
from pipelines.review.notes import Note, notes_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_MAY_CHANGE = re.compile(r"\[Content_Types\]\.xml|word/_rels/\w+\.xml\.rels|word/comments\d*\.xml")


def reviewed_notes(paths: Sequence[Path], folder: Path) -> tuple[Review, dict[Path, list[Note]]]:
    """A review of files together, and the notes of each."""
    review = review_files([str(path) for path in paths], folder)
    return review, {document.path: notes_of(document, review) for document in review.documents}


def word_faults(data: bytes, made: bytes, notes: Sequence[Note]) -> list[str]:
    """What is wrong with a reviewed Word file: parts, XML, rows, comments away from their figures."""
    faults = [f"part {name} changed" for name in _changed_parts(data, made)]
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        main = "word/document.xml" if "word/document.xml" in old.namelist() else "word/document2.xml"
        before, after = etree.fromstring(old.read(main)), etree.fromstring(new.read(main))
    known = {one.get(f"{_W}id") for one in before.iter(f"{_W}commentRangeStart", f"{_W}commentReference")}
    texts = _anchored(after, known)
    _take_anchors_out(after, known)
    if etree.tostring(before, method="c14n") != etree.tostring(after, method="c14n"):
        faults.append(f"{main} differs by more than anchors")
    if read_rows(data, "docx", {}, "0") != read_rows(made, "docx", {}, "0"):
        faults.append("other rows are read of it")
    return faults + _misplaced(made, notes, texts)


def _changed_parts(data: bytes, made: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        names = set(old.namelist()) | set(new.namelist())
        return sorted(
            name
            for name in names
            if not _MAY_CHANGE.fullmatch(name)
            and not re.fullmatch(r"word/document2?\.xml", name)
            and (name not in old.namelist() or name not in new.namelist() or old.read(name) != new.read(name))
        )


def _take_anchors_out(root: etree._Element, known: set[str | None]) -> None:
    for element in list(root.iter(f"{_W}commentRangeStart", f"{_W}commentRangeEnd")):
        if element.get(f"{_W}id") not in known:
            element.getparent().remove(element)
    for element in list(root.iter(f"{_W}commentReference")):
        if element.get(f"{_W}id") not in known:
            run = element.getparent()
            run.getparent().remove(run)


def _anchored(root: etree._Element, known: set[str | None]) -> dict[str, str]:
    """Words between the anchors of each new comment, by its number."""
    texts: dict[str, str] = {}
    live: set[str] = set()
    for element in root.iter("*"):
        number = element.get(f"{_W}id", "")
        if element.tag == f"{_W}commentRangeStart" and number not in known:
            live.add(number)
            texts[number] = ""
        elif element.tag == f"{_W}commentRangeEnd":
            live.discard(number)
        elif element.tag in (f"{_W}t", f"{_W}noBreakHyphen"):
            for one in live:
                texts[one] += element.text or "-"
    return texts


def _misplaced(made: bytes, notes: Sequence[Note], texts: dict[str, str]) -> list[str]:
    """Comments, as python-docx reads them, whose figure is not what they are anchored to."""
    from docx import Document

    comments = {(one.author, one.text): str(one.comment_id) for one in Document(io.BytesIO(made)).comments}
    faults = []
    for note in notes:
        found = next((key for (author, text), key in comments.items() if (author, text) == (note.author, note.text)), None)
        if found is None and note.kind == "summary":
            found = next((key for (_, text), key in comments.items() if text.startswith(note.lines[0])), None)
        if found is None:
            faults += [f"no comment: {note.lines[0]}"] if note.spot is not None else []
        elif note.spot is not None and note.spot.printed and _squash(note.spot.printed) not in _squash(texts[found]):
            faults.append(f"comment {found} stands at {texts[found][:60]!r}, not at {note.spot.printed!r}")
    return faults


def _squash(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKC", text)
    return "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in plain if sign.strip())


def _words(paths: Sequence[Path]) -> int:
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            review, notes = reviewed_notes([path], Path(folder, path.stem))
            for own in notes.values():
                data = path.read_bytes()
                made = marked(data, "docx", own, _WHEN)
                faults = word_faults(data, made, own)
                placed = sum(note.spot is not None for note in own)
                print(f"{path.name:<40} {len(own):>4} notes {placed:>4} placed {len(faults):>3} faults")
                for fault in faults:
                    print(f"    {fault}")
                broken += len(faults)
            for name, reason in review.refused:
                print(f"{name:<40} refused: {reason}")
                broken += 1
    return broken


def main(arguments: Sequence[str]) -> int:
    """Run one bench; the exit code."""
    benches: dict[str, Callable[[Sequence[Path]], int]] = {"words": _words}
    if len(arguments) < 2 or arguments[0] not in benches:
        print(__doc__, file=sys.stderr)
        return 2
    return 1 if benches[arguments[0]]([Path(name) for name in arguments[1:]]) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
