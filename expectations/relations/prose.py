"""Relations between amounts stated in paragraphs and the tables they quote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from expectations.model.claims import Claim, DocumentClaims
from expectations.model.relation import Member, Relation, RelationCheck
from expectations.relations.facts import most_precise


def prose_against_tables(document: DocumentClaims) -> Iterator[Relation]:
    """stated - printed = 0 for each stated amount whose fact a table, chart or box prints.

    Prose quotes: where it is written as finely as the table, it must be the printed figure itself. Where several
    tables print the fact, the one that agrees best is the one quoted.
    """
    for claim in document.of_source("prose"):
        if claim.fact_id is None or claim.value is None:
            continue
        value = claim.value
        tables = [other for other in document.by_fact[claim.fact_id] if other.source in ("cell", "detail")]
        if not tables:
            continue
        nearest = min(abs((other.value or 0) - value) for other in tables)
        quoted = most_precise(other for other in tables if abs((other.value or 0) - value) == nearest)
        yield Relation(
            PROSE_STATES_TABLE.name,
            document.document_id,
            quoted.row.get("table_number"),
            claim.claim_id,
            (Member(claim, 1, "restated"), Member(quoted, -1, "total")),
            kind="quote",
        )


def stated_parts_add_up(document: DocumentClaims) -> Iterator[Relation]:
    """parts - whole = 0 where a paragraph says that an amount, or a count of posts, is made up of others."""
    stated = {claim.claim_id: claim for claim in document.of_source("prose")}
    parts: dict[str, list[Claim]] = defaultdict(list)
    for claim in stated.values():
        whole = claim.row.get("part_of")
        if whole in stated:
            parts[whole].append(claim)
    for whole, members in parts.items():
        yield Relation(
            STATED_PARTS_ADD_UP.name,
            document.document_id,
            None,
            whole,
            (*(Member(part, 1, "member") for part in members), Member(stated[whole], -1, "total")),
        )


STATED_PARTS_ADD_UP = RelationCheck(
    "stated_parts_add_up_to_stated_total",
    "Amounts and counts that a paragraph says make up another add up to it.",
    stated_parts_add_up,
)
PROSE_STATES_TABLE = RelationCheck(
    "prose_states_the_table_value",
    "An amount stated in a paragraph is the amount the tables print.",
    prose_against_tables,
)
