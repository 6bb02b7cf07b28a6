"""Blocks to rows: one entrance."""

from pipelines.parse.documents import parse_document
from pipelines.parse.table_parts import Rows

__all__ = ["Rows", "parse_document"]
