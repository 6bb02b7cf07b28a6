"""Which documents of a release witness for one another, and under which check."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from expectations.doubts.section_totals import stating_the_same
from expectations.model.claims import Row
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
