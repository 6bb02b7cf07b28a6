"""What the title of a table or figure says of its scope; and tables whose title names what no heading or summary table names: a
city, a project, an account of another body.

The headings above such a table say where it stands, not whose figures it prints. Its figures tell: where they are
those that other tables print for the scope of the headings, it is about that scope; where they are others, it has a
scope of its own, which the title names. A title of two parts ("Nairobi: evolution of financial resources") names
its subject in so many words, and is believed unless the figures say otherwise; of any other title that stands once in
a document, only figures that contradict all others are believed, and that is told as a doubt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.model.facts import Scope, refit
from pipelines.parse.grid.captions import Caption, title_has
from pipelines.parse.grid.columns import basis_of
from pipelines.parse.scope.doubts import doubt, table_name
from pipelines.parse.scope.names import PROGRAMME_OF_WORK, Names
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.fact import parse_fact, slug
from warehouse.schema.declare import Rows

_COLONS = str.maketrans("：", ":")
_BRACKETS = re.compile(r"\s*[（(][^()（）]*[)）]\s*")


def scope_of(caption: Caption, context: Scope, vocabulary: Vocabulary, named: Names | None = None) -> Scope:
    """Scope a title names ("Subprogramme 1: ...", "Requirements by object of expenditure: programme support"),
    the whole section for "Overall", else that of the headings.

    ``named`` holds names of components and subprogrammes as tables printed them.
    """
    funding = caption.funding
    if title_has(caption, vocabulary, "overall") or title_has(caption, vocabulary, "cross_cutting"):
        return Scope(entity=context.entity, funding=funding)
    plain = without_brackets(caption.title)
    head, colon, tail = (part.strip() for part in plain.partition(":"))
    if not colon:
        return context._replace(funding=funding)
    code = subprogramme_code(head, context.subprogramme, vocabulary)
    if code:
        holder = named.holder(context.component) if named else PROGRAMME_OF_WORK
        return Scope(context.entity, holder, code, funding)
    for words in (head, tail):
        if named and (known := named.find(normalised(words), context.component)):
            return Scope(context.entity, *known, funding)
        component = vocabulary.meaning("components", words)
        if component:
            return Scope(context.entity, component, "", funding)
    return context._replace(funding=funding)


def without_brackets(title: str) -> str:
    """A title without what it says in brackets, its colons of one width."""
    return _BRACKETS.sub(" ", title).translate(_COLONS).strip()


def office_of(caption: Caption, scope: Scope, entities: Mapping[str, str], vocabulary: Vocabulary) -> str | None:
    """Code of the office a title names ("Staffing requirements: ..."), None when it is about the whole entity."""
    head, colon, tail = (part.strip() for part in caption.title.translate(_COLONS).partition(":"))
    words = tail if colon else head
    whole = {normalised(w) for w in vocabulary.words("title_kinds", "whole_staff")}
    if not words or scope.component or normalised(words) in whole or normalised(words) in entities:
        return None
    return slug(words)


def subprogramme_code(words: str, current: str, vocabulary: Vocabulary) -> str:
    """Code of the subprogramme that words name: "1", or "1.2" for its component 2; empty when they name none.

    A component alone is of the ``current`` subprogramme.
    """
    subprogramme = vocabulary.pattern("subprogramme", "pattern").search(words)
    part = vocabulary.pattern("subprogramme", "part_of").search(words)
    if subprogramme and part:
        return f"{subprogramme['code']}.{part['code']}"
    if subprogramme:
        return subprogramme["code"]
    part = vocabulary.pattern("subprogramme", "part").match(words)
    if part:
        above = current.split(".")[0]
        return f"{above}.{part['code']}" if above else part["code"]
    return ""


_DETAILS = frozenset({"financial_by_object", "financial_and_posts", "financial_by_category", "posts_by_grade"})
_BASES = frozenset({"appropriation", "approved", "estimate", "proposed"})
_FEWEST_SHARED = 2

Row = dict[str, Any]
Figures = dict[str, list[tuple[str, Decimal, int]]]
"""Figures by fact: table, value, printed decimals."""


@dataclass(frozen=True, slots=True)
class TitleSubject:
    """What a title names that nothing else does: its code, and whether a colon separates it from the rest of the title."""

    code: str
    is_named: bool


def title_subject(
    caption: Caption, named: Names, entities: Mapping[str, str], vocabulary: Vocabulary
) -> TitleSubject | None:
    """The subject of a title that is no known scope; None where the title says nothing, or names a known scope."""
    if not caption.title or any(title_has(caption, vocabulary, kind) for kind in ("overall", "cross_cutting")):
        return None
    plain = without_brackets(caption.title)
    head, colon, tail = (part.strip() for part in plain.partition(":"))
    if not colon:
        return TitleSubject(slug(plain), False) if basis_of(plain, vocabulary) is None else None
    if any(_is_known(words, named, entities, vocabulary) for words in (head, tail)):
        return None
    told = _says_what(head, vocabulary), _says_what(tail, vocabulary)
    subject = {(True, False): tail, (False, True): head}.get(told, plain)
    return TitleSubject(slug(subject), True)


def _is_known(words: str, named: Names, entities: Mapping[str, str], vocabulary: Vocabulary) -> bool:
    flat = normalised(words)
    return bool(
        subprogramme_code(words, "", vocabulary)
        or flat in named.entries
        or flat in entities
        or vocabulary.meaning("components", words)
        or vocabulary.meaning("funding_sources", words)
        or basis_of(words, vocabulary) is not None
    )


def _says_what(words: str, vocabulary: Vocabulary) -> bool:
    """True for words that say what a table shows, not whom it is about."""
    flat = normalised(words)
    kinds = ("financial_and_posts", "by_object", "posts_and_changes", "distribution", "whole_staff", "shown")
    return any(normalised(term) in flat for kind in kinds for term in vocabulary.words("title_kinds", kind))


def settle_titles(rows: Rows, subjects: Mapping[str, TitleSubject]) -> list[Row]:
    """Give tables whose titles name a subject of their own that scope, in place.

    ``subjects`` are what titles name, by table. Returns rows of mart_doubt for tables that figures alone tell apart.
    """
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    titles: dict[str, set[str]] = defaultdict(set)
    for table in tables.values():
        titles[normalised(table["title"] or "")].add(table["table_number"] or table["table_id"])
    open_tables = {
        name: subject
        for name, subject in subjects.items()
        if name in tables
        and tables[name]["kind"] in _DETAILS
        and (subject.is_named or len(titles[normalised(tables[name]["title"] or "")]) == 1)
    }
    if not open_tables:
        return []
    cells: dict[str, list[Row]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        cells[cell["table_id"]].append(cell)
    figures = _figures(cells)
    apart: dict[str, tuple[int, int]] = {}
    while (worst := _worst(open_tables, cells, figures, apart)) is not None:
        apart[worst[0]] = worst[1:]
    doubts = []
    for name, (shared, same) in apart.items():
        subject, table = open_tables[name], tables[name]
        _rename(cells[name], table, subject.code)
        if not subject.is_named:
            doubts.append(_doubt(table, len(cells[name]), shared, same))
    return doubts


def _figures(cells: Mapping[str, Iterable[Row]]) -> Figures:
    found: Figures = defaultdict(list)
    for table, own in cells.items():
        for cell in own:
            if (key := _key(cell)) is not None:
                found[key].append((table, cell["value"], cell["precision_digits"] or 0))
    return found


def _key(cell: Row) -> str | None:
    """What a figure is about, states in different words counted as one; None for nils, percentages and no fact."""
    if not cell["fact_id"] or not cell["value"] or cell["unit"] == "percent":
        return None
    fact = parse_fact(cell["fact_id"])
    if fact is None:
        return None
    return fact._replace(measure="state" if fact.measure in _BASES else fact.measure).identifier


def _worst(
    subjects: Mapping[str, TitleSubject], cells: Mapping[str, list[Row]], figures: Figures, apart: Mapping[str, object]
) -> tuple[str, int, int] | None:
    """The table that agrees least with the others about the scope of its headings, and is to be set apart; with the
    figures it shares with them, and how many of these are the same."""
    found: list[tuple[float, bool, int, str, int, int]] = []
    for order, (name, subject) in enumerate(subjects.items()):
        if name in apart:
            continue
        shared, same = _agreement(name, cells[name], figures, apart)
        if subject.is_named and 2 * same <= shared:
            found.append((same / shared if shared else 0.5, False, -order, name, shared, same))
        elif shared >= _FEWEST_SHARED and same == 0:
            found.append((0.0, True, -order, name, shared, same))
    return min(found)[3:] if found else None


def _agreement(name: str, own: Iterable[Row], figures: Figures, apart: Mapping[str, object]) -> tuple[int, int]:
    """How many figures of a table others print too, and how many of these any other prints alike."""
    shared = same = 0
    for cell in own:
        key = _key(cell)
        if key is None:
            continue
        others = [(value, digits) for table, value, digits in figures[key] if table != name and table not in apart]
        if others:
            digits = cell["precision_digits"] or 0
            shared += 1
            same += any(
                abs(value - cell["value"]) <= Decimal(1).scaleb(-min(digits, theirs)) / 2 for value, theirs in others
            )
    return shared, same


def _rename(cells: Iterable[Row], table: Row, code: str) -> None:
    table["component_code"], table["subprogramme_code"] = code, None
    for cell in cells:
        cell["component_code"], cell["subprogramme_code"] = code, None
        cell["fact_id"] = refit(cell["fact_id"], cell["entity_code"] or "", code, "")


def _doubt(table: Row, count: int, shared: int, same: int) -> Row:
    where = table_name(table)
    message = (
        f"{where} stands where its figures would be those of other tables, but they are not: it is taken by itself."
    )
    return doubt(
        table,
        "binding",
        table["table_id"],
        message,
        count,
        taken_for=table["title"],
        evidence=f"{same} of {shared} figures are those that other tables print for the scope of its headings",
    )
