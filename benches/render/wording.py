"""Wording of rendered fascicles: our own words, and fixed terms of the vocabulary, with numbers as a language prints them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from benches.render.model import Figure
from pipelines.vocabulary import Vocabulary, normalised, vocabulary_of

NARROW = "\u00a0"


@dataclass(frozen=True)
class Wording:
    """Words of one language: ``words`` our own, ``vocabulary`` the fixed terms that the reader knows too."""

    language: str
    words: dict[str, Any] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)

    def say(self, table: str, key: str, /, **arguments: object) -> str:
        """The words kept under a key, filled in. Raises KeyError when the language has none."""
        return str(self.words[table][key]).format(**arguments)

    def has(self, table: str, key: str) -> bool:
        """True when there are words for a key."""
        return key in self.words.get(table, {})

    def term(self, table: str, meaning: str, *, capital: bool = False) -> str:
        """The vocabulary's first term with a meaning. Raises KeyError when it has none."""
        found = self._terms.get((table, meaning))
        if found is None:
            raise KeyError(f"no term for {meaning!r} in [{table}] of vocabulary {self.language}; add one line there")
        return found[:1].upper() + found[1:] if capital else found

    @cached_property
    def _terms(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for table, content in self.vocabulary.terms.items():
            if not isinstance(content, dict):
                continue
            for key, value in content.items():
                if isinstance(value, str):
                    found.setdefault((table, value), key)
                elif isinstance(value, list) and value and isinstance(value[0], str):
                    found.setdefault((table, key), value[0])
        return found

    @property
    def is_right_to_left(self) -> bool:
        """True where lines run from right to left."""
        return self.language == "ar"

    # -- numbers -------------------------------------------------------------------------------

    def figure(self, figure: Figure | None, separator: str = " ") -> str:
        """A figure of a table as printed; empty when nothing is printed."""
        if figure is None:
            return ""
        if figure.is_nil:
            return str(self.words["numbers"]["nil"])
        return self._printed(figure.value, figure.digits, separator, negative="({n})")

    def amount(self, value: Decimal, digits: int) -> str:
        """A number in prose."""
        numbers = self.words["numbers"]
        return self._printed(abs(value), max(digits, 0), str(numbers["prose_group"]), negative="-{n}")

    def place(self, number: str) -> str:
        """The number of a paragraph, table or figure: 10.5, and 10-5 or 29 جيم-41 in Arabic."""
        found = re.fullmatch(r"(\d+)([A-Z]?)\.(.+)", number)
        stop = self.words["numbers"].get("place_stop", ".")
        if found is None or stop == ".":
            return number
        letters = str(self.words["rows"]["letters"]).split()
        letter = f" {letters[ord(found[2]) - ord('A')]}" if found[2] else ""
        return f"{found[1]}{letter}{stop}{found[3]}"

    def _printed(self, value: Decimal, digits: int, separator: str, negative: str) -> str:
        numbers = self.words["numbers"]
        whole, _, part = f"{abs(value):.{digits}f}".partition(".")
        groups: list[str] = []
        while len(whole) > 3:
            groups.insert(0, whole[-3:])
            whole = whole[:-3]
        ordered = [whole, *groups]
        ordered[-1] += f"{numbers['decimal']}{part}" if part else ""
        if self.vocabulary.terms["language"].get("groups_from_right"):
            # with plain spaces between, a line from right to left shows the groups in the opposite order of typing
            ordered, separator = ordered[::-1], " "
        text = separator.join(ordered)
        text = text.translate(str.maketrans("0123456789", numbers["digits"]))
        return negative.format(n=text) if value < 0 else text

    # -- headings ------------------------------------------------------------------------------

    @lru_cache(maxsize=64)  # noqa: B019 - wordings live as long as the process
    def heading_of(self, words: str, year: int) -> tuple[str, str] | None:
        """Key and argument of a heading of this language; None for words of a document's own."""
        flat = normalised(words)
        for key, template in self.words["headings"].items():
            if key in {"result", "achievement"}:
                continue
            filled = normalised(template.format(year=year, past=year - 2, n="N"))
            if "{n}" not in template and filled == flat:
                return key, ""
        found = self.vocabulary.pattern("subprogramme", "pattern").match(words)
        if found:
            return "subprogramme", found["code"]
        result = self.vocabulary.pattern("headings", "result").match(words)
        if result:
            return "result", re.sub(r"\D", "", result.group()) or "1"
        return None

    def __hash__(self) -> int:
        return hash(self.language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wording) and other.language == self.language


@lru_cache(maxsize=8)
def wording_of(language: str) -> Wording:
    """The wording of a language. Raises KeyError when there is none."""
    source = resources.files(__package__).joinpath("words", f"{language}.toml")
    if not source.is_file():
        raise KeyError(f"no wording for language {language!r}; add pipelines/render/words/{language}.toml")
    return Wording(language, tomllib.loads(source.read_text(encoding="utf-8")), vocabulary_of(language))


def joined(parts: Sequence[str], wording: Wording) -> str:
    """Words of a list, joined as the language does."""
    return str(wording.words["numbers"]["list_join"]).join(parts)
