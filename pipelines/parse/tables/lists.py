"""Tables of words: mandates, results, deliverables described in words, recommendations and replies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.model.blocks import Block, GridCell
from pipelines.model.numbers import is_nil_mark
from pipelines.parse.grid.columns import Layout
from pipelines.parse.grid.outline import LETTERED, outline_label
from pipelines.parse.scope.context import Context
from pipelines.parse.tables.rows import listing_unit
from pipelines.symbols import Mention, find_symbols, read_cell
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows


def mandate_rows(block: Block, table: dict[str, Any], context: Context, identity: Identity) -> list[dict[str, Any]]:
    """One row per mandate: each symbol of a list printed in one cell is a mandate of its own.

    An instrument without a symbol (an article of the Charter, a recommendation, a text of an organ that is not in
    the catalogue) is a mandate too, with its words as printed, its number if it has one, and no symbol.
    """
    rows: list[dict[str, Any]] = []
    taken: Counter[str] = Counter()
    for pair in _parted(pairs_of(block), context):
        printed = " ".join(pair.symbols.text.split())
        found: Sequence[Mention | None] = _mentions_of(pair.symbols.text, context)
        for mention in found or [None]:
            rows.append(_mandate_row(mention, printed, pair, table["order_number"], taken, context, identity))
            rows[-1]["table_ordinal"] = table["table_ordinal"]
    return rows


def _parted(pairs: Sequence[Pair], context: Context) -> Iterator[Pair]:
    """Pairs as a reader takes them: symbols beside symbols are mandates of their own, titles may stand first or in one
    cell with their symbols, and the row that heads the columns is none.
    """
    titled = [pair for pair in pairs if pair.title]
    is_turned = bool(titled) and all(
        _is_symbols(pair.title, context) and not _mentions_of(pair.symbols.text, context) for pair in titled
    )
    for number, pair in enumerate(pairs):
        if number == 0 and titled and _heads_columns(pair.symbols.text, context):
            continue
        if is_turned and pair.title:
            yield Pair(GridCell(pair.title, pair.symbols.place), " ".join(pair.symbols.text.split()), pair.line_last)
        elif _is_symbols(pair.title, context) and _is_symbols(pair.symbols.text, context):
            yield replace(pair, title="")
            yield Pair(GridCell(pair.title, pair.symbols.place), "", pair.line_last)
        elif not titled and (told := _symbols_and_title(pair.symbols, context)) is not None:
            yield told
        else:
            yield pair


def _heads_columns(text: str, context: Context) -> bool:
    """Whether the words of a cell only say what acts stand below it: "Resolution"."""
    if not text.strip() or any(sign.isdigit() for sign in text) or not context.organ_heading.organ:
        return False
    reading = read_cell(text, context.organ_heading, context.linked)
    return not reading.mentions and not reading.leftover


def _symbols_and_title(cell: GridCell, context: Context) -> Pair | None:
    """The symbols that a text begins with, and the title after them; None where it does not begin with any, or where
    what follows is no title, which begins with a capital.
    """
    heading = context.organ_heading
    if not (heading.organ or heading.acts):
        return None
    mentions = read_cell(cell.text, heading, context.linked).mentions
    end = 0
    for mention in mentions:
        between = cell.text[end : mention.start]
        if any(sign.isalnum() for sign in between) and not _is_joint(between, context):
            break
        end = mention.end
    title = " ".join(cell.text[end:].split()).strip(" ,;:–—-")
    if not end or not title[:1].isupper() or cell.text[end : end + 1].strip(" ,;:–—-\t\n\xa0"):
        return None
    return Pair(GridCell(cell.text[:end], cell.place, notes=cell.notes), title, cell.place.line_last)


def _is_joint(between: str, context: Context) -> bool:
    """Whether words before a symbol are its kind or join it to the one before: "and decision"."""
    return not read_cell(between, context.organ_heading, context.linked).leftover


def listed_rows(block: Block, order: int, context: Context, identity: Identity) -> list[dict[str, Any]]:
    """Rows of mart_mandate of a line of a list of mandates that no table holds: symbols, then a title."""
    pair = _symbols_and_title(GridCell(block.text, block.place), context)
    if pair is None:
        return []
    printed = " ".join(pair.symbols.text.split())
    taken: Counter[str] = Counter()
    return [
        _mandate_row(mention, printed, pair, order, taken, context, identity)
        for mention in _mentions_of(pair.symbols.text, context)
    ]


def _is_symbols(text: str, context: Context) -> bool:
    """Whether a text is nothing but symbols, by the organ that the heading of the list names."""
    heading = context.organ_heading
    if not any(sign.isdigit() for sign in text) or not (heading.organ or heading.acts):
        return False
    reading = read_cell(text, heading, context.linked)
    return bool(reading.mentions) and not reading.leftover


def instrument_row(block: Block, order: int, context: Context, identity: Identity) -> dict[str, Any]:
    """Row of mart_mandate of an instrument that a list of mandates names in a line of its own, below a bullet."""
    cell = GridCell(block.text, block.place)
    printed = " ".join(block.text.split())
    return _mandate_row(None, printed, Pair(cell, "", block.place.line_last), order, Counter(), context, identity)


def _mandate_row(
    mention: Mention | None,
    printed: str,
    pair: Pair,
    order: int,
    taken: Counter[str],
    context: Context,
    identity: Identity,
) -> dict[str, Any]:
    heading = context.organ_heading
    symbol = mention.symbol if mention is not None else None
    name = str(symbol) if symbol is not None and symbol.series else None
    is_numbered = symbol is not None and symbol.kind != "document"
    said = name or (symbol.label if symbol is not None else printed)
    identifier = f"{identity.document_id}#m{context.entity}{context.subprogramme or '0'}:{said}"
    taken[identifier] += 1
    identifier += "+" * (taken[identifier] - 1)
    return {
        "mandate_id": f"{identifier}@{order}",
        "document_id": identity.document_id,
        "edition_year": identity.edition_year,
        "section_code": identity.section_code,
        "entity_code": context.entity or None,
        "subprogramme_code": context.subprogramme or None,
        "symbol": name,
        "title": pair.title or (printed if symbol is None else None),
        "is_pending": symbol is not None and symbol.is_pending,
        "organ": context.organ_label or None,
        "organ_code": (symbol.series if is_numbered and symbol is not None else "") or heading.organ or None,
        "act": (mention.act if mention is not None else "") or (heading.acts[0] if len(heading.acts) == 1 else None),
        "act_number": symbol.label if is_numbered and symbol is not None else None,
        "printed_text": printed,
        "page_number": pair.symbols.place.page,
        "line_first": pair.symbols.place.line_first,
        "line_last": pair.line_last,
        "table_ordinal": None,
    }


def _mentions_of(text: str, context: Context) -> Sequence[Mention]:
    """Symbols of a cell, by the organ its heading names; under a heading that names no acts those printed in full."""
    heading = context.organ_heading
    if heading.organ or heading.acts:
        return read_cell(text, heading, context.linked).mentions
    return find_symbols(text, context.vocabulary.language)


@dataclass(slots=True)
class Pair:
    """A cell of symbols, the words beside it, and the last line of both."""

    symbols: GridCell
    title: str
    line_last: int | None


def pairs_of(block: Block) -> list[Pair]:
    """Cells of symbols with the words of the cell beside each, also where two lists stand side by side.

    Cells pair by their columns: words beside an empty cell go on with the title above them.
    """
    assert block.grid is not None
    rows = [[(n, c) for n, c in enumerate(row) if c is not None and c.text.strip()] for row in block.grid.rows]
    titled = {place for row in rows if len(row) % 2 == 0 for place, _ in row[1::2]}
    titled -= {place for row in rows if len(row) % 2 == 0 for place, _ in row[::2]}
    pairs: list[Pair] = []
    last_at: dict[int, Pair] = {}
    for row in rows:
        waiting: Pair | None = None
        for place, cell in row:
            words = " ".join(cell.text.split())
            if waiting is not None:
                waiting.title, waiting.line_last = words, cell.place.line_last
                last_at[place], waiting = waiting, None
            elif place in titled and place in last_at:
                above = last_at[place]
                above.title, above.line_last = f"{above.title} {words}", cell.place.line_last
            else:
                waiting = Pair(cell, "", cell.place.line_last)
                pairs.append(waiting)
    return pairs


def performance_rows(
    block: Block, layout: Layout, table: dict[str, Any], context: Context, identity: Identity
) -> list[dict[str, Any]]:
    """One row per result and year, words put back together; nil is a row without words."""
    assert block.grid is not None
    rows: list[dict[str, Any]] = []
    for row_number, grid_row in enumerate(block.grid.rows[layout.header_rows :], start=1):
        for column in layout.columns:
            cell = grid_row[column.index] if column.index < len(grid_row) else None
            if cell is None or not cell.text.strip():
                continue
            nil = is_nil_mark(cell.text)
            rows.append(
                {
                    "performance_measure_id": f"{table['table_id']}/r{row_number}c{column.index}",
                    "document_id": identity.document_id,
                    "table_number": table["table_number"],
                    "title": table["title"],
                    "entity_code": context.entity or None,
                    "subprogramme_code": context.subprogramme or None,
                    "result_label": context.result or None,
                    "fiscal_year": column.year,
                    "measure": column.measure,
                    "text": None if nil else cell.text.strip(),
                    "is_nil": nil,
                    "row_number": row_number,
                    "page_number": cell.place.page,
                    "line_first": cell.place.line_first,
                    "line_last": cell.place.line_last,
                }
            )
    return rows


def deliverable_rows(rows: Rows, identity: Identity, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """One row per deliverable line and year, and one per line described in words."""
    outline = {row["row_number"]: row for row in rows["mart_row"]}
    table = rows["mart_table"][-1]
    found = [_quantity_row(cell, outline, identity, vocabulary) for cell in rows["mart_cell"]]
    with_values = {cell["row_number"] for cell in rows["mart_cell"]}
    for row in rows["mart_row"]:
        label = row["row_label"] or ""
        category = _category(row, outline)
        if row["row_number"] in with_values or not category or category is row or ":" not in label.replace("：", ":"):
            continue
        words, _, description = label.replace("：", ":", 1).partition(":")
        if not description.strip():
            continue
        found.append(
            {
                **_deliverable_base(row, category, identity, table, vocabulary),
                "deliverable_id": f"{row['table_id']}/r{row['row_number']}",
                "subcategory": words.strip(),
                "label": label,
                "description": description.strip(),
                "is_subtotal": False,
            }
        )
    return found


def _category(row: dict[str, Any], outline: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    current: dict[str, Any] | None = row
    while current is not None and current["parent_row_number"] is not None:
        current = outline.get(current["parent_row_number"])
    return (
        current if current is not None and current["row_role"] == "heading" and current["outline_level"] == 0 else None
    )


def _deliverable_base(
    row: dict[str, Any],
    category: dict[str, Any] | None,
    identity: Identity,
    table: dict[str, Any],
    vocabulary: Vocabulary,
) -> dict[str, Any]:
    words = category["row_label"] if category else None
    return {
        "document_id": identity.document_id,
        "edition_year": identity.edition_year,
        "section_code": identity.section_code,
        "entity_code": table["entity_code"],
        "subprogramme_code": table["subprogramme_code"],
        "table_number": table["table_number"],
        "category": words,
        "category_code": outline_label(words, vocabulary)[0] if words else None,
        "page_number": row["page_number"],
        "line_first": row["line_first"],
        "line_last": row["line_last"],
    }


def _quantity_row(
    cell: dict[str, Any], outline: dict[int, dict[str, Any]], identity: Identity, vocabulary: Vocabulary
) -> dict[str, Any]:
    row = outline[cell["row_number"]]
    is_item = row["row_role"] == "item"
    holder = _subcategory(row, outline) if is_item else row
    words, unit = listing_unit(holder["row_label"] or "")
    number = _leading_number(row["row_label"] or "") if is_item else None
    letter = LETTERED.match(row["row_label"] or "") if is_item and number is None else None
    if letter is not None:
        above = outline.get(row["parent_row_number"] or 0)
        number = _leading_number(above["row_label"] or "") if above is not None else None
    table = {
        "entity_code": cell["entity_code"],
        "subprogramme_code": cell["subprogramme_code"],
        "table_number": cell["table_number"],
    }
    return {
        **_deliverable_base(row, _category(row, outline), identity, table, vocabulary),
        "deliverable_id": cell["cell_id"],
        "subcategory": words,
        "item_number": int(number) if number and number.isdigit() else None,
        "item_letter": letter["letter"] if letter is not None and number else None,
        "label": row["row_label"],
        "quantity": cell["value"],
        "former_quantity": cell["former_value"],
        "unit": unit,
        "fiscal_year": cell["fiscal_year"],
        "measure": cell["measure"],
        "is_subtotal": not is_item,
        "cell_id": cell["cell_id"],
    }


def _subcategory(row: dict[str, Any], outline: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The subcategory's line that an item stands under, over headings between them; the item itself where there is none."""
    above: dict[str, Any] | None = row
    while above is not None and above["row_role"] != "subtotal":
        above = outline.get(above["parent_row_number"]) if above["parent_row_number"] else None
    return above or row


