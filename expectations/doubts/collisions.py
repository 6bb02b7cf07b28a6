"""Collisions: printed figures that our reading gives one fact although they cannot share one.

Two tables that add up each by itself, and contradict one another in most of what they share, are no misprint: one of
them is about something else. The link between them is cut before anything is judged, not the tables: the claims of
one get facts of their own (``Fact.apart``), so that relations inside of it stay and those with others go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, NamedTuple

from expectations.model.claims import SCALE, Claim, DocumentClaims, PrintedTable
from warehouse.fact import apart_from

Level = Literal["column", "row", "table"]

# A figure of three digits or more that two places share was hardly come to by chance.
_SPECIFIC = 100
_LEAST_SHARED = {"column": 2, "row": 2, "table": 3}
_LEAST_CONTRARY = 2
# Relations of a table's own that may fail before it no longer adds up by and large: one in seven, or one.
_OWN_FAILURES = 7


@dataclass(slots=True)
class Held:
    """What two places say of the facts they share, both nil not counted.

    ``contrary`` are beyond what is printed; ``alike`` agree; ``specific`` agree in three digits or more. ``rows`` has
    the same by pairs of rows, of which the one where a specific figure agrees is about one thing, misprints or not.
    """

    contrary: int = 0
    alike: int = 0
    rows: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def shared(self) -> int:
        """Facts that both state."""
        return self.contrary + self.alike

    @property
    def unbound(self) -> int:
        """Contradictions in rows that no specific figure binds together."""
        return sum(contrary for contrary, specific in self.rows.values() if not specific)

    def add(self, first: Claim, second: Claim, rows: tuple[int, int]) -> None:
        """Hold two claims of one fact against each other."""
        apart = abs((first.value or 0) - (second.value or 0))
        is_contrary = apart > first.half_width + second.half_width
        counts = self.rows.setdefault(rows, [0, 0])
        if is_contrary:
            self.contrary += 1
            counts[0] += 1
        else:
            self.alike += 1
            counts[1] += _is_specific(first) and _is_specific(second)

    def is_collision(self, level: Level) -> bool:
        """True when this is no print: most of what is shared, and not one figure alone, contradicts."""
        contrary = self.unbound if level == "table" else self.contrary
        if self.shared < _LEAST_SHARED[level] or contrary < _LEAST_CONTRARY:
            return False
        return contrary > self.alike if level == "table" else 2 * contrary >= self.shared


def _is_specific(claim: Claim) -> bool:
    return abs(claim.value or 0) >= _SPECIFIC * (2 * claim.half_width or SCALE)


class Place(NamedTuple):
    """Where a cell's claim stands: table, row and column."""

    table: PrintedTable
    row: int
    column: int
    claim: Claim


@dataclass(frozen=True, slots=True)
class Collision:
    """Two places that cannot share a fact: the claims separated, and what each prints."""

    level: Level
    table: PrintedTable
    other: PrintedTable
    claims: tuple[Claim, ...]
    other_claims: tuple[Claim, ...]
    held: Held


def set_apart(document: DocumentClaims, is_whole: Callable[[PrintedTable], bool]) -> list[Collision]:
    """Cut what collides in a document off from the rest, and say what was cut.

    Claims cut off change their ``fact_id`` in place, and ``by_fact`` with them. ``is_whole`` tells of a table whether
    it adds up by itself.
    """
    stated = _stated(document)
    found = [*_within(document, stated, "column"), *_within(document, stated, "row")]
    found += _between(document, _stated(document) if found else stated, is_whole)
    if found:
        _settle_others(document)
    return found


def _stated(document: DocumentClaims) -> dict[str, list[Place]]:
    """Cells of each fact that several cells state, in printed order."""
    stated: dict[str, list[Place]] = defaultdict(list)
    several = {fact for fact, claims in document.by_fact.items() if len(claims) > 1}
    for table in document.tables:
        for row in table.rows.values():
            for column, claim in row.cells.items():
                if claim.fact_id in several and claim.value is not None:
                    stated[claim.fact_id].append(Place(table, row.number, column, claim))
    return {fact: places for fact, places in stated.items() if len(places) > 1}


def _pairs(places: Sequence[Place]) -> Iterable[tuple[Place, Place]]:
    """Pairs of places of one fact that say something: two nils tell nothing."""
    return ((a, b) for a, b in combinations(places, 2) if a.claim.value or b.claim.value)


