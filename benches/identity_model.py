"""What the bench of identity knows: figures with a key of their own, what each is about, and what a reading made of it.

A figure is followed through a mutation by the place it was read at, which the mutation leaves on the cell: (table,
row, column, which of the cell's values). Copied tables get a number of their own, new rows and columns too.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.model.blocks import Document
from pipelines.parse.fascicle import parse_document
from pipelines.run.document import judged
from pipelines.symbols.identity import identify
from pipelines.vocabulary import Vocabulary, normalised, vocabulary_of
from warehouse.schema.declare import Rows

SHARED = Path(os.environ.get("FASCICLE_SHARED", Path(__file__).parents[2] / "shared"))
FOLDERS = ("corpus/A_80_6", "more/A_80_6")
"""Folders of the edition whose fascicles are changed."""
COPY = 1000
"""Copied tables are numbered a thousand above the table they were copied from."""
NEW = 500
"""New rows and columns are numbered from here."""
NAMED = "?"
"""Begins a code that the mutation invented: the reading may call it what it likes, but always the same."""


class Key(NamedTuple):
    """A figure of a table: table, row and column as read; of several values in one cell, which."""

    table: int
    row: int
    column: int
    nth: int = 0

    @property
    def origin(self) -> Key:
        """The figure that this one was copied from, or itself."""
        return self._replace(table=self.table % COPY)


class About(NamedTuple):
    """What a figure is about: the dimensions of a fact."""

    section: str
    entity: str
    component: str
    subprogramme: str
    funding: str
    basis: str
    item_kind: str
    item_code: str
    measure: str
    year: str
    unit: str

    @property
    def scope(self) -> tuple[str, str, str]:
        """Entity, component, subprogramme."""
        return self.entity, self.component, self.subprogramme


@dataclass(frozen=True, slots=True)
class Reading:
    """Judged rows of a document, with its figures by key."""

    rows: Rows
    cells: dict[Key, dict[str, Any]]
    key_of: dict[str, Key]

    def about(self, key: Key) -> About | None:
        """What a figure was read to be about; None where it was not told, or not read at all."""
        cell = self.cells.get(key)
        return about_of(cell["fact_id"]) if cell and cell["fact_id"] else None


def about_of(fact: str) -> About:
    """The dimensions that a fact's name joins; the edition is left off."""
    return About(*fact.split("|")[1:])


def read(document: Document) -> Reading:
    """Parse and judge a document as a run does."""
    identity = identify(document)
    rows = judged(parse_document(document, identity, vocabulary_of(identity.language)))
    cells: dict[Key, dict[str, Any]] = {}
    for cell in rows.get("mart_cell", []):
        key = Key(cell["table_ordinal"] or 0, cell["cell_row"] or 0, cell["cell_column"] or 0)
        while key in cells:
            key = key._replace(nth=key.nth + 1)
        cells[key] = cell
    return Reading(rows, cells, {cell["cell_id"]: key for key, cell in cells.items()})


@dataclass(slots=True)
class Original:
    """A fascicle as read, with the figures whose identity is taken for true: those of tables without a finding."""

    name: str
    document: Document
    reading: Reading
    vocabulary: Vocabulary
    truth: dict[Key, About]
    suspects: set[Key]
    """Figures that errors are found in as it stands, and those that would explain them as well."""
    loose_errors: Counter[tuple[Any, ...]]

    @property
    def shaken(self) -> set[int]:
        """Tables that errors are found in as it stands: what is told of them is left out."""
        return {key.table for key in self.suspects}

    @property
    def rounded(self) -> set[int]:
        """Tables in which some sum or restatement holds within rounding only."""
        within = {r["relation_id"] for r in self.rows["mart_relation"] if r["verdict"] == "rounding"}
        claims = {m["claim_id"] for m in self.rows["mart_relation_member"] if m["relation_id"] in within}
        return {key.table for claim in claims if (key := self.reading.key_of.get(claim or "")) is not None}

    @property
    def rows(self) -> Rows:
        """Judged rows of the fascicle as it stands."""
        return self.reading.rows


