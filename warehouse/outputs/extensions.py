"""DuckDB's own extensions, loaded from packages. Nothing is ever downloaded here.

Released connections load none: they are locked, and stay so (``warehouse/query.py``).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.schema.declare import quote_literal

if TYPE_CHECKING:
    import duckdb


class ExtensionError(RuntimeError):
    """An extension that isn't installed or doesn't fit this DuckDB; the message is one line."""


def packaged_extension(name: str) -> Path | None:
    """The file of DuckDB's extension ``name`` that a package brought; None where none was installed."""
    import duckdb

    found = find_spec(f"duckdb_extension_{name}")
    for folder in (found.submodule_search_locations or ()) if found else ():
        file = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if file.is_file():
            return file
    return None


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension from its package, else from where DuckDB keeps installed ones; ExtensionError when it is at neither.

    DuckDB holds the file against its own signature and version, wherever it came from.
    """
    import duckdb

    file = packaged_extension(name)
    try:
        connection.execute(f"LOAD {quote_literal(str(file)) if file else name}")
    except duckdb.Error as problem:
        reason = " ".join(str(problem).split()) if file else "it isn't installed"
        raise ExtensionError(
            f"no extension {name} for DuckDB {duckdb.__version__} ({reason}): pip install 'fascicle[ducklake]'"
        ) from None