def _within(document: DocumentClaims, stated: Mapping[str, list[Place]], level: Level) -> list[Collision]:
    """Columns of one row, or rows of one table, that state one fact with different values."""
    held: dict[str, dict[tuple[int, int], Held]] = defaultdict(lambda: defaultdict(Held))
    for places in stated.values():
        for a, b in _pairs(places):
            if a.table is not b.table or (a.row == b.row) is (level == "row"):
                continue
            key = (a.column, b.column) if level == "column" else (a.row, b.row)
            held[a.table.table_id][key].add(a.claim, b.claim, (a.row, b.row))
    tables = {table.table_id: table for table in document.tables}
    found: list[Collision] = []
    for table_id, pairs in held.items():
        table = tables[table_id]

        def claims_of(number: int, table: PrintedTable = table) -> tuple[Claim, ...]:
            if level == "row":
                return tuple(table.rows[number].cells.values())
            return tuple(row.cells[number] for row in table.rows.values() if number in row.cells)

        units = sorted({number for pair in pairs for number in pair})
        support = {number: _outside_support(table, claims_of(number), stated) for number in units}
        if level == "column":
            # A column that others are summed in is what its head says.
            for number in units:
                support[number] += number in _total_columns(table)
        for number, other, seen in _cut(units, pairs, support, level):
            found.append(Collision(level, table, table, claims_of(number), claims_of(other), seen))
    for mark, collision in enumerate(found, start=1):
        _move(document, collision.claims, f"{level[0]}{mark}")
    return found


def _total_columns(table: PrintedTable) -> set[int]:
    return {
        claim.row["total_column_number"]
        for row in table.rows.values()
        for claim in row.cells.values()
        if claim.row.get("total_column_number") is not None
    }


def _outside_support(table: PrintedTable, claims: Iterable[Claim], stated: Mapping[str, list[Place]]) -> int:
    """How many figures of these another table states alike, less those it states otherwise."""
    support = 0
    for claim in claims:
        for place in stated.get(claim.fact_id or "", ()):
            if place.table is not table and (claim.value or place.claim.value):
                support += 1 if _agree(claim, place.claim) else -1
    return support


def _agree(first: Claim, second: Claim) -> bool:
    return abs((first.value or 0) - (second.value or 0)) <= first.half_width + second.half_width


def _cut(
    units: Sequence[int], pairs: Mapping[tuple[int, int], Held], support: Mapping[int, int], level: Level
) -> list[tuple[int, int, Held]]:
    """Units to cut off, each with the unit it collides with: the better supported stay, then the first printed."""
    known = {**pairs, **{(b, a): held for (a, b), held in pairs.items()}}
    order = {unit: number for number, unit in enumerate(units)}
    kept: list[int] = []
    cut: list[tuple[int, int, Held]] = []
    for unit in sorted(units, key=lambda unit: (-support[unit], order[unit])):
        against = [other for other in kept if (unit, other) in known and known[unit, other].is_collision(level)]
        if against:
            worst = max(against, key=lambda other: known[unit, other].contrary)
            cut.append((unit, worst, known[unit, worst]))
        else:
            kept.append(unit)
    return sorted(cut, key=lambda one: order[one[0]])


def _between(
    document: DocumentClaims, stated: Mapping[str, list[Place]], is_whole: Callable[[PrintedTable], bool]
) -> list[Collision]:
    """Tables that contradict others in most of what they share, each adding up by itself.

    Tables cut off that agree with one another stay linked: they are about one other thing.
    """
    pairs: dict[tuple[str, str], Held] = defaultdict(Held)
    for places in stated.values():
        for a, b in _pairs(_once(places)):
            pairs[a.table.table_id, b.table.table_id].add(a.claim, b.claim, (a.row, b.row))
    tables = {table.table_id: table for table in document.tables}
    whole: dict[str, bool] = {}

    def adds_up(table_id: str) -> bool:
        if table_id not in whole:
            whole[table_id] = is_whole(tables[table_id])
        return whole[table_id]

    colliding = {
        pair for pair, held in pairs.items() if held.is_collision("table") and adds_up(pair[0]) and adds_up(pair[1])
    }
    if not colliding:
        return []
    known = {**pairs, **{(b, a): held for (a, b), held in pairs.items()}}
    hard = colliding | {(b, a) for a, b in colliding}
    groups = _groups(list(tables), known, hard)
    found: list[Collision] = []
    for table_id, number in groups.items():
        if number == 0:
            continue
        against = [b for a, b in known if a == table_id and groups.get(b, 0) != number and known[a, b].contrary]
        worst = max(against, key=lambda b: ((table_id, b) in hard, groups.get(b, 0) == 0, known[table_id, b].contrary))
        claims = tuple(claim for row in tables[table_id].rows.values() for claim in row.cells.values())
        others = tuple(claim for row in tables[worst].rows.values() for claim in row.cells.values())
        found.append(Collision("table", tables[table_id], tables[worst], claims, others, known[table_id, worst]))
    for collision in found:
        _move(document, collision.claims, f"t{groups[collision.table.table_id]}")
    return found


