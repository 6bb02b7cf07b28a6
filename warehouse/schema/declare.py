"""How a table of the warehouse is declared: once, here, in DuckDB's own types.

DDL, comments, the data dictionary, the loader's Arrow schema and the
Great Expectations suites are all rendered from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

DuckType = Literal["VARCHAR", "INTEGER", "BIGINT", "BOOLEAN", "DECIMAL(20,4)", "DATE", "TIMESTAMP", "VARCHAR[]"]

MONEY: DuckType = "DECIMAL(20,4)"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: name, DuckDB type, one-sentence meaning, and what must hold of it.

    ``unit`` names the unit a number is in; ``allowed`` closes the list of values;
    ``references`` is ``table.column`` of the row it points at.
    """

    name: str
    type: DuckType
    doc: str
    unit: str | None = None
    required: bool = False
    allowed: tuple[str, ...] = ()
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: name, grain ("one row per ..."), primary key and fields in order.

    ``may_be_empty`` is False for tables a release cannot do without.
    ``room`` says which step fills it: document, figure, text, fact, dimension, judgement.
    ``sort`` is the order its rows stand in, where it is not that of the key: required fields, and unlike together.
    ``rules`` names the expectations that hold between its rows and those of other tables.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    room: str
    may_be_empty: bool = True
    sort: tuple[str, ...] = field(default=())
    rules: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(f.name for f in self.fields)

    @property
    def order(self) -> tuple[str, ...]:
        """What its rows are sorted by."""
        return self.sort or self.key or self.column_names


Rows = dict[str, list[dict[str, Any]]]
"""Rows by table name: plain dicts by column name, a missing key meaning NULL; numbers are int or
``Decimal``, dates ``datetime.date``, lists lists of str."""
