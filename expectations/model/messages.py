"""Sentences about findings; patterns: findings of one slip in a table, column or row are reported as one.

``mart_finding`` keeps a row per claim; rows of one pattern share ``pattern_id`` and ``pattern_message``.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from expectations.model.claims import Claim, PrintedTable, Row
from expectations.model.relation import Relation
from warehouse.schema.languages import NAMES

SLIP_WORDS = {
    "sign": "the sign is lost",
    "nil_for_value": "a nil stands for a value",
    "value_for_nil": "a value stands for a nil",
    "digits_swapped": "two digits are swapped",
    "digit_dropped": "a digit is dropped",
    "digit_added": "a digit is too many",
    "digit_changed": "a digit is changed",
    "decimal_shifted": "the decimal sign is shifted",
    "row_shifted": "the figure is that of a neighbouring row",
    "column_shifted": "the figure is that of a neighbouring column",
    "copied_from_other_year": "the figure is that of another year",
    "last_digit": "the last digit differs",
}
_PROSE_UNITS = {"usd": " US dollars", "chf": " Swiss francs", "posts": " posts", "percent": " per cent"}


def figure(value: Decimal | None) -> str:
    """A number with spaces between thousands: 7 469.9."""
    return "nothing" if value is None else f"{value:,f}".replace(",", " ")


def printed(claim: Claim) -> str:
    """What stands on the page for a claim; an empty pair of brackets where nothing does."""
    return claim.printed_text.strip() if claim.printed_text else "[ ]"


def place_of(claim: Claim) -> str:
    """Where a claim is printed, in words: table, row and column, paragraph, figure or box."""
    row = claim.row
    what = " ".join(str(word) for word in (_words(row.get("measure")), row.get("fiscal_year")) if word)
    if claim.source == "reference":
        return ", ".join(str(word) for word in (row.get("label"), row.get("funding_source_code"), what) if word)
    if claim.source == "prose":
        return f"Paragraph {row.get('paragraph_number')}"
    if claim.source == "chart":
        return f"Figure {row.get('figure_number')}, {row.get('label') or row.get('series') or 'value'}"
    if claim.source == "org_chart":
        return f"Organization chart, {row.get('unit_label')}, {row.get('grade') or 'total'}"
    table = _table(row.get("table_number"), row.get("table_part"))
    label = row.get("row_label")
    return ", ".join(word for word in (table, f"row “{label}”" if label else "", what) if word)


def table_name(table: PrintedTable) -> str:
    """A table in words."""
    return _table(table.table_number, table.table_part)


def _table(number: str | None, part: str | None) -> str:
    table = f"Table {number}" if number else "An unnumbered table"
    return f"{table} ({part})" if part else table


def position_of(claim: Claim) -> str:
    """Page and lines of a claim, or its place in a Word table; empty where neither is known."""
    row = claim.row
    words: list[str] = []
    if row.get("page_number"):
        words.append(f"page {row['page_number']}")
    first, last = row.get("line_first"), row.get("line_last")
    if first:
        words.append(f"line {first}" if last in (None, first) else f"lines {first}-{last}")
    elif row.get("table_ordinal"):
        words.append(f"Word table {row['table_ordinal']}, row {row.get('cell_row')}, column {row.get('cell_column')}")
    return ", ".join(words)


def _words(name: object) -> str:
    return str(name).replace("_", " ") if name else ""


def equation(relation: Relation) -> str:
    """The relation with the printed figures put in."""
    if relation.kind == "percent":
        change, percent, base = (printed(member.claim) for member in relation.members)
        return f"100 × {change} = {percent} × {base}"
    left = " + ".join(printed(member.claim) for member in relation.members if member.coefficient > 0)
    right = " + ".join(printed(member.claim) for member in relation.members if member.coefficient < 0)
    return f"{left} = {right}"


def wrong_figure(
    claim: Claim,
    implied: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    slip: str | None,
    relations: tuple[Relation, ...],
    others: tuple[str, ...],
) -> str:
    """Sentence for a claim found wrong; ``others`` are the places of claims that would explain it as well."""
    words = f"{place_of(claim)}: {printed(claim)} is printed"
    unit = _PROSE_UNITS.get(claim.row.get("unit") or "", "") if claim.source == "prose" else ""
    if implied is not None:
        words += f" where the other figures give {figure(implied)}{unit}"
        if low is not None and high is not None and low != high:
            words += f" (between {figure(low)} and {figure(high)})"
    elif relations:
        words += " but does not fit the other figures"
    if slip is not None:
        words += f"; {SLIP_WORDS[slip]}"
    if relations:
        words += f". {equation(relations[0])} fails"
        if len(relations) > 1:
            words += f", and {len(relations) - 1} more with it"
    else:
        words += ". Each sum holds within rounding, but not all of them together"
    if others:
        words += f". It may instead be {' or '.join(others[:3])}"
    return _ended(words, claim)


def restated(claim: Claim, quoted: Claim, stated: Decimal, elsewhere: Decimal) -> str:
    """Sentence for an amount in prose that is not the table's; both values in the prose's unit."""
    unit = _PROSE_UNITS.get(claim.row.get("unit") or "", "")
    where = position_of(quoted)
    words = (
        f"{place_of(claim)} states {figure(stated)}{unit}, but {_lower(place_of(quoted))} prints {printed(quoted)}"
        f" ({where})"
        if where
        else f"{place_of(claim)} states {figure(stated)}{unit}, but {_lower(place_of(quoted))} prints {printed(quoted)}"
    )
    words += f", that is {figure(elsewhere)}{unit}"
    return _ended(words, claim)


def missing(claim: Claim, implied: Decimal | None) -> str:
    """Sentence for a cell where nothing is printed, not even a dash."""
    words = f"{place_of(claim)}: nothing is printed"
    if implied is not None:
        words += f" where the other figures give {figure(implied)}"
    return _ended(words, claim)


def unreadable(claim: Claim, implied: Decimal | None) -> str:
    """Sentence for a cell that prints something which is no number."""
    words = f"{place_of(claim)}: {printed(claim)} is printed, which is no number"
    if implied is not None:
        words += f"; the other figures give {figure(implied)}"
    return _ended(words, claim)


_FORMATS = {"docx": "Word", "pdf": "PDF", "txt": "text", "json": "data"}


def document_name(row: Row) -> str:
    """A document in words: symbol, language, format."""
    return (
        f"{row['symbol']}, {NAMES.get(row['language'], row['language'])}, {_FORMATS.get(row['format'], row['format'])}"
    )


def witness(check_name: str, document: str, claim: Claim, other_document: str, other: Claim, agreeing: int) -> str:
    """Sentence for a figure that another witness of the same fact prints otherwise."""
    where = position_of(other)
    others = f"{other_document} and {agreeing - 1} more" if agreeing > 1 else other_document
    words = f"{place_of(claim)}: {printed(claim)} in {document}, but {printed(other)} in {others}"
    if place_of(other) != place_of(claim):
        words += f", {_lower(place_of(other))}"
    return _ended(f"{words} ({where})" if where else words, claim)


def summed_total(claim: Claim, document: str, told: str, section: str, entities: int) -> str:
    """Sentence for a section's total that is not the sum of the totals of its entities."""
    words = f"{place_of(claim)}: {printed(claim)} in {document}, but the totals of {entities} entities in {section}"
    return _ended(f"{words} come to {told}", claim)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ended(words: str, claim: Claim) -> str:
    where = position_of(claim)
    return f"{words} ({where})." if where else f"{words}."


