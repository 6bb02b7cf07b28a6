"""Totals of sections, compared with the tables over the whole budget that print them too.

A section prints its total, or its entities do; other documents print the totals of all sections in one table. Where
the two differ and nothing speaks against our reading, that is a finding; where the section's total rests on a doubt,
cannot be told or is of another order, it is a doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from expectations.doubts.doubts import doubt_id, doubtful_facts
from expectations.model import messages
from expectations.model.claims import Claim, DocumentClaims, Row, unscaled
from warehouse.fact import Fact, parse_fact

_STATES = frozenset({"approved", "appropriation", "estimate"})
# Two amounts further apart than this part of the larger are about two things: no misprint makes a total another one.
_ANOTHER_ORDER = 4
_BASES = ("", "share")
_SECTIONED = frozenset({"fascicle", "income", "plan_outline", "revised_estimate"})


class Key(NamedTuple):
    """What a total is of: entity (empty for the section), source of funding, year, and measure where it is no amount."""

    entity: str
    funding: str
    year: str
    measure: str


class Total(NamedTuple):
    """A total with the claims it is made of: one printed, or one of each entity."""

    value: int
    half_width: int
    claims: tuple[Claim, ...]


def is_total(fact: Fact | None) -> bool:
    """True for an amount of money of a whole section or entity that may count as its own."""
    return (
        fact is not None
        and fact.item_kind in ("", "total")
        and not fact.component
        and not fact.subprogramme
        and fact.unit == "USD"
        and fact.basis in _BASES
        and fact.funding in ("RB", "OA", "XB")
    )


def _key(fact: Fact) -> Key:
    return Key(fact.entity, fact.funding, fact.fiscal_year, "" if fact.measure in _STATES else fact.measure)


def other_sections(rows: dict[str, list[Row]]) -> list[str]:
    """Codes of the sections, besides its own, whose totals a document prints."""
    own = {row.get("section_code") for row in rows.get("mart_document", [])}
    found = {
        fact.section
        for cell in rows.get("mart_cell", [])
        if cell.get("section_code") and cell["section_code"] not in own and cell.get("fact_id")
        if is_total(fact := parse_fact(cell["fact_id"])) and fact is not None
    }
    return sorted(found)


def stating_the_same(documents: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Pairs of documents of one edition that print totals of the same sections, the one nearer to the section first.

    ``documents`` are rows of mart_document with ``other_sections``.
    """
    stated = {row["document_id"]: set(str(row.get("other_sections") or "").split()) for row in documents}
    nearest = sorted(
        (row for row in documents if row["kind"] in _SECTIONED), key=lambda row: len(stated[row["document_id"]])
    )
    for number, row in enumerate(nearest):
        for over in nearest[number + 1 :]:
            own = stated[row["document_id"]] | {row["section_code"]}
            if row.get("edition_year") == over.get("edition_year") and own & stated[over["document_id"]]:
                yield row, over


def totals(document: DocumentClaims, section: str, left_out: frozenset[str] = frozenset()) -> dict[Key, Total]:
    """Totals of a section and its entities that cells of a document print; a section's own amounts before shares of it.

    A section that prints none has the sum over its entities, where each of them prints its total.
    """
    ranked: dict[Key, tuple[int, Total]] = {}
    for fact_id, claims in document.by_fact.items():
        fact = parse_fact(fact_id)
        if not is_total(fact) or fact is None or fact.section != section:
            continue
        cells = [claim for claim in claims if claim.source == "cell" and fact_id not in left_out]
        if cells:
            claim = min(cells, key=lambda claim: claim.half_width)
            rank = _BASES.index(fact.basis)
            if _key(fact) not in ranked or rank < ranked[_key(fact)][0]:
                ranked[_key(fact)] = (rank, Total(claim.value or 0, claim.half_width, (claim,)))
    found = {key: total for key, (_, total) in ranked.items()}
    entities = {row["entity_code"] for row in document.rows.get("dim_entity", []) if "." not in row["entity_code"]}
    return {**_summed(found, entities), **found}


