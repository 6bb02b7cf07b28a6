"""What every expectation here is: a sentence, and a query whose rows break it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from great_expectations.expectations import UnexpectedRowsExpectation

from warehouse.schema.declare import Table, quote_identifier, quote_literal


def _asked(table: Table, query: str, rows: str | None = None) -> str:
    """A query on a table, or on those of its ``rows`` that are judged, read as ``judged``, with the number found in each.

    All tables of a release are one batch to Great Expectations, for each batch costs more than most queries do; it wants
    to be named, so it stands in a remark.
    """
    braced = query.strip().replace("{", "{{").replace("}", "}}")
    read = f"WITH judged AS ({rows or f'SELECT * FROM {quote_identifier(table.name)}'})\n{braced}"
    # Counted apart: as a window over few rows, DuckDB 1.5 fails now and then in an internal error.
    told = f"WITH told AS MATERIALIZED (\n{read}\n)"
    return f"/* {{batch}} */ {told} SELECT place, (SELECT count(*) FROM told) AS found FROM told"


class Asked(UnexpectedRowsExpectation):
    """A query that yields ``place``, the words that lead to a row that is wrong, and ``found``, how many there are.

    So it is asked once; Great Expectations asks twice, for the rows and for their number.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        rows = metrics["unexpected_rows_query.table"]
        found = rows[0]["found"] if rows else 0
        return {"success": not rows, "result": {"observed_value": found, "details": {"unexpected_rows": rows}}}


class Rule(Asked):
    """A sentence about the rows of a table, and the query that finds those for which it does not hold.

    ``query`` reads the judged table as ``judged`` and yields one column, ``place``. ``@key`` in it stands for the key of
    the table, its columns joined by a blank.
    """

    query: ClassVar[str] = ""
    is_of_the_whole: ClassVar[bool] = False
    """True where each row is held against all documents: it is asked of the whole release, however little changed."""

    @classmethod
    def on(cls, table: Table, rows: str | None = None) -> Rule:
        """The rule as an expectation of a table, or of those rows of it that are judged."""
        return cls.asking(table, cls.query, rows)

    @classmethod
    def asking(cls, table: Table, query: str, rows: str | None = None) -> Rule:
        """The rule as an expectation that asks this query."""
        columns = ", ".join(f"judged.{quote_identifier(name)}" for name in table.key)
        query = query.replace("@key", f"concat_ws(' ', {columns})")
        return cls(
            description=cls.sentence(), unexpected_rows_query=_asked(table, query, rows), meta={"table": table.name}
        )

    @classmethod
    def sentence(cls) -> str:
        """The sentence it stands for: the first line of its docstring."""
        return (cls.__doc__ or "").strip().split("\n")[0]


class ExpectReferencesToExist(Asked):
    """Every reference leads to a row of the table it names."""

    @classmethod
    def on(cls, table: Table, rows: str | None = None) -> ExpectReferencesToExist:
        """The rule for all declared references of a table, or of those rows of it that are judged."""
        found = []
        for field in table.fields:
            if field.references is not None:
                parent, _, column = field.references.partition(".")
                child = f"judged.{quote_identifier(field.name)}"
                found.append(
                    f"SELECT concat('{field.name} ', {child}) AS place FROM judged ANTI JOIN {quote_identifier(parent)} "
                    f"AS parent ON {child} = parent.{quote_identifier(column)} WHERE {child} IS NOT NULL"
                )
        return cls(
            description=(cls.__doc__ or "").strip(),
            unexpected_rows_query=_asked(table, "\nUNION ALL ".join(found), rows),
            meta={"table": table.name},
        )


class ExpectDeclarationToHold(Asked):
    """There are rows where there must be some; keys are unique, required fields filled, closed lists kept to."""

    @classmethod
    def on(cls, table: Table, row_count: int | None = None, rows: str | None = None) -> ExpectDeclarationToHold:
        """All that a table's declaration says of its own rows, or of those that are judged, asked of each row once; of its
        key, where it has rows.

        A place is the field, and in how many rows it is wrong.
        """
        wrong = dict(_wrong(table))
        counted = ", ".join(
            f"count(*) FILTER ({condition}) AS n{at}" for at, condition in enumerate(wrong.values(), start=1)
        )
        told = [f"CASE WHEN n0 < {0 if table.may_be_empty or rows else 1} THEN 'no rows' END"]
        told += [
            f"CASE WHEN n{at} > 0 THEN concat({quote_literal(words)}, ' in ', n{at}, ' rows') END"
            for at, words in enumerate(wrong, start=1)
        ]
        query = (
            f"SELECT unnest([{', '.join(told)}]) AS place\n"
            f"FROM (SELECT {', '.join(filter(None, ('count(*) AS n0', counted)))} FROM judged)"
        )
        query = f"SELECT place FROM ({query}) WHERE place IS NOT NULL"
        if table.key and row_count != 0:
            columns = ", ".join(quote_identifier(name) for name in table.key)
            query += (
                f"\nUNION ALL SELECT concat('repeated key ', concat_ws(' ', {columns})) FROM judged "
                f"GROUP BY {columns} HAVING count(*) > 1"
            )
        return cls(
            description=(cls.__doc__ or "").strip(),
            unexpected_rows_query=_asked(table, query, rows),
            meta={"table": table.name},
        )


def _wrong(table: Table) -> Iterator[tuple[str, str]]:
    """What may be wrong of a field, in words, and the condition of a row where it is."""
    for field in table.fields:
        column = quote_identifier(field.name)
        if field.required or field.name in table.key:
            yield f"{field.name} is empty", f"WHERE {column} IS NULL"
        if field.allowed:
            allowed = ", ".join(quote_literal(value) for value in field.allowed)
            yield f"{field.name} is not of its list", f"WHERE {column} NOT IN ({allowed})"
