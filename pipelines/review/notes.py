"""What an editor reads of a review: a note for each figure or pattern that is wrong, for each doubt, and one that sums up.

The sentences are those of findings; a note adds the equations that fail and where their other figures stand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from expectations.model import messages
from expectations.model.claims import Claim
from pipelines.review.judging import Review, Reviewed
from pipelines.review.places import Places, Spot

Row = dict[str, Any]
Kind = Literal["summary", "finding", "doubt"]

AUTHORS: dict[Kind, str] = {
    "summary": "Fascicle",
    "finding": "Fascicle",
    "doubt": "Fascicle (doubt about our reading)",
}
"""Who signs a note: doubts are another author's, so that an editor can filter them."""
_EQUATIONS = 3
_MEMBERS = 12
_LISTED = 12
_PLACE_AT_END = re.compile(r" \((?:page \d+)?(?:, )?(?:lines? \d+(?:-\d+)?)?\)\.$")
_SEVERITIES = ("error", "warning", "info")
_PLURALS = {"error": "errors", "warning": "warnings", "info": "for information"}


@dataclass(frozen=True, slots=True)
class Note:
    """One note: its lines, where it stands (None for nowhere in the file), and the findings or doubts it tells of."""

    kind: Kind
    lines: tuple[str, ...]
    spot: Spot | None
    identifiers: tuple[str, ...] = ()
    severity: str = ""

    @property
    def author(self) -> str:
        """Who signs it."""
        return AUTHORS[self.kind]

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return "\n".join(self.lines)


def notes_of(reviewed: Reviewed, review: Review) -> list[Note]:
    """The note that sums up, those of findings, worst first, and those of doubts; known findings have none."""
    places = Places(reviewed.rows)
    violated = _violated(reviewed)
    found = [_finding_note(group, places, violated, reviewed.claims) for group in patterns(reviewed.findings)]
    doubts = [
        Note("doubt", _doubt_lines(doubt), places.of_doubt(doubt), (doubt["doubt_id"],)) for doubt in reviewed.doubts
    ]
    return [_summary(reviewed, review, found, doubts), *found, *doubts]


def patterns(findings: Iterable[Row]) -> list[list[Row]]:
    """Findings that are not known, those of one pattern together, in the order of the worst of each."""
    groups: dict[str, list[Row]] = defaultdict(list)
    ordered = sorted(findings, key=lambda row: _SEVERITIES.index(row["severity"]))
    for finding in ordered:
        if not finding["acknowledged"]:
            groups[finding.get("pattern_id") or finding["finding_id"]].append(finding)
    return list(groups.values())


def without_place(message: str) -> str:
    """A sentence of a finding without the page and line at its end, for a note that stands there."""
    return _PLACE_AT_END.sub(".", message)


def _violated(reviewed: Reviewed) -> dict[str, list[tuple[Row, list[Row]]]]:
    """Violated relations with their members, by claim."""
    relations = {row["relation_id"]: row for row in reviewed.rows["mart_relation"] if row["verdict"] == "violated"}
    members: dict[str, list[Row]] = defaultdict(list)
    for member in reviewed.rows["mart_relation_member"]:
        if member["relation_id"] in relations:
            members[member["relation_id"]].append(member)
    by_claim: dict[str, list[tuple[Row, list[Row]]]] = defaultdict(list)
    for relation_id, own in members.items():
        own.sort(key=lambda member: member["member_number"])
        for claim_id in {member["claim_id"] for member in own} - {None}:
            by_claim[claim_id].append((relations[relation_id], own))
    return by_claim


def _finding_note(
    group: list[Row],
    places: Places,
    violated: Mapping[str, list[tuple[Row, list[Row]]]],
    claims: Mapping[str, Row],
) -> Note:
    first = group[0]
    if len(group) == 1:
        lines = [without_place(first["message"]), *_equation_lines(first, violated, claims, _EQUATIONS)]
    else:
        lines = [first["pattern_message"], *(f"• {without_place(finding['message'])}" for finding in group)]
    lines.append(f"{first['severity'].capitalize()}, {first['class']}; {_identified(group)}")
    # A pattern stands at its first figure in print.
    spots = [spot for finding in group if (spot := places.of_finding(finding)) is not None]
    spot = min(spots, key=_in_print) if spots else None
    return Note("finding", tuple(lines), spot, tuple(row["finding_id"] for row in group), first["severity"])


