"""Tables of words: mandates, results, deliverables described in words, recommendations and replies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.blocks import Block, GridCell
from pipelines.identity import Identity
from pipelines.parse.columns import Layout
from pipelines.parse.numbers import is_nil_mark
from pipelines.parse.outline import outline_label
from pipelines.parse.scope.context import Context
from pipelines.parse.symbols import Symbol, find_symbols, symbols_in_list
from pipelines.parse.tables import listing_unit
from pipelines.vocabulary import Vocabulary
from warehouse.declare import Rows


def mandate_rows(block: Block, table: dict[str, Any], context: Context, identity: Identity) -> list[dict[str, Any]]:
    """One row per mandate: each symbol of a list printed in one cell is a mandate of its own.

    An instrument without a symbol (an article of the Charter, a decision of an organ that has no series) is a
    mandate too, with its words as printed and no symbol.
    """
    assert block.grid is not None
    rows: list[dict[str, Any]] = []
    taken: Counter[str] = Counter()
    for symbols_cell, title_cell in _pairs(block):
        printed = " ".join(symbols_cell.text.split())
        title = " ".join(title_cell.text.split()) if title_cell else ""
        for symbol in _symbols_of(symbols_cell.text, context) or [None]:
            name = str(symbol) if symbol is not None else None
            identifier = f"{identity.document_id}#m{context.entity}{context.subprogramme or '0'}:{name or printed}"
            taken[identifier] += 1
            identifier += "+" * (taken[identifier] - 1)
            last = (title_cell or symbols_cell).place.line_last
            rows.append(
                {
                    "mandate_id": f"{identifier}@{table['order_number']}",
                    "document_id": identity.document_id,
                    "edition_year": identity.edition_year,
                    "section_code": identity.section_code,
                    "entity_code": context.entity or None,
                    "subprogramme_code": context.subprogramme or None,
                    "symbol": name,
                    "title": title or (printed if name is None else None),
                    "is_pending": symbol is not None and symbol.is_pending,
                    "organ": context.organ_label or None,
                    "printed_text": printed,
                    "page_number": symbols_cell.place.page,
                    "line_first": symbols_cell.place.line_first,
                    "line_last": last,
                    "table_ordinal": table["table_ordinal"],
                }
            )
    return rows


def _symbols_of(text: str, context: Context) -> Sequence[Symbol]:
    """Symbols of a cell, by the organ its heading names; without one only those printed in full."""
    organ, kinds = context.organ_codes
    if organ:
        return symbols_in_list(text, organ, kinds)
    return [mention.symbol for mention in find_symbols(text, context.vocabulary.language)]


def _pairs(block: Block) -> Iterator[tuple[GridCell, GridCell | None]]:
    """Cells of symbols with the cell of words after each, also where two lists stand side by side."""
    assert block.grid is not None
    for row in block.grid.rows:
        cells = [cell for cell in row if cell is not None and cell.text.strip()]
        for index in range(0, len(cells) - 1, 2):
            yield cells[index], cells[index + 1]
        if len(cells) == 1:
            yield cells[0], None


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
