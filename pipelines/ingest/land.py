"""Landing: files become inputs, originals kept by hash, or go to quarantine with their reason."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.formats import LARGEST_FILE, FileFormat, Refused, decode_text, tell_format
from pipelines.ingest.sources import Candidate, shown, why_left
from warehouse.file_hash import file_sha256, is_settled

REASON_SUFFIX = ".reason.txt"
_LONGEST_NAME = 220
"""Bytes of a name in quarantine: most file systems allow 255, of which a part under way and a reason need some."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file taken in: its own name, where it lay, what it is, and its original kept by hash.

    ``archived`` holds the bytes as found; ``encoding`` is None for what is not text.
    """

    name: str
    path: str
    sha256: str
    format: FileFormat
    encoding: str | None
    size: int
    archived: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file refused, and why; ``stored`` is its name in quarantine, None when its bytes could not be had."""

    name: str
    path: str
    reason: str
    sha256: str | None
    stored: str | None


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that is neither taken in nor refused, and why."""

    name: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Landing:
    """The outcome of landing: inputs in the order of their names, and the refused.

    ``duplicates`` have the bytes of an input; ``passed_over`` are no documents and lay beside some in a folder.
    """

    inputs: tuple[Input, ...]
    quarantined: tuple[Quarantined, ...]
    duplicates: tuple[Aside, ...] = ()
    passed_over: tuple[Aside, ...] = ()


def read_once(path: Path) -> bytes:
    """All bytes of a file, read once, so that a later change cannot split what is hashed from what is parsed.

    Raises Refused when it vanished, may not be read, is too large, or changed under the reading.
    """
    try:
        with path.open("rb") as handle:
            before = os.fstat(handle.fileno())
            if before.st_size > LARGEST_FILE:
                raise Refused(
                    f"the file has {before.st_size:,} bytes, more than the {LARGEST_FILE:,} a document may have"
                )
            data = handle.read(LARGEST_FILE + 1)
            after = os.fstat(handle.fileno())
    except FileNotFoundError as problem:
        raise Refused("the file vanished before it was read; run again") from problem
    except OSError as problem:
        raise Refused(f"the file cannot be read: {problem.strerror or problem}") from problem
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise Refused("the file was changing while it was read; run again when it is complete")
    return data


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file was found to be."""

    sha256: str
    format: FileFormat
    encoding: str | None
    size: int


Mark = tuple[str, int, int, int, int, int]
SEEN: dict[Mark, Seen] = {}
"""Files that were taken in before, by this process or, as far as the home keeps them, by one before: the steps of a run that
has news look at all of them a second time."""
ASKED: set[Mark] = set()
"""Those that were looked at in this process."""


def _mark(path: Path) -> Mark | None:
    """What changes with the content of a file; None where it cannot be told."""
    try:
        told = path.stat()
    except OSError:
        return None
    if not is_settled(max(told.st_mtime_ns, told.st_ctime_ns)):
        return None
    return str(path), told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _seen_before(path: Path, archive: Path) -> Seen | None:
    """What a file was found to be that is as it was, and whose original is whole; None for all others."""
    mark = _mark(path)
    seen = SEEN.get(mark) if mark is not None else None
    try:
        is_kept = seen is not None and file_sha256(_original(archive, seen.sha256, seen.format)) == seen.sha256
    except OSError:
        return None
    if not is_kept or mark is None:
        return None
    ASKED.add(mark)
    return seen


def _original(archive: Path, sha256: str, file_format: str) -> Path:
    """Where the original of a hash is kept."""
    return archive / sha256[:2] / f"{sha256}.{file_format}"


