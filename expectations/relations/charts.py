"""Relations of charts: plotted values and their total; boxes of organization charts, their grades and tables of posts."""

from __future__ import annotations

import re
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


_JOINT_GRADE = re.compile(r"^(?P<letters>[A-Za-z]+-)(?P<numbers>\d+(?:/\d+)+)$")
_STATE_MEASURES = frozenset({"approved", "proposed", "estimate"})


def single_grades(grade_code: str) -> tuple[str, ...]:
    """Grades a code stands for: P-2/1 for P-2 and P-1."""
    match = _JOINT_GRADE.match(grade_code)
    if match is None:
        return (grade_code,)
    return tuple(match["letters"] + number for number in match["numbers"].split("/"))


def box_totals(document: DocumentClaims) -> Iterator[Relation]:
    """grades - total = 0 for the total of each box, and totals of its sources of funding - total = 0.

    Which source a grade is of, its column tells, and columns are short: sums by source are no evidence of a misprint.
    """
    for claims in _boxes(document).values():
        yield from _totals_of_box(document, claims)


def _totals_of_box(document: DocumentClaims, claims: list[Claim]) -> Iterator[Relation]:
    if any(claim.row.get("is_complete") is False for claim in claims):
        return
    grades = [claim for claim in claims if not claim.row.get("is_total")]
    totals: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.row.get("is_total"):
            totals[claim.row.get("funding_source_code") or "RB"].append(claim)
    sources = {claim.row.get("funding_source_code") or "RB" for claim in grades}
    whole = totals.get("ALL") or [claim for own in totals.values() for claim in own]
    if len(whole) != 1 or not grades or (len(sources) > 1 and not totals.get("ALL")):
        return
    yield _box_sum(document, grades, whole[0])
    by_source = [totals[source][0] for source in sorted(sources) if len(totals.get(source, ())) == 1]
    if totals.get("ALL") and len(by_source) == len(sources) > 1:
        yield _box_sum(document, by_source, whole[0])


def _box_sum(document: DocumentClaims, members: list[Claim], total: Claim) -> Relation:
    summed = tuple(Member(claim, 1, "member") for claim in members)
    return Relation(BOX_TOTALS.name, document.document_id, None, total.claim_id, (*summed, Member(total, -1, "total")))


def _excess(document: DocumentClaims, claims: list[Claim]) -> int | None:
    """By how much the lines of a box exceed the totals printed in it, 0 where they add up.

    None where not all lines were read, or its totals miss by different amounts: that is our reading.
    """
    if any(claim.row.get("is_complete") is False for claim in claims):
        return None
    missed = {*map(_residual, _totals_of_box(document, claims)), *_excess_by_source(claims)} - {0}
    return missed.pop() if len(missed) == 1 else None if missed else 0


def _excess_by_source(claims: list[Claim]) -> Iterator[int]:
    """By how much the grades of each source of funding exceed the total printed for it."""
    sums: dict[str, int] = defaultdict(int)
    for claim in claims:
        if not claim.row.get("is_total"):
            sums[claim.row.get("funding_source_code") or "RB"] += claim.value or 0
    for claim in claims:
        source = claim.row.get("funding_source_code") or "RB"
        if claim.row.get("is_total") and source != "ALL":
            yield sums[source] - (claim.value or 0)


def _excesses(document: DocumentClaims, boxes: list[list[Claim]]) -> dict[str, int | None]:
    """What ``_excess`` says of the box of each claim, of boxes that do not add up."""
    found = ((box, _excess(document, box)) for box in boxes)
    return {claim.claim_id: excess for box, excess in found if excess != 0 for claim in box}


def _is_trusted(relation: Relation, excesses: dict[str, int | None], sign: int) -> bool:
    """Whether a sum over boxes is evidence: all of them add up, or one does not, and the sum misses by the same.

    Two sums that share one figure and miss by the same tell of a misprint in it; else the box may have been misread.
    ``sign``: -1 where the sum is over totals, which the lines of a box exceed where the total is too low.
    """
    missed = [excesses[m.claim.claim_id] for m in relation.members if m.claim.claim_id in excesses]
    return not missed or (len(missed) == 1 and missed[0] is not None and _residual(relation) == sign * missed[0])


def _boxes(document: DocumentClaims) -> dict[tuple[str, str], list[Claim]]:
    """Claims of each box of the organization charts; of several units in one box, of each of these."""
    boxes: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in document.of_source("org_chart"):
        boxes[claim.claim_id.rpartition(".")[0], claim.row.get("unit_label") or ""].append(claim)
    return boxes


def _charts(document: DocumentClaims) -> dict[tuple[str, str], list[list[Claim]]]:
    """Boxes by the chart they are drawn in and the year it is of; only charts of one year's posts."""
    charts: dict[tuple[str, str], list[list[Claim]]] = defaultdict(list)
    for claims in _boxes(document).values():
        row = claims[0].row
        charts[row.get("chart_label") or "", str(row.get("fiscal_year") or "")].append(claims)
    return charts


def _posts_of_box(claims: list[Claim], funding: str) -> list[Claim]:
    """Claims that state a box's posts of one source of funding: its total where printed, else its grades."""
    own = [claim for claim in claims if (claim.row.get("funding_source_code") or "RB") == funding]
    return [claim for claim in own if claim.row.get("is_total")] or own


