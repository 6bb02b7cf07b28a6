"""Reports on budgets that are no fascicles, peacekeeping and revised estimates, to rows.

Tables are read as those of fascicles are; what their heads and rows mean is told by words of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pipelines.model.blocks import Document, UnreadableDocument
from pipelines.model.language import language_of
from pipelines.parse.fascicle import parse_document
from pipelines.parse.reports.frameworks import result_rows
from pipelines.parse.reports.headings import headings_of, split_at_heads, tell_paths
from pipelines.parse.reports.missions import (
    mission_of,
    mission_posts,
    mission_resources,
    tell_units,
    untell_wider_totals,
)
from pipelines.parse.reports.revised_estimates import tell_facts
from pipelines.parse.reports.words import (
    Period,
    all_days,
    days_in,
    is_read,
    meaning,
    pattern,
    periods_in,
    tell_missing_units,
    usual_unit,
)
from pipelines.parse.scope.doubts import doubt
from pipelines.parse.tables.untold import impossible_heads
from pipelines.symbols.identity import SESSION_OFFSET, Identity, language_name, masthead_of
from pipelines.vocabulary import Vocabulary, vocabulary_of
from warehouse.schema.declare import Rows

_TITLE_BLOCKS = 12
_DAYS_OF_YEAR = (364, 365)
"""Days from the first to the last of a year."""
_OPERAND = re.compile(r"\((\d+)\)")
_PLAIN_YEAR = re.compile(r"\b20\d\d\b(?!/)")
_DOLLAR = re.compile(r"^\s*(?P<open>\(?)\s*(?:US)?\$\s*(?P<figure>\d[\d\s.,]*\)?)\s*$")
_MONEY = re.compile(r"^[(\[-]*\$")

Row = dict[str, Any]


def identity_of(document: Document, kind: str, given: Mapping[str, Any]) -> Identity:
    """The identity of a report: symbol and title of its first page; it is of no section, and its edition is the year
    that the session budgets for. Raises UnreadableDocument for a language that has no vocabulary.
    """
    language = given.get("language") or language_of("\n".join(block.text for block in document.blocks))
    try:
        vocabulary = vocabulary_of(language)
    except KeyError as problem:
        raise UnreadableDocument(f"it is in a language that is not read yet: {problem.args[0]}") from problem
    symbol = masthead_of(document).symbol
    named = str(given.get("symbol") or symbol or "")
    session = named.split("/")[1] if named.count("/") > 1 else ""
    edition = given.get("edition_year") or (int(session) + SESSION_OFFSET if session.isdigit() else None)
    titles = _titles(document)
    title = max((text for text in titles if periods_in(text, language) or days_in(text, language, None)), default=None)
    return Identity(named, vocabulary.language, document.format, edition, None, kind, title or next(iter(titles), None))


def _titles(document: Document) -> list[str]:
    return [" ".join(b.text.split()) for b in document.blocks[:_TITLE_BLOCKS] if b.kind == "heading"]


def parse_budget_report(document: Document, identity: Identity, vocabulary: Vocabulary) -> Rows:
    """All rows of one report: those of ``parse_document``, with measures, periods and units told by its own words,
    the mission it is about, and mart_peacekeeping_resource for a report on peacekeeping."""
    plain = [_with_plain_unit(block, vocabulary) for block in document.blocks]
    document = replace(document, blocks=[part for block in plain for part in split_at_heads(block, vocabulary)])
    dollars = _dollars(document)
    document = replace(document, blocks=[_without_dollars(block) for block in document.blocks])
    rows = parse_document(document, identity, vocabulary)
    untimely = {row["doubt_id"] for row in impossible_heads(rows)}
    for cell in rows.get("mart_cell", ()):
        place = (cell["table_ordinal"], cell["cell_row"], cell["cell_column"])
        cell["printed_text"] = dollars.get(place, cell["printed_text"])
    language = identity.language
    titles = _titles(document)
    days, only = [period for text in titles for period in all_days(text, language)], _only_year(titles, language)
    rows["mart_claim"] = []
    headings = headings_of(document)
    tell_paths(rows, headings)
    _tell_lines(rows.get("mart_paragraph", ()))
    if not is_read(language):
        rows["mart_doubt"] = [*rows.get("mart_doubt", ()), _untold_words(rows, identity)]
    formulas = _formulas(rows)
    tables = {table["table_id"]: table for table in rows.get("mart_table", ())}
    by_table: dict[str, list[Row]] = defaultdict(list)
    items = {cell["cell_id"]: (cell["item_kind"], cell["item_code"]) for cell in rows.get("mart_cell", ())}
    for cell in rows.get("mart_cell", ()):
        by_table[cell["table_id"]].append(cell)
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in rows.get("mart_row", ()):
        lines[row["table_id"]].append(row)
    for table_id, cells in by_table.items():
        own = lines[table_id]
        tell_units(cells, own, vocabulary)
        untell_wider_totals(cells, own, language)
        above = _states_above(cells, own, language)
        _tell_columns(cells, tables[table_id], formulas.get(table_id, {}), days, only, above, language)
    unsure = tell_missing_units(rows, language)
    # which years a column is of is told only now
    kept = [row for row in rows.get("mart_doubt", ()) if row["doubt_id"] not in untimely]
    rows["mart_doubt"] = [*kept, *impossible_heads(rows), *unsure]
    money = usual_unit(tables.values(), rows.get("mart_cell", ()), language)
    for table_id, cells in by_table.items():
        own = lines[table_id]
        for cell in cells:
            _tell_unit(cell, money)
            _tell_words(cell, language)
            # the facts of fascicles are told by section and source of funding, which a report does not have
            cell["fact_id"] = cell["item_kind"] = cell["item_code"] = None
        _sum_requirements(cells, own, language)
        if tables[table_id]["kind"] == "post_changes":
            for row in (*own, *cells):
                row["total_row_number"] = row["parent_row_number"] = (
                    None  # its subtotals sum units within offices, which lines do not tell
                )
    if identity.kind == "revised_estimate":
        tell_facts(document, rows, items, identity)
    if identity.kind == "peacekeeping_budget":
        mission = mission_of(document, titles, identity)
        rows["dim_mission"] = [mission]
        rows["mart_peacekeeping_resource"] = mission_resources(rows, tables, headings, mission, identity)
        rows["mart_peacekeeping_post"] = mission_posts(rows, items, headings, mission, identity, vocabulary)
        rows["mart_result"], rows["mart_result_value"] = result_rows(
            document, headings, mission["mission_code"], identity, vocabulary
        )
    return rows


def _tell_lines(paragraphs: Sequence[Row]) -> None:
    """Mark what begins with a figure such as 1.55 as a line of a list: reports number paragraphs 1, 2, 3."""
    plain = [row for row in paragraphs if row["paragraph_number"].isdigit()]
    for row in paragraphs:
        if not row["paragraph_number"].isdigit() and 2 * len(plain) > len(paragraphs):
            row["kind"] = "line"


def _untold_words(rows: Rows, identity: Identity) -> Row:
    """A doubt about a whole report in a language whose words of reports are not known."""
    message = (
        f"The words of reports in {language_name(identity.language)} are not known: what its figures measure, their "
        "periods and topics, and its mission may not be told. Figures are as printed."
    )
    place = {"document_id": identity.document_id}
    return doubt(place, "language", identity.language, message, len(rows.get("mart_cell", ())))


def _with_plain_unit(block: Any, vocabulary: Vocabulary) -> Any:
    """A line such as "(Thousands of United States dollars; budget year is from 1 July)" as the unit alone."""
    if block.kind not in ("paragraph", "caption") or ";" not in block.text:
        return block
    unit = vocabulary.pattern("caption", "unit").match(block.text)
    words = unit["unit"].partition(";")[0].strip() if unit else ""
    return replace(block, text=f"({words})") if words and vocabulary.meaning("units", words) else block


def _dollars(document: Document) -> dict[tuple[Any, Any, Any], str]:
    """Cells that print a dollar sign before their figure, by place: fascicles print none, and their words have some."""
    return {
        (cell.place.table_ordinal, cell.place.row, cell.place.column): cell.text.strip()
        for block in document.blocks
        if block.grid is not None
        for row in block.grid.rows
        for cell in row
        if cell is not None and _DOLLAR.match(cell.text)
    }


def _without_dollars(block: Any) -> Any:
    if block.grid is None:
        return block
    rows = tuple(
        tuple(
            replace(cell, text=_DOLLAR.sub(r"\g<open>\g<figure>", cell.text))
            if cell is not None and _DOLLAR.match(cell.text)
            else cell
            for cell in row
        )
        for row in block.grid.rows
    )
    return replace(block, grid=replace(block.grid, rows=rows))


def _formulas(rows: Rows) -> dict[str, dict[int, list[int]]]:
    """Per table and column of a formula, the columns that it is worked out from."""
    numbers: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows.get("mart_column_formula", ()):
        numbers[row["table_id"]][row["printed_number"]] = row["column_number"]
    found: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for row in rows.get("mart_column_formula", ()):
        own = numbers[row["table_id"]]
        operands = [own[int(n)] for n in _OPERAND.findall(row["expression"] or "") if int(n) in own]
        if operands:
            found[row["table_id"]][row["column_number"]] = operands
            if "/" in row["expression"]:
                found[row["table_id"]][-row["column_number"] - 1] = []  # a quotient
    return found


def _tell_columns(
    cells: Sequence[Row],
    table: Row,
    formulas: Mapping[int, list[int]],
    days: Sequence[Period],
    only: int | None,
    above: Mapping[int, str],
    language: str,
) -> None:
    """Measure and period of each cell: by its head, then its row's label, then the columns of its formula, then the
    column before it; where nothing names a period, the only one of the title."""
    heads = {cell["column_number"]: cell["column_label"] or "" for cell in cells}
    years = {column: max(told) for column, label in heads.items() if (told := periods_in(label, language))}
    plain = {cell["column_number"] for cell in cells if _PLAIN_YEAR.search(cell["column_label"] or "")} - set(years)
    for _ in heads:  # a formula may name columns that are formulas themselves
        for column, operands in formulas.items():
            told = [years[operand] for operand in operands if operand in years]
            if column >= 0 and column not in years and told:
                years[column] = max(told)
    is_dated = bool(years or plain)
    for column in sorted(heads):
        before = [other for other in years if other < column]
        if column not in years and column not in plain and before and meaning(language, "measure", heads[column]):
            years[column] = years[max(before)]
    of_rows = _years_of_rows(cells, above, language)
    for cell in cells:
        column, label = cell["column_number"], cell["row_label"] or ""
        measure = meaning(language, "measure", heads[column])
        heading = above.get(cell["row_number"], "")
        of_row = meaning(language, "measure", label) or meaning(language, "measure", heading)
        measure = of_row if measure is None or of_row == "percent_change" else measure
        if -column - 1 in formulas:
            measure = "percent_change"
        year = years.get(column) or of_rows.get(cell["row_number"])
        if year is None and not is_dated and measure:
            year = only
        if measure is None and column in formulas:
            measure = "variance" if len(formulas[column]) == 2 and table["unit"] != "percent" else None
        cell["measure"] = measure
        cell["fiscal_year"] = year or (
            cell["fiscal_year"] or _year_of(heads[column], language) if column in plain else None
        )
        said = (days_in(text, language, year) for text in (heads[column], label, heading))
        period = next((told for told in said if told is not None), None)
        if period is None and cell["fiscal_year"] is not None:
            is_split = column in years or bool(periods_in(heading or label, language))
            period = _usual_period(days, cell["fiscal_year"], is_split)
        if period is not None:
            cell["period_start"], cell["period_end"] = period.start, period.end
            cell["fiscal_year"] = year or period.fiscal_year
        if measure == "percent_change" or (table["unit"] == "percent"):
            cell["unit"] = "percent"


def _states_above(cells: Sequence[Row], rows: Sequence[Row], language: str) -> dict[int, str]:
    """Rows that say nothing of their state, such as parts of a year, with the heading that says it for them."""
    printed = {cell["row_number"] for cell in cells}
    found: dict[int, str] = {}
    heading = ""
    for row in rows:
        label = row["row_label"] or ""
        if meaning(language, "measure", label):
            is_dated = periods_in(label, language) or _PLAIN_YEAR.search(label)
            is_heading = row["row_number"] not in printed and is_dated
            heading = label if is_heading else ""
        elif row["row_number"] not in printed:
            heading = heading if not label else ""
        elif heading:
            found[row["row_number"]] = heading
    return found


def _years_of_rows(cells: Sequence[Row], above: Mapping[int, str], language: str) -> dict[int, int]:
    """Year of each row whose label names one; a change without a year has that of the row before it."""
    labels = {
        number: above.get(number, cell["row_label"] or "")
        for cell in cells
        if (number := cell["row_number"]) is not None
    }
    found: dict[int, int] = {}
    last: int | None = None
    for number, label in sorted(labels.items()):
        measure, periods = meaning(language, "measure", label), periods_in(label, language)
        year = max(periods) if periods else _year_of(label, language) if measure else None
        if year is None and measure and (told := days_in(label, language, None)) is not None:
            year = told.fiscal_year
        if year is None and measure == "variance":
            year = last
        if year is not None:
            found[number] = last = year
    return found


def _year_of(label: str, language: str) -> int | None:
    """The year that a label such as "2026 revised estimates" names; None for none, several, or one of a date."""
    found = {int(year) for year in _PLAIN_YEAR.findall(label)}
    return found.pop() if len(found) == 1 and not pattern(language, "dated").search(label) else None


def _only_year(titles: Sequence[str], language: str) -> int | None:
    """The year of the one period that the titles print; None where they print none or several."""
    found: set[int] = set()
    for title in titles:
        found |= {period.fiscal_year for period in all_days(title, language)} | set(periods_in(title, language))
    return found.pop() if len(found) == 1 else None


def _usual_period(days: Sequence[Period], year: int, is_split: bool) -> Period | None:
    """The period of a year by the days that titles print: one that begins in it, else a whole year of other days.

    ``is_split``: the year is printed as 2024/25, so that its period ends in the next; None where no title prints days.
    """
    fitting = [period for period in days if is_split == (period.end.year > period.start.year)]
    own = next((period for period in fitting if period.start.year == year), None)
    whole = next((period for period in fitting if (period.end - period.start).days in _DAYS_OF_YEAR), None)
    return own or (_shifted(whole, year) if whole else None)


def _shifted(days: Period, year: int) -> Period:
    """The period of other days in another year."""
    ahead = year - days.start.year
    return Period(_in_year(days.start, days.start.year + ahead), _in_year(days.end, days.end.year + ahead))


def _in_year(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day)


def _tell_unit(cell: Row, money: str | None) -> None:
    text = cell["printed_text"].replace(" ", "")
    if text.rstrip(")").endswith("%"):
        cell["unit"] = "percent"
    elif _MONEY.match(text) and money:
        cell["unit"] = money


def _tell_words(cell: Row, language: str) -> None:
    """Mark what is no figure as text: words for none, heads, and all of a column of words or references."""
    if meaning(language, "column", cell["column_label"] or ""):
        # a reference such as 1.1 is no amount
        cell |= {"unit": "text", "measure": None, "value": None, "precision_digits": None, "is_nil": False}
    elif cell["value"] is None and meaning(language, "cell", cell["printed_text"]):
        cell["unit"] = "text"


def _sum_requirements(cells: Sequence[Row], rows: Sequence[Row], language: str) -> None:
    """Which rows the gross and total requirements sum, in place: net requirements and staff assessment are no part."""
    told = {row["row_number"]: meaning(language, "row", row["row_label"] or "") for row in rows}
    gross = next((number for number, what in told.items() if what == "gross"), None)
    if gross is None:
        return
    total = next((number for number, what in told.items() if what == "total" and number > gross), None)
    for row in (*rows, *cells):
        number = row["row_number"]
        what = told[number]
        if what in ("gross", "voluntary_contributions"):
            row["total_row_number"] = total
        elif what in ("net", "staff_assessment", "total"):
            row["total_row_number"] = None
        elif row["row_role"] == "subtotal" and number < gross:
            row["total_row_number"] = gross
        if what in ("gross", "net", "staff_assessment", "voluntary_contributions"):
            row["parent_row_number"] = None
        if what == "gross":
            row["row_role"] = "subtotal"
