"""What each row of a table is about: scope, item, and where rows say so, section, measure and year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.model.facts import Item, Scope
from pipelines.model.grades import grade_code, is_grade
from pipelines.model.heads import read_head
from pipelines.parse.grid.columns import CHANGES
from pipelines.parse.grid.outline import OutlineRow
from pipelines.parse.scope.entities import bare_name
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.fact import slug

_ROW_MEASURES = frozenset({"approved", "proposed", "estimate", "expenditure", "appropriation", "actual", "planned"})
_OBJECT_KINDS = frozenset({"financial_by_object", "financial_by_category", "financial_and_posts"})
_SECTION_NUMBER = re.compile(r"^(?P<code>\d+[A-Z]?)\.?\s+(?P<words>\S.*)$")
_GLUED = re.compile(r"[^\W\d_]{3}[a-h]$")
_ROMAN_NUMBER = re.compile(r"^(?P<code>[IVXLC]+)\.\s+(?P<words>\S.*)$")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about; ``item`` None where it is about no known fact; ``section`` where it names another."""

    scope: Scope
    item: Item | None
    section: str | None = None
    measure: str | None = None
    year: int | None = None


def component_code(label: str, vocabulary: Vocabulary) -> str:
    """Code of a component: from the vocabulary, else its label in lower case with underscores."""
    return vocabulary.meaning("components", label) or slug(label)


def row_measure(label: str, vocabulary: Vocabulary) -> tuple[str | None, int | None]:
    """Measure and year that a row's own label states ("Approved 2025", "Change"), (None, None) for other labels."""
    meaning, year = read_head(label, vocabulary)
    if meaning in _ROW_MEASURES and year:
        return meaning, year
    if meaning in {"change", "variance"}:
        return "total_change", year
    return None, None


def subjects_of(
    kind: str,
    outline: Sequence[OutlineRow],
    scope: Scope,
    is_posts: bool,
    entities: Mapping[str, str],
    own_section: str | None,
    vocabulary: Vocabulary,
) -> list[Subject]:
    """One subject per row of the outline, of tables other than those by component.

    ``entities`` maps normalised names of the document's entities to codes.
    """
    if kind == "resources_by_funding_source":
        return list(_entity_subjects(outline, scope, entities, own_section, vocabulary))
    if kind == "net_and_gross_by_section":
        return list(_section_subjects(outline, scope))
    if kind == "financial_by_mission":
        return [_mission_subject(row, scope, entities, vocabulary) for row in outline]
    if kind == "posts_by_staff_category":
        return list(_staff_subjects(outline, scope, entities, vocabulary))
    if kind == "policymaking_organs":
        organs = scope if scope.component else scope._replace(component="policymaking_organs")
        return [
            Subject(
                organs,
                Item() if row.role == "total" else Item("organ", slug(row.words)) if row.role == "item" else None,
            )
            for row in outline
        ]
    return [
        _entity_total(row, scope, entities) or _plain_subject(kind, row, outline, scope, is_posts, vocabulary)
        for row in outline
    ]


def _entity_total(row: OutlineRow, scope: Scope, entities: Mapping[str, str]) -> Subject | None:
    """Subject of a row that stands for an entity among rows of another kind; None for any other row."""
    code = _by_name(row.words, entities) if row.role == "item" else None
    return Subject(scope._replace(entity=code), Item()) if code and code != scope.entity else None


def _plain_subject(
    kind: str, row: OutlineRow, outline: Sequence[OutlineRow], scope: Scope, is_posts: bool, vocabulary: Vocabulary
) -> Subject:
    item: Item | None = None
    if row.role == "heading" or kind == "deliverables":
        item = None
    elif row.role == "total":
        item = Item()
    elif kind in _OBJECT_KINDS and not is_posts:
        code = vocabulary.meaning("objects", row.words) or normalised(row.words)
        item = Item("object", code) if row.role == "item" and code else None
    elif kind == "posts_by_grade":
        item = _grade_item(row, outline, vocabulary)
    elif kind in _OBJECT_KINDS or kind == "posts_by_category":
        item = _category_item(row.words, vocabulary) if row.role == "item" else None
    elif kind in {"compliance_rate", "rates"}:
        item = Item("rate", vocabulary.meaning("rates", row.words) or normalised(row.words))
    return Subject(scope, item)


