"""What every rule between rows is: a sentence, and a query whose rows break it."""

from __future__ import annotations

from typing import ClassVar

from great_expectations.expectations import UnexpectedRowsExpectation

from warehouse.schema.ddl import quote_identifier
from warehouse.schema.declare import Table


class Rule(UnexpectedRowsExpectation):
    """A sentence about the rows of a table, and the query that finds those for which it does not hold.

    ``query`` reads the judged table as ``judged`` and yields one column, ``place``: the words that lead to the
    row. ``@key`` in it stands for the key of the table, its columns joined by a blank.
    """

    query: ClassVar[str] = ""

    @classmethod
    def on(cls, table: Table) -> Rule:
        """The rule as an expectation of a table.

        The table is read in a common table expression of its own, because Great Expectations gives it an alias or
        none depending on whether the query joins.
        """
        columns = ", ".join(f"judged.{quote_identifier(name)}" for name in table.key)
        key = f"concat_ws(' ', {columns})"
        query = cls.query.strip().replace("@key", key).replace("{", "{{").replace("}", "}}")
        return cls(
            description=cls.sentence(), unexpected_rows_query=f"WITH judged AS (SELECT * FROM {{batch}})\n{query}"
        )

    @classmethod
    def sentence(cls) -> str:
        """The sentence it stands for: the first line of its docstring."""
        return (cls.__doc__ or "").strip().split("\n")[0]


class ExpectReferencesToExist(UnexpectedRowsExpectation):
    """Every reference leads to a row of the table it names."""

    @classmethod
    def on(cls, table: Table) -> ExpectReferencesToExist:
        """The rule for all declared references of a table, keys of the file or not."""
        found = []
        for field in table.fields:
            if field.references is not None:
                parent, _, column = field.references.partition(".")
                child = quote_identifier(field.name)
                found.append(
                    f"SELECT concat('{field.name} ', {child}) AS place FROM judged WHERE {child} IS NOT NULL "
                    f"AND {child} NOT IN (SELECT {quote_identifier(column)} FROM {quote_identifier(parent)})"
                )
        return cls(
            description=(cls.__doc__ or "").strip(),
            unexpected_rows_query="WITH judged AS (SELECT * FROM {batch})\n" + "\nUNION ALL ".join(found),
        )


class ExpectKeyToBeUnique(UnexpectedRowsExpectation):
    """No two rows have one key."""

    @classmethod
    def on(cls, table: Table) -> ExpectKeyToBeUnique:
        """The key of a large table, asked for its groups alone, which DuckDB can find on disk.

        The stock expectation for several columns joins every row, with all its columns, to the size of its group.
        """
        columns = ", ".join(quote_identifier(name) for name in table.key)
        return cls(
            description=(cls.__doc__ or "").strip(),
            unexpected_rows_query=(
                f"SELECT concat_ws(' ', {columns}) AS place FROM {{batch}} GROUP BY {columns} HAVING count(*) > 1"
            ),
        )
