"""From what the user names to files: a file, a folder, a UN symbol, or nothing for the bundled edition."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BUNDLED = Path(__file__).parents[1] / "bundled"

_SYMBOL = re.compile(r"(?:A|E|S|T|ST|AC|CN)/[\w./-]+(?:\s*\([^)]*\))?(?:[\w./ -]*)")
_LEFT_ALONE = frozenset(
    suffix
    for kinds in (
        ".bmp .emf .gif .heic .ico .jpeg .jpg .png .svg .tif .tiff .webp .wmf",
        ".csv .db .duckdb .json .jsonl .ods .parquet .sqlite .tsv .xls .xlsb .xlsm .xlsx",
        ".odp .ppt .pptm .pptx .avi .m4a .mov .mp3 .mp4 .wav",
        ".7z .bz2 .gz .rar .tar .tgz .xz .zip",
        ".css .htm .html .ipynb .js .md .py .pyc .sh .sql .xml",
        ".bak .cfg .gitignore .ini .lnk .log .part .sha256 .tmp .toml .url .yaml .yml",
    )
    for suffix in kinds.split()
)
"""Kinds of files that lie beside documents in a folder; named alone, each is judged by its bytes."""

_FORMAT_OR_LANGUAGE = re.compile(r"\.(?:txt|docx?|pdf|ar|en|es|fr|ru|zh)$", re.I)


class SourceError(Exception):
    """A source that matches no file: the message is one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to be looked at; ``source`` is what the user named that led to it."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Found:
    """Files to be looked at, in the order of their names, and those of a folder left alone."""

    candidates: tuple[Candidate, ...]
    left_alone: tuple[Path, ...]


def shown(name: str) -> str:
    """A file name as it can be printed: bytes that are no UTF-8, line breaks and other controls are escaped."""
    whole = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        sign if sign.isprintable() or sign == "\u3000" else sign.encode("unicode_escape").decode() for sign in whole
    )


def is_symbol(source: str) -> bool:
    """True for what looks like a UN document symbol and is no path."""
    return _SYMBOL.fullmatch(source.strip()) is not None and not Path(source).exists()


def symbol_key(text: str) -> str:
    """A symbol or the name of its file, as compared: letters and digits only.

    >>> symbol_key("A/80/6 (Sect. 10)") == symbol_key("A_80_6_Sect.10.en.docx")
    True
    """
    while (shorter := _FORMAT_OR_LANGUAGE.sub("", text)) != text:
        text = shorter
    return re.sub(r"[\W_]+", "", text).casefold()


def find_files(sources: Sequence[str], landing: Path) -> Found:
    """The files that the sources match, each once, in the order of their names.

    No source means the bundled edition. Raises SourceError for a path that does not exist, a symbol
    of which no file lies in ``landing``, and sources without any file.
    """
    found: dict[str, Candidate] = {}
    left_alone: list[Path] = []
    for source in sources or (str(BUNDLED),):
        for path in _files_of(source, landing, left_alone):
            found.setdefault(os.path.realpath(path), Candidate(path, source))
    if not found:
        beside = f" ({len(left_alone)} files of other kinds, {left_alone[0].name!a} the first)" if left_alone else ""
        named = ", ".join(map(shown, sources))
        raise SourceError(f"no document in {named}{beside}; name a .txt, .docx or .pdf file, or a folder of them")
    ordered = sorted(found.values(), key=lambda candidate: (candidate.path.name, str(candidate.path)))
    return Found(tuple(ordered), tuple(dict.fromkeys(left_alone)) if sources else ())


def _files_of(source: str, landing: Path, left_alone: list[Path]) -> list[Path]:
    path = Path(source).expanduser()
    if path.is_dir():
        return _files_in(path, left_alone)
    if path.is_file():
        return [path]
    if path.exists():
        raise SourceError(f"{shown(source)} is neither a file nor a folder")
    if is_symbol(source):
        key = symbol_key(source)
        matches = [file for file in _files_in(landing, []) if symbol_key(file.name) == key] if landing.is_dir() else []
        if not matches:
            raise SourceError(
                f"no file of {source} in {landing}; download it with: fascicle fetch '{source}', or put it there"
            )
        return matches
    raise SourceError(f"{shown(source)} does not exist")


def _is_reference(path: Path) -> bool:
    """True for a reference dataset among the data files of a folder, told by how it begins."""
    if path.suffix.casefold() != ".json":
        return False
    try:
        with path.open("rb") as handle:
            return re.match(rb'\s*\{\s*"meta"\s*:', handle.read(256)) is not None
    except OSError:
        return False


def why_left(path: Path) -> str:
    """Why a file in a folder of documents is not taken in, in a few words."""
    try:
        if path.is_symlink() and not path.exists():
            return "a link that leads nowhere"
        if path.is_dir():
            return (
                "a link to a folder, which is not followed" if path.is_symlink() else "a folder that cannot be opened"
            )
        return "no document, by its name" if path.is_file() else "no file"
    except OSError:
        return "it cannot be looked at"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _files_in(folder: Path, left_alone: list[Path]) -> list[Path]:
    files: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=lambda problem: left_alone.append(Path(problem.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        left_alone.extend(path for name in folders if (path := Path(root, name)).is_symlink())
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith((".", "~$")):
                continue
            if not _is_file(path) or (path.suffix.casefold() in _LEFT_ALONE and not _is_reference(path)):
                left_alone.append(path)
            else:
                files.append(path)
    return files
