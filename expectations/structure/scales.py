"""A scale of assessments: its percentages are exact, and make up the whole."""

from __future__ import annotations

from expectations.model.claims import SCALE, DocumentClaims, unscaled
from expectations.structure.base import Outcome, StructureCheck, defect

_KIND = "scale_of_assessments"
_WHOLE = 100 * SCALE


def scales_are_whole(document: DocumentClaims) -> Outcome:
    """The percentages of a scale of assessments add up to 100, to the last digit: they are decided, not rounded."""
    outcome = Outcome()
    for table in document.tables:
        if table.kind != _KIND:
            continue
        claims = [claim for row in table.rows.values() for claim in row.cells.values() if row.role == "item"]
        outcome.evaluated += 1
        total = sum(claim.value or 0 for claim in claims)
        if total != _WHOLE or any(claim.value is None for claim in claims):
            words = f"The {len(claims)} percentages of the scale of assessments add up to {unscaled(total):f}, not 100"
            place = {**claims[0].row, "line_last": claims[-1].row.get("line_last")} if claims else {}
            outcome.findings.append(
                defect(document, SCALES_WHOLE.name, "structure", "warning", table.table_id, words, place)
            )
    return outcome


SCALES_WHOLE = StructureCheck(
    "scale_of_assessments_makes_up_the_whole",
    "The percentages of a scale of assessments add up to 100.",
    scales_are_whole,
)
