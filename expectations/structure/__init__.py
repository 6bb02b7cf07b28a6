"""Every check on structure, citations and reading, in the order they are reported."""

from expectations.structure.base import Outcome, StructureCheck
from expectations.structure.citations import CITED_ARE_MANDATES, HEADINGS_WHOLE, LINKS_LEAD, MANDATES_ONCE, NO_PENDING
from expectations.structure.numbering import FIGURES_RUN, ITEMS_RUN, PARAGRAPHS_RUN, TABLES_RUN, YEARS_RUN
from expectations.structure.references import TABLES_ANNOUNCED, TABLES_PRESENT
from expectations.structure.tables import (
    HEADS_APART,
    SCALES_WHOLE,
    TABLE_LINES_CLAIMED,
    TOTALS_HAVE_MEMBERS,
    TOTALS_WHOLE,
    VALUES_READABLE,
)

STRUCTURE_CHECKS: tuple[StructureCheck, ...] = (
    PARAGRAPHS_RUN,
    TABLES_RUN,
    FIGURES_RUN,
    ITEMS_RUN,
    YEARS_RUN,
    HEADS_APART,
    SCALES_WHOLE,
    HEADINGS_WHOLE,
    TABLES_PRESENT,
    TABLES_ANNOUNCED,
    LINKS_LEAD,
    MANDATES_ONCE,
    CITED_ARE_MANDATES,
    NO_PENDING,
    TABLE_LINES_CLAIMED,
    VALUES_READABLE,
    TOTALS_HAVE_MEMBERS,
    TOTALS_WHOLE,
)

__all__ = ["STRUCTURE_CHECKS", "Outcome", "StructureCheck"]