_FEW = 3


def with_patterns(findings: Sequence[Row], cells: Iterable[Row]) -> None:
    """Give each finding its pattern, in place; ``cells`` are rows of mart_cell of the same documents.

    Findings of a table are grouped by column and slip, or by row and slip where that takes more of them together. One
    that no other joins is a pattern of its own. What has a pattern already, which it may share with findings of other
    documents, keeps it.
    """
    findings = [finding for finding in findings if not finding.get("pattern_id")]
    wanted = {finding.get("cell_id") for finding in findings} - {None}
    places = {cell["cell_id"]: cell for cell in cells if cell["cell_id"] in wanted} if wanted else {}
    by_column = _grouped(findings, places, "column")
    by_row = _grouped(findings, places, "row")
    column_of = {id(finding): key for key, group in by_column.items() for finding in group}
    row_of = {id(finding): key for key, group in by_row.items() for finding in group}
    chosen: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for finding in findings:
        down, along = column_of.get(id(finding)), row_of.get(id(finding))
        if down is None or along is None:
            chosen["alone", finding["finding_id"]].append(finding)
        else:
            chosen[along if len(by_row[along]) > len(by_column[down]) else down].append(finding)
    for key, group in chosen.items():
        identifier = hashlib.sha256("\n".join(key).encode()).hexdigest()[:12]
        sentence = _sentence(key, group, places) if len(group) > 1 else group[0]["message"]
        for finding in group:
            finding["pattern_id"], finding["pattern_message"] = identifier, sentence


def _grouped(findings: Sequence[Row], places: dict[str, Row], along: str) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for finding in findings:
        cell = places.get(finding.get("cell_id") or "")
        if cell is None or finding.get("witness_document_id"):
            continue
        where = str(cell[f"{along}_number"])
        slip = finding.get("slip") or finding["class"]
        groups[finding["document_id"], cell["table_id"], along, where, slip, finding["severity"]].append(finding)
    return groups


def _sentence(key: tuple[str, ...], group: Sequence[Row], places: dict[str, Row]) -> str:
    """What a budget officer reads of several findings that are one slip."""
    first = places[group[0]["cell_id"]]
    number, part = group[0].get("table_number"), group[0].get("table_part")
    table = f"In table {number}" if number else "In an unnumbered table"
    table += f" ({part})" if part else ""
    name, other = ("column", "row") if key[2] == "column" else ("row", "column")
    label = first.get(f"{name}_label") or str(first.get("measure") or "").replace("_", " ")
    examples = [_example(finding, places[finding["cell_id"]], other) for finding in group[:_FEW]]
    more = f" and {len(group) - _FEW} more" if len(group) > _FEW else ""
    words = Counter(finding.get("slip") for finding in group).most_common(1)[0][0]
    told = f": {SLIP_WORDS[words]}" if words in SLIP_WORDS else ""
    printed = {str(finding.get("printed_text") or "").strip() for finding in group}
    what = f"prints {printed.pop()}" if len(printed) == 1 and "" not in printed else "does not fit the other figures"
    return f"{table} the {name} “{label}” {what} in {len(group)} {other}s{told} ({'; '.join(examples)}{more})."


def _example(finding: Row, cell: Row, other: str) -> str:
    label = cell.get(f"{other}_label") or ""
    implied = finding.get("implied_value")
    return f"{label}: {figure(implied)} implied" if implied is not None else str(label)
