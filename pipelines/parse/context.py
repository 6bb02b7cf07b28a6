"""Where in the document a block stands: headings above it, subprogramme, component, result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pipelines.blocks import Block
from pipelines.parse.facts import Scope
from pipelines.parse.symbols import organ_of_heading
from pipelines.vocabulary import Vocabulary, normalised


@dataclass(slots=True)
class Context:
    """State of a walk over a document's blocks; headings are kept as (level, words)."""

    vocabulary: Vocabulary
    headings: list[tuple[int, str]] = field(default_factory=list)
    subprogramme: str = ""
    component: str = ""
    entity: str = ""
    organ_codes: tuple[str, Any] = ("A", ("resolution",))
    organ_label: str = ""
    result: str = ""
    in_resources: bool = False
    in_annex: bool = False
    in_mandates: bool = False
    _just_subprogramme: bool = False

    @property
    def path(self) -> str:
        """Headings from the outermost in, joined by ' > '."""
        return " > ".join(words for _, words in self.headings)

    @property
    def scope(self) -> Scope:
        """Scope that the headings give."""
        return Scope(self.entity, self.component, self.subprogramme)

    def enter(self, block: Block) -> None:
        """Take a heading: cut the path at its level, and read what it says of scope."""
        words = " ".join(block.text.split())
        flat = normalised(words)
        vocabulary = self.vocabulary
        organ = organ_of_heading(words, vocabulary.language)
        if organ is not None and (self.in_mandates or block.style == "organ"):
            self.organ_codes, self.organ_label = (organ.organ, organ.kinds), words
            return
        subprogramme = vocabulary.pattern("subprogramme", "heading").match(words)
        standard = self._standard_level(flat)
        if self._just_subprogramme and not subprogramme and standard is None and self.headings:
            # the name of the subprogramme follows its number as a heading of its own
            level, above = self.headings[-1]
            self.headings[-1] = (level, f"{above} {words}")
            self._just_subprogramme = False
            return
        level = standard or block.level or self._level_below(words)
        self.headings = [(known, text) for known, text in self.headings if known < level]
        self.headings.append((level, words))
        self._just_subprogramme = bool(subprogramme)
        self._read_scope(words, flat, subprogramme, level)

    def _standard_level(self, flat: str) -> int | None:
        for pattern, level in self.vocabulary.heading_levels:
            if pattern.search(flat):
                return level
        return None

    def _level_below(self, words: str) -> int:
        """Depth of a heading that the vocabulary does not know and the format does not tell."""
        known = [level for level, _ in self.headings]
        return min((known[-1] + 1) if known else 1, 6)

    def _read_scope(self, words: str, flat: str, subprogramme: re.Match[str] | None, level: int) -> None:
        vocabulary = self.vocabulary
        if self.in_mandates and not subprogramme:
            # the list of mandates, by subprogramme, has ended
            self.in_mandates, self.subprogramme, self.component = False, "", ""
        if subprogramme:
            self.subprogramme, self.component, self.result = subprogramme["code"], "programme_of_work", ""
            return
        if vocabulary.pattern("headings", "result").search(words):
            self.result = words
        if vocabulary.pattern("headings", "legislative_mandates").search(words):
            self.subprogramme, self.component, self.in_mandates = "", "", True
        component = vocabulary.meaning("components", words)
        if component:
            self.component, self.subprogramme = component, ""
        if level <= 2 and not component:
            self.subprogramme, self.component = "", ""
        if level == 1:
            self.in_resources = bool(vocabulary.pattern("headings", "resources").search(words))
            self.in_annex = bool(vocabulary.pattern("caption", "annex").match(words))
            self.result = ""
