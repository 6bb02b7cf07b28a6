"""The small language of United Nations document symbols: one entrance to its model, words and places."""

from pipelines.symbols.lists import (
    ListReading,
    OrganHeading,
    list_heading,
    organ_of_heading,
    read_cell,
    read_list,
    symbols_in_list,
)
from pipelines.symbols.mentions import find_symbols, unread_symbols
from pipelines.symbols.model import Symbol, SymbolError, fold, parse_symbol
from pipelines.symbols.organs import Mention
from pipelines.symbols.urls import (
    Linked,
    language_of_address,
    leads_to,
    symbol_of_address,
    symbol_of_file_name,
    symbols_of_address,
)

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