def _component_sums(boxes: list[list[Claim]], funding: str) -> dict[tuple[str, str], list[Claim]]:
    """Claims of a chart's boxes by component and subprogramme; none where a box says of no component that it is its.

    A box of several subprogrammes leaves them all out: none of them is told apart.
    """
    sums: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claims in boxes:
        stated = _posts_of_box(claims, funding)
        component = claims[0].row.get("component_code") or ""
        subprogramme = claims[0].row.get("subprogramme_code") or ""
        if stated and not component and not subprogramme:
            return {}
        if stated:
            sums[component, subprogramme] += stated
    if ("programme_of_work", "") in sums:
        return {key: own for key, own in sums.items() if key[0] != "programme_of_work"}
    return dict(sums)


def posts_of_component(document: DocumentClaims) -> Iterator[Relation]:
    """boxes of a component - its posts = 0, by source of funding.

    Only in charts most of whose components add up: others leave units out, or are drawn for another purpose.
    """
    printed = _printed_posts(document, "total")
    for (_, year), boxes in _charts(document).items():
        for funding in ("RB", "OA", "XB"):
            found: list[Relation] = []
            excesses = _excesses(document, boxes)
            for (component, subprogramme), members in _component_sums(boxes, funding).items():
                candidates = [
                    claims
                    for fact, claims in printed
                    if (fact.funding, fact.fiscal_year) == (funding, year)
                    and fact.subprogramme == subprogramme
                    and (fact.component == component or (subprogramme and not component))
                    and not fact.entity
                ]
                if not candidates:
                    continue
                relation = _against_table(document, POSTS_OF_COMPONENT, members, candidates)
                if _is_trusted(relation, excesses, -1 if any(claim.row.get("is_total") for claim in members) else 1):
                    found.append(relation)
            if 2 * sum(_holds(relation) for relation in found) >= len(found) > 1:
                yield from found


def _residual(relation: Relation) -> int:
    return sum(member.coefficient * (member.claim.value or 0) for member in relation.members)


def _holds(relation: Relation) -> bool:
    return _residual(relation) == 0


def posts_by_grade(document: DocumentClaims) -> Iterator[Relation]:
    """boxes' posts of a grade - the section's posts of that grade = 0, by source of funding."""
    printed = [(fact, claims) for fact, claims in _printed_posts(document, "grade") if not any(fact.scope)]
    for (_, year), boxes in _charts(document).items():
        by_grade: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in (claim for box in boxes for claim in box):
            grade = claim.row.get("grade_code") or claim.row.get("grade")
            if grade and not claim.row.get("is_total"):
                by_grade[claim.row.get("funding_source_code") or "RB", grade].append(claim)
        excesses = _excesses(document, boxes)
        own = [(fact, claims) for fact, claims in printed if fact.fiscal_year == year]
        if not _covers(by_grade, own):
            continue
        for fact, claims in own:
            members: list[Claim] = []
            for grade in dict.fromkeys((fact.item_code, *single_grades(fact.item_code))):
                members += by_grade.get((fact.funding, grade), [])
            if members and _is_trusted(
                relation := _against_table(document, POSTS_BY_GRADE, members, [claims]), excesses, 1
            ):
                yield relation


def _covers(by_grade: dict[tuple[str, str], list[Claim]], printed: list[tuple[Fact, list[Claim]]]) -> bool:
    """True when two in three grades of the table add up in the chart: the chart shows the same posts."""
    compared = matching = 0
    for fact, claims in printed:
        value = most_precise(claims).value
        members = [
            claim
            for grade in dict.fromkeys((fact.item_code, *single_grades(fact.item_code)))
            for claim in by_grade.get((fact.funding, grade), [])
        ]
        if value or members:
            compared += 1
            matching += sum(claim.value or 0 for claim in members) == value
    return compared > 0 and 3 * matching >= 2 * compared


def _printed_posts(document: DocumentClaims, item_kind: str) -> list[tuple[Fact, list[Claim]]]:
    found: list[tuple[Fact, list[Claim]]] = []
    for fact_id, claims in document.by_fact.items():
        fact = parse_fact(fact_id)
        if fact is None or fact.unit != "posts" or fact.measure not in _STATE_MEASURES:
            continue
        if (fact.item_kind or "total") != item_kind:
            continue
        tables = [claim for claim in claims if claim.source in ("cell", "detail")]
        if tables:
            found.append((fact, tables))
    return found


def _against_table(
    document: DocumentClaims, check: RelationCheck, members: list[Claim], candidates: list[list[Claim]]
) -> Relation:
    total = most_precise(candidates[0])
    return Relation(
        check.name,
        document.document_id,
        total.row.get("table_number"),
        members[0].claim_id,
        (*(Member(claim, 1, "member") for claim in members), Member(total, -1, "total")),
    )


BOX_TOTALS = RelationCheck(
    "unit_total_equals_its_grades",
    "The total printed in a box of the organization chart is the sum of its grades.",
    box_totals,
)
POSTS_OF_COMPONENT = RelationCheck(
    "units_add_up_to_posts_of_component",
    "The boxes of a component in the organization chart add up to the posts the tables give it.",
    posts_of_component,
)
POSTS_BY_GRADE = RelationCheck(
    "grades_over_units_add_up_to_posts_by_grade",
    "The posts of a grade over all boxes of the organization chart are those of the table by grade.",
    posts_by_grade,
)
