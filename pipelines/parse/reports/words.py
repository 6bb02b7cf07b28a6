"""Words of reports on budgets that are no fascicles, as data: periods, measures, topics and rows of requirements; and the unit of
amounts: printed above a table or before a figure, or inferred from other statements.

Where a table of money prints no unit, the same amounts elsewhere tell it: in prose, which prints dollars in full, or in
a table whose unit is known. Each such table has a doubt, with what told its unit or that nothing did.
"""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.parse.scope.doubts import doubt, table_name
from warehouse.schema.declare import Rows

_PATH = Path(__file__).parents[2] / "vocabulary" / "reports.toml"
_DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Period:
    """A budget period: its first and last day; ``fiscal_year`` is the year it begins in."""

    start: date
    end: date

    @property
    def fiscal_year(self) -> int:
        """Year of the first day."""
        return self.start.year


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


def is_read(language: str) -> bool:
    """True for a language whose words of reports are known; in any other, English ones are looked for."""
    return language in _known()


@lru_cache(maxsize=8)
def _terms(language: str) -> dict[str, Any]:
    return dict(_known().get(language, _known()[_DEFAULT]))


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def pattern(language: str, name: str) -> re.Pattern[str]:
    """A pattern by name; one with capitals in it is case-sensitive."""
    return re.compile(_terms(language)[name])


def meaning(language: str, table: str, text: str) -> str | None:
    """The first entry of a table of words that a text fits, None where none does."""
    flat = " ".join(text.split())
    return next(
        (str(one[table]) for one in _terms(language).get(table, ()) if _pattern(one["words"]).search(flat)), None
    )


def periods_in(text: str, language: str) -> list[int]:
    """First years of the periods that a text prints as 2024/25, without those that a span such as "since" begins at."""
    found = pattern(language, "period").finditer(pattern(language, "span").sub(" ", text))
    return [int(one["first"]) for one in found if (int(one["first"]) + 1) % 100 == int(one["last"])]


def days_in(text: str, language: str, year: int | None) -> Period | None:
    """A period printed by its days; a year that is not printed is ``year``, or the year after where the end would
    come before the start. None where days or year are not there."""
    return next(_read_days(text, language, year), None)


def all_days(text: str, language: str) -> list[Period]:
    """Every period printed by its days and years."""
    return list(_read_days(text, language, None))


def _read_days(text: str, language: str, year: int | None) -> Iterator[Period]:
    for found in pattern(language, "days").finditer(" ".join(text.split())):
        if (period := _period(found, language, year)) is not None:
            yield period


def _period(found: re.Match[str], language: str, year: int | None) -> Period | None:
    months = _terms(language)["months"]
    if found["start_month"] not in months or found["end_month"] not in months:
        return None
    printed_end = int(found["end_year"]) if found["end_year"] else None
    first = int(found["start_year"]) if found["start_year"] else year if year is not None else printed_end
    if first is None:
        return None
    try:
        start = date(first, months.index(found["start_month"]) + 1, int(found["start_day"] or 1))
        end = _last_day(printed_end or first, months.index(found["end_month"]) + 1, found["end_day"])
        return Period(start, end if end > start else _last_day(end.year + 1, end.month, found["end_day"]))
    except ValueError:
        return None


def _last_day(year: int, month: int, day: str | None) -> date:
    """A day of a month; its last one where none is printed."""
    return date(year, month, int(day) if day else monthrange(year, month)[1])


MONEY = {"thousands_usd": 1000, "usd": 1, "millions_usd": 1_000_000}
"""Units of money, with the dollars that one of them is."""

_NAMES = {"thousands_usd": "thousands of dollars", "usd": "dollars", "millions_usd": "millions of dollars"}
_MEASURES = frozenset({"apportionment", "expenditure", "cost_estimate"})
_OTHER_TOPICS = frozenset({"vacancy_rates", "variances"})
# Significant digits of an amount that tells a unit alone, and of one that does so with another.
_ALONE, _TOGETHER = 6, 4

Row = dict[str, Any]


class _Told(NamedTuple):
    unit: str
    evidence: str
    count: int


def usual_unit(tables: Iterable[Row], cells: Iterable[Row], language: str) -> str | None:
    """The unit of the tables of requirements, else of most tables of money; None where none has one."""
    gross = {cell["table_id"] for cell in cells if meaning(language, "row", cell["row_label"] or "") == "gross"}
    listed = [table for table in tables if table["unit"] in MONEY]
    units = Counter(table["unit"] for table in listed if table["table_id"] in gross)
    # an amount in another table that prints a unit of its own says nothing of tables that print none
    units = units or (Counter() if gross else Counter(table["unit"] for table in listed))
    return str(units.most_common(1)[0][0]) if units else None