def recommendation_rows(block: Block, layout: Layout, identity: Identity, order: int) -> list[dict[str, Any]]:
    """One row per recommendation and reply; a row that spans the table names the body and its report."""
    assert block.grid is not None
    rows: list[dict[str, Any]] = []
    body, symbol = None, None
    for grid_row in block.grid.rows[layout.header_rows :]:
        cells = [cell for cell in grid_row if cell is not None and cell.text.strip()]
        if not cells:
            continue
        if (len(cells) == 1 and not rows) or (len(cells) == 1 and find_symbols(cells[0].text, identity.language)):
            body = " ".join(cells[0].text.split())
            mentions = find_symbols(body, identity.language)
            symbol = str(mentions[0].symbol) if mentions else None
            continue
        reply = cells[1].text if len(cells) > 1 else None
        last = cells[-1].place.line_last
        reference = _reference(cells[0].text)
        rows.append(
            {
                "recommendation_id": f"{identity.document_id}#r{order:03d}.{len(rows) + 1}",
                "document_id": identity.document_id,
                "body": body,
                "symbol": symbol,
                "recommendation": cells[0].text,
                "reply": reply,
                "reference": reference,
                "page_number": cells[0].place.page,
                "line_first": cells[0].place.line_first,
                "line_last": last,
            }
        )
    return rows


def _reference(text: str) -> str | None:
    start = max(text.rfind("("), text.rfind("（"))
    end = max(text.rfind(")"), text.rfind("）"))
    return text[start + 1 : end] if 0 <= start < end and any(c.isdigit() for c in text[start:end]) else None


def _leading_number(label: str) -> str | None:
    """The number that opens an item's label, with or without its stop."""
    match = re.match(r"^(\d{1,3})(?:\.|\s|-)", label)
    return match[1] if match else None
