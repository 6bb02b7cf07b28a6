"""The small language of United Nations document symbols: one entrance to its model, words and places."""

from pipelines.parse.symbol_addresses import (
    language_of_address,
    leads_to,
    symbol_of_address,
    symbol_of_file_name,
    symbols_of_address,
)
from pipelines.parse.symbol_headings import OrganHeading, list_heading, organ_of_heading
from pipelines.parse.symbol_links import Linked
from pipelines.parse.symbol_lists import ListReading, read_cell, read_list, symbols_in_list
from pipelines.parse.symbol_mentions import find_symbols, unread_symbols
from pipelines.parse.symbol_model import Symbol, SymbolError, fold, parse_symbol
from pipelines.parse.symbol_organs import Mention

__all__ = [
    "Linked",
    "ListReading",
    "Mention",
    "OrganHeading",
    "Symbol",
    "SymbolError",
    "find_symbols",
    "fold",
    "language_of_address",
    "leads_to",
    "list_heading",
    "organ_of_heading",
    "parse_symbol",
    "read_cell",
    "read_list",
    "symbol_of_address",
    "symbol_of_file_name",
    "symbols_in_list",
    "symbols_of_address",
    "unread_symbols",
]
