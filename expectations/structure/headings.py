"""Headings of resolutions: what every one prints is there."""

from __future__ import annotations

from typing import Literal

from expectations.model.claims import DocumentClaims
from expectations.structure.base import Outcome, StructureCheck, defect

_WORDS = {
    "opening": "The words that open its text, such as 'The General Assembly,', are missing",
    "number": "Its number is missing before the title",
    "other_number": "The number before its title is not that of the document's own symbol",
    "adoption": "The line that says who adopted it is missing",
    "date": "The date of its adoption is missing",
    "source": "The bracket that names the report or draft it comes from is missing",
    "session": "Its session is missing",
    "agenda_item": "Its agenda item is missing",
}
_SMALL = frozenset({"source", "session", "agenda_item"})
"""What some resolutions rightly lack."""


def headings_are_whole(document: DocumentClaims) -> Outcome:
    """A resolution prints number, organ, date, source, session and agenda item, and the words that open its text."""
    outcome = Outcome()
    for row in document.rows.get("mart_resolution", []):
        if row.get("text_status") != "text":
            continue
        outcome.evaluated += 1
        for gap in (row.get("header_gaps") or "").split(", "):
            if gap:
                severity: Literal["warning", "info"] = "info" if gap in _SMALL else "warning"
                place = {"page_number": 1, "line_first": None}
                outcome.findings.append(
                    defect(document, HEADINGS_WHOLE.name, "structure", severity, gap, _WORDS[gap], place)
                )
    return outcome


HEADINGS_WHOLE = StructureCheck(
    "headings_of_resolutions_are_whole",
    "A resolution prints its number, who adopted it and when, where it comes from, and the words that open its text.",
    headings_are_whole,
)
