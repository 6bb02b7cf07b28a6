"""Vocabulary: the fixed terms of fascicles, one data file per language.

Wording is data; code asks for the meaning of a term and never spells one. A term is matched after
``normalised``: white space, case, accents and the width of brackets and colons do not count.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from pipelines.vocabulary.spelling import any_spelling, folded, normalised, stemmed
from pipelines.vocabulary.validate import problems
from warehouse.schema.languages import CODES

_NEAR = 0.93
"""How alike two terms are that one slip of the pen tells apart."""
_OF_NORMALISED = {("caption", "contents"), ("headings", "part")}
"""Patterns that are looked for in text as ``normalised`` has it."""
_IN_ANY_CASE = {"subprogramme", "org_chart"}
"""Tables whose patterns find capitals, too: a heading may be set in them."""
_SHORT = 8
"""Letters of terms too short to be told apart in such a way."""


@dataclass(frozen=True)
class Vocabulary:
    """The terms of one language, as loaded from its file; ``terms`` is the file's content."""

    language: str
    terms: dict[str, Any] = field(repr=False)

    def table(self, name: str) -> dict[str, str]:
        """A flat table of term -> meaning, terms normalised."""
        return self._tables[name]

    @cached_property
    def _tables(self) -> dict[str, dict[str, str]]:
        flat: dict[str, dict[str, str]] = {}
        for name, content in self.terms.items():
            if not isinstance(content, dict):
                continue
            entries: dict[str, str] = {}
            for key, value in content.items():
                if isinstance(value, str):
                    entries[normalised(key)] = value
                elif isinstance(value, list) and all(isinstance(v, str) for v in value):
                    entries.update({normalised(v): key for v in value})
            flat[name] = entries
        return flat

    def meaning(self, table: str, text: str) -> str | None:
        """What ``text`` means in a table of terms, None when the table does not have it."""
        found = self._tables.get(table, {}).get(normalised(text))
        return self._stems.get(table, {}).get(stemmed(text)) if found is None and self.declines else found

    @cached_property
    def _stems(self) -> dict[str, dict[str, str]]:
        """Tables of terms without the endings of their words; what then has two meanings is left out."""
        found: dict[str, dict[str, str]] = {}
        for name in self._tables:
            content = self.terms[name].items()
            terms = [(term, key) for key, value in content if isinstance(value, list) for term in value]
            terms += [(key, value) for key, value in content if isinstance(value, str)]
            meanings: dict[str, set[str]] = {}
            for term, meaning in terms:
                if isinstance(term, str):
                    meanings.setdefault(stemmed(term), set()).add(meaning)
            found[name] = {stem: told.pop() for stem, told in meanings.items() if len(told) == 1}
        return found

    @lru_cache(maxsize=4096)  # noqa: B019 - vocabularies live as long as the process
    def near(self, table: str, text: str) -> str | None:
        """What a term means that differs by a few letters from one the table has, such as a singular; else None."""
        flat = normalised(text)
        close = get_close_matches(flat, self._tables.get(table, {}), n=1, cutoff=_NEAR) if len(flat) > _SHORT else []
        return self._tables[table][close[0]] if close else None

    def words(self, table: str, key: str) -> list[str]:
        """The list of words kept under ``table.key``; empty when there is none."""
        found = self.terms.get(table, {}).get(key, [])
        return [found] if isinstance(found, str) else list(found)

    def pattern(self, table: str, key: str) -> re.Pattern[str]:
        """The regular expression kept under ``table.key``; one that never matches when there is none."""
        known = self._patterns.get((table, key))
        if known is None:
            words = self.terms.get(table, {}).get(key, r"(?!)")
            words = folded(words) if (table, key) in _OF_NORMALISED else any_spelling(words)
            known = self._patterns[table, key] = re.compile(words, re.IGNORECASE if table in _IN_ANY_CASE else 0)
        return known

    @cached_property
    def _patterns(self) -> dict[tuple[str, str], re.Pattern[str]]:
        """The regular expressions compiled so far."""
        return {}

    @lru_cache(maxsize=512)  # noqa: B019 - vocabularies live as long as the process
    def patterns(self, table: str, key: str) -> tuple[re.Pattern[str], ...]:
        """The regular expressions kept as a list under ``table.key``, in any case; empty when there is none."""
        return tuple(re.compile(any_spelling(words), re.IGNORECASE) for words in self.words(table, key))

    def __hash__(self) -> int:
        return hash(self.language)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Vocabulary) and other.language == self.language and other.terms == self.terms
        )

    @cached_property
    def furniture(self) -> tuple[re.Pattern[str], ...]:
        """Patterns of lines at the head or foot of a page."""
        return tuple(re.compile(any_spelling(p)) for p in self.terms["furniture"]["patterns"])

    @cached_property
    def heading_levels(self) -> tuple[tuple[re.Pattern[str], int], ...]:
        """Patterns of standard headings, for text as ``normalised`` has it, and their depth."""
        return tuple((re.compile(folded(p), re.IGNORECASE), level) for p, level in self.terms["headings"]["levels"])

    @lru_cache(maxsize=4096)  # noqa: B019 - vocabularies live as long as the process
    def levels_of(self, flat: str) -> tuple[int, ...]:
        """The depths of the standard headings whose words stand in a heading, given as ``normalised`` has it."""
        return tuple(level for pattern, level in self.heading_levels if pattern.search(flat))

    @property
    def is_spaced(self) -> bool:
        """True when the script separates words by spaces."""
        return bool(self.terms["language"]["joins_words_with_space"])

    @property
    def declines(self) -> bool:
        """True where words change their endings by case: terms are then matched without these."""
        return bool(self.terms["language"].get("declines", False))

    @property
    def decimal(self) -> str:
        """Mark that the language prints before decimals, "." or ","."""
        return str(self.terms["language"].get("decimal", ""))

    @property
    def year_follows_head(self) -> bool:
        """True where a column's head is printed before its year."""
        return bool(self.terms["language"].get("year_follows_head", False))

    @cached_property
    def letters(self) -> dict[str, str]:
        """Letters of outlines, or their names, and the Latin letters they stand for."""
        return dict(self.terms.get("letters", {}))


