"""Judges documents: rows in, relations, findings and check counts out. Pure; knows no warehouse.

A document is judged by its own rows alone, so that it can be judged anywhere and kept by content.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.doubts.columns import SHAPES, doubted_as_a_whole, unsure_columns
from expectations.doubts.doubts import collision_rows, rates
from expectations.doubts.missing_rows import missing_rows
from expectations.doubts.totals import unsure_totals
from expectations.judging.comparisons import WITNESS_CHECKS
from expectations.localise import findings
from expectations.localise.locate import Located, Memo, locate
from expectations.model import messages
from expectations.model.claims import DocumentClaims, Row, Rows, split_by_document
from expectations.model.index import index_document
from expectations.model.messages import with_patterns
from expectations.model.relation import SEVERITY_OF_VERDICT, UNASSESSABLE, Judgement, Verdict, judge_relation
from expectations.relations import RELATION_CHECKS, Relation
from expectations.relations.facts import shared_boxes
from expectations.structure import STRUCTURE_CHECKS
from expectations.structure.tables import partial_totals
from warehouse.tables.common import printed_table

_COUNTS = ("evaluated", "exact", "rounding", "violated", "unassessable")
_SEVERITY_ORDER = {"error": 0, "warning": 1, "info": 2}
_JUDGEMENT_TABLES = ("mart_relation", "mart_relation_member", "mart_finding", "mart_doubt")

Judged = list[tuple[Relation, Judgement]]


def judge_rows(rows: Rows) -> Rows:
    """Rows of mart_relation, mart_relation_member, mart_finding, mart_doubt and mart_check for the documents in ``rows``.

    Doubts that parsing had come first among those of mart_doubt.

    Each document is judged apart; mart_check has one row per check, counted over all of them, zeros included.
    """
    judged = [judge_document(document_id, own) for document_id, own in split_by_document(rows).items()]
    result: Rows = {table: [row for part in judged for row in part[table]] for table in _JUDGEMENT_TABLES}
    result["mart_check"] = merge_checks(part["mart_check"] for part in judged)
    return result


def judge_document(document_id: str, rows: Rows) -> Rows:
    """Judge one document by its own rows."""
    document = index_document(document_id, rows)
    counts = {row["check_name"]: row for row in empty_checks()}
    doubts = collision_rows(document)
    judged = judged_relations(document)
    if more := rates(document, judged):
        doubts += more
        judged = judged_relations(document)
    unsure, more = unsure_totals(document, judged)
    doubts += more
    misread, more = unsure_columns(document, judged)
    doubts += more
    silent = unsure | misread
    lacking, more = missing_rows(document, [(one, judgement) for one, judgement in judged if one not in silent])
    doubts += more
    silent |= lacking
    judged = [(one, UNASSESSABLE if one in silent else judgement) for one, judgement in judged]
    for relation, judgement in judged:
        counts[relation.check_name]["evaluated"] += 1
        counts[relation.check_name][judgement.verdict] += 1
    found = figure_findings(document, [(one, judgement) for one, judgement in judged if one not in misread | lacking])
    for structure_check in STRUCTURE_CHECKS:
        outcome = structure_check.run(document)
        count = counts[structure_check.name]
        count["evaluated"] += outcome.evaluated
        count["violated"] += outcome.violated
        count["exact"] += max(outcome.evaluated - outcome.violated, 0)
        found += outcome.findings
    relations, members = relation_rows(judged)
    found = _worst_first(found)
    with_patterns(found, rows.get("mart_cell", []))
    return {
        "mart_relation": relations,
        "mart_relation_member": members,
        "mart_finding": found,
        "mart_check": list(counts.values()),
        "mart_doubt": [*rows.get("mart_doubt", []), *doubts],
    }


def judged_relations(document: DocumentClaims) -> Judged:
    """Every relation of a document with its verdict, in the order of the checks.

    A sum that leaves out a row is not assessed: it is a finding of its own, and kept from blaming figures.
    """
    relations = [relation for check in RELATION_CHECKS for relation in check.relations(document)]
    partial = partial_totals(relations)
    return [(relation, UNASSESSABLE if relation in partial else judge_relation(relation)) for relation in relations]


def _is_partial(relation: Relation, judgement: Judgement) -> bool:
    return relation.kind == "linear" and relation.is_complete and judgement.verdict == "unassessable"


def figure_findings(document: DocumentClaims, judged: Judged, memo: Memo | None = None) -> list[Row]:
    """Findings about figures, as rows of mart_finding; ``memo`` keeps what was solved for the next time.

    Cells that cannot be read are no findings in a table whose shape is in doubt: the doubt tells of them.
    """
    absent = findings.absent_cells(judged, document)
    believed = [(relation, judgement) for relation, judgement in judged if not _is_partial(relation, judgement)]
    untrusted = doubted_as_a_whole(document, SHAPES)
    unread = [
        claim
        for claim in findings.unreadable_cells(document)
        if not untrusted or printed_table(claim.row["table_id"]) not in untrusted
    ]
    wanted = frozenset(absent) | frozenset(claim.claim_id for claim in unread)
    located = locate(believed, frozenset(shared_boxes(document)), wanted, memo)
    found = findings.explained_findings(document, located)
    found += findings.quote_findings(document, judged, _blamed(located))
    touched = {row["claim_id"] for row in found}
    found += findings.unexplained_findings(document, judged, touched)
    found += findings.missing_findings(document, absent, located)
    found += findings.unreadable_findings(document, unread, located)
    return found


def _blamed(located: Located) -> dict[str, int | None]:
    """Claims called wrong in some smallest explanation, with the value they should have."""
    return {
        blamed.claim.claim_id: findings.on_grid(blamed.claim, *blamed.implied)
        for explanation in located.explanations
        for option in explanation.alternatives
        for blamed in option
    }


def relation_rows(judged: Judged) -> tuple[list[Row], list[Row]]:
    """Rows of mart_relation and mart_relation_member."""
    relations: list[Row] = []
    members: list[Row] = []
    seen: set[str] = set()
    for relation, judgement in judged:
        relation_id = f"{relation.anchor}@{relation.check_name}"
        while relation_id in seen:
            relation_id += "'"
        seen.add(relation_id)
        relations.append(
            {
                "relation_id": relation_id,
                "document_id": relation.document_id,
                "check_name": relation.check_name,
                "table_number": relation.table_number,
                "equation": messages.equation(relation),
                "residual": judgement.residual,
                "bound": judgement.bound,
                "member_count": sum(member.claim.source != "absent" for member in relation.members),
                "verdict": judgement.verdict,
            }
        )
        members += [
            {
                "relation_id": relation_id,
                "member_number": number,
                "claim_id": None if member.claim.source == "absent" else member.claim.claim_id,
                "coefficient": member.coefficient,
                "role": member.role,
            }
            for number, member in enumerate(relation.members, start=1)
        ]
    return relations, members


def _worst_first(found: Iterable[Row]) -> list[Row]:
    """Findings by severity, each once: the first of one identity says most."""
    unique: dict[str, Row] = {}
    for row in found:
        unique.setdefault(row["finding_id"], row)
    return sorted(unique.values(), key=lambda row: _SEVERITY_ORDER[row["severity"]])


def empty_checks() -> list[Row]:
    """One row of mart_check per check, nothing evaluated yet."""
    catalogue = [
        *((check.name, check.description, check.about) for check in RELATION_CHECKS),
        *((check.name, check.description, check.about) for check in STRUCTURE_CHECKS),
        *((name, description, "print") for name, description in WITNESS_CHECKS),
    ]
    return [
        {"check_name": name, "description": description, "about": about, **dict.fromkeys(_COUNTS, 0)}
        for name, description, about in catalogue
    ]


def merge_checks(parts: Iterable[list[Row]]) -> list[Row]:
    """Sums of check counts over documents, in the order of the catalogue."""
    merged = {row["check_name"]: row for row in empty_checks()}
    for part in parts:
        for row in part:
            total = merged.setdefault(row["check_name"], {**row, **dict.fromkeys(_COUNTS, 0)})
            for name in _COUNTS:
                total[name] += row[name]
    return list(merged.values())


def quality_by_cell(rows: Rows) -> dict[str, Verdict]:
    """Worst verdict among the relations of each claim; unassessable where none could be assessed.

    ``rows`` are judged rows (mart_relation and mart_relation_member). Claims in no relation are not in the result.
    """
    verdicts: dict[str, Verdict] = {row["relation_id"]: row["verdict"] for row in rows.get("mart_relation", [])}
    quality: dict[str, Verdict] = {}
    for member in rows.get("mart_relation_member", []):
        claim_id = member["claim_id"]
        if claim_id is None:
            continue
        verdict = verdicts[member["relation_id"]]
        known = quality.get(claim_id)
        if known is None or SEVERITY_OF_VERDICT[verdict] > SEVERITY_OF_VERDICT[known]:
            quality[claim_id] = verdict
    return quality
