"""Relations inside charts: plotted values add up to the total they divide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from expectations.model.claims import Claim, DocumentClaims
from expectations.model.relation import Member, Relation, RelationCheck
from expectations.relations.facts import most_precise
from warehouse.fact import Fact, parse_fact

POSTS_CODE = "posts"
NON_POST_CODE = "non_post"


def plotted_values(document: DocumentClaims) -> Iterator[Relation]:
    """plotted values - total = 0: grades make the posts, objects the non-post resources, categories the total."""
    figures: dict[tuple[str | None, str, tuple[str, ...]], list[tuple[Fact, Claim]]] = defaultdict(list)
    for claim in document.of_source("chart"):
        fact = parse_fact(claim.fact_id) if claim.fact_id else None
        if fact is None or fact.item_kind in ("", "total") or claim.value is None:
            continue
        if fact.item_kind == "object" and fact.item_code in (POSTS_CODE, NON_POST_CODE):
            continue
        whole = _whole(fact)
        figures[claim.row.get("figure_number"), fact.item_kind, whole].append((fact, claim))
    for (_, _, dimensions), plotted in figures.items():
        codes = [fact.item_code for fact, _ in plotted]
        if len(set(codes)) < len(codes) or len(plotted) < 2:
            continue
        whole_id = "|".join(dimensions)
        totals = document.by_fact.get(whole_id)
        if not totals:
            continue
        yield Relation(
            PLOTTED_VALUES.name,
            document.document_id,
            None,
            plotted[0][1].claim_id,
            (*(Member(claim, 1, "member") for _, claim in plotted), Member(most_precise(totals), -1, "total")),
        )


def _whole(fact: Fact) -> Fact:
    if fact.item_kind == "object":
        return fact._replace(item_code=NON_POST_CODE)
    return fact._replace(item_kind="total", item_code="")


PLOTTED_VALUES = RelationCheck(
    "plotted_values_add_up_to_total_within_rounding",
    "The values plotted in a chart add up to the total the chart divides.",
    plotted_values,
)
