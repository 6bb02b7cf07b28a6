"""Every table of the published warehouse, in loading order (parents first)."""

from warehouse.schema.declare import Table
from warehouse.tables.dimensions import DIMENSION_TABLES
from warehouse.tables.documents import DOCUMENT_TABLES
from warehouse.tables.facts import FACT_TABLES
from warehouse.tables.figures import FIGURE_TABLES
from warehouse.tables.judgement import JUDGEMENT_TABLES
from warehouse.tables.mandates import MANDATE_TABLES

TABLES: tuple[Table, ...] = (
    *DOCUMENT_TABLES,
    *FIGURE_TABLES,
    *DIMENSION_TABLES,
    *FACT_TABLES,
    *MANDATE_TABLES,
    *JUDGEMENT_TABLES,
)

TABLE_BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}

__all__ = ["TABLES", "TABLE_BY_NAME"]