def _category_item(words: str, vocabulary: Vocabulary) -> Item:
    code = vocabulary.meaning("post_categories", words)
    if code is None and is_grade(words, vocabulary):
        return Item("grade", grade_code(words, vocabulary))
    return Item("category", code or normalised(words))


def _grade_item(row: OutlineRow, outline: Sequence[OutlineRow], vocabulary: Vocabulary) -> Item | None:
    if row.role == "subtotal":
        heading = _category_heading(row, outline, vocabulary)
        code = vocabulary.meaning("post_categories", heading.label) if heading else None
        return Item("category", code or normalised(heading.label)) if heading else None
    category = vocabulary.meaning("post_categories", row.words)
    if category is None:
        return Item("grade", grade_code(row.words, vocabulary))
    # a category printed with dashes of its own: its posts are those of the subtotal below its grades
    is_heading = any(_category_heading(below, outline, vocabulary) is row for below in outline)
    return None if is_heading else Item("category", category)


def _category_heading(row: OutlineRow, outline: Sequence[OutlineRow], vocabulary: Vocabulary) -> OutlineRow | None:
    """The row that names the category of a subtotal: its heading, else the nearest above that names one."""
    if row.role != "subtotal":
        return None
    parent = next((r for r in outline if r.number == row.parent), None)
    if parent is not None and parent.role == "heading":
        return parent
    for above in reversed([r for r in outline if r.number < row.number]):
        if above.role == "subtotal":
            break
        if vocabulary.meaning("post_categories", above.words):
            return above
    return parent if parent is not None and parent.role != "total" else None


def names_of(outline: Sequence[OutlineRow], subjects: Sequence[Subject]) -> list[tuple[str, str, str]]:
    """Names that a table by component gives to components and subprogrammes: name, component and subprogramme code."""
    return [
        (normalised(row.words), s.scope.component, s.scope.subprogramme)
        for row, s in zip(outline, subjects, strict=True)
        if row.role == "item" and s.item is not None and s.scope.component
    ]


def _by_name(label: str, entities: Mapping[str, str]) -> str | None:
    """Code of the entity of this name; the letter of a footnote may be glued to it."""
    code = entities.get(normalised(label))
    return entities.get(normalised(label[:-1])) if code is None and _GLUED.search(label) else code


def entity_of(label: str, entities: Mapping[str, str], vocabulary: Vocabulary) -> str | None:
    """Code of the entity a label names, also where either is printed with words in brackets after it."""
    if code := _by_name(label, entities):
        return code
    flat = normalised(label)
    if len(flat) < 8:
        return None
    if bare := entities.get(bare_name(label, vocabulary)):
        return bare
    close = {code for name, code in entities.items() if name.startswith(flat) or flat.startswith(name)}
    return close.pop() if len(close) == 1 else None


def _entity_of_row(
    row: OutlineRow, heading: str | None, entities: Mapping[str, str], vocabulary: Vocabulary
) -> str | None:
    """Code of the entity a row names: by its words, else by its number, for a list may word a name another way."""
    roman = _ROMAN_NUMBER.match(row.label)
    code = entity_of(roman["words"] if roman else row.words, entities, vocabulary)
    if code:
        return code
    codes = set(entities.values())
    if roman:
        return roman["code"] if roman["code"] in codes else None
    if row.ordinal is None:
        return None
    holders = (heading, heading.rpartition(".")[0]) if heading else tuple({c.rpartition(".")[0] for c in codes})
    numbered = {f"{holder}.{row.ordinal}" for holder in holders} & codes
    return numbered.pop() if len(numbered) == 1 else None


