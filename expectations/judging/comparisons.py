"""Which documents of a release are compared with one another, and which rows of tables correspond in two formats of one.

Labels alone do not pair rows: a report has dozens of tables without a number in which "Net change" and "Post" come back,
and the tables of a PDF may be parted where Word has one. So rows are aligned as a diff aligns lines; a row that differs
is paired where it stands alone between rows that agree. What finds no like is a doubt about how one of the two was read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from expectations.doubts.doubts import doubt_row
from expectations.doubts.section_totals import stating_the_same
from expectations.model import messages
from expectations.model.claims import Claim, DocumentClaims, Row
from warehouse.schema.languages import PRECEDENCE
from warehouse.tables.common import FORMATS

FORMATS_AGREE = "formats_agree"
LANGUAGES_AGREE = "languages_agree"
CORRIGENDUM_CORRECTS = "corrigendum_agrees_with_its_original"
EDITIONS_AGREE = "editions_agree"
REFERENCE_AGREES = "reference_agrees"
APPROPRIATIONS_RESTATED = "appropriations_are_restated"
SECTION_TOTALS_AGREE = "section_totals_agree"
PROPOSALS_RESTATED = "proposals_are_restated"

WITNESS_CHECKS: tuple[tuple[str, str], ...] = (
    (FORMATS_AGREE, "The same document in two formats prints the same figures."),
    (LANGUAGES_AGREE, "The same document in several languages prints the same figures."),
    (
        CORRIGENDUM_CORRECTS,
        "A figure of a corrigendum is that of the document it corrects, unless it is what it corrects.",
    ),
    (EDITIONS_AGREE, "Two editions that state the same quantity of the same year state the same."),
    (REFERENCE_AGREES, "An outside reading of the fascicles gives the figures that are printed."),
    (APPROPRIATIONS_RESTATED, "What a resolution appropriates for a section is what the next fascicle restates."),
    (SECTION_TOTALS_AGREE, "The total of a section is what tables over the whole budget print for it."),
    (PROPOSALS_RESTATED, "What a report of revised estimates restates of a proposal is what the fascicle proposed."),
)
"""Each check between documents, and what it says in a sentence."""

_ADOPTED = frozenset({"resolution", "decision"})
_CORRIGENDUM = re.compile(r"/Corr\.\d+$")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Documents to be compared under one check, the most trusted first."""

    check_name: str
    document_ids: tuple[str, ...]


def comparisons(documents: Iterable[Row]) -> list[Comparison]:
    """Which documents witness for which; ``documents`` are rows of mart_document, in any order.

    ``other_sections`` of a row, where given, are the codes of sections whose totals it prints, besides its own.
    """
    rows = sorted(documents, key=_rank)
    found: list[Comparison] = []
    for group in _grouped(rows, lambda row: (row["symbol"], row["language"])):
        found.append(Comparison(FORMATS_AGREE, tuple(row["document_id"] for row in group)))
    texts = _first_of(rows, lambda row: (row["symbol"], row["language"]))
    for group in _grouped(texts, lambda row: row["symbol"]):
        found.append(Comparison(LANGUAGES_AGREE, tuple(row["document_id"] for row in group)))
    symbols = _first_of(rows, lambda row: row["symbol"])
    by_symbol = {row["symbol"]: row for row in symbols}
    for row in symbols:
        original = by_symbol.get(_CORRIGENDUM.sub("", row["symbol"]))
        if original is not None and original is not row:
            found.append(Comparison(CORRIGENDUM_CORRECTS, (row["document_id"], original["document_id"])))
    fascicles = [
        row for row in symbols if row["kind"] == "fascicle" and row.get("edition_year") and row["section_code"]
    ]
    for group in _grouped(fascicles, lambda row: row["section_code"]):
        editions = sorted(group, key=lambda row: row["edition_year"])
        for earlier, later in pairwise(editions):
            if earlier["edition_year"] < later["edition_year"]:
                found.append(Comparison(EDITIONS_AGREE, (earlier["document_id"], later["document_id"])))
    for decided in symbols:
        if decided["kind"] in _ADOPTED and decided.get("edition_year"):
            after = [row for row in fascicles if row["edition_year"] == decided["edition_year"] + 1]
            found += [
                Comparison(APPROPRIATIONS_RESTATED, (decided["document_id"], row["document_id"])) for row in after
            ]
    for revised in symbols:
        if revised["kind"] == "revised_estimate":
            restated = set(str(revised.get("other_sections") or "").split())
            found += [
                Comparison(PROPOSALS_RESTATED, (row["document_id"], revised["document_id"]))
                for row in fascicles
                if row["edition_year"] == revised.get("edition_year") and row["section_code"] in restated
            ]
    for row, over in stating_the_same(symbols):
        found.append(Comparison(SECTION_TOTALS_AGREE, (row["document_id"], over["document_id"])))
    for reference in rows:
        if reference["kind"] == "reference":
            same = [row for row in fascicles if row["edition_year"] == reference.get("edition_year")]
            found += [Comparison(REFERENCE_AGREES, (row["document_id"], reference["document_id"])) for row in same]
    return found


