"""What figures say where words leave open what is meant: the total of a detail table stands in some row of a summary, an amount
in prose in some table.

A summary may call an entity or component by a name or abbreviation that no heading has. Where the figures of one of
its rows are those of exactly one detail table that no other row stands for, the row is about what that table is
about, and so is every other row of that name. Where words and figures disagree, that is a doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pipelines.model.facts import Item, refit
from pipelines.parse.scope.doubts import doubt, table_name
from warehouse.fact import parse_fact
from warehouse.schema.declare import Rows

_DETAILS = frozenset({"financial_by_object", "financial_and_posts", "financial_by_category", "posts_by_grade"})
_SUMMARIES = frozenset(
    {
        "financial_by_component",
        "posts_by_component",
        "financial_by_mission",
        "resources_by_funding_source",
        "posts_by_staff_category",
    }
)
_BASES = frozenset({"appropriation", "approved", "estimate", "proposed"})
_FEWEST_SHARED = 2
_UNIFORMED = frozenset(
    {"military_observers", "military_contingents", "united_nations_police", "government_provided_personnel"}
)
_CIVILIAN = "civilian_staff"

Row = dict[str, Any]


class Place(NamedTuple):
    """A scope without its source of funding: entity, component, subprogramme, budget basis."""

    entity: str
    component: str
    subprogramme: str
    basis: str


class Line(NamedTuple):
    """One printed row of totals: its table and number, its scope and source, its figures by measure, year and unit."""

    table: Row
    row: int
    label: str
    place: Place
    funding: str
    figures: Mapping[tuple[str, int, str], tuple[Decimal, int]]

    @property
    def unit(self) -> str:
        """Unit of its figures."""
        return next((unit for _, _, unit in self.figures), "")


def bind_by_value(rows: Rows) -> list[Row]:
    """Give rows of summaries the scope that their figures have in the detail tables, in place.

    Returns rows of mart_doubt for details whose figures are those of another row than their words name.
    """
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    cells = rows.get("mart_cell", [])
    summaries, details = _summaries_and_details(cells, tables)
    renamed = _matches(summaries, details)
    if renamed:
        _rename(cells, renamed)
        summaries, details = _summaries_and_details(cells, tables)
    _part_totals(cells, tables)
    return list(_disagreements(summaries, details))


def _summaries_and_details(cells: Iterable[Row], tables: Mapping[str, Row]) -> tuple[list[Line], list[Line]]:
    """Rows of tables that print totals of several scopes, and the totals of tables that print one in detail."""
    lines = list(_lines(cells, tables))
    places: dict[str, set[Place]] = defaultdict(set)
    for line in lines:
        places[line.table["table_id"]].add(line.place)
    details = [line for line in lines if line.table["kind"] in _DETAILS]
    several = [line for line in lines if line.table["kind"] in _SUMMARIES and len(places[line.table["table_id"]]) > 1]
    return several, details


def _lines(cells: Iterable[Row], tables: Mapping[str, Row]) -> Iterable[Line]:
    """Rows that print totals of a scope."""
    grouped: dict[tuple[str, int, str], list[Row]] = defaultdict(list)
    for cell in cells:
        if cell["fact_id"] and cell["item_kind"] == "total" and cell["value"] is not None and cell["unit"] != "percent":
            grouped[cell["table_id"], cell["row_number"], cell["funding_source_code"] or ""].append(cell)
    for (table_id, number, funding), own in grouped.items():
        table = tables[table_id]
        if table["kind"] in _DETAILS and own[0]["row_role"] != "total":
            continue
        figures = {
            (_side(cell), cell["fiscal_year"], cell["unit"]): (cell["value"], cell["precision_digits"] or 0)
            for cell in own
            if cell["measure"]
        }
        yield Line(table, number, own[0]["row_label"] or "", _place(own[0]), funding, figures)


def _place(cell: Row) -> Place:
    basis = cell["budget_basis"] if cell["budget_basis"] != "own" else ""
    return Place(cell["entity_code"] or "", cell["component_code"] or "", cell["subprogramme_code"] or "", basis or "")


def _side(cell: Row) -> str:
    """Measures that are one state in different words count as one: approved, appropriated, estimated."""
    return "state" if cell["measure"] in _BASES else str(cell["measure"])


def _agree(one: Line, other: Line) -> tuple[int, int]:
    """How many figures two rows share, and how many of them are the same as far as both are printed; nils in both
    do not count."""
    shared = same = 0
    for key, (value, digits) in one.figures.items():
        if key not in other.figures:
            continue
        held, held_digits = other.figures[key]
        if not value and not held:
            continue
        shared += 1
        same += abs(value - held) <= Decimal(1).scaleb(-min(digits, held_digits)) / 2
    return shared, same


def _fits(one: Line, other: Line) -> bool:
    shared, same = _agree(one, other)
    return shared >= _FEWEST_SHARED and same == shared


def _matches(summaries: list[Line], details: list[Line]) -> dict[Place, Place]:
    """Scopes that only summaries name, and the scope of the one detail table that prints the same figures."""
    told = {(line.place, line.unit) for line in summaries}
    detailed = {line.place for line in details}
    open_rows = [line for line in summaries if line.place not in detailed and any(line.place)]
    free = [line for line in details if (line.place, line.unit) not in told]
    candidates: dict[Place, set[Place]] = defaultdict(set)
    for line in open_rows:
        for detail in free:
            if _is_alike(line, detail) and _fits(line, detail) and not _is_denied(line, detail.place, details):
                candidates[line.place].add(detail.place)
    taken: dict[Place, list[Place]] = defaultdict(list)
    for place, found in candidates.items():
        for target in found:
            taken[target].append(place)
    return {
        place: next(iter(found))
        for place, found in candidates.items()
        if len(found) == 1 and len(taken[next(iter(found))]) == 1
    }


def _is_alike(one: Line, other: Line) -> bool:
    return one.funding == other.funding and one.place.basis == other.place.basis


def _is_denied(line: Line, place: Place, details: list[Line]) -> bool:
    """Whether another detail table of a place has other figures than a row that may be of it."""
    for detail in details:
        if detail.place == place and _is_alike(line, detail):
            shared, same = _agree(line, detail)
            if shared >= _FEWEST_SHARED and same < shared:
                return True
    return False


def _rename(cells: Iterable[Row], renamed: Mapping[Place, Place]) -> None:
    """Give the cells of a renamed scope, and of any scope of the same made-up name, the scope that was found."""
    names = {_name(place): target for place, target in renamed.items() if not place.subprogramme}
    for cell in cells:
        place = _place(cell)
        target = renamed.get(place)
        if target is None and (name := _name(place)) in names and not place.subprogramme:
            target = names[name]
        if target is not None:
            cell["entity_code"], cell["component_code"] = target.entity or None, target.component or None
            cell["subprogramme_code"] = target.subprogramme or None
            cell["fact_id"] = refit(cell["fact_id"], target.entity, target.component, target.subprogramme)


def _name(place: Place) -> str:
    """The made-up name of a scope: its component, else the last part of its entity."""
    return place.component or place.entity.rpartition(".")[2]


def _part_totals(cells: Iterable[Row], tables: Mapping[str, Row]) -> None:
    """Totals over fewer categories than another table of the same scope prints are totals of these alone.

    A mission's table by grade sums civilians, the summary also the military; both heads just say "Total".
    """
    held: dict[tuple[Place, str, Any], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    columns: dict[str, set[str]] = defaultdict(set)
    staff = [cell for cell in cells if tables[cell["table_id"]]["kind"] == "posts_by_staff_category"]
    for cell in staff:
        if cell["item_kind"] == "category" and cell["fact_id"]:
            columns[cell["table_id"]].add(cell["item_code"])
            if cell["value"]:
                state = (_place(cell), str(cell["measure"]), cell["fiscal_year"])
                held[state][cell["table_id"]].add(cell["item_code"])
    for cell in staff:
        if cell["item_kind"] != "total" or not cell["fact_id"]:
            continue
        state = (_place(cell), str(cell["measure"]), cell["fiscal_year"])
        elsewhere = set().union(*(codes for table, codes in held[state].items() if table != cell["table_id"]))
        missing = elsewhere - columns[cell["table_id"]]
        if missing and missing <= _UNIFORMED:
            cell["item_kind"], cell["item_code"] = "category", _CIVILIAN
            cell["fact_id"] = refit(cell["fact_id"], *_place(cell)[:3], item=Item("category", _CIVILIAN))


def _disagreements(summaries: list[Line], details: list[Line]) -> Iterable[Row]:
    """Doubts about details whose own row of a summary prints other figures, while those of another row are theirs."""
    by_place: dict[tuple[Place, str], list[Line]] = defaultdict(list)
    for line in summaries:
        by_place[line.place, line.funding].append(line)
    for detail in details:
        own = by_place.get((detail.place, detail.funding), [])
        if not own or any(_mostly(detail, line) for line in own):
            continue
        others = [line for line in summaries if line.place != detail.place and _fits(detail, line)]
        if len({line.place for line in others}) != 1:
            continue
        shared, same = _agree(detail, own[0])
        where = table_name(detail.table)
        message = (
            f"{where} is taken for “{own[0].label}”, whose figures in {table_name(own[0].table).lower()} are others; "
            f"they are those of “{others[0].label}”."
        )
        yield doubt(
            detail.table,
            "binding",
            detail.table["table_id"],
            message,
            len(detail.figures),
            taken_for=own[0].label,
            may_be=others[0].label,
            other_table_id=own[0].table["table_id"],
            other_table_number=own[0].table["table_number"],
            evidence=f"{same} of {shared} figures are the same as in the row its words name",
        )


def _mostly(one: Line, other: Line) -> bool:
    shared, same = _agree(one, other)
    return shared < _FEWEST_SHARED + 1 or 2 * same > shared


def settle_by_figures(stated: list[dict[str, Any]], cells: list[dict[str, Any]]) -> None:
    """Give amounts whose words leave several facts open the one whose figure in a table is theirs, in place.

    Where none has it, an amount that is open has no fact; another keeps what its words say.
    """
    printed: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        if cell["fact_id"] and cell["value"] is not None:
            printed.setdefault(cell["fact_id"], []).append(cell)
    for row in stated:
        candidates, is_open = row.pop("candidates"), row.pop("is_open")
        if not candidates:
            continue
        fitting = [fact for fact in candidates if any(_is_amount(row, cell) for cell in printed.get(fact, ()))]
        row["fact_id"] = fitting[0] if fitting else (None if is_open else row["fact_id"])
        if fitting or is_open:
            _note_scope(row)


def _is_amount(row: dict[str, Any], cell: dict[str, Any]) -> bool:
    """True where an amount in single dollars is what a cell prints in thousands, as far as both are printed."""
    value = row["value"] if row["unit"] == "percent" else row["value"] / 1000
    digits = row["precision_digits"] if row["unit"] == "percent" else row["precision_digits"] + 3
    slack = Decimal(1).scaleb(-min(digits, cell["precision_digits"] or 0)) / 2
    return abs(value - abs(cell["value"])) <= slack


def _note_scope(row: dict[str, Any]) -> None:
    """Say in the columns of an amount what its fact says."""
    fact = parse_fact(row["fact_id"]) if row["fact_id"] else None
    row["component_code"] = (fact and fact.component) or None
    row["subprogramme_code"] = (fact and fact.subprogramme) or None
    row["funding_source_code"] = (fact and fact.funding) or None
    if not row["fact_id"]:
        row["measure"] = row["fiscal_year"] = row["basis"] = None