def _entity_subjects(
    outline: Sequence[OutlineRow],
    scope: Scope,
    entities: Mapping[str, str],
    own_section: str | None,
    vocabulary: Vocabulary,
) -> Iterator[Subject]:
    """Rows are entities of the section, or sections where they are numbered below this one (29A under 29)."""
    heading: str | None = None
    for row in outline:
        numbered = _SECTION_NUMBER.match(row.label)
        if row.role == "total":
            yield Subject(scope, Item())
        elif numbered and own_section and re.fullmatch(re.escape(own_section) + "[A-Z]", numbered["code"]):
            yield Subject(scope, Item() if row.role != "heading" else None, section=numbered["code"])
        elif row.role == "subtotal":
            words = re.split(r"[,:，]\s*", row.label, maxsplit=1)
            code = (entity_of(words[1], entities, vocabulary) or slug(words[1])) if len(words) > 1 else heading
            heading = None
            yield Subject(scope._replace(entity=code or slug(row.label)), Item() if code else None)
        else:
            code = _entity_of_row(row, heading, entities, vocabulary)
            if row.role == "heading":
                heading = code or heading
                yield Subject(scope, None)
            elif code is None and row.label.startswith("(") and heading:
                yield Subject(scope._replace(entity=heading), Item("line", slug(row.words)))
            else:
                yield Subject(scope._replace(entity=code or _within(scope, row.words)), Item())


def _section_subjects(outline: Sequence[OutlineRow], scope: Scope) -> Iterator[Subject]:
    """Rows are sections of the budget; parts of a section stand below its heading."""
    heading = ""
    for row in outline:
        numbered = _SECTION_NUMBER.match(row.label)
        if row.role == "heading":
            heading = numbered["code"] if numbered else ""
            yield Subject(scope, None)
        elif row.role == "total":
            yield Subject(Scope(funding=scope.funding), Item(), section="*")
        elif numbered:
            yield Subject(scope, Item(), section=numbered["code"])
        elif heading:
            yield Subject(scope._replace(entity=slug(row.words)), Item(), section=heading)
        else:
            yield Subject(scope, None)


def _mission_subject(row: OutlineRow, scope: Scope, entities: Mapping[str, str], vocabulary: Vocabulary) -> Subject:
    if row.role == "total":
        return Subject(scope, Item())
    if row.role != "item":
        return Subject(scope, None)
    code = _entity_of_row(row, None, entities, vocabulary) or _within(scope, row.words)
    return Subject(scope._replace(entity=code), Item())


def _within(scope: Scope, words: str) -> str:
    """Code of an entity that no heading names, below the entity the table is of."""
    return ".".join(part for part in (scope.entity, slug(words)) if part)


def _staff_subjects(
    outline: Sequence[OutlineRow], scope: Scope, entities: Mapping[str, str], vocabulary: Vocabulary
) -> Iterator[Subject]:
    """Rows say measure and year; the heading above them names the mission, office or total they are of.

    Where rows are components instead, the columns' total row says the year.
    """
    current, is_total = scope, False
    stated: set[tuple[Scope, str | None, int | None]] = set()
    for row in outline:
        measure, year = row_measure(row.label, vocabulary)
        if row.role == "heading" or (measure is None and not row.has_values):
            is_total = any(
                normalised(row.label).startswith(normalised(word)) for word in vocabulary.words("totals", "total")
            )
            code = entity_of(row.words, entities, vocabulary)
            if is_total:
                current = scope
            elif code:
                current = scope._replace(entity=code)
            else:
                current = scope._replace(component=slug(row.words))
            yield Subject(current, None)
        elif measure:
            # the same state printed again is that after a later change: no restatement of the first
            key = (current, measure, year)
            yield Subject(current, None if key in stated else Item(), measure=measure, year=year)
            stated.add(key)
        else:
            yield Subject(scope, None)


__all__ = ["CHANGES", "Subject", "component_code", "entity_of", "names_of", "row_measure", "slug", "subjects_of"]