def _summed(found: dict[Key, Total], entities: set[str]) -> dict[Key, Total]:
    parts: dict[Key, dict[str, Total]] = defaultdict(dict)
    for key, total in found.items():
        if key.entity in entities:
            parts[key._replace(entity="")][key.entity] = total
    return {
        key: Total(
            sum(total.value for total in own.values()),
            sum(total.half_width for total in own.values()),
            tuple(claim for total in own.values() for claim in total.claims),
        )
        for key, own in parts.items()
        if own.keys() == entities
    }


class Compared(NamedTuple):
    """One total as the section has it and as a table over the budget prints it; ``doubt`` says why it is no finding."""

    own: Total
    printed: Claim
    doubt: str | None


def compared(
    document: DocumentClaims, over: DocumentClaims, own: str | None
) -> tuple[list[Compared], list[Compared | Claim]]:
    """Totals of sections that can be judged, and those in doubt: a claim alone where a section's own fascicle has none."""
    judged: list[Compared] = []
    doubts: list[Compared | Claim] = []
    both = {own or "", *other_sections(document.rows)} & set(other_sections(over.rows))
    for section in sorted(both):
        more, unsure = _compared(document, over, section)
        judged += more
        doubts += [one for one in unsure if section == own or not isinstance(one, Claim)]
    return judged, doubts


def _compared(
    document: DocumentClaims, over: DocumentClaims, section: str
) -> tuple[list[Compared], list[Compared | Claim]]:
    doubtful = doubtful_facts(document.rows)
    sure, unsure = totals(document, section, doubtful), totals(document, section)
    judged: list[Compared] = []
    doubts: list[Compared | Claim] = []
    for key, printed in totals(over, section).items():
        claim = printed.claims[0]
        if len(printed.claims) > 1 or not claim.value:
            continue
        own = sure.get(key)
        if own is not None and not _is_another_order(own.value, claim.value):
            judged.append(Compared(own, claim, None))
        elif own is not None or key in unsure:
            total = own or unsure[key]
            if abs(total.value - claim.value) > total.half_width + claim.half_width:
                why = "is of another order" if own is not None else "rests on figures whose reading is in doubt"
                doubts.append(Compared(total, claim, why))
        elif (
            not key.entity and not key.measure and not any(other.entity == "" for other in sure if other[1:] == key[1:])
        ):
            doubts.append(claim)
    return judged, doubts


def _is_another_order(first: int, second: int) -> bool:
    return _ANOTHER_ORDER * abs(first - second) > max(abs(first), abs(second))


def doubt_rows(document: Row, over: Row, found: Iterable[Compared | Claim]) -> Iterator[Row]:
    """Rows of mart_doubt for totals of a section that cannot be compared with a table over the budget."""
    for one in found:
        claim = one if isinstance(one, Claim) else one.printed
        own = None if isinstance(one, Claim) else one.own
        cell = own.claims[0].row if own is not None else {}
        figure = messages.printed(claim)
        if own is None:
            evidence = f"{figure} is printed for it, and no total could be read in its own document"
        else:
            assert isinstance(one, Compared)
            evidence = f"{figure} is printed for it, {messages.figure(unscaled(own.value))} was read, which {one.doubt}"
        what = " ".join(
            str(word).replace("_", " ") for word in (claim.row.get("measure"), claim.row.get("fiscal_year")) if word
        )
        name = f"section {claim.row.get('section_code')}"
        yield {
            "doubt_id": doubt_id(document["document_id"], "section_total", claim.claim_id, over["document_id"]),
            "document_id": document["document_id"],
            "kind": "section_total",
            "table_id": cell.get("table_id"),
            "table_number": cell.get("table_number"),
            "cell_id": cell.get("cell_id"),
            "row_label": cell.get("row_label"),
            "page_number": cell.get("page_number"),
            "line_first": cell.get("line_first"),
            "other_document_id": over["document_id"],
            "other_table_id": claim.row.get("table_id"),
            "other_table_number": claim.row.get("table_number"),
            "taken_for": f"total of {name}, {what}",
            "evidence": evidence,
            "claim_count": len(own.claims) if own is not None else 0,
            "message": f"The total of {name}, {what}, is not sure: {evidence} ({over['symbol']}, "
            f"{messages.position_of(claim) or messages.place_of(claim)}).",
        }