def tell_missing_units(rows: Rows, language: str) -> list[Row]:
    """Give tables of money without a unit, and their cells, the one that other statements tell, in place.

    Returns rows of mart_doubt, one per table.
    """
    cells: dict[str, list[Row]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        cells[cell["table_id"]].append(cell)
    tables = {table["table_id"]: table for table in rows.get("mart_table", ())}
    open_tables = {key: own for key in tables if (own := _untold(tables[key], cells[key], language))}
    if not open_tables:
        return []
    known = _stated(rows.get("mart_stated_amount", ()))
    for key, table in tables.items():
        _enter(known, cells[key], table_name(table))
    told: dict[str, _Told] = {}
    while found := _read_off(open_tables, known):
        for key, what in found.items():
            told[key] = what
            tables[key]["unit"] = what.unit
            own = open_tables.pop(key)
            for cell in own:
                cell["unit"] = what.unit
            _enter(known, own, table_name(tables[key]))
    return [
        _doubt(table, told.get(key), open_tables.get(key, ()))
        for key, table in tables.items()
        if key in told or key in open_tables
    ]


def _untold(table: Row, cells: Sequence[Row], language: str) -> list[Row]:
    """Cells without a unit of a table of money; none of another table, or of one that prints its unit."""
    if table["unit"] is not None:
        return []
    own = [cell for cell in cells if cell["unit"] is None and cell["value"] is not None]
    is_gross = any(meaning(language, "row", cell["row_label"] or "") == "gross" for cell in own)
    topic = meaning(language, "topic", table["title"] or "")
    is_measured = any(cell["measure"] in _MEASURES and cell["precision_digits"] for cell in own)
    return own if is_gross or is_measured or topic not in (None, *_OTHER_TOPICS) else []


def _digits(amount: Decimal) -> int:
    return len(amount.normalize().as_tuple().digits)


def _stated(amounts: Iterable[Row]) -> dict[Decimal, str]:
    """Amounts that prose prints in full dollars, with where."""
    found: dict[Decimal, str] = {}
    for row in amounts:
        if row["unit"] == "usd" and row["value"] and (row["precision_digits"] or 0) <= 0:
            value = abs(Decimal(row["value"]))
            number = row["paragraph_number"]
            where = f"paragraph {number}" if number else "the text"
            if value == value.to_integral_value() and _digits(value) >= _TOGETHER:
                found.setdefault(value, f"{row['printed_text']} in {where}")
    return found


def _enter(known: dict[Decimal, str], cells: Iterable[Row], name: str) -> None:
    """Add the amounts of a table whose unit is known."""
    for cell in cells:
        if cell["unit"] in MONEY and cell["value"]:
            value = abs(cell["value"]) * MONEY[cell["unit"]]
            if _digits(value) >= _TOGETHER:
                known.setdefault(value, f"{cell['printed_text']} in {name}")


def _read_off(open_tables: Mapping[str, Sequence[Row]], known: Mapping[Decimal, str]) -> dict[str, _Told]:
    """Tables whose unit the known amounts tell: in one unit, and in no other, some of their amounts are among them."""
    found: dict[str, _Told] = {}
    for key, cells in open_tables.items():
        by_unit: dict[str, dict[Decimal, str]] = {}
        for unit, scale in MONEY.items():
            amounts = {abs(cell["value"]) * scale: cell["printed_text"] for cell in cells if cell["value"]}
            shared = {amount: text for amount, text in amounts.items() if amount in known}
            if len(shared) > 1 or any(_digits(amount) >= _ALONE for amount in shared):
                by_unit[unit] = shared
        if len(by_unit) == 1:
            ((unit, shared),) = by_unit.items()
            amount = max(shared, key=_digits)
            more = f", and {len(shared) - 1} more" if len(shared) > 1 else ""
            found[key] = _Told(unit, f"{shared[amount]} here is {known[amount]}{more}", len(cells))
    return found


def _doubt(table: Row, told: _Told | None, left: Sequence[Row]) -> Row:
    """A doubt about the unit of a table that prints none."""
    name = table_name(table)
    if told is None:
        message = f"{name} prints no unit, and nothing else tells it: its amounts are as printed, without dollars"
        return doubt(table, "unit", table["table_id"], message, len(left))
    message = f"{name} prints no unit: {_NAMES[told.unit]}, for {told.evidence}"
    return doubt(table, "unit", table["table_id"], message, told.count, taken_for=told.unit, evidence=told.evidence)
