"""The data dictionary, rendered from the declarations.

``python -m warehouse.dictionary docs/data-dictionary.md`` writes it; a test fails when the file
in the repository no longer says what the declarations say.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from warehouse.marts import View, views
from warehouse.schema.declare import Field, Table, enforced_reference, table_comment
from warehouse.tables import TABLES

_ROOM_TITLES = {
    "document": "Documents",
    "text": "Text",
    "figure": "Figures as printed",
    "fact": "Facts and claims",
    "dimension": "Dimensions",
    "mandate": "Mandates over the release",
    "judgement": "Judgement",
}


def _escaped(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _anchor(name: str) -> str:
    return f"[`{name}`](#{name})"


def _field_line(table: Table, field: Field, loaded: dict[str, Table]) -> str:
    marks = []
    if field.name in table.key:
        marks.append("key")
    elif field.required:
        marks.append("required")
    if field.references is not None:
        parent = field.references.partition(".")[0]
        # A reference that the file doesn't enforce is still one an analyst may join on.
        kind = "references" if enforced_reference(table, field, loaded) else "joins"
        marks.append(f"{kind} {_anchor(parent)}")
    meaning = field.doc
    if field.allowed:
        meaning += " One of " + ", ".join(f"`{value}`" for value in field.allowed) + "."
    cells = (f"`{field.name}`", field.type, field.unit or "", ", ".join(marks), meaning)
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _table_section(table: Table, loaded: dict[str, Table]) -> Iterator[str]:
    yield f"### {table.name}"
    yield ""
    yield f"{table_comment(table)} Key: {', '.join(f'`{column}`' for column in table.key)}."
    yield ""
    yield "| column | type | unit | | meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for field in table.fields:
        yield _field_line(table, field, loaded)
    yield ""
    if table.rules:
        yield f"Rules: {', '.join(_rule_words(name) for name in table.rules)}."
        yield ""


def _rule_words(name: str) -> str:
    """A rule's name as words: what it expects."""
    return name.removeprefix("expect_").replace("_", " ")


def _view_section(view: View) -> Iterator[str]:
    yield f"### {view.name}"
    yield ""
    yield view.doc
    yield ""
    yield "| column | meaning |"
    yield "| --- | --- |"
    for name, doc in view.columns:
        yield f"| `{name}` | {_escaped(doc)} |"
    yield ""


def _mermaid_type(field: Field) -> str:
    """A DuckDB type as Mermaid takes it: letters only."""
    base = field.type.lower().partition("(")[0]
    return base.replace("[]", "_list")


def _diagram(tables: Sequence[Table]) -> Iterator[str]:
    """Keys and foreign keys as a Mermaid entity-relationship diagram."""
    yield "```mermaid"
    yield "erDiagram"
    loaded: dict[str, Table] = {}
    links: list[str] = []
    for table in tables:
        yield f"    {table.name} {{"
        for field in table.fields:
            reference = enforced_reference(table, field, loaded)
            marks = (["PK"] if field.name in table.key else []) + (["FK"] if reference else [])
            if marks:
                yield f"        {_mermaid_type(field)} {field.name} {', '.join(marks)}"
            if reference:
                one = "||" if field.required else "|o"
                links.append(f"    {reference[0]} {one}--o{{ {table.name} : {field.name}")
        yield "    }"
        loaded[table.name] = table
    yield from links
    yield "```"
    yield ""


def render(tables: Sequence[Table] = TABLES, marts: Sequence[View] | None = None) -> str:
    """The data dictionary as Markdown. Raises KeyError for a room that has no title."""
    shown = views() if marts is None else marts
    lines = [
        "# Data dictionary",
        "",
        "Rendered from `warehouse/tables` and `warehouse/marts` by `make docs`; edit those, not this file.",
        "",
        f"`fascicle.duckdb` has {len(tables)} tables and {len(shown)} views. The comments below are in the file too: "
        "`SELECT table_name, column_name, comment FROM duckdb_columns()`.",
        "",
    ]
    rooms = list(dict.fromkeys(table.room for table in tables))
    for room in rooms:
        names = ", ".join(_anchor(table.name) for table in tables if table.room == room)
        lines.append(f"- {_ROOM_TITLES[room]}: {names}")
    lines += [f"- Views for analysts: {', '.join(_anchor(view.name) for view in shown)}", ""]
    lines += ["## Keys and references", "", *_diagram(tables)]
    order = {table.name: index for index, table in enumerate(tables)}
    for room in rooms:
        lines += [f"## {_ROOM_TITLES[room]}", ""]
        for table in tables:
            if table.room == room:
                loaded = {other.name: other for other in tables[: order[table.name]]}
                lines += _table_section(table, loaded)
    lines += ["## Views for analysts", ""]
    for view in shown:
        lines += _view_section(view)
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the dictionary to the path given; returns the exit code, 2 when no path is given."""
    if len(arguments) != 1:
        print("usage: python -m warehouse.dictionary PATH", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
