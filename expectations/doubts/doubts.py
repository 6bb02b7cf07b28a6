"""Doubts: where what we read speaks against how we read it, as rows of mart_doubt.

A doubt is about our reading as a finding is about the print. What is in doubt is cut off from the rest before anything
is located, so that it blames nobody (see collisions).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable

from expectations.doubts.collisions import Collision, adds_up, cut_tables, set_apart
from expectations.model import messages
from expectations.model.claims import Claim, DocumentClaims, PrintedTable, Row
from expectations.model.relation import Judgement, Relation, judge_relation
from expectations.relations.rows import BASE_PLUS_CHANGES, PARTS_OF_CHANGE, PERCENTAGE_OF_CHANGE
from expectations.relations.totals import COLUMN_TOTALS, DELIVERABLE_TOTALS, ROW_TOTALS
from warehouse.fact import parse_fact

_OWN_CHECKS = (
    BASE_PLUS_CHANGES,
    PARTS_OF_CHANGE,
    PERCENTAGE_OF_CHANGE,
    COLUMN_TOTALS,
    ROW_TOTALS,
    DELIVERABLE_TOTALS,
)
_WORD = re.compile(r"\w+", re.UNICODE)

Judged = list[tuple[Relation, Judgement]]


def doubt_id(document_id: str, kind: str, place: str, other: str) -> str:
    """Stable from run to run: made of the document, the kind and both places."""
    return hashlib.sha256(f"{document_id}\n{kind}\n{place}\n{other}".encode()).hexdigest()[:12]


def collision_rows(document: DocumentClaims) -> list[Row]:
    """Cut what collides in a document off from the rest, and say so: one row of mart_doubt per collision."""
    return [_collision_row(document, collision) for collision in set_apart(document, lambda t: _is_whole(document, t))]


def _is_whole(document: DocumentClaims, table: PrintedTable) -> bool:
    """True when the relations within a table hold by and large."""
    alone = DocumentClaims(document.document_id, {}, [table], [], {})
    verdicts = [judge_relation(relation).verdict for check in _OWN_CHECKS for relation in check.relations(alone)]
    return adds_up(verdicts.count("violated"), sum(verdict != "unassessable" for verdict in verdicts))


def _collision_row(document: DocumentClaims, collision: Collision) -> Row:
    table, other, held = collision.table, collision.other, collision.held
    first, second = collision.claims[0], collision.other_claims[0]
    titles = {row["table_id"]: row for row in document.rows.get("mart_table", [])}
    if collision.level == "table":
        words = (_words_of(titles.get(table.table_id)), _words_of(titles.get(other.table_id)))
    else:
        name = "row_label" if collision.level == "row" else "column_label"
        words = (str(first.row.get(name) or ""), str(second.row.get(name) or ""))
    evidence = f"{held.contrary} of {held.shared} shared figures differ"
    if collision.level == "table":
        evidence += ", each table adds up by itself"
    place = _place(collision, first)
    message = (
        f"{place} may be about something else than {_lower(_place(collision, second, other))}: {evidence}. "
        "Nothing was judged across the two"
    )
    return doubt_row(
        document.document_id,
        "collision",
        table,
        claims=collision.claims,
        other=other if other is not table else None,
        cell=first if collision.level != "table" else None,
        row_label=first.row.get("row_label") if collision.level == "row" else None,
        words=words,
        evidence=evidence,
        message=f"{message}.",
        address=f"{collision.level} {first.claim_id if collision.level != 'table' else table.table_id}",
    )


def doubt_row(
    document_id: str,
    kind: str,
    table: PrintedTable,
    *,
    claims: Iterable[Claim],
    evidence: str,
    message: str,
    address: str,
    other: PrintedTable | None = None,
    cell: Claim | None = None,
    row_label: str | None = None,
    words: tuple[str, str] = ("", ""),
) -> Row:
    """One row of mart_doubt about a table or a part of it; ``words`` are those of its caption and of the other's."""
    claims = tuple(claims)
    first = claims[0] if claims else None
    return {
        "doubt_id": doubt_id(document_id, kind, address, other.table_id if other else ""),
        "document_id": document_id,
        "kind": kind,
        "table_id": table.table_id,
        "table_number": table.table_number,
        "cell_id": cell.claim_id if cell else None,
        "row_label": row_label,
        "page_number": first.row.get("page_number") if first else None,
        "line_first": first.row.get("line_first") if first else None,
        "other_table_id": other.table_id if other else None,
        "other_table_number": other.table_number if other else None,
        "taken_for": _taken_for(claims),
        "words_that_differ": differing_words(*words),
        "evidence": evidence,
        "claim_count": sum(claim.fact_id is not None and claim.value is not None for claim in claims),
        "message": message,
    }


def differing_words(first: str, second: str) -> str | None:
    """Words of one text that the other lacks, in printed order; None where there are none."""
    a, b = _WORD.findall(first), _WORD.findall(second)
    known_a, known_b = {word.casefold() for word in a}, {word.casefold() for word in b}
    only_a = [word for word in a if word.casefold() not in known_b]
    only_b = [word for word in b if word.casefold() not in known_a]
    if not only_a and not only_b:
        return None
    return " / ".join(" ".join(dict.fromkeys(words)) or "-" for words in (only_a, only_b))


def _words_of(row: Row | None) -> str:
    return " ".join(str(row[name]) for name in ("title", "table_part") if row.get(name)) if row else ""


