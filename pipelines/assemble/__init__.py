"""Claims to facts: one row per fact, however often and wherever it is printed."""

from pipelines.assemble.dimensions import dimension_rows
from pipelines.assemble.resources import fact_rows
from pipelines.assemble.sections import sections_within

__all__ = ["dimension_rows", "fact_rows", "sections_within"]
