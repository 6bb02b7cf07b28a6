"""Findings: claims found wrong or absent, as rows of mart_finding.

Class and severity: ``material`` (beyond rounding) and ``sign`` are errors; ``missing`` (a cell left empty),
``unreadable`` (what is printed is no number) and
``restated`` (not what is printed elsewhere) are warnings, or information when only roundings clash jointly by a
last digit; ``structure`` and ``citation`` say their own severity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from expectations.localise.locate import Blamed, Explanation, Located, trust
from expectations.localise.slips import likely_slip, plausibility
from expectations.model import messages
from expectations.model.claims import Claim, DocumentClaims, PrintedTable, Row, unscaled
from expectations.model.relation import Judgement, Relation
from expectations.relations.facts import SAME_FACT

READABLE_CHECK = "printed_values_are_readable"
JOINT_CHECK = "same_fact_same_value_within_rounding"
_WHOLE = 1_000_000
_HUNDRED = 100 * _WHOLE


def finding_id(document_id: str, address: str, finding_class: str) -> str:
    """Stable from run to run: made of the document, the claim's address and the class, not of the check."""
    return hashlib.sha256(f"{document_id}\n{address}\n{finding_class}".encode()).hexdigest()[:12]


def on_grid(claim: Claim, low: int | None, high: int | None) -> int | None:
    """The value in [low, high] as it would be printed: the multiple of the printed unit nearest the middle."""
    if low is None or high is None:
        return None
    step = 2 * claim.half_width or _WHOLE
    middle = low + high
    magnitude = (abs(middle) + step) // (2 * step) * step
    value = magnitude if middle >= 0 else -magnitude
    if not low <= value <= high:
        inside = -(-low // step) * step
        value = inside if inside <= high else value
    return value


def explained_findings(document: DocumentClaims, located: Located) -> list[Row]:
    """One finding per claim of the most plausible smallest explanation of each clash."""
    tables = {table.table_id: table for table in document.tables}
    rows: list[Row] = []
    for explanation in located.explanations:
        alternatives = explanation.alternatives
        best = min(
            range(len(alternatives)),
            key=lambda i: (_odd(alternatives[i], tables), _telling(alternatives[i], tables), i),
        )
        rows += _findings_of(document, explanation, best, tables)
    return rows


def _telling(alternative: tuple[Blamed, ...], tables: Mapping[str, PrintedTable]) -> int:
    return sum(plausibility(_slip(blamed, tables)) for blamed in alternative)


def _odd(alternative: tuple[Blamed, ...], tables: Mapping[str, PrintedTable]) -> int:
    """How many of its figures would stand out among their neighbours if the rest were right."""
    return sum(_stands_out(blamed, tables) for blamed in alternative)


def _stands_out(blamed: Blamed, tables: Mapping[str, PrintedTable]) -> bool:
    """True for a dash of an item whose place would have the only figure of its row, and for one whose place would have
    the only figure of its sign in its column."""
    claim = blamed.claim
    implied = on_grid(claim, *blamed.implied)
    table = tables.get(claim.row.get("table_id", ""))
    if not implied or not claim.is_nil or table is None or claim.row["row_number"] not in table.rows:
        return False
    column = claim.row["column_number"]
    row = table.rows[claim.row["row_number"]]
    in_row = [cell.value for number, cell in row.cells.items() if number != column]
    if row.role == "item" and in_row and not any(in_row):
        return True
    in_column = [row.cells[column].value for row in table.rows.values() if column in row.cells]
    signs = {value > 0 for value in in_column if value}
    return bool(signs) and (implied > 0) not in signs


def _slip(blamed: Blamed, tables: Mapping[str, PrintedTable]) -> str | None:
    low, high = blamed.implied
    return likely_slip(blamed.claim, low, high, on_grid(blamed.claim, low, high), tables)


def _findings_of(
    document: DocumentClaims, explanation: Explanation, best: int, tables: Mapping[str, PrintedTable]
) -> list[Row]:
    chosen = explanation.alternatives[best]
    names = {blamed.claim.claim_id for blamed in chosen}
    others = [option for i, option in enumerate(explanation.alternatives) if i != best]
    rows: list[Row] = []
    for blamed in chosen:
        claim = blamed.claim
        low, high = blamed.implied
        implied = on_grid(claim, low, high)
        slip = likely_slip(claim, low, high, implied, tables)
        relations = tuple(r for r in explanation.relations if any(m.claim is claim for m in r.members))
        is_of_nil = _is_share_of_nil(claim, implied, relations)
        slip = None if is_of_nil else slip
        finding_class = _class(claim, slip, relations)
        is_slight = not relations
        instead = [option for option in others if all(b.claim is not claim for b in option)]
        other_places = tuple(
            " with ".join(messages.place_of(b.claim) for b in option if b.claim.claim_id not in names)
            for option in instead
        )
        row = figure_row(document.document_id, claim, finding_class)
        row |= {
            "severity": _severity(finding_class, is_slight),
            "check_name": relations[0].check_name if relations else JOINT_CHECK,
            "slip": slip,
            **figure_values(claim, implied, low, high),
            "explained_relations": len(relations),
            "is_unique": claim.claim_id in explanation.certain and not is_of_nil,
            "alternatives": "; ".join(" + ".join(b.claim.claim_id for b in option) for option in instead) or None,
            "message": messages.wrong_figure(
                claim,
                in_print(claim, implied),
                in_print(claim, low),
                in_print(claim, high),
                slip,
                relations,
                tuple(place for place in other_places if place),
            ),
        }
        rows.append(row)
    return rows


def _is_share_of_nil(claim: Claim, implied: int | None, relations: tuple[Relation, ...]) -> bool:
    """True for a percentage printed as nil where other tables print 100, and no base tells which it is.

    What is new grows from nothing: some tables print a dash for that, some 100, and neither is wrong.
    """
    is_only_restated = bool(relations) and all(relation.check_name == SAME_FACT.name for relation in relations)
    return claim.is_percentage and claim.is_nil and is_only_restated and implied == _HUNDRED


def _class(claim: Claim, slip: str | None, relations: tuple[Relation, ...]) -> str:
    if claim.source != "cell":
        return "restated"
    if slip == "sign":
        return "sign"
    is_restated = not relations or all(relation.check_name == SAME_FACT.name for relation in relations)
    return "restated" if is_restated and slip != "nil_for_value" else "material"


def _severity(finding_class: str, is_slight: bool) -> str:
    if finding_class in ("material", "sign"):
        return "error"
    return "info" if is_slight else "warning"


def quote_findings(
    document: DocumentClaims, judged: list[tuple[Relation, Judgement]], blamed: Mapping[str, int | None]
) -> list[Row]:
    """Amounts in prose that differ from the table they quote.

    ``blamed`` maps claims already found wrong to what they should be: prose that states that is right. The paragraph
    is named alone when the table's figure adds up exactly where it stands, and the other would not; else the table's
    figure may be the wrong one.
    """
    rows: list[Row] = []
    exact = _exact_members(judged)
    for relation, judgement in judged:
        if relation.kind != "quote" or judgement.verdict != "violated":
            continue
        claim, quoted = relation.members[0].claim, relation.members[1].claim
        if claim.claim_id in blamed:
            continue
        if quoted.claim_id in blamed and blamed[quoted.claim_id] == claim.value:
            continue
        implied = quoted.value or 0
        row = figure_row(document.document_id, claim, "restated")
        low, high = implied - quoted.half_width, implied + quoted.half_width
        stated, elsewhere = in_print(claim, claim.value), in_print(claim, implied)
        is_unique = quoted.claim_id in exact
        row |= {
            "severity": "warning",
            "check_name": relation.check_name,
            "slip": likely_slip(claim, implied, implied, implied, {}),
            **figure_values(claim, implied, low, high),
            "explained_relations": 1,
            "is_unique": is_unique,
            "alternatives": None if is_unique else quoted.claim_id,
            "message": messages.restated(claim, quoted, stated or Decimal(0), elsewhere or Decimal(0)),
        }
        rows.append(row)
    return rows


def _exact_members(judged: list[tuple[Relation, Judgement]]) -> set[str]:
    """Claims that some equation of several figures holds exactly with, so that no other value would."""
    return {
        member.claim.claim_id
        for relation, judgement in judged
        if judgement.verdict == "exact" and relation.kind == "linear"
        for member in relation.members
    }


def unexplained_findings(
    document: DocumentClaims, judged: list[tuple[Relation, Judgement]], touched: set[str]
) -> list[Row]:
    """A finding for each violated relation that no other finding touches, on its least trusted member."""
    rows: list[Row] = []
    for relation, judgement in judged:
        if judgement.verdict != "violated" or any(m.claim.claim_id in touched for m in relation.members):
            continue
        claims = [member.claim for member in relation.members]
        claim = min(claims, key=trust)
        others = [other for other in claims if other is not claim]
        finding_class = "material" if claim.source == "cell" else "restated"
        row = figure_row(document.document_id, claim, finding_class)
        row |= {
            "severity": _severity(finding_class, False),
            "check_name": relation.check_name,
            **figure_values(claim, None, None, None),
            "explained_relations": 1,
            "is_unique": False,
            "alternatives": "; ".join(other.claim_id for other in others) or None,
            "message": messages.wrong_figure(
                claim, None, None, None, None, (relation,), tuple(messages.place_of(other) for other in others)
            ),
        }
        rows.append(row)
        touched.add(claim.claim_id)
    return rows


def absent_cells(judged: list[tuple[Relation, Judgement]], document: DocumentClaims) -> dict[str, tuple[Claim, str]]:
    """Cells that should be printed and are not, with the check that needs them.

    A cell is missed where every other member of a relation inside its table is printed, most rows fill its
    column, and its row fills most columns, not with nils alone, as some headings do. A percentage over a nil base is
    not missed.
    """
    found: dict[str, tuple[Claim, str]] = {}
    tables = {table.table_id: table for table in document.tables}
    for relation, judgement in judged:
        if judgement.verdict != "unassessable":
            continue
        absent = [member for member in relation.members if member.claim.source == "absent"]
        table = tables.get(absent[0].claim.row.get("table_id", "")) if len(absent) == 1 else None
        if table is None:
            continue
        claim = absent[0].claim
        others = [member.claim for member in relation.members if member is not absent[0]]
        if any(other.value is None for other in others) or (all(other.is_nil for other in others) and len(others) < 2):
            continue
        if relation.kind == "percent" and any(m.role == "base" and not m.claim.value for m in relation.members):
            continue
        rows = [row for row in table.rows.values() if row.cells]
        column = table.columns[claim.row["column_number"]]
        row = table.rows[claim.row["row_number"]]
        if all(cell.is_nil for cell in row.cells.values()):
            continue
        if 2 * column.filled >= len(rows) and 2 * len(row.cells) >= len(table.columns):
            found.setdefault(claim.claim_id, (claim, relation.check_name))
    return found


def missing_findings(document: DocumentClaims, absent: dict[str, tuple[Claim, str]], located: Located) -> list[Row]:
    """One finding per cell that should be printed and is not."""
    return [
        _without_value(document, claim, located, "missing", check_name, messages.missing) | {"claim_id": None}
        for claim, check_name in absent.values()
    ]


def unreadable_cells(document: DocumentClaims) -> list[Claim]:
    """Cells in which something is printed that is no number, where a number belongs."""
    return [claim for claim in document.of_source("cell") if claim.value is None and is_unreadable(claim)]


def is_unreadable(claim: Claim) -> bool:
    """True for a printed value that could not be read."""
    return claim.value is None and bool(claim.printed_text) and claim.row.get("unit") != "text"


def unreadable_findings(document: DocumentClaims, unread: list[Claim], located: Located) -> list[Row]:
    """One finding per printed value that is no number, with the value that the other figures imply."""
    return [
        _without_value(document, claim, located, "unreadable", READABLE_CHECK, messages.unreadable) for claim in unread
    ]


def _without_value(
    document: DocumentClaims,
    claim: Claim,
    located: Located,
    kind: str,
    check_name: str,
    says: Callable[[Claim, Decimal | None], str],
) -> Row:
    """A warning about a claim without a value, with the value that the other figures imply where they do."""
    low, high = located.absent.get(claim.claim_id, (None, None))
    implied = on_grid(claim, low, high)
    return figure_row(document.document_id, claim, kind) | {
        "severity": "warning",
        "check_name": check_name,
        **figure_values(claim, implied, low, high),
        "explained_relations": 0,
        "is_unique": True,
        "message": says(claim, in_print(claim, implied)),
    }


_STORED = Decimal("0.0001")


def _rounded(value: Decimal | None, direction: str) -> Decimal | None:
    """A bound as it is stored, four decimals, rounded outwards."""
    return None if value is None else value.quantize(_STORED, direction)


def figure_row(document_id: str, claim: Claim, finding_class: str) -> Row:
    """The part of a finding about a figure that its claim tells: identity, place, what is printed."""
    place = claim.row
    is_cell = claim.source in ("cell", "detail") and "cell_id" in place
    return {
        "finding_id": finding_id(document_id, claim.claim_id, finding_class),
        "document_id": document_id,
        "class": finding_class,
        "cell_id": place["cell_id"] if is_cell else None,
        "claim_id": claim.claim_id,
        "paragraph_number": place.get("paragraph_number"),
        "table_number": place.get("table_number"),
        "table_part": place.get("table_part"),
        "row_label": place.get("row_label") or place.get("unit_label") or place.get("label"),
        "measure": place.get("measure"),
        "fiscal_year": place.get("fiscal_year"),
        "printed_text": claim.printed_text,
        "acknowledged": False,
        "page_number": place.get("page_number"),
        "line_first": place.get("line_first"),
        "line_last": place.get("line_last"),
    }


def in_print(claim: Claim, value: int | None) -> Decimal | None:
    """A value of a claim's fact, in millionths, in the unit the claim is printed in."""
    return None if value is None else unscaled(value * claim.factor)


def figure_values(claim: Claim, implied: int | None, low: int | None, high: int | None) -> Row:
    """Columns of a finding: the printed value, the implied one, and their difference."""
    difference = None if implied is None or claim.value is None else claim.value - implied
    return {
        "printed_value": in_print(claim, claim.value),
        "implied_value": in_print(claim, implied),
        "implied_low": _rounded(in_print(claim, low), ROUND_FLOOR),
        "implied_high": _rounded(in_print(claim, high), ROUND_CEILING),
        "difference": in_print(claim, difference),
    }
