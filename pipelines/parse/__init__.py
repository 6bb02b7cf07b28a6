"""Blocks to rows: one entrance."""

from pipelines.parse.documents import parse_document
from warehouse.declare import Rows

__all__ = ["Rows", "parse_document"]