OWN_FOLDER = "FASCICLE_VOCABULARY"
"""Variable that names a folder of the user's own terms: fr.toml and so on, laid over ours."""
ORGANS_FILE = "organs.csv"
"""The catalogue of organs, and a user's own lines of it in that folder."""


LANGUAGES_KNOWN = CODES
"""Languages that have a vocabulary."""


class VocabularyError(ValueError):
    """A vocabulary file that cannot be used; the message names file, place and remedy in one line."""


def vocabulary_of(language: str) -> Vocabulary:
    """The vocabulary of a language, with the user's own lines where FASCICLE_VOCABULARY names a folder of them.

    Raises KeyError when there is no file for the language, VocabularyError when a file cannot be used.
    """
    return _loaded(language, os.environ.get(OWN_FOLDER, ""))


@contextmanager
def own_folder(folder: Path | None) -> Iterator[None]:
    """Lay a folder of the user's own terms over ours for a while; None leaves what is set."""
    before = os.environ.get(OWN_FOLDER)
    if folder is not None:
        os.environ[OWN_FOLDER] = str(folder)
    try:
        yield
    finally:
        if folder is not None:
            os.environ.pop(OWN_FOLDER)
            if before is not None:
                os.environ[OWN_FOLDER] = before


@lru_cache(maxsize=32)
def _loaded(language: str, folder: str) -> Vocabulary:
    if language not in LANGUAGES_KNOWN:
        raise KeyError(f"no vocabulary for language {language!r}; there is one for {', '.join(LANGUAGES_KNOWN)}")
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    terms = tomllib.loads(text)
    own = _own_file(language, folder)
    if own is None:  # ours are held by tests
        return Vocabulary(language, terms)
    whole = extended(terms, _read_own(own), own)
    for problem in problems(language, whole):
        raise VocabularyError(f"{own}: {problem}")
    return Vocabulary(language, whole)


def _own_file(language: str, folder: str) -> Path | None:
    path = Path(folder) / f"{language}.toml" if folder else None
    return path if path is not None and path.is_file() else None


def _read_own(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise VocabularyError(f"{path} is no TOML: {' '.join(str(problem).split())}; mend that line") from problem


def extended(terms: dict[str, Any], own: dict[str, Any], path: Path | None = None) -> dict[str, Any]:
    """Terms with a user's own added: terms are added, lists grow, patterns are replaced.

    Raises VocabularyError for a table that vocabularies do not have, or a value of another kind.
    """
    whole = {name: dict(content) if isinstance(content, dict) else content for name, content in terms.items()}
    for name, content in own.items():
        if not isinstance(whole.get(name), dict) or not isinstance(content, dict):
            known = ", ".join(sorted(n for n, c in terms.items() if isinstance(c, dict)))
            raise VocabularyError(f"{path or 'the vocabulary'}: no table [{name}]; the tables are {known}")
        for key, value in content.items():
            before = whole[name].get(key)
            if isinstance(before, list):
                whole[name][key] = [*before, *(value if isinstance(value, list) else [value])]
            elif before is None or isinstance(value, type(before)):
                whole[name][key] = value
            else:
                raise VocabularyError(
                    f"{path or 'the vocabulary'}: [{name}] {key!r} is a {type(before).__name__}, not a {type(value).__name__}"
                )
    return whole


def language_version(language: str) -> str:
    """Twelve hexadecimal digits that change with what is read of a language: its file, the organs, the user's own."""
    return _version(language, os.environ.get(OWN_FOLDER, ""))


@lru_cache(maxsize=32)
def _version(language: str, folder: str) -> str:
    own = _own_file(language, folder)
    digest = hashlib.sha256(resources.files(__package__).joinpath(f"{language}.toml").read_bytes())
    digest.update(own.read_bytes() if own else b"")
    digest.update(_organs(folder))
    return digest.hexdigest()[:12]


def _organs(folder: str) -> bytes:
    """The bytes of the catalogue of organs, the user's own lines included."""
    own = Path(folder) / ORGANS_FILE if folder else None
    ours = resources.files(__package__).joinpath(ORGANS_FILE).read_bytes()
    return ours + (own.read_bytes() if own is not None and own.is_file() else b"")


def vocabulary_version() -> str:
    """Twelve hexadecimal digits that change whenever any vocabulary file does, the user's own included."""
    digest = hashlib.sha256()
    folder = resources.files(__package__)
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            digest.update(entry.name.encode())
            digest.update(entry.read_bytes())
    for language in LANGUAGES_KNOWN:
        own = _own_file(language, os.environ.get(OWN_FOLDER, ""))
        digest.update(own.read_bytes() if own else b"")
    digest.update(_organs(os.environ.get(OWN_FOLDER, "")))
    return digest.hexdigest()[:12]
