"""Missions: what one is called and what it costs; its posts and personnel, from tables whose rows are approved, actual and
proposed.

Rows of dim_mission and mart_peacekeeping_resource; rows of mart_peacekeeping_post are one per printed count. In tables of
posts, columns are categories or grades, rows are states of a budget period, and headings above the rows name a part of the
mission or a category of personnel.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipelines.model.blocks import Document
from pipelines.model.grades import is_grade
from pipelines.parse.reports.headings import Path, key_of_row
from pipelines.parse.reports.words import meaning, pattern
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary
from warehouse.fact import slug
from warehouse.schema.declare import Rows

Row = dict[str, Any]


def mission_of(document: Document, titles: Sequence[str], identity: Identity) -> Row:
    """Row of dim_mission: the name that the title gives, and the abbreviation that the text prints after it."""
    names = [name for text in titles if (name := _named(text, identity.language))]
    text = " ".join(" ".join(block.text.split()) for block in _all_blocks(document))
    for name in names:
        for candidate in (name.rpartition(": ")[2], name):
            found = re.search(re.escape(candidate) + pattern(identity.language, "abbreviation").pattern, text)
            if found:
                return _mission_row(candidate, found["short"], identity)
    name = names[-1].rpartition(": ")[2] if names else identity.title or identity.symbol
    return _mission_row(name, None, identity)


def _all_blocks(document: Document) -> list[Any]:
    inner = [
        cell
        for block in document.blocks
        if block.grid is not None
        for row in block.grid.rows
        for cell in row
        if cell is not None
    ]
    return [*document.blocks, *inner]


def _named(text: str, language: str) -> str | None:
    found = pattern(language, "subject").search(text)
    return next((name for name in found.groups() if name), None) if found else None


def _mission_row(name: str, short: str | None, identity: Identity) -> Row:
    return {
        "mission_code": short or slug(name),
        "edition_year": identity.edition_year,
        "document_id": identity.document_id,
        "name": name,
        "abbreviation": short,
    }


def mission_resources(
    rows: Rows, tables: Mapping[str, Row], headings: Mapping[Any, Path], mission: Row, identity: Identity
) -> list[Row]:
    """Rows of mart_peacekeeping_resource: one per amount or percentage of a table of money with a measure or topic."""
    groups = _headings_above(rows)
    classes, of_requirements = _classes(rows), _ending_in_gross(rows, identity.language)
    parts = _parts(rows, identity.language)
    found: list[Row] = []
    for cell in rows.get("mart_cell", ()):
        table = tables[cell["table_id"]]
        if cell["unit"] not in ("thousands_usd", "usd", "millions_usd", "percent") or cell["value"] is None:
            continue
        topic = _topic(table, headings.get(key_of_row(table), ()), cell["unit"], identity.language)
        row_code = meaning(identity.language, "row", cell["row_label"] or "")
        if topic is None and cell["table_id"] not in of_requirements:
            continue
        place = (cell["table_id"], cell["row_number"])
        heading = classes.get(place) or (groups.get(place) if topic == "vacancy_rates" else None)
        scale = {"thousands_usd": 1000, "usd": 1, "millions_usd": 1_000_000}.get(cell["unit"])
        found.append(
            {
                "cell_id": cell["cell_id"],
                "document_id": identity.document_id,
                "edition_year": identity.edition_year,
                "mission_code": mission["mission_code"],
                "topic": topic or "requirements",
                "cost_class": slug(heading) if heading else None,
                "cost_class_label": heading,
                "row_label": cell["row_label"],
                "column_label": cell["column_label"],
                "part_label": parts.get((cell["table_id"], cell["column_number"])),
                "row_role": cell["row_role"],
                "row_code": row_code,
                "measure": cell["measure"],
                "fiscal_year": cell["fiscal_year"],
                "period_start": cell.get("period_start"),
                "period_end": cell.get("period_end"),
                "printed_value": cell["value"],
                "unit": cell["unit"],
                "amount_usd": cell["value"] * scale if scale else None,
            }
        )
    return found


def _topic(table: Row, above: Path, unit: str, language: str) -> str | None:
    """What a table is about, by its title; a table of percentages without one, by the heading above it."""
    told = meaning(language, "topic", table["title"] or "")
    if told is None and not table["title"] and above and unit == "percent" and table["unit"] == "percent":
        told = meaning(language, "topic", above[-1])
    return told


def _headings_above(rows: Rows) -> dict[tuple[str, int], str]:
    """Per row the label of the heading that it stands below, such as a group of personnel."""
    labels = {
        (row["table_id"], row["row_number"]): row["row_label"]
        for row in rows.get("mart_row", ())
        if row["row_role"] == "heading" and row["row_label"]
    }
    return {
        (row["table_id"], row["row_number"]): label
        for row in rows.get("mart_row", ())
        if (label := labels.get((row["table_id"], row["parent_row_number"] or 0))) is not None
    }


def _classes(rows: Rows) -> dict[tuple[str, int], str]:
    """Per row the heading of its class of cost, down to the subtotal of the class.

    A heading has no figures; one that prints dashes for them stands first in its group, before a subtotal.
    """
    printed: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        printed[cell["table_id"], cell["row_number"]].append(cell)
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows.get("mart_row", ()):
        by_table[row["table_id"]].append(row)
    found: dict[tuple[str, int], str] = {}
    for table_id, own in by_table.items():
        last = max(
            (row["row_number"] for row in own if row["row_role"] == "subtotal" and row["parent_row_number"]), default=0
        )
        heading, is_first = "", True
        for row in own:
            cells = printed[table_id, row["row_number"]]
            is_silent = not cells or (is_first and all(cell["is_nil"] for cell in cells))
            if is_silent and row["row_number"] <= last and row["row_label"]:
                heading = row["row_label"]
            if heading and row["row_number"] <= last:
                found[table_id, row["row_number"]] = heading
            is_first = row["row_role"] == "subtotal"
            heading = "" if is_first else heading
    return found


def _parts(rows: Rows, language: str) -> dict[tuple[str, int], str]:
    """Columns of one place or group beside the column of their total: the words that only their heads have."""
    alike: dict[tuple[Any, ...], dict[int, str]] = defaultdict(dict)
    for cell in rows.get("mart_cell", ()):
        said = (cell["measure"], cell["fiscal_year"], cell.get("period_start"), cell.get("period_end"), cell["unit"])
        if cell["measure"] is not None:
            alike[(cell["table_id"], *said)][cell["column_number"]] = cell["column_label"] or ""
    found: dict[tuple[str, int], str] = {}
    for key, labels in alike.items():
        wholes = [column for column, label in labels.items() if pattern(language, "whole").search(label)]
        if len(wholes) != 1:
            continue
        shared = set(labels[wholes[0]].split())
        for column, label in labels.items():
            if column != wholes[0]:
                found[key[0], column] = " ".join(word for word in label.split() if word not in shared) or label
    return found


def _ending_in_gross(rows: Rows, language: str) -> frozenset[str]:
    """Identifiers of the tables that have a row of gross requirements."""
    return frozenset(
        row["table_id"]
        for row in rows.get("mart_row", ())
        if meaning(language, "row", row["row_label"] or "") == "gross"
    )


_STATES = frozenset({"approved", "actual", "proposed", "revised", "estimate"})
_FEWEST_STATES = 2
_COUNTED = (None, "posts", "number")
_BRACKET = re.compile(r"\((?P<words>[^()]+)\)\s*$")
_YEAR = re.compile(r"\b20\d\d\b")
_CODE = re.compile(r"^[A-Z][A-Z0-9/–-]+$")
_NUMERAL = re.compile(r"^(?:[IVX]+|\d{1,2}|[A-Z])\.\s+")

Items = Mapping[str, tuple[str | None, str | None]]


class _Group(NamedTuple):
    """What the headings above a row say: a part of the mission, a category of personnel, which posts are counted."""

    unit: str | None = None
    category: str | None = None
    personnel: str | None = None


def tell_units(cells: Sequence[Row], rows: Sequence[Row], vocabulary: Vocabulary) -> None:
    """Give cells below a row such as "(Thousands of United States dollars)" that unit, in place."""
    current: str | None = None
    units: dict[int, str] = {}
    for row in rows:
        bracket = _BRACKET.search(row["row_label"] or "")
        current = (vocabulary.meaning("units", bracket["words"]) if bracket else None) or current
        if current is not None:
            units[row["row_number"]] = current
    for cell in cells:
        cell["unit"] = units.get(cell["row_number"], cell["unit"])


def untell_wider_totals(cells: Sequence[Row], rows: Sequence[Row], language: str) -> None:
    """Take from cells below a heading such as "Total (I–V)" that a column sums those of their row, in place: such a
    total has other parts of the table in it, which print no such columns."""
    printed = {cell["row_number"] for cell in cells}
    is_wider = False
    wider: set[int] = set()
    for row in rows:
        label = row["row_label"] or ""
        if label and row["row_number"] not in printed:
            is_wider = bool(pattern(language, "wider_total").search(label))
        if is_wider:
            wider.add(row["row_number"])
    for cell in cells:
        if cell["row_number"] in wider:
            cell["total_column_number"] = None


def _is_of_states(
    cells: Sequence[Row], lines: Sequence[Row], items: Items, language: str, vocabulary: Vocabulary
) -> bool:
    """True for a table whose rows, not its columns, say what is approved, actual and proposed; a head or heading
    names a category or grade of personnel, or the only column is a total."""
    heads = {cell["column_label"] or "" for cell in cells}
    if not cells or any(meaning(language, "measure", head) for head in heads):
        return False
    is_coded = any(items.get(cell["cell_id"], (None, None))[0] in ("grade", "category") for cell in cells)
    labels = [row["row_label"] or "" for row in lines]
    named = {*heads, *(_NUMERAL.sub("", label) for label in labels)}
    is_total = all(pattern(language, "whole").fullmatch(head) for head in heads)
    if not is_coded and not is_total and not any(_names_personnel(name, vocabulary) for name in named):
        return False
    told = {meaning(language, "measure", label) for label in labels if _YEAR.search(label)}
    return len(told & _STATES) >= _FEWEST_STATES


def _is_of_categories(cells: Sequence[Row], lines: Sequence[Row], identity: Identity, vocabulary: Vocabulary) -> bool:
    """True for a table whose rows are categories of personnel and whose columns are approved, actual and proposed; one
    of money has gross requirements, a unit or decimals."""
    labels = [_NUMERAL.sub("", row["row_label"] or "") for row in lines]
    if any(meaning(identity.language, "row", label) in ("gross", "net") for label in labels):
        return False
    counted = [cell for cell in cells if cell["unit"] in _COUNTED and cell["measure"] in _STATES]
    is_whole = all(not cell["precision_digits"] for cell in counted)
    known = sum(1 for label in set(labels) if _is_category(label, vocabulary))
    is_of_both = len({cell["measure"] for cell in counted}) > 1
    return is_of_both and is_whole and known > 0


def mission_posts(
    rows: Rows, items: Items, headings: Mapping[Any, Path], mission: Row, identity: Identity, vocabulary: Vocabulary
) -> list[Row]:
    """Rows of mart_peacekeeping_post, in printed order."""
    cells: dict[str, list[Row]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        cells[cell["table_id"]].append(cell)
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in rows.get("mart_row", ()):
        lines[row["table_id"]].append(row)
    found: list[Row] = []
    for table in rows.get("mart_table", ()):
        own = cells[table["table_id"]]
        own_lines = lines[table["table_id"]]
        if not _is_of_states(own, own_lines, items, identity.language, vocabulary) and not _is_of_categories(
            own, own_lines, identity, vocabulary
        ):
            continue
        above = headings.get(key_of_row(table), ())
        groups = _groups(own_lines, own, above[-1] if above else None, identity.language, vocabulary)
        kinds = _personnel(own_lines, identity.language)
        for cell in own:
            if cell["unit"] in _COUNTED and cell["measure"] in (*_STATES, "variance"):
                found.append(_post(cell, groups[cell["row_number"]], kinds, items, mission, identity, vocabulary))
    return found


def _personnel(lines: Sequence[Row], language: str) -> dict[int, str | None]:
    """Which posts each row says that it counts; a change counts those of the row above it."""
    found: dict[int, str | None] = {}
    last: str | None = None
    for line in lines:
        label = line["row_label"] or ""
        if meaning(language, "measure", label) not in (None, "variance"):
            last = meaning(language, "personnel", label)
        found[line["row_number"]] = last
    return found


def _groups(
    lines: Sequence[Row], cells: Sequence[Row], above: str | None, language: str, vocabulary: Vocabulary
) -> dict[int, _Group]:
    """The headings that each row stands below; a heading of the document names the part where no row does."""
    printed = {cell["row_number"] for cell in cells}
    numbered = [_NUMERAL.sub("", label) for line in lines if _NUMERAL.match(label := line["row_label"] or "")]
    of_categories = any(_is_category(label, vocabulary) for label in numbered)
    current = _Group(above)
    found: dict[int, _Group] = {}
    for line in lines:
        label = _NUMERAL.sub("", line["row_label"] or "")
        if label and line["row_number"] not in printed:
            personnel = meaning(language, "personnel", label)
            if _is_category(label, vocabulary) or (of_categories and label in numbered):
                current = _Group(current.unit, label)
            elif personnel and not meaning(language, "measure", label):
                current = _Group(current.unit, current.category, personnel)
            elif pattern(language, "whole").match(label):
                current = _Group(above if current.category else None)
            elif not _BRACKET.search(label) and not meaning(language, "measure", label):
                current = _Group(label)
        found[line["row_number"]] = current
    return found


def _is_category(label: str, vocabulary: Vocabulary) -> bool:
    return bool(_kind_named(label, vocabulary) or vocabulary.meaning("staff_groups", label))


def _names_personnel(head: str, vocabulary: Vocabulary) -> bool:
    """True for a head that names a category of personnel or ends in a grade."""
    return _is_category(head, vocabulary) or _first_words(head, vocabulary) != head or bool(_grades(head, vocabulary))


def _post(
    cell: Row,
    group: _Group,
    kinds: Mapping[int, str | None],
    items: Items,
    mission: Row,
    identity: Identity,
    vocabulary: Vocabulary,
) -> Row:
    kind, code = items.get(cell["cell_id"], (None, None))
    head = cell["column_label"] or ""
    is_whole = bool(pattern(identity.language, "whole").search(head)) and kind not in ("grade",)
    own = _NUMERAL.sub("", cell["row_label"] or "")
    is_by_row = meaning(identity.language, "measure", head) in _STATES
    if is_by_row:
        is_dated = not _is_category(own, vocabulary) and group.category is not None
        head = (group.category or "") if is_dated else own
        is_whole = bool(pattern(identity.language, "whole").match(head))
    grades = _grades(head, vocabulary)
    category = None
    if not is_whole:
        named = vocabulary.meaning("staff_groups", _first_words(head, vocabulary)) or _kind_named(head, vocabulary)
        category = named or (code if kind == "category" and not is_by_row else None if grades else slug(head))
    label = cell["row_label"] or ""
    return {
        "cell_id": cell["cell_id"],
        "document_id": identity.document_id,
        "edition_year": identity.edition_year,
        "mission_code": mission["mission_code"],
        "unit_label": group.unit,
        "personnel_kind": group.personnel or kinds[cell["row_number"]],
        "category_code": category or (slug(group.category) if group.category else None),
        "category_label": head if not is_whole else group.category,
        "grade_code": code if kind == "grade" else None,
        "grade_label": grades,
        "row_label": label,
        "measure": cell["measure"],
        "fiscal_year": cell["fiscal_year"],
        "period_start": cell.get("period_start"),
        "period_end": cell.get("period_end"),
        "post_count": cell["value"],
    }


def _kind_named(head: str, vocabulary: Vocabulary) -> str | None:
    return (
        meaning(vocabulary.language, "staff", head)
        or vocabulary.meaning("staff_kinds", head)
        or vocabulary.near("staff_kinds", head)
    )


def _first_words(head: str, vocabulary: Vocabulary) -> str:
    """The longest beginning of a head that names a group of staff; the head itself where none does."""
    words = head.split()
    for count in range(len(words), 0, -1):
        start = " ".join(words[:count])
        if vocabulary.meaning("staff_groups", start):
            return start
    return head


def _grades(head: str, vocabulary: Vocabulary) -> str | None:
    """The grade or grades that end a head, such as P-5, P-5–P-4 or NGS; None where it names none."""
    words = head.split()
    last = words[-1] if words else ""
    is_known = bool(last) and all(is_grade(part, vocabulary) for part in re.split(r"[–—]", last) if part)
    is_code = len(words) > 1 and bool(_CODE.match(last)) and _first_words(head, vocabulary) != head
    return last if is_known or is_code else None
