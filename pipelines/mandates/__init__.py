"""Mandates over a whole release: who invokes them and since when, what followed, what changed, what was pending."""

from pipelines.mandates.changes import change_rows
from pipelines.mandates.follow_ups import follow_up_rows
from pipelines.mandates.load import load_rows
from pipelines.mandates.pending import match_rows

__all__ = ["change_rows", "follow_up_rows", "load_rows", "match_rows"]
