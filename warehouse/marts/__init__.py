"""Views for analysts: one SQL file each, its comments in its head.

The head of a file is lines of SQL comment: first sentences on the view, the grain first, then
after a line ``-- columns`` one line ``-- name: meaning`` per column. Files are run in the order of
their names, so that a view may use one that sorts before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.schema.declare import quote_identifier, quote_literal

_COLUMN = re.compile(r"(?P<name>[a-z_][a-z0-9_]*): (?P<doc>.+)")
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class View:
    """A view: name (its file's), what a row is, the meaning of each column, and its SELECT."""

    name: str
    doc: str
    columns: tuple[tuple[str, str], ...]
    select: str

    def statements(self) -> tuple[str, ...]:
        """CREATE VIEW and its comments."""
        name = quote_identifier(self.name)
        made = [f"CREATE VIEW {name} AS\n{self.select}", f"COMMENT ON VIEW {name} IS {quote_literal(self.doc)}"]
        made += [
            f"COMMENT ON COLUMN {name}.{quote_identifier(column)} IS {quote_literal(doc)}"
            for column, doc in self.columns
        ]
        return tuple(made)


def parse_view(name: str, text: str) -> View:
    """Read one SQL file; raises ValueError when its head lacks a description or names no columns."""
    lines = text.splitlines()
    head: list[str] = []
    while lines and lines[0].startswith("--"):
        head.append(lines.pop(0).removeprefix("--").strip())
    split = head.index("columns") if "columns" in head else 0
    if not split:
        raise ValueError(f"{name}.sql: the head describes the view, then has a line '-- columns'")
    columns = []
    for line in head[split + 1 :]:
        match = _COLUMN.fullmatch(line)
        if match is None:
            raise ValueError(f"{name}.sql: {line!r} isn't 'column: meaning'")
        columns.append((match["name"], match["doc"]))
    return View(name, " ".join(head[:split]), tuple(columns), "\n".join(lines).strip().rstrip(";"))


@cache
def views() -> tuple[View, ...]:
    """Every view, in the order they are made."""
    return tuple(parse_view(path.stem, path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.sql")))