def _place(collision: Collision, claim: Claim, table: PrintedTable | None = None) -> str:
    words = messages.table_name(table or collision.table)
    if collision.level == "row":
        return f"{words}, row “{claim.row.get('row_label') or ''}”"
    if collision.level == "column":
        return f"{words}, column “{claim.row.get('column_label') or claim.row.get('measure') or ''}”"
    return words


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _taken_for(claims: Iterable[Claim]) -> str | None:
    """The section, entity, component, subprogramme and funding most of the claims were taken to be about."""
    counts: dict[tuple[tuple[str, str], ...], int] = defaultdict(int)
    for claim in claims:
        fact = parse_fact(claim.fact_id) if claim.fact_id else None
        if fact is not None:
            named = (
                ("section", fact.section.partition("~")[0]),
                ("entity", fact.entity),
                ("component", fact.component),
                ("subprogramme", fact.subprogramme),
                ("funding", fact.funding),
                ("budget", fact.basis),
            )
            counts[tuple((name, value) for name, value in named if value)] += 1
    if not counts:
        return None
    best = max(counts, key=lambda dimensions: counts[dimensions])
    return ", ".join(f"{name} {value}" for name, value in best)


# How often relations between a table and others fail before its scope is in doubt, and how often its own may fail.
# Misread documents fail in 21 to 71 of 100 between tables and 0 to 1.8 within rows; documents with misprints of their
# own in 0.4 to 4.5 and 3.6 to 8.6. Few relations tell nothing: one slip fails several of them.
_LEAST_BETWEEN = 8
_LEAST_VIOLATED = 4
_BETWEEN_FAILURES = 3
_RATIO = 4
# So many misprinted figures may fail all relations they stand in: no more are needed for what is print.
_MISPRINTS = 2


def rates(document: DocumentClaims, judged: Judged) -> list[Row]:
    """Tables whose relations with others fail much more often than their own: cut off, one row of mart_doubt each."""
    between: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    own: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    failing: dict[str, list[frozenset[str]]] = defaultdict(list)
    for relation, judgement in judged:
        if judgement.verdict == "unassessable" or relation.kind == "quote":
            continue
        tables = {member.claim.row.get("table_id") for member in relation.members if member.claim.source == "cell"}
        counts = own if len(tables) < 2 else between
        for table_id in tables:
            if table_id is not None:
                counts[table_id][0] += judgement.verdict == "violated"
                counts[table_id][1] += 1
                if judgement.verdict == "violated" and counts is between:
                    failing[table_id].append(frozenset(member.claim.claim_id for member in relation.members))
    doubted = [
        table
        for table in document.tables
        if _is_doubted(between[table.table_id], own[table.table_id])
        and not are_explained(failing[table.table_id], _MISPRINTS)
    ]
    rows: list[Row] = []
    for table in doubted:
        violated, assessed = between[table.table_id]
        own_violated, own_assessed = own[table.table_id]
        evidence = (
            f"{violated} of {assessed} relations with other tables fail, {own_violated} of {own_assessed} of its own"
        )
        claims = tuple(claim for row in table.rows.values() for claim in row.cells.values())
        rows.append(
            doubt_row(
                document.document_id,
                "rates",
                table,
                claims=claims,
                evidence=evidence,
                message=f"{messages.table_name(table)} may be about something else than what it was taken for: {evidence}. "
                "Nothing was judged between it and other tables.",
                address=table.table_id,
            )
        )
    cut_tables(document, doubted)
    return rows


def _is_doubted(between: list[int], own: list[int]) -> bool:
    violated, assessed = between
    if min(assessed, own[1]) < _LEAST_BETWEEN or violated < _LEAST_VIOLATED or _BETWEEN_FAILURES * violated < assessed:
        return False
    return violated * own[1] >= _RATIO * own[0] * assessed


def are_explained(failing: list[frozenset[str]], misprints: int) -> bool:
    """True when so many figures, or fewer, stand in all of these relations: misprints explain them."""
    if not failing:
        return True
    if misprints == 0:
        return False
    return any(
        are_explained([claims for claims in failing if claim not in claims], misprints - 1) for claim in failing[0]
    )


def doubtful_claims(rows: dict[str, list[Row]]) -> frozenset[str]:
    """Cells that rest on a reading in doubt: those of a doubted table, or of the row, column or cell it names."""
    whole: set[str] = set()
    parts: set[tuple[str, str, int]] = set()
    single: set[str] = set()
    places = {row["cell_id"]: row for row in rows.get("mart_cell", [])} if rows.get("mart_doubt") else {}
    for doubt in rows.get("mart_doubt", []):
        if doubt["kind"] in ABOUT_NO_FIGURE or not doubt.get("table_id"):
            continue
        cell = places.get(doubt.get("cell_id") or "")
        if cell is None:
            whole.add(doubt["table_id"])
        elif doubt["kind"] not in _OF_LINES:
            single.add(cell["cell_id"])
        else:
            name = "row_number" if doubt.get("row_label") is not None else "column_number"
            parts.add((cell["table_id"], name, cell[name]))
    return frozenset(
        cell_id
        for cell_id, cell in places.items()
        if cell["table_id"] in whole
        or cell_id in single
        or (cell["table_id"], "row_number", cell["row_number"]) in parts
        or (cell["table_id"], "column_number", cell["column_number"]) in parts
    )


def doubtful_facts(rows: dict[str, list[Row]]) -> frozenset[str]:
    """Facts that a cell in doubt states: which of its claims are about it is not sure."""
    cells = doubtful_claims(rows)
    if not cells:
        return frozenset()
    return frozenset(
        cell["fact_id"] for cell in rows.get("mart_cell", []) if cell["cell_id"] in cells if cell["fact_id"]
    )


_OF_LINES = frozenset({"collision", "head"})
"""Kinds of doubt whose cell stands for its row, where they name it, or its column."""
ABOUT_NO_FIGURE = frozenset({"section_total", "completeness", "unit"})
"""Kinds of doubt that say nothing of single figures of a table."""