def original(name: str, document: Document) -> Original:
    """Read a fascicle as it stands."""
    reading = read(document)
    suspects, loose = errors_of(reading)
    shaken = {key.table for key in suspects}
    doubtful_tables, doubtful_cells = doubts_of(reading.rows)
    truth = {
        key: about_of(cell["fact_id"])
        for key, cell in reading.cells.items()
        if cell["fact_id"]
        and key.table not in shaken
        and cell["table_id"] not in doubtful_tables
        and cell["cell_id"] not in doubtful_cells
    }
    vocabulary = vocabulary_of(reading.rows["mart_document"][0]["language"])
    return Original(name, document, reading, vocabulary, truth, suspects, loose)


@dataclass(slots=True)
class Variant:
    """A document changed as another fascicle would differ, with what its figures are about.

    ``expected``: figures that are about a known fact. ``apart``: figures that must not be taken for any of those facts.
    ``excused``: tables in which the print itself is at fault, so that one finding about each is right.
    """

    mutation: str
    detail: str
    document: Document
    expected: dict[Key, About]
    apart: set[Key] = field(default_factory=set)
    excused: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Miss:
    """A figure read wrongly: what it is about, what it was taken for, whether a doubt says so."""

    key: Key
    cell: dict[str, Any]
    right: About | None
    taken: About | None
    is_doubted: bool


@dataclass(slots=True)
class Score:
    """What came of one variant, counted in figures."""

    variant: Variant
    name: str
    right: int = 0
    wrong: int = 0
    silent: int = 0
    lost: int = 0
    lost_silent: int = 0
    doubts: int = 0
    misses: list[Miss] = field(default_factory=list)
    false_errors: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    failure: str = ""

    @property
    def facts(self) -> int:
        """Figures whose identity is known."""
        return len(self.variant.expected)


def doubts_of(rows: Rows) -> tuple[set[str], set[str]]:
    """Tables and cells that doubts are about; a doubt about one cell covers that cell alone."""
    tables: set[str] = set()
    cells: set[str] = set()
    for doubt in rows.get("mart_doubt", []):
        if doubt.get("cell_id"):
            cells.add(doubt["cell_id"])
        else:
            tables.update(t for t in (doubt.get("table_id"), doubt.get("other_table_id")) if t)
    return tables, cells


def errors_of(reading: Reading) -> tuple[set[Key], Counter[tuple[Any, ...]]]:
    """Figures that errors are about, with those that would explain them as well; and errors about no figure."""
    keys: set[Key] = set()
    loose: Counter[tuple[Any, ...]] = Counter()
    for finding in errors_in(reading.rows):
        joined = finding.get("alternatives") or ""
        named = [finding["cell_id"], *(n for option in joined.split("; ") for n in option.split(" + "))]
        found = {reading.key_of[name].origin for name in named if name in reading.key_of}
        keys |= found
        if not finding["cell_id"]:
            loose[_loose(finding)] += 1
    return keys, loose


def errors_in(rows: Rows) -> list[dict[str, Any]]:
    """Findings of severity error."""
    return [finding for finding in rows.get("mart_finding", []) if finding["severity"] == "error"]


