"""Vocabulary: the fixed terms of fascicles, one data file per language.

Wording is data; code asks for the meaning of a term and never spells one. A term is matched after
``normalised``: white space, case and the width of brackets and colons do not count.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

_WIDTHS = str.maketrans(
    {"（": "(", "）": ")", "：": ":", "／": "/", "，": ",", "；": ";", "\u00a0": " ", "\u202f": " "}
)
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """A term as it is matched: without white space, lower case, plain brackets and colons."""
    return _SPACES.sub("", text.translate(_WIDTHS)).casefold()


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
        return self._tables.get(table, {}).get(normalised(text))

    def words(self, table: str, key: str) -> list[str]:
        """The list of words kept under ``table.key``; empty when there is none."""
        found = self.terms.get(table, {}).get(key, [])
        return [found] if isinstance(found, str) else list(found)

    @lru_cache(maxsize=512)  # noqa: B019 - vocabularies live as long as the process
    def pattern(self, table: str, key: str) -> re.Pattern[str]:
        """The regular expression kept under ``table.key``; one that never matches when there is none."""
        return re.compile(self.terms.get(table, {}).get(key, r"(?!)"))

    def __hash__(self) -> int:
        return hash(self.language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and other.language == self.language

    @cached_property
    def furniture(self) -> tuple[re.Pattern[str], ...]:
        """Patterns of lines at the head or foot of a page."""
        return tuple(re.compile(p) for p in self.terms["furniture"]["patterns"])

    @cached_property
    def heading_levels(self) -> tuple[tuple[re.Pattern[str], int], ...]:
        """Patterns of standard headings (on text without white space in Han script) and their depth."""
        return tuple((re.compile(p, re.IGNORECASE), level) for p, level in self.terms["headings"]["levels"])

    @property
    def is_spaced(self) -> bool:
        """True when words are set apart by spaces."""
        return bool(self.terms["language"]["joins_words_with_space"])

    @property
    def year_follows_head(self) -> bool:
        """True where a column's head is printed before its year."""
        return bool(self.terms["language"].get("year_follows_head", False))

    @cached_property
    def letters(self) -> dict[str, str]:
        """Letters of outlines, or their names, and the Latin letters they stand for."""
        return dict(self.terms.get("letters", {}))


LANGUAGES_KNOWN = ("ar", "en", "es", "fr", "ru", "zh")


@lru_cache(maxsize=16)
def vocabulary_of(language: str) -> Vocabulary:
    """The vocabulary of a language. Raises KeyError when there is no file for it."""
    if language not in LANGUAGES_KNOWN:
        raise KeyError(f"no vocabulary for language {language!r}; there is one for {', '.join(LANGUAGES_KNOWN)}")
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Vocabulary(language, tomllib.loads(text))


def vocabulary_version() -> str:
    """Twelve hexadecimal digits that change whenever any vocabulary file does."""
    digest = hashlib.sha256()
    folder = resources.files(__package__)
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            digest.update(entry.name.encode())
            digest.update(entry.read_bytes())
    return digest.hexdigest()[:12]
