"""Where in the document a block stands: entity, headings above it, subprogramme, component, result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.model.blocks import Block
from pipelines.model.facts import Scope
from pipelines.parse.scope.basis import basis_of_headings
from pipelines.parse.scope.entities import Entity, numeral_of
from pipelines.parse.scope.names import Headings, Names
from pipelines.parse.scope.subjects import component_code
from pipelines.parse.scope.titles import subprogramme_code
from pipelines.symbols import Linked, OrganHeading, list_heading, organ_of_heading
from pipelines.vocabulary import Vocabulary, normalised
from pipelines.vocabulary.spelling import mended_head

_DEEPEST = 6
_LONGEST_ORGAN = 200  # characters of a line that names an organ and its acts
_LETTERED = re.compile(r"^\([a-z]\)\s+(?P<words>\S.*)$")


@dataclass(slots=True)
class Context:
    """State of a walk over a document's blocks; headings are kept as (level, words).

    ``base_entity`` is what every scope of the document lies under: empty but in an addendum, whose figures
    are part of a section. ``entity`` is the code of the entity the walk is in, ``base_entity`` included.
    """

    vocabulary: Vocabulary
    headings: list[tuple[int, str]] = field(default_factory=list)
    subprogramme: str = ""
    component: str = ""
    base_entity: str = ""
    entity: str = ""
    entities: dict[str, str] = field(default_factory=dict)
    named: Names = field(default_factory=Names)
    """Names of components and subprogrammes that tables of this entity printed, with their codes."""
    headings_known: Headings = field(default_factory=Headings)
    organ_heading: OrganHeading = field(default_factory=lambda: OrganHeading("A", ("resolution",), ("resolution",)))
    organ_label: str = ""
    linked: Linked = field(default_factory=Linked)
    totals: dict[str, str] = field(default_factory=dict)
    result: str = ""
    in_resources: bool = False
    in_annex: bool = False
    in_mandates: bool = False
    in_contents: bool = False
    _just_named: bool = False
    _in_inner_annex: bool = False

    def __post_init__(self) -> None:
        self.entity = self.entity or self.base_entity

    @property
    def path(self) -> str:
        """Headings from the outermost in, joined by ' > '."""
        return " > ".join(words for _, words in self.headings)

    @property
    def scope(self) -> Scope:
        """Scope that the headings give."""
        return Scope(self.entity, self.component, self.subprogramme, basis=self.basis)

    @property
    def basis(self) -> str:
        """Budget basis that the headings name."""
        return basis_of_headings([words for _, words in self.headings], self.vocabulary) if self.in_resources else ""

    @property
    def place(self) -> str:
        """What list the headings announce here: mandates, contents, or none."""
        return "mandates" if self.in_mandates else ("contents" if self.in_contents else "")

    def enter_entity(self, entity: Entity, words: str) -> None:
        """Take the heading of an entity: everything above it but the entity that holds it is left."""
        self.entity = ".".join(part for part in (self.base_entity, entity.code) if part)
        level = entity.code.count(".") - 1  # above every heading of the parts below it
        self.headings = [h for h in self.headings if h[0] < level]
        self.headings.append((level, words))
        self.subprogramme = self.component = self.result = ""
        self.named = Names()
        self.in_resources = self.in_annex = self.in_mandates = self.in_contents = False
        self._just_named = False

    def enter(self, block: Block, is_above_table: bool = False, is_inner_annex: bool = False) -> None:
        """Take a heading: cut the path at its level, and read what it says of scope.

        The name of an organ right above a table announces a list of mandates, whatever stands above it. An annex
        that an entity or a part comes after leaves its entity open.
        """
        _, plain = numeral_of(block)
        words = " ".join(f"{block.number} {plain}".split()) if block.number else " ".join(block.text.split())
        flat = normalised(words)
        vocabulary = self.vocabulary
        words = mended_head(words, vocabulary.words("subprogramme", "nouns")) if self.in_mandates else words
        organ = organ_of_heading(words, vocabulary.language)
        if organ is None and self.in_mandates and (is_above_table or not self._just_named):
            organ = list_heading(words, vocabulary.language)
        if (
            organ is not None and (self.in_mandates or is_above_table or block.style == "organ")
        ) or self._names_instrument(block, words):
            self.in_mandates = self.in_mandates or organ is not None
            self.organ_heading, self.organ_label = organ or OrganHeading("", ()), words
            return
        subprogramme = vocabulary.pattern("subprogramme", "heading").match(words)
        component = vocabulary.pattern("subprogramme", "part_heading").match(words)
        standard = self._standard_level(flat)
        if self._just_named and not subprogramme and not component and standard is None and self.headings:
            # the name of the subprogramme follows its number as a heading of its own
            level, above = self.headings[-1]
            self.headings[-1] = (level, f"{above} {words}")
            self._just_named = False
            return
        level = standard or block.level or self._level_below()
        if component and self.headings:
            level = max(level, 4)
        if self.in_annex and standard is None:
            level = max(level, 2)
        self.headings = [(known, text) for known, text in self.headings if known < level]
        self.headings.append((level, words))
        self._just_named = bool(subprogramme or component)
        is_inner = is_inner_annex or (self._in_inner_annex and level > 1)
        self._in_inner_annex = is_inner
        self._read_scope(words, plain, subprogramme, component, level)

    def heads_mandates(self, block: Block) -> bool:
        """True for a plain line in a list of mandates that is nothing but the name of an organ and its acts."""
        if not self.in_mandates or block.kind != "paragraph" or block.number or len(block.text) > _LONGEST_ORGAN:
            return False
        words = " ".join(block.text.split())
        return not words.endswith(".") and organ_of_heading(words, self.vocabulary.language) is not None

    def _names_instrument(self, block: Block, words: str) -> bool:
        """True for a heading in a list of mandates that names neither a subprogramme nor a standard part."""
        vocabulary = self.vocabulary
        if not self.in_mandates or self._just_named:
            return False
        is_scope = vocabulary.pattern("subprogramme", "heading").match(words) or vocabulary.pattern(
            "subprogramme", "part_heading"
        ).match(words)
        return not is_scope and self._standard_level(normalised(words)) is None

    def _standard_level(self, flat: str) -> int | None:
        """Depth of a standard heading; of several, the first, but within a result the deepest: its plan has the
        words that the plan of the programme begins with."""
        levels = self.vocabulary.levels_of(flat)
        if not levels:
            return None
        return max(levels) if self.result else levels[0]

    def _level_below(self) -> int:
        """Depth of a heading that the vocabulary does not know and the format does not tell."""
        known = [level for level, _ in self.headings]
        return min((known[-1] + 1) if known else 1, _DEEPEST)

    def _read_scope(
        self,
        words: str,
        plain: str,
        subprogramme: re.Match[str] | None,
        component: re.Match[str] | None,
        level: int,
    ) -> None:
        vocabulary, flat = self.vocabulary, normalised(words)
        if self.in_mandates and not subprogramme and not component:
            # the list of mandates, by subprogramme, has ended
            self.in_mandates, self.subprogramme, self.component = False, "", ""
        if component:
            self.subprogramme, self.result = subprogramme_code(words, self.subprogramme, vocabulary), ""
            return
        if subprogramme:
            self.subprogramme, self.result = _with_part(subprogramme, vocabulary), ""
            self.component = self.named.holder(self.component)
            return
        self.in_contents = bool(vocabulary.pattern("caption", "contents").match(flat)) or (
            self.in_contents and self._standard_level(flat) is None
        )
        if vocabulary.pattern("headings", "result").search(words):
            self.result = words
        if vocabulary.pattern("headings", "legislative_mandates").search(words):
            self.subprogramme, self.component, self.in_mandates = "", "", True
            self.organ_heading, self.organ_label = OrganHeading("", ()), ""
        named = vocabulary.meaning("components", plain)
        if not named and self.in_resources and (lettered := _LETTERED.match(words)):
            # a body or item of expenditure with resources of its own, below an entity that has several
            named = component_code(lettered["words"], vocabulary)
        known = self.named.find(normalised(plain), self.component) if self.in_resources else None
        if known:
            self.component, self.subprogramme = known
        elif named:
            self.component, self.subprogramme = named, ""
        if level <= 2 and not named and not known:
            self.subprogramme, self.component = "", ""
        if level == 1:
            self.in_resources = bool(vocabulary.pattern("headings", "resources").search(words))
            self.in_annex = bool(vocabulary.pattern("caption", "annex").match(words))
            self.entity = self.base_entity if self.in_annex and not self._in_inner_annex else self.entity
            self.result = ""


def _with_part(subprogramme: re.Match[str], vocabulary: Vocabulary) -> str:
    """Code of a heading of a subprogramme, with that of the component it goes on with: "Subprogramme 9, component 2"."""
    title = (subprogramme.groupdict().get("title") or "").strip(" –—-,;:.")
    part = re.fullmatch(vocabulary.pattern("subprogramme", "part_heading").pattern, title, re.I)
    return f"{subprogramme['code']}.{part['code']}" if part else subprogramme["code"]
