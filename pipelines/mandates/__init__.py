"""Mandates over a whole release: who invokes them and since when, what followed, what changed, what was pending."""

from pipelines.mandates.over_editions import change_rows, follow_up_rows, load_rows
from pipelines.mandates.pending import match_rows

__all__ = ["change_rows", "follow_up_rows", "load_rows", "match_rows"]
