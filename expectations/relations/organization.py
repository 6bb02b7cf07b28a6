"""Relations of the organization chart: boxes against their grades, and against the tables of posts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from expectations.claims import Claim, DocumentClaims, Fact, parse_fact
from expectations.relations.base import Member, Relation, RelationCheck
from expectations.relations.facts import most_precise

_JOINT_GRADE = re.compile(r"^(?P<letters>[A-Za-z]+-)(?P<numbers>\d+(?:/\d+)+)$")
_STATE_MEASURES = frozenset({"approved", "proposed", "estimate"})


def single_grades(grade_code: str) -> tuple[str, ...]:
    """Grades a code stands for: P-2/1 for P-2 and P-1."""
    match = _JOINT_GRADE.match(grade_code)
    if match is None:
        return (grade_code,)
    return tuple(match["letters"] + number for number in match["numbers"].split("/"))


def box_totals(document: DocumentClaims) -> Iterator[Relation]:
    """grades - total = 0 for the total of each box; where sources of funding stand side by side, of all together."""
    for claims in _boxes(document).values():
        members = [claim for claim in claims if not claim.row.get("is_total")]
        totals = [claim for claim in claims if claim.row.get("is_total")]
        sources = {claim.row.get("funding_source_code") for claim in members}
        if any(claim.row.get("is_complete") is False for claim in claims):
            continue
        for total in totals:
            if members and (total.row.get("funding_source_code") == "ALL" or (len(totals) == 1 and len(sources) == 1)):
                yield Relation(
                    BOX_TOTALS.name,
                    document.document_id,
                    None,
                    total.claim_id,
                    (*(Member(claim, 1, "member") for claim in members), Member(total, -1, "total")),
                )


def _boxes(document: DocumentClaims) -> dict[str, list[Claim]]:
    """Claims of each box of the organization charts."""
    boxes: dict[str, list[Claim]] = defaultdict(list)
    for claim in document.of_source("org_chart"):
        boxes[claim.claim_id.rpartition(".")[0]].append(claim)
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


def _complete_charts(document: DocumentClaims) -> Iterator[tuple[list[list[Claim]], str, str]]:
    """Charts whose boxes add up to the posts of the whole, by year and source of funding.

    A chart that does not is incomplete, or drawn for another purpose: then its boxes say nothing of components.
    """
    totals = {
        (fact.fiscal_year, fact.funding): claims
        for fact, claims in _printed_posts(document, "total")
        if fact.scope == ("", "", "")
    }
    for (_, year), boxes in _charts(document).items():
        for funding in ("RB", "OA", "XB"):
            whole = totals.get((year, funding))
            stated = [claim for box in boxes for claim in _posts_of_box(box, funding)]
            if whole and stated and sum(c.value or 0 for c in stated) == most_precise(whole).value:
                yield boxes, year, funding


def posts_of_component(document: DocumentClaims) -> Iterator[Relation]:
    """boxes of a component - its posts = 0, by source of funding, in charts that show all posts."""
    printed = _printed_posts(document, "total")
    for boxes, year, funding in _complete_charts(document):
        sums: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claims in boxes:
            row = claims[0].row
            component, subprogramme = row.get("component_code") or "", row.get("subprogramme_code") or ""
            stated = _posts_of_box(claims, funding)
            if (component or subprogramme) and stated:
                sums[component, subprogramme] += stated
        if sum(len(members) for members in sums.values()) < sum(len(_posts_of_box(c, funding)) for c in boxes):
            continue  # some box says of no component that it belongs to it
        if ("programme_of_work", "") in sums:
            # a box of several subprogrammes: none of them is told apart
            sums = defaultdict(list, {key: own for key, own in sums.items() if key[0] != "programme_of_work"})
        for (component, subprogramme), members in sums.items():
            candidates = [
                claims
                for fact, claims in printed
                if (fact.funding, fact.fiscal_year, fact.component, fact.subprogramme)
                == (funding, year, component, subprogramme)
                and not fact.entity
            ]
            if candidates:
                yield _against_table(document, POSTS_OF_COMPONENT, members, candidates)


def posts_by_grade(document: DocumentClaims) -> Iterator[Relation]:
    """boxes' posts of a grade - the section's posts of that grade = 0, by source of funding."""
    printed = [(fact, claims) for fact, claims in _printed_posts(document, "grade") if fact.scope == ("", "", "")]
    for (_, year), boxes in _charts(document).items():
        by_grade: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in (claim for box in boxes for claim in box):
            grade = claim.row.get("grade_code") or claim.row.get("grade")
            if grade and not claim.row.get("is_total"):
                by_grade[claim.row.get("funding_source_code") or "RB", grade].append(claim)
        own = [(fact, claims) for fact, claims in printed if fact.fiscal_year == year]
        if not _covers(by_grade, own):
            continue
        for fact, claims in own:
            members: list[Claim] = []
            for grade in dict.fromkeys((fact.item_code, *single_grades(fact.item_code))):
                members += by_grade.get((fact.funding, grade), [])
            if members:
                yield _against_table(document, POSTS_BY_GRADE, members, [claims])


def _covers(by_grade: dict[tuple[str, str], list[Claim]], printed: list[tuple[Fact, list[Claim]]]) -> bool:
    """True when most grades of the table add up in the chart: the chart shows the same posts."""
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
    return compared > 0 and 2 * matching > compared


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
