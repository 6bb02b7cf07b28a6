"""Fields that several tables share, closed lists of codes, and the name of a printed table."""

from typing import Literal, get_args

from warehouse.schema.declare import Field

FileFormat = Literal["docx", "pdf", "txt", "json"]
FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
"""Formats of documents, in the order in which they are trusted where several print one thing."""
FUNDING_SOURCES = ("RB", "OA", "XB", "ALL")
MEASURES = (
    "expenditure",
    "appropriation",
    "approved",
    "estimate",
    "technical_adjustment",
    "new_expanded_mandate",
    "other_change",
    "total_change",
    "percent_change",
    "proposed",
    "planned",
    "actual",
    "apportionment",
    "cost_estimate",
    "variance",
    "revised",
)
ROW_ROLES = ("heading", "item", "subtotal", "total")
VERDICTS = ("exact", "rounding", "violated", "unassessable")
QUALITIES = (*VERDICTS, "doubtful")
BUDGET_BASES = ("own", "gross", "jointly_financed", "share")
FINDING_CLASSES = ("material", "sign", "missing", "restated", "structure", "citation", "unreadable")
SEVERITIES = ("error", "warning", "info")

DOCUMENT_ID = Field(
    "document_id",
    "VARCHAR",
    "The document it was printed in.",
    required=True,
    references="mart_document.document_id",
)
EDITION_YEAR = Field(
    "edition_year", "INTEGER", "Budget year that the fascicle proposes, or that a resolution appropriates for."
)
SECTION_CODE = Field(
    "section_code", "VARCHAR", "Section of the programme budget, such as 10 or 29A; IS1 for income section 1."
)
ENTITY_CODE = Field("entity_code", "VARCHAR", "Entity within a section of several; NULL in a section of one.")
COMPONENT_CODE = Field(
    "component_code",
    "VARCHAR",
    "Component: policymaking_organs, executive_direction, programme_of_work, "
    "programme_support or a code made of its label; NULL for the whole.",
)
SUBPROGRAMME_CODE = Field("subprogramme_code", "VARCHAR", "Number of the subprogramme; NULL for the whole programme.")
FUNDING_SOURCE_CODE = Field(
    "funding_source_code",
    "VARCHAR",
    "RB regular budget, OA other assessed, XB extrabudgetary, ALL when the print adds them up.",
    allowed=FUNDING_SOURCES,
)
MEASURE = Field("measure", "VARCHAR", "What was measured: expenditure, estimate, total_change, ...", allowed=MEASURES)
FISCAL_YEAR = Field("fiscal_year", "INTEGER", "Budget year the value belongs to; changes carry the edition's year.")
PERIOD_START = Field(
    "period_start", "DATE", "First day of a budget period that is no calendar year; fiscal_year is its year."
)
PERIOD_END = Field("period_end", "DATE", "Last day of such a period.")
PRINTED_TEXT = Field("printed_text", "VARCHAR", "Characters as printed, never edited.")
BUDGET_BASIS = Field(
    "budget_basis",
    "VARCHAR",
    "Whose budget the figure is of: own for the section's, gross where other organizations pay a part of it, "
    "jointly_financed for what several organizations pay together, share for the United Nations part of that.",
    allowed=BUDGET_BASES,
)
FACT_ID = Field(
    "fact_id", "VARCHAR", "The fact it is a claim about: its dimensions joined by |; NULL where none is known."
)
PAGE_NUMBER = Field("page_number", "INTEGER", "Page of the document, where the format gives it.")
LINE_FIRST = Field("line_first", "INTEGER", "First line in the source text, from 1.")
LINE_LAST = Field("line_last", "INTEGER", "Last line in the source text.")
TABLE_ORDINAL = Field("table_ordinal", "INTEGER", "Position of the table in a Word document, from 1.")


def printed_table(table_id: str) -> str:
    """What the parts of one printed table have in common: their ``table_id`` without ``.financial`` or ``.posts``."""
    return table_id.removesuffix(".financial").removesuffix(".posts")