def land(candidates: Iterable[Candidate], archive: Path, quarantine: Path, left_alone: Iterable[Path] = ()) -> Landing:
    """Take in candidates: judge each by its bytes, archive it by hash, quarantine what is refused.

    Of files with the same bytes the first by name is taken in. Files of one name are told apart by their folders.
    """
    for folder in (archive, quarantine):
        folder.mkdir(parents=True, exist_ok=True)
    looked_at = list(candidates)
    namesakes = Counter(candidate.path.name for candidate in looked_at)
    inputs: dict[str, Input] = {}
    refused: list[tuple[Candidate, bytes | None, str]] = []
    duplicates: list[Aside] = []
    for candidate in looked_at:
        path, data = candidate.path, None
        name = shown(path.name if namesakes[path.name] == 1 else f"{path.parent.name}/{path.name}")
        seen = _seen_before(path, archive)
        if seen is None:
            mark = _mark(path)
            try:
                data = read_once(path)
                file_format = tell_format(data)
                encoding = decode_text(data)[1] if file_format == "txt" else None
            except Refused as reason:
                refused.append((candidate, data, str(reason)))
                continue
            seen = Seen(hashlib.sha256(data).hexdigest(), file_format, encoding, len(data))
            if mark is not None:
                SEEN[mark] = seen
                ASKED.add(mark)
        sha256 = seen.sha256
        if sha256 in inputs:
            duplicates.append(Aside(name, str(path), f"its bytes are those of {inputs[sha256].name}"))
            continue
        if data is not None:
            keep_original(archive, sha256, seen.format, data)
        archived = str(_original(archive, sha256, seen.format))
        inputs[sha256] = Input(name, str(path), sha256, seen.format, seen.encoding, seen.size, archived)
    if any(quarantine.iterdir()):
        for path in (*(taken.path for taken in inputs.values()), *(same.path for same in duplicates)):
            release_from_quarantine(quarantine, Path(path).name)
    return Landing(
        tuple(inputs.values()),
        tuple(put_in_quarantine(quarantine, candidate.path, data, reason) for candidate, data, reason in refused),
        tuple(duplicates),
        tuple(Aside(shown(path.name), str(path), why_left(path)) for path in left_alone),
    )


def keep_original(archive: Path, sha256: str, file_format: str, data: bytes) -> Path:
    """Write bytes under their hash, once and whole; returns where. A damaged original is replaced."""
    target = _original(archive, sha256, file_format)
    if target.exists() and file_sha256(target) == sha256:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data)
    return target


def write_whole(target: Path, data: bytes) -> None:
    """Write a file so that readers see all of it or none."""
    part = target.with_name(f".{fitting(target.name)}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def fitting(name: str) -> str:
    """A file name that leaves room for what is put before and after it: one that is too long is cut and numbered."""
    data = os.fsencode(name)
    if len(data) <= _LONGEST_NAME:
        return name
    suffix = os.fsencode(Path(name).suffix)[:16]
    mark = b"~" + hashlib.sha256(data).hexdigest()[:8].encode() + suffix
    return data[: _LONGEST_NAME - len(mark)].decode("utf-8", "ignore") + os.fsdecode(mark)


def put_in_quarantine(quarantine: Path, path: Path, data: bytes | None, reason: str) -> Quarantined:
    """Keep a refused file under its own name with its reason beside it; a name taken by other bytes gets a number.

    Bytes that were never read, or are too many, are not kept: the reason is.
    """
    quarantine.mkdir(parents=True, exist_ok=True)
    own = Path(fitting(path.name))
    name, number = own.name, 1
    while _is_taken(quarantine, name, data):
        number += 1
        name = f"{own.stem}~{number}{own.suffix}"
    if data is not None:
        write_whole(quarantine / name, data)
    write_whole(quarantine / f"{name}{REASON_SUFFIX}", f"{reason}\nfrom {shown(str(path))}\n".encode())
    sha256 = None if data is None else hashlib.sha256(data).hexdigest()
    return Quarantined(shown(path.name), str(path), reason, sha256, None if data is None else name)


def _is_taken(quarantine: Path, name: str, data: bytes | None) -> bool:
    """True when other bytes stand in quarantine under the name."""
    target = quarantine / name
    return data is not None and target.exists() and target.read_bytes() != data


def release_from_quarantine(quarantine: Path, name: str) -> None:
    """Forget that a file of this name was refused before: it has been taken in."""
    stored = fitting(name)
    for path in (quarantine / stored, quarantine / f"{stored}{REASON_SUFFIX}"):
        path.unlink(missing_ok=True)


def list_quarantine(quarantine: Path) -> list[tuple[str, str]]:
    """(file name, reason) of everything refused, by name."""
    if not quarantine.is_dir():
        return []
    found = []
    for path in sorted(quarantine.glob(f"*{REASON_SUFFIX}")):
        lines = path.read_text("utf-8", errors="replace").splitlines()
        found.append((shown(path.name.removesuffix(REASON_SUFFIX)), lines[0] if lines else "no reason was kept"))
    return found
