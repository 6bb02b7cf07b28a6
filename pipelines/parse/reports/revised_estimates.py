"""Revised estimates: which facts of the programme budget their tables state, first proposed and proposed instead.

Tables below a heading such as "Section 4, Office for ..." are of that section; a table whose rows are numbered
sections prints their totals, and those of their entities between them. A section that such a table divides, or that
several headings name, has entities: their codes are made of their names, for only the fascicle numbers them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple

from pipelines.model.blocks import Block, Document
from pipelines.model.facts import Item, Scope, fact_id
from pipelines.parse.prose.claims import claims_of
from pipelines.parse.reports.words import meaning, pattern
from pipelines.parse.scope.entities import numeral_of
from pipelines.symbols.identity import Identity
from warehouse.fact import slug
from warehouse.schema.declare import Rows

_DETAILS = frozenset({"financial_by_object", "financial_by_category", "posts_by_grade", "posts_by_category"})
_DASHES = "–—- "
_FEWEST_SECTIONS = 3
"""Numbered rows of a table over the sections of the budget."""
_FEWEST_STATES = 2
"""States that a row prints beside the revised one."""
_UNITS = {"thousands_usd": "USD", "posts": "posts"}
_STATES = {"approved", "estimate", "proposed", "revised"}

Row = dict[str, Any]
Items = Mapping[str, tuple[str | None, str | None]]


class Owner(NamedTuple):
    """Whose figures these are: section ("" for the whole budget), name of the entity ("" for the section)."""

    section: str
    name: str = ""


def tell_facts(document: Document, rows: Rows, items: Items, identity: Identity) -> None:
    """Give cells of a report of revised estimates their section, entity, item and fact, and make mart_claim, in place.

    ``items`` are kind and code of what the row of each cell is about, as tables of fascicles have it.
    """
    cells: dict[str, list[Row]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        cells[cell["table_id"]].append(cell)
    for own in cells.values():
        _tell_measures(own, identity)
    of_rows: dict[str, dict[int, Owner]] = {}
    for table in rows.get("mart_table", ()):
        name = table["table_id"]
        lines = [row for row in rows["mart_row"] if row["table_id"] == name]
        if found := _owners_of_rows(lines, cells[name], identity.language):
            of_rows[name] = found
            _tell_totals(lines, cells[name], found, identity.language)
    of_tables = _owners_of_tables(document, rows, identity.language)
    divided = _divided([*of_tables.values(), *(one for found in of_rows.values() for one in found.values())])
    of_tables = {name: one if one.section in divided else Owner(one.section) for name, one in of_tables.items()}
    chosen = _usual_tables(rows, of_tables, identity.language)
    known = _totals({name: cells[name] for name in chosen}, of_tables)
    for table in rows.get("mart_table", ()):
        name = table["table_id"]
        funding = _funding(table, identity.language)
        repeated = _repeated(cells[name], items) if name in chosen else {}
        with_more = _totals_with_more(cells[name]) if name in chosen else frozenset()
        for cell in cells[name]:
            cell["funding_source_code"] = funding
            owner = of_rows.get(name, {}).get(cell["row_number"]) if name in of_rows else of_tables.get(name)
            if owner is None:
                continue
            if name in of_rows:
                owner, item = _as_headed(owner, cells[name], cell["row_number"], known), Item()
            else:
                told = _item(cell, items, identity.language) if name in chosen else None
                if told is None or repeated.get(cell["row_number"], 0) > 1:
                    continue
                item = told
            _state(cell, owner, item, identity)
            if cell["row_number"] in with_more and cell["measure"] == "revised":
                cell["fact_id"] = None  # it has more than what is proposed instead
        if name in of_tables and name not in of_rows:
            table["section_code"] = of_tables[name].section
            table["entity_code"] = slug(of_tables[name].name) or None
    rows["mart_claim"] = claims_of({"mart_cell": rows.get("mart_cell", [])})


def _tell_measures(cells: Iterable[Row], identity: Identity) -> None:
    """Money that is proposed is an estimate, as in fascicles."""
    for cell in cells:
        if cell["measure"] == "proposed" and cell["unit"] == "thousands_usd":
            cell["measure"] = "estimate"


def _owners_of_rows(lines: Sequence[Row], cells: Sequence[Row], language: str) -> dict[int, Owner]:
    """Sections and entities by row of a table over the budget; empty for any other table."""
    if not any(cell["measure"] == "revised" for cell in cells):
        return {}
    found: dict[int, Owner] = {}
    section, seen = "", set()
    for row in lines:
        label = row["row_label"] or ""
        numbered = pattern(language, "section").match(label)
        if row["row_role"] == "total" or meaning(language, "row", label) == "total":
            found[row["row_number"]] = Owner("")
            break  # what comes after the total of all is no part of the budget
        if pattern(language, "budget_part").match(label):
            section = ""
        elif numbered:
            section = numbered["code"]
            if section not in seen:
                found[row["row_number"]] = Owner(section)
            seen.add(section)
        elif section and label:
            found[row["row_number"]] = Owner(section, label.lstrip(_DASHES))
    return found if len(seen) >= _FEWEST_SECTIONS else {}


def _tell_totals(lines: Sequence[Row], cells: Sequence[Row], owners: Mapping[int, Owner], language: str) -> None:
    """Which rows sum which in a table over the budget, in place: entities are summed by their section, sections by the
    row that names their part, parts by the total. Rows with a dash divide a section once more.
    """
    printed = {cell["row_number"] for cell in cells}
    total = next((number for number, owner in owners.items() if not owner.section), None)
    sums: dict[int, int | None] = {}
    part: int | None = None
    whole: dict[str, int | None] = {}
    group: int | None = None
    is_part_open = False
    for row in lines:
        number, label = row["row_number"], row["row_label"] or ""
        owner = owners.get(number)
        if pattern(language, "budget_part").match(label):
            part, is_part_open = None, True
        elif owner is None:
            if is_part_open and number in printed and (total is None or number < total):
                part, is_part_open, sums[number] = number, False, total
        elif owner.section and not owner.name:
            held = whole.get(owner.section.rstrip(ascii_uppercase)) if owner.section[-1].isalpha() else None
            sums[number] = held or part or total
            whole[owner.section] = number if number in printed else None
            group = None
        elif owner.section:
            is_group = label.startswith(tuple(_DASHES.strip()))
            sums[number] = whole.get(owner.section) if is_group else group or whole.get(owner.section)
            group = number if is_group else group
    for row in (*lines, *cells):
        row["total_row_number"] = row["parent_row_number"] = sums.get(row["row_number"])


def _owners_of_tables(document: Document, rows: Rows, language: str) -> dict[str, Owner]:
    """The section and entity that the heading above a table names, by table."""
    places = {
        (t["page_number"], t["line_first"], t["table_ordinal"]): t["table_id"] for t in rows.get("mart_table", ())
    }
    found: dict[str, Owner] = {}
    current: Owner | None = None
    level, is_part = 0, False
    for block in document.blocks:
        if block.kind == "heading":
            numeral, owner = _named(block, language)
            if owner is not None and not numeral.isalpha():
                current, level, is_part = owner, block.level or level, False
            elif (block.level or level) < level or numeral.isdigit():
                current = None
            else:
                is_part = bool(numeral)  # lettered: a part of what is printed; without a number: the title of a table
        elif block.kind == "table" and current is not None and not is_part:
            place = block.place
            table_id = places.get((place.page, place.line_first, place.table_ordinal))
            if table_id is not None:
                found[table_id] = current
    return found


def _named(block: Block, language: str) -> tuple[str, Owner | None]:
    """Number of a heading, and the section and entity that it names."""
    numeral, words = numeral_of(block)
    told = pattern(language, "section_heading").match(words)
    return numeral, Owner(told["code"], told["name"]) if told else None


def _divided(owners: Iterable[Owner]) -> set[str]:
    """Sections that have entities."""
    names: dict[str, set[str]] = defaultdict(set)
    for owner in owners:
        if owner.name:
            names[owner.section].add(slug(owner.name))
    return {section for section, found in names.items() if len(found) > 1}


def _usual_tables(rows: Rows, owners: Mapping[str, Owner], language: str) -> set[str]:
    """Of the tables of one owner, kind and source of funding the one whose title is most usual in the document: a
    title that stands once is of something else, such as positions beside posts."""
    tables = [table for table in rows.get("mart_table", ()) if table["table_id"] in owners]
    titles = Counter(table["title"] for table in tables)
    best: dict[tuple[Owner, str, str | None], Row] = {}
    for table in tables:
        if table["kind"] not in _DETAILS:
            continue
        key = (owners[table["table_id"]], table["kind"], _funding(table, language))
        if key not in best or titles[table["title"]] > titles[best[key]["title"]]:
            best[key] = table
    return {table["table_id"] for table in best.values()}


def _funding(table: Row, language: str) -> str:
    """Source of funding that the title names; a report on the programme budget means the regular budget."""
    return meaning(language, "funding", table["title"] or "") or "RB"


def _item(cell: Row, items: Items, language: str) -> Item | None:
    label = cell["row_label"] or ""
    if cell["row_role"] == "total":
        return Item()
    kind, code = items.get(cell["cell_id"], (None, None))
    if kind is None or meaning(language, "measure", label) is not None:
        return None
    return Item(kind, code or "")


def _totals_with_more(cells: Sequence[Row]) -> frozenset[int]:
    """Rows of totals that have more than what is proposed instead, such as transitional capacities: a row above prints
    the same first proposal and another revised figure."""
    by_row: dict[int, dict[str, Any]] = defaultdict(dict)
    totals = {cell["row_number"] for cell in cells if cell["row_role"] == "total"}
    for cell in cells:
        if cell["measure"] in _STATES and cell["value"] is not None:
            by_row[cell["row_number"]][cell["measure"]] = cell["value"]
    return frozenset(
        total
        for total in totals
        for number, told in by_row.items()
        if number < total
        and len(told) > _FEWEST_STATES
        and told.keys() == by_row[total].keys()
        and all((told[measure] == value) != (measure == "revised") for measure, value in by_row[total].items())
    )


def _repeated(cells: Sequence[Row], items: Items) -> dict[int, int]:
    """Rows of what a table prints more than once, in groups of its own: each with its place among them, from 1."""
    rows: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for cell in cells:
        kind, code = items.get(cell["cell_id"], (None, None))
        known = rows[kind, code]
        if kind is not None and cell["row_role"] != "total" and cell["row_number"] not in known:
            known.append(cell["row_number"])
    return {number: place for known in rows.values() if len(known) > 1 for place, number in enumerate(known, start=1)}


def _state(cell: Row, owner: Owner, item: Item, identity: Identity) -> None:
    """Give a cell of an owner its dimensions and, where it states a fact of the regular budget, the fact."""
    cell["section_code"] = owner.section or None
    cell["entity_code"] = slug(owner.name) or None
    cell["item_kind"], cell["item_code"] = item.kind, item.code or None
    cell["component_code"] = cell["subprogramme_code"] = None
    cell["budget_basis"] = "own"
    edition, year, unit = identity.edition_year, cell["fiscal_year"], _UNITS.get(cell["unit"] or "")
    if edition is None or unit is None or cell["measure"] not in _STATES or cell.get("period_start") is not None:
        return
    if cell["funding_source_code"] != "RB" or year != (edition - 1 if cell["measure"] == "approved" else edition):
        return
    scope = Scope(entity=cell["entity_code"] or "", funding="RB")
    cell["fact_id"] = fact_id(edition, owner.section, scope, item, cell["measure"], year, unit)


def _totals(
    cells: Mapping[str, Sequence[Row]], owners: Mapping[str, Owner]
) -> dict[tuple[str, tuple[Any, ...]], set[Owner]]:
    """Entities of a section by the figures of the totals of their own tables."""
    found: dict[tuple[str, tuple[Any, ...]], set[Owner]] = defaultdict(set)
    for name, own in cells.items():
        for figures in _figures(cell for cell in own if cell["row_role"] == "total"):
            found[owners[name].section, figures].add(owners[name])
    return found


def _figures(cells: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    by_row: dict[int, dict[str, Any]] = defaultdict(dict)
    for cell in cells:
        if cell["measure"] in _STATES and cell["value"]:
            by_row[cell["row_number"]][f"{cell['measure']} {cell['unit']}"] = cell["value"]
    yield from (tuple(sorted(told.items())) for told in by_row.values() if len(told) > 1)


def _as_headed(owner: Owner, cells: Sequence[Row], number: int, known: Mapping[Any, set[Owner]]) -> Owner:
    """The owner of a row by the name that a heading gives it, where the figures of its tables are those of the row."""
    if not owner.name:
        return owner
    for figures in _figures(cell for cell in cells if cell["row_number"] == number):
        same = known.get((owner.section, figures), set())
        if len(same) == 1 and (headed := next(iter(same))).name:
            return headed
    return owner
