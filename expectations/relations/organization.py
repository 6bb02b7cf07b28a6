"""Relations of the organization chart: boxes against their grades, and against the tables of posts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from expectations.claims import Claim, DocumentClaims, Fact, parse_fact
from expectations.relations.base import Member, Relation, RelationCheck
from expectations.relations.facts import most_precise

_JOINT_GRADE = re.compile(r"^(?P<letters>[A-Za-z]+-)(?P<numbers>\d+(?:/\d+)+)$")
_END_MEASURES = frozenset({"proposed", "estimate"})


def single_grades(grade_code: str) -> tuple[str, ...]:
    """Grades a code stands for: P-2/1 for P-2 and P-1."""
    match = _JOINT_GRADE.match(grade_code)
    if match is None:
        return (grade_code,)
    return tuple(match["letters"] + number for number in match["numbers"].split("/"))


def box_totals(document: DocumentClaims) -> Iterator[Relation]:
    """grades - total = 0 for each box and source of funding that prints a total."""
    for claims in _boxes(document).values():
        totals = [claim for claim in claims if claim.row.get("is_total")]
        grades = [claim for claim in claims if not claim.row.get("is_total")]
        if len(totals) == 1 and grades:
            yield Relation(
                BOX_TOTALS.name,
                document.document_id,
                None,
                totals[0].claim_id,
                (*(Member(claim, 1, "member") for claim in grades), Member(totals[0], -1, "total")),
            )


def _boxes(document: DocumentClaims) -> dict[tuple[object, ...], list[Claim]]:
    boxes: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in document.of_source("org_chart"):
        row = claim.row
        names = ("chart_label", "unit_label", "funding_source_code", "component_code", "subprogramme_code")
        boxes[tuple(row.get(name) for name in names)].append(claim)
    return boxes


def posts_of_component(document: DocumentClaims) -> Iterator[Relation]:
    """boxes of a component - its posts = 0, by source of funding."""
    printed = _printed_posts(document, "total")
    sums: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claims in _boxes(document).values():
        row = claims[0].row
        component, subprogramme = row.get("component_code") or "", row.get("subprogramme_code") or ""
        if not component and not subprogramme:
            continue
        totals = [claim for claim in claims if claim.row.get("is_total")]
        key = (component if not subprogramme else "", subprogramme, row.get("funding_source_code") or "RB")
        sums[key] += totals or claims
    for (component, subprogramme, funding), members in sums.items():
        candidates = [
            claims
            for fact, claims in printed
            if fact.funding == funding
            and fact.subprogramme == subprogramme
            and (subprogramme or fact.component == component)
        ]
        scopes = {fact.scope for fact, _ in printed if fact.funding == funding and fact.subprogramme == subprogramme}
        # Several entities may number their subprogrammes alike: then the boxes do not tell which one they are in.
        if not candidates or (subprogramme and len({scope[0] for scope in scopes}) > 1):
            continue
        yield _against_table(document, POSTS_OF_COMPONENT, members, candidates)


def posts_by_grade(document: DocumentClaims) -> Iterator[Relation]:
    """boxes' posts of a grade - the section's posts of that grade = 0, by source of funding."""
    printed = [(fact, claims) for fact, claims in _printed_posts(document, "grade") if fact.scope[1:] == ("", "")]
    boxes: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in document.of_source("org_chart"):
        grade = claim.row.get("grade_code") or claim.row.get("grade")
        if grade and not claim.row.get("is_total"):
            boxes[claim.row.get("funding_source_code") or "RB", grade].append(claim)
    if not boxes:
        return
    if len({fact.entity for fact, _ in printed}) > 1:
        printed = [(fact, claims) for fact, claims in printed if not fact.entity]
    for fact, claims in printed:
        members: list[Claim] = []
        for grade in dict.fromkeys((fact.item_code, *single_grades(fact.item_code))):
            members += boxes.get((fact.funding, grade), [])
        if members:
            yield _against_table(document, POSTS_BY_GRADE, members, [claims])


def _printed_posts(document: DocumentClaims, item_kind: str) -> list[tuple[Fact, list[Claim]]]:
    found: list[tuple[Fact, list[Claim]]] = []
    for fact_id, claims in document.by_fact.items():
        fact = parse_fact(fact_id)
        if fact is None or fact.unit != "posts" or fact.measure not in _END_MEASURES:
            continue
        if fact.fiscal_year != fact.edition or (fact.item_kind or "total") != item_kind:
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
