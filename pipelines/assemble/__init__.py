"""Claims to facts: one row per fact, however often and wherever it is printed."""

from pipelines.assemble.facts import dimension_rows, fact_rows
from pipelines.assemble.release import sections_within

__all__ = ["dimension_rows", "fact_rows", "sections_within"]