def _loose(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    return (finding["class"], finding["check_name"], finding["measure"], finding["fiscal_year"])


def score_of(original: Original, variant: Variant, reading: Reading) -> Score:
    """Hold a reading of a variant against what is known of it."""
    score = Score(variant, original.name)
    tables, cells = doubts_of(reading.rows)
    tables |= {reading.cells[k]["table_id"] for k in reading.cells if k.table in variant.excused} & _head_findings(
        reading
    )

    def doubted(key: Key) -> bool:
        cell = reading.cells.get(key)
        return cell is not None and (cell["table_id"] in tables or cell["cell_id"] in cells)

    unknown = _unknown_terms(reading)

    def told(key: Key) -> bool:
        """Whether a doubt covers a figure, or its head or label is listed as one that nothing knows."""
        cell = reading.cells.get(key, {})
        words = normalised(f"{cell.get('column_label') or ''} {cell.get('row_label') or ''}")
        return doubted(key) or any(term in words for term in unknown)

    scopes = _matched(
        (about.scope, taken.scope) for key, about in variant.expected.items() if (taken := reading.about(key))
    )
    held: set[About] = set()
    for key, about in variant.expected.items():
        taken = reading.about(key)
        if taken is None:
            score.lost += 1
            score.lost_silent += not told(key)
        elif agrees(about, taken) and scopes[about.scope] == taken.scope:
            score.right += 1
            held.add(taken)
            continue
        else:
            score.wrong += 1
            score.silent += not doubted(key)
        score.misses.append(Miss(key, reading.cells.get(key, {}), about, taken, doubted(key)))
    for key in variant.apart:
        taken = reading.about(key)
        if taken is not None and taken in held:
            score.wrong += 1
            score.silent += not doubted(key)
            score.misses.append(Miss(key, reading.cells[key], None, taken, doubted(key)))
    score.doubts = len(reading.rows.get("mart_doubt", [])) - len(original.rows.get("mart_doubt", []))
    score.false_errors = _false_errors(original, variant, reading)
    return score


def _unknown_terms(reading: Reading) -> set[str]:
    """Words of heads and labels that are listed as not known."""
    return {normalised(row["printed_text"]) for row in reading.rows.get("mart_unknown_term", [])}


def _head_findings(reading: Reading) -> set[str]:
    """Tables of which a finding of structure is told."""
    numbers = {f["table_number"] for f in reading.rows.get("mart_finding", []) if f["class"] == "structure"}
    return {table["table_id"] for table in reading.rows.get("mart_table", []) if table["table_number"] in numbers}


def _false_errors(original: Original, variant: Variant, reading: Reading) -> list[dict[str, Any]]:
    """Errors that the fascicle as it stands does not have, but one for each table whose print is at fault."""
    loose = Counter(original.loose_errors)
    excused = set(variant.excused)
    false: list[dict[str, Any]] = []
    for finding in errors_in(reading.rows):
        key = reading.key_of.get(finding["cell_id"] or "")
        if key is None:
            if loose[_loose(finding)]:
                loose[_loose(finding)] -= 1
                continue
        elif key.origin.table in original.shaken:
            continue
        elif (key.table != key.origin.table or key.column >= NEW) and key.origin.table in original.rounded:
            continue  # rounding is multiplied with the figures of a copy, or of a column more
        elif key.table in excused:
            excused.discard(key.table)
            continue
        false.append(finding)
    return false


_WIDER = frozenset({"gross", "jointly_financed"})


def agrees(right: About, taken: About) -> bool:
    """True when all dimensions agree but the codes of a scope that the mutation named, and their place in it."""
    for name, known, found in zip(About._fields, right, taken, strict=True):
        if name == "basis":
            if (found or "own") not in (known or "own").split("/"):
                return False
        elif name == "funding" and taken.basis in _WIDER and (known, found) == ("RB", "ALL"):
            continue  # a wider budget than the section's own is paid by several sources
        elif known.startswith(NAMED):
            if not found:
                return False
        elif known != found:
            return False
    return True


def _matched(
    pairs: Iterable[tuple[tuple[str, str, str], tuple[str, str, str]]],
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Which scope of the reading stands for which true one: itself where its codes are known, else the one most
    of its figures were taken for; no two stand for one."""
    votes: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for right, taken in pairs:
        votes[right][taken] += 1
    matched: dict[tuple[str, ...], tuple[str, ...]] = {
        right: right for right in votes if not any(code.startswith(NAMED) for code in right)
    }
    used = set(matched.values())
    ranked = sorted(((n, right, taken) for right, found in votes.items() for taken, n in found.items()), reverse=True)
    for _, right, taken in ranked:
        if right not in matched and taken not in used:
            matched[right] = taken
            used.add(taken)
    return defaultdict(tuple, matched)