def _in_print(spot: Spot) -> tuple[int, ...]:
    return (spot.page or 0, spot.line or 0, spot.table_ordinal or 0, spot.cell_row or 0, spot.cell_column or 0)


def _identified(group: list[Row]) -> str:
    names = " ".join(row["finding_id"] for row in group)
    return f"finding {names}" if len(group) == 1 else f"findings {names}"


def _equation_lines(
    finding: Row, violated: Mapping[str, list[tuple[Row, list[Row]]]], claims: Mapping[str, Row], most: int
) -> list[str]:
    """The equations that fail for a claim, and where their other figures stand."""
    claim_id = finding.get("claim_id") or ""
    found = violated.get(claim_id, [])
    lines: list[str] = []
    for relation, members in found[:most]:
        if relation["equation"] not in finding["message"]:
            lines.append(f"{relation['equation']} fails ({str(relation['check_name']).replace('_', ' ')}).")
        others = [member for member in members if member["claim_id"] not in (None, claim_id)]
        told = [_member(claims[member["claim_id"]]) for member in others if member["claim_id"] in claims]
        more = f"; and {len(told) - _MEMBERS} more" if len(told) > _MEMBERS else ""
        if told:
            lines.append(f"The other figures: {'; '.join(told[:_MEMBERS])}{more}.")
    if len(found) > most:
        lines.append(f"And {len(found) - most} more equations fail.")
    return lines


def _member(place: Row) -> str:
    claim = claim_of(place)
    where = messages.place_of(claim)
    page = f", page {place['page_number']}" if place.get("page_number") else ""
    return f"{messages.printed(claim)} ({where}{page})"


def claim_of(place: Row) -> Claim:
    """A claim as messages name its place; it has no value."""
    return Claim(
        place["claim_id"],
        place["document_id"],
        place["source"],
        None,
        0,
        place.get("fact_id"),
        place,
        printed_text=place.get("printed_text"),
    )


def _doubt_lines(doubt: Row) -> tuple[str, ...]:
    lines = [f"Doubt about our reading, not a misprint: {doubt['message']}"]
    for name, words in (("taken_for", "Taken for"), ("may_be", "May be"), ("evidence", "Evidence")):
        if doubt.get(name):
            lines.append(f"{words}: {doubt[name]}")
    if doubt.get("claim_count"):
        lines.append(f"{doubt['claim_count']} figures rest on it.")
    lines.append(f"{str(doubt['kind']).replace('_', ' ').capitalize()}; doubt {doubt['doubt_id']}")
    return tuple(lines)


def _summary(reviewed: Reviewed, review: Review, found: list[Note], doubts: list[Note]) -> Note:
    """The first note: how much was checked, how much is wrong, what has no place in the file."""
    rows = reviewed.rows
    new = [row for row in reviewed.findings if not row["acknowledged"]]
    known = len(reviewed.findings) - len(new)
    evaluated = sum(row["evaluated"] for row in rows["mart_check"])
    figures = sum(len(rows[name]) for name in ("mart_cell", "mart_stated_amount", "mart_chart_value"))
    lines = [f"Reviewed: {messages.document_name(reviewed.document)}. {figures} figures, {evaluated} checks."]
    if new:
        severities = Counter(row["severity"] for row in new)
        told = ", ".join(f"{severities[name]} {_PLURALS[name]}" for name in _SEVERITIES if severities[name])
        patterned = f" in {_counted(len(found), 'note')}" if len(found) < len(new) else ""
        lines.append(f"{_counted(len(new), 'finding')}{patterned}: {told}.")
    else:
        lines.append("Nothing was found wrong.")
    if known:
        lines.append(f"{_counted(known, 'known discrepancy', 'known discrepancies')} of the register left out.")
    if doubts:
        lines.append(f"{_counted(len(doubts), 'doubt')} about our reading, signed “{AUTHORS['doubt']}”.")
    held = [messages.document_name(other) for other in review.held.get(reviewed.document["document_id"], ())]
    if held:
        more = f" and {len(held) - _LISTED} more" if len(held) > _LISTED else ""
        lines.append(f"Held against: {'; '.join(held[:_LISTED])}{more}.")
    nowhere = [note for note in (*found, *doubts) if note.spot is None]
    lines += [f"Without a place in the file: {note.lines[0]}" for note in nowhere]
    return Note("summary", tuple(lines), None)


def _counted(count: int, word: str, plural: str = "") -> str:
    return f"{count} {word if count == 1 else plural or word + 's'}"
