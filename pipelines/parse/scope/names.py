"""Names of components, subprogrammes and groups of them, as summary tables print them and headings repeat them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.model.blocks import Block
from pipelines.parse.scope.entities import numeral_of
from pipelines.vocabulary import Vocabulary, normalised

PROGRAMME_OF_WORK = "programme_of_work"


@dataclass(slots=True)
class Names:
    """What the tables of an entity called its parts: (component, subprogramme) by normalised name.

    A name may stand in several groups, such as one subprogramme printed for each of several cities; ``groups`` has
    the codes of these. A group is a component whose subprogrammes count anew.
    """

    entries: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)

    def add(self, name: str, component: str, subprogramme: str, is_group: bool = False) -> None:
        """Take one name in; what is known already stays."""
        known = self.entries.setdefault(name, [])
        if (component, subprogramme) not in known:
            known.append((component, subprogramme))
        if is_group:
            self.groups.add(component)

    def find(self, name: str, component: str = "") -> tuple[str, str] | None:
        """Component and subprogramme of a name: of several, that within the component one stands in."""
        known = self.entries.get(name, [])
        if len(known) == 1:
            return known[0]
        within = [entry for entry in known if entry[0] == component]
        return within[0] if len(within) == 1 else None

    def holder(self, component: str) -> str:
        """The component that a subprogramme named here is of: the group one stands in, else the programme of work."""
        return component if component in self.groups else PROGRAMME_OF_WORK


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings of a document, known before it is walked: words of those right above the number of a subprogramme,
    which may name a group of these, and names of subprogrammes by number.
    """

    words: frozenset[str] = frozenset()
    subprogrammes: tuple[tuple[str, str], ...] = ()

    def calls(self, code: str, name: str) -> bool:
        """True when a heading gives the subprogramme of this number this name."""
        return (code, normalised(name)) in self.subprogrammes


def headings_of(blocks: Sequence[Block], vocabulary: Vocabulary) -> Headings:
    """The headings of a document; the name of a subprogramme follows its number, in the same heading or the next."""
    heading = vocabulary.pattern("subprogramme", "heading")
    texts = [" ".join(block.text.split()) for block in blocks if block.kind == "heading"]
    bare = [numeral_of(block)[1] for block in blocks if block.kind == "heading"]
    above = [words for words, below in pairwise(bare) if heading.match(below) and not heading.match(words)]
    return Headings(frozenset(map(normalised, above)), tuple(_subprogrammes(texts, heading)))


def _subprogrammes(texts: Sequence[str], heading: re.Pattern[str]) -> Iterable[tuple[str, str]]:
    seen: set[str] = set()
    for number, text in enumerate(texts):
        match = heading.match(text)
        if match is None or match["code"] in seen:
            continue
        title = match.groupdict().get("title") or (texts[number + 1] if number + 1 < len(texts) else "")
        if title and not heading.match(title):
            seen.add(match["code"])
            yield match["code"], normalised(title)