def _rank(row: Row) -> tuple[int, int, str]:
    language, form = row["language"], row["format"]
    return (
        PRECEDENCE.index(language) if language in PRECEDENCE else len(PRECEDENCE),
        FORMATS.index(form) if form in FORMATS else len(FORMATS),
        row["document_id"],
    )


def _grouped(rows: Sequence[Row], key: Callable[[Row], Hashable]) -> Iterator[list[Row]]:
    """Groups of at least two rows with one key."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return (group for group in groups.values() if len(group) > 1)


def _first_of(rows: Sequence[Row], key: Callable[[Row], Hashable]) -> list[Row]:
    first: dict[Hashable, Row] = {}
    for row in rows:
        first.setdefault(key(row), row)
    return list(first.values())


_SIGNS = re.compile(r"\W+")
_FEWEST = 3
_SHARE = 4
"""A table is in doubt where this many figures or rows, and one in four, differ or find no like."""


@dataclass(frozen=True, slots=True)
class _PrintedRow:
    """A row of a table: its table, its label as it is compared, its figures."""

    table_id: str
    label: str
    claims: tuple[Claim, ...]

    @property
    def line(self) -> tuple[str, tuple[int | None, ...]]:
        """What is compared of it."""
        return self.label, tuple(claim.value for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Keys of cells, equal where two stand for each other, by claim; of tables, how many rows they have and how many
    of these found no like."""

    keys: dict[str, Hashable]
    rows: dict[str, int]
    alone: dict[str, int]


def align(documents: Sequence[DocumentClaims]) -> list[Alignment]:
    """Each document's cells that are about no known fact, aligned with those of the first."""
    first = _rows(documents[0])
    known = {id(row): number for number, row in enumerate(first)}
    made = [_alignment(first, {id(row): known[id(row)] for row in first})]
    for document in documents[1:]:
        rows = _rows(document)
        pairs = {id(row): known[id(other)] for other, row in _pairs(first, rows)}
        made.append(_alignment(rows, pairs))
    return made


def _rows(document: DocumentClaims) -> list[_PrintedRow]:
    """Rows of a document in printed order, with their figures about no known fact."""
    cells: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for claim in document.of_source("cell"):
        if claim.value is not None and not claim.fact_id:
            cells[str(claim.row.get("table_id")), claim.row.get("row_number") or 0].append(claim)
    return [
        _PrintedRow(table_id, _label(claims[0]), tuple(sorted(claims, key=lambda one: one.row["column_number"])))
        for (table_id, _), claims in sorted(cells.items(), key=lambda item: item[0])
    ]


def _label(claim: Claim) -> str:
    return _SIGNS.sub("", str(claim.row.get("row_label") or "")).casefold()


def _pairs(first: Sequence[_PrintedRow], second: Sequence[_PrintedRow]) -> Iterator[tuple[_PrintedRow, _PrintedRow]]:
    """Rows that stand for each other: alike, or alone in their place with one label and as many figures."""
    matcher = SequenceMatcher(None, [row.line for row in first], [row.line for row in second], autojunk=False)
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind in ("equal", "replace") and end - start == to - from_:
            for one, other in zip(first[start:end], second[from_:to], strict=True):
                if kind == "equal" or (one.label and one.label == other.label and len(one.claims) == len(other.claims)):
                    yield one, other


def _alignment(rows: Sequence[_PrintedRow], places: dict[int, int]) -> Alignment:
    keys: dict[str, Hashable] = {}
    counted: dict[str, int] = defaultdict(int)
    alone: dict[str, int] = defaultdict(int)
    for row in rows:
        counted[row.table_id] += 1
        place = places.get(id(row))
        if place is None:
            alone[row.table_id] += 1
            continue
        keys.update({claim.claim_id: ("row", place, at) for at, claim in enumerate(row.claims)})
    return Alignment(keys, dict(counted), dict(alone))


def tables_in_doubt(
    document: DocumentClaims,
    alignment: Alignment,
    compared: Mapping[str, int],
    differing: Mapping[str, int],
    other: Row,
) -> Iterator[Row]:
    """Rows of mart_doubt for tables that were read otherwise than in the other format: many rows without a like in it,
    or many figures that differ, of so many ``compared``."""
    for table in document.tables:
        alone, rows = alignment.alone.get(table.table_id, 0), alignment.rows.get(table.table_id, 0)
        unlike, figures = differing.get(table.table_id, 0), compared.get(table.table_id, 0)
        if _is_much(unlike, figures):
            evidence = f"{unlike} of {figures} figures differ"
        elif _is_much(alone, rows):
            evidence = f"{alone} of {rows} rows have no like there"
        else:
            continue
        claims = [claim for row in table.rows.values() for claim in row.cells.values()]
        doubt = doubt_row(
            document.document_id,
            "table_shape",
            table,
            claims=claims,
            evidence=evidence,
            message=f"{messages.table_name(table)} ({messages.position_of(claims[0])}) was read otherwise than in "
            f"{messages.document_name(other)}: {evidence}. These were not held against each other.",
            address=f"{table.table_id}~{other['document_id']}",
        )
        yield doubt | {"other_document_id": other["document_id"]}


def _is_much(part: int, whole: int) -> bool:
    return part >= _FEWEST and part * _SHARE >= whole