def _once(places: Sequence[Place]) -> list[Place]:
    """The first place of each table."""
    first: dict[str, Place] = {}
    for place in places:
        first.setdefault(place.table.table_id, place)
    return list(first.values())


def _groups(tables: Sequence[str], known: Mapping[tuple[str, str], Held], hard: set[tuple[str, str]]) -> dict[str, int]:
    """The group of each table that shares facts: 0 for what stays linked, others for what is cut off together."""
    near: dict[str, dict[str, Held]] = defaultdict(dict)
    for (a, b), held in known.items():
        near[a][b] = held
    in_doubt = {a for a, _ in hard}
    order = {table: number for number, table in enumerate(tables)}
    support = {a: sum(held.alike - held.contrary for held in others.values()) for a, others in near.items()}
    groups: dict[str, int] = {}
    members: list[list[str]] = [[]]
    for table in sorted(near, key=lambda name: (-support[name], order[name])):
        weights: list[tuple[int, int]] = []
        for number, group in enumerate(members):
            shared = [near[table][other] for other in group if other in near[table]]
            is_barred = any((table, other) in hard for other in group)
            # Two figures that both contradict what is known to be misread are enough to go with another group.
            is_contrary = bool(in_doubt & near[table].keys()) and sum(h.contrary for h in shared) >= _LEAST_CONTRARY
            is_contrary = is_contrary and not any(h.alike for h in shared)
            if not is_barred and not is_contrary:
                weights.append((sum(h.alike - h.contrary for h in shared), -number))
        if weights:
            groups[table] = -max(weights)[1]
        else:
            groups[table] = len(members)
            members.append([])
        members[groups[table]].append(table)
    return groups


def cut_tables(document: DocumentClaims, tables: Iterable[PrintedTable]) -> None:
    """Cut whole tables off from all others."""
    is_any = False
    for number, table in enumerate(tables):
        is_any = True
        _move(document, (claim for row in table.rows.values() for claim in row.cells.values()), f"s{number}")
    if is_any:
        _settle_others(document)


def _move(document: DocumentClaims, claims: Iterable[Claim], mark: str) -> None:
    """Let claims be about facts of their own."""
    for claim in claims:
        if claim.fact_id is None:
            continue
        own = document.by_fact.get(claim.fact_id)
        if own is not None and claim in own:
            own.remove(claim)
            if not own:
                del document.by_fact[claim.fact_id]
        claim.fact_id = apart_from(claim.fact_id, mark)
        if claim.value is not None:
            document.by_fact.setdefault(claim.fact_id, []).append(claim)


def _settle_others(document: DocumentClaims) -> None:
    """What charts, boxes, details and paragraphs say goes with the tables that say the same; with none, apart.

    A chart goes as a whole, as do the boxes of a chart, since they add up together.
    """
    split: dict[str, dict[str, list[Claim]]] = defaultdict(dict)
    for fact_id, claims in document.by_fact.items():
        cells = [claim for claim in claims if claim.source == "cell"]
        whole, mark = _parted(fact_id)
        if cells:
            split[whole][mark] = cells
    marked = {whole: by_mark for whole, by_mark in split.items() if by_mark.keys() != {""}}
    units: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in document.claims:
        if claim.source not in ("cell", "absent") and claim.fact_id:
            units[_unit(claim)].append(claim)
    for number, claims in enumerate(units.values()):
        touched = [claim for claim in claims if claim.fact_id in marked and claim.value is not None]
        if not touched:
            continue
        scores: dict[str, int] = defaultdict(int)
        for claim in touched:
            for mark, cells in marked[claim.fact_id or ""].items():
                if not claim.value and not any(cell.value for cell in cells):
                    continue
                scores[mark] += 1 if any(_agree(claim, cell) for cell in cells) else -1
        best = max(scores, key=lambda mark: (scores[mark], mark == ""), default="")
        if scores and scores[best] < 0:
            best = f"o{number}"
        if best:
            _move(document, claims, best)


def _parted(fact_id: str) -> tuple[str, str]:
    """A fact's name as published, and the mark it was set apart by."""
    edition, _, rest = fact_id.partition("|")
    section, _, rest = rest.partition("|")
    code, _, mark = section.partition("~")
    return f"{edition}|{code}|{rest}", mark


def _unit(claim: Claim) -> Hashable:
    """What goes together: the values of a chart, the boxes of an organization chart, a detail or paragraph alone."""
    if claim.source == "chart":
        return ("chart", claim.row.get("figure_number") or claim.claim_id)
    if claim.source == "org_chart":
        return ("org_chart", claim.row.get("chart_label"), claim.fact_id)
    return claim.claim_id


def adds_up(violated: int, assessed: int) -> bool:
    """True when a table adds up by and large: one relation of its own may fail, or one in seven."""
    return violated <= max(1, assessed // _OWN_FAILURES)
