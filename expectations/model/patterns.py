"""Patterns: findings with the same table, column or row and the same slip are reported as one, in one sentence.

``mart_finding`` keeps a row per claim; rows of one pattern share ``pattern_id`` and ``pattern_message``.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from expectations.model.claims import Row
from expectations.model.messages import SLIP_WORDS, figure

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
