"""Mutations of the bench of identity that add tables which are none of a fascicle's kinds, and charts as tables."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benches.identity_model import COPY, Key, Original, Variant
from benches.identity_prints import known_tables, variant
from pipelines.model.blocks import Block, Grid, GridCell, Place
from pipelines.model.numbers import read_number

INSERTED = 3 * COPY + 50


def _table(ordinal: int, lines: Sequence[Sequence[str]], headers: int | None = 1) -> Block:
    rows = tuple(
        tuple(GridCell(t, Place(table_ordinal=ordinal, row=r, column=c)) for c, t in enumerate(line, 1))
        for r, line in enumerate(lines, 1)
    )
    return Block("table", place=Place(table_ordinal=ordinal), grid=Grid(rows, headers))


OTHERS: tuple[tuple[str, str, str, tuple[tuple[str, ...], ...]], ...] = (
    (
        "travel list",
        "Official travel of senior staff in 2024",
        "",
        (
            ("Traveller", "Destination", "Dates", "Days", "Cost"),
            ("Director", "Geneva", "12–15 March 2024", "4", "3 200"),
            ("Chief of Unit", "Nairobi", "2–9 May 2024", "8", "5 410"),
            ("Total", "", "", "12", "8 610"),
        ),
    ),
    (
        "procurement plan",
        "Procurement plan for 2026",
        "(Thousands of United States dollars)",
        (
            ("Item", "2024", "2025", "2026", "Total"),
            ("Furniture and equipment", "120.0", "80.5", "60.0", "260.5"),
            ("Contractual services", "40.0", "41.0", "42.0", "123.0"),
            ("Total", "160.0", "121.5", "102.0", "383.5"),
        ),
    ),
    (
        "timetable",
        "Timetable of the preparation of the budget",
        "",
        (
            ("Activity", "2024", "2025", "2026"),
            ("Instructions issued", "March", "March", "March"),
            ("Review by the Committee", "24 May", "22 May", "21 May"),
        ),
    ),
    (
        "statistics by year",
        "Number of documents processed",
        "",
        (
            ("Language", "2022", "2023", "2024", "2025", "2026"),
            ("Arabic", "312", "298", "305", "310", "315"),
            ("Chinese", "322", "299", "307", "313", "318"),
            ("Total", "634", "597", "612", "623", "633"),
        ),
    ),
    (
        "posts by gender",
        "Gender distribution of staff",
        "(Number of posts)",
        (
            ("Category", "Women", "Men", "Total"),
            ("Professional and higher", "31", "36", "67"),
            ("General Service and related", "40", "18", "58"),
            ("Total", "71", "54", "125"),
        ),
    ),
    (
        "standard costs",
        "Standard salary costs for 2026",
        "(United States dollars)",
        (
            ("Category and grade", "New York", "Geneva"),
            ("USG", "310 200", "331 100"),
            ("D-2", "280 300", "298 000"),
            ("P-5", "240 900", "251 700"),
            ("P-2/1", "140 400", "149 600"),
        ),
    ),
    (
        "rates",
        "Rates of exchange and inflation",
        "",
        (
            ("Duty station", "2024", "2025", "2026"),
            ("Geneva", "0.881", "0.902", "0.897"),
            ("Nairobi", "129.400", "131.200", "130.100"),
        ),
    ),
    (
        "vacancy rates",
        "Vacancy rates by category",
        "(Percentage)",
        (
            ("Category", "2024 actual", "2025 budgeted", "2026 proposed"),
            ("Professional and higher", "9.1", "8.5", "8.5"),
            ("General Service and related", "6.4", "6.0", "6.0"),
        ),
    ),
    (
        "restatement",
        "Comparison of the proposal with that of the previous year",
        "(Thousands of United States dollars)",
        (
            ("Object of expenditure", "2025 proposed", "2025 approved", "Difference"),
            ("Posts", "500.0", "480.0", "(20.0)"),
            ("Travel of staff", "50.0", "45.0", "(5.0)"),
            ("Total", "550.0", "525.0", "(25.0)"),
        ),
    ),
    (
        "prior edition",
        "Resources for the biennium 2018–2019",
        "(Thousands of United States dollars)",
        (
            (
                "Object of expenditure",
                "2014–2015 expenditure",
                "2016–2017 appropriation",
                "Recosting",
                "2018–2019 estimate",
            ),
            ("Posts", "5 000.0", "5 200.0", "40.0", "5 240.0"),
            ("Travel of staff", "90.0", "80.0", "1.0", "81.0"),
            ("Total", "5 090.0", "5 280.0", "41.0", "5 321.0"),
        ),
    ),
    (
        "cumulative implementation",
        "Status of the implementation of the capital master plan",
        "(Millions of United States dollars)",
        (
            ("Component", "2024 expenditure", "2025 estimate", "2026 estimate"),
            ("Programme support", "12.1", "13.2", "14.3"),
            ("Total", "12.1", "13.2", "14.3"),
        ),
    ),
    (
        "no caption",
        "",
        "",
        (
            ("", "2024 expenditure", "2025 appropriation", "2026 estimate"),
            ("Posts", "101.1", "102.2", "103.3"),
            ("Non-post", "11.1", "12.2", "13.3"),
            ("Total", "112.2", "114.4", "116.6"),
        ),
    ),
)


def other_tables(original: Original, random: Random) -> list[Variant]:
    """A table of yet another kind after a table of the section."""
    blocks, made = original.document.blocks, []
    known = known_tables(original)
    tables = [
        i
        for i, b in enumerate(blocks)
        if b.kind == "table" and (b.place.table_ordinal or 0) in known and not _goes_on(blocks[i + 1 : i + 2])
    ]
    if not tables:
        return []
    caption = next((b.text.strip() for b in blocks if b.kind == "caption" and b.text.startswith("Table ")), "Table 1")
    for number, (name, title, unit, lines) in enumerate(OTHERS):
        ordinal = INSERTED + number
        own = (
            [Block("caption", f"{caption.rpartition('.')[0]}.{90 + number}", level=4), Block("heading", title, level=4)]
            if title
            else []
        )
        own += [Block("paragraph", unit)] if unit else []
        keys = {
            Key(ordinal, r, c)
            for r, line in enumerate(lines, 1)
            for c, text in enumerate(line, 1)
            if r > 1 and c > 1 and read_number(text) is not None
        }
        at = tables[number % len(tables)] + 1
        changed_blocks = [*blocks[:at], *own, _table(ordinal, lines), *blocks[at:]]
        one = variant(original, f"another table: {name}", f"after table {number % len(tables) + 1}", changed_blocks)
        one.apart |= keys
        made.append(one)
    return made


def _goes_on(below: Sequence[Block]) -> bool:
    """True where the next part of the same table follows: "(2) Extrabudgetary"."""
    return any(f"{block.number} {block.text}".strip().startswith("(") for block in below)


def charts_as_tables(original: Original, random: Random) -> list[Variant]:
    """Each chart printed as a table of its points: labels and one column per series."""
    made, number = list[Block](), 0
    for block in original.document.blocks:
        if block.kind != "chart" or not block.series or not block.series[0].points:
            made.append(block)
            continue
        number += 1
        ordinal = INSERTED + 500 + number
        lines = [["", *(s.name for s in block.series)]]
        for index, (label, _) in enumerate(block.series[0].points):
            lines.append([label, *(s.points[index][1] if index < len(s.points) else "" for s in block.series)])
        made.append(_table(ordinal, lines))
    if not number:
        return []
    one = variant(original, "charts as tables", f"{number} charts", made)
    return [one]


OTHER_TABLES = (other_tables, charts_as_tables)
