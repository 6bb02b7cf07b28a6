"""Hashes of the rows of a release, table by table and document by document, to compare before and after a change.

``python -m benches.rows write FILE [SOURCE...]`` publishes the sources (none: everything in the shared folder that
can be read) into a home of its own and writes one line per document and table: symbol, language, format, table, rows,
hash. ``python -m benches.rows compare BEFORE AFTER`` lists what differs and exits 1 when anything does.
A restructuring of the code must leave every line as it was.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click
import duckdb

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
FOLDERS = (
    "corpus",
    "reference",
    "more/A_80_6",
    "more/A_81_6",
    "more/A_80_pkm",
    "more/A_80_400.en.docx",
    "more/resolutions",
    "more/drafts",
)
"""Folders and documents that are published whole."""
_ID = "document_id"


@click.group()
def main() -> None:
    """Hash the rows of a release, or compare two lists of hashes."""


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("sources", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--home", type=click.Path(exists=True, path_type=Path), help="Read the release of this home; run nothing."
)
def write(file: Path, sources: tuple[Path, ...], home: Path | None) -> None:
    """Write the hashes of every table of every document to FILE."""
    if home is not None:
        lines = hashes(home)
    else:
        with tempfile.TemporaryDirectory() as folder:
            publish(Path(folder), sources or tuple(SHARED / name for name in FOLDERS))
            lines = hashes(Path(folder))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"{file}: {len(lines)} hashes")


@main.command()
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path))
def compare(before: Path, after: Path) -> None:
    """List the lines that differ between two files of hashes."""
    old, new = (set(path.read_text("utf-8").splitlines()) for path in (before, after))
    for line in sorted(old ^ new):
        click.echo(f"{'-' if line in old else '+'} {line}")
    click.echo(f"{len(old & new)} equal, {len(old ^ new)} differ")
    sys.exit(1 if old ^ new else 0)


def publish(home: Path, sources: tuple[Path, ...]) -> None:
    """Run ``fascicle`` on the sources. Raises RuntimeError when it publishes nothing."""
    command = [sys.executable, "-m", "pipelines", "run", *map(str, sources), "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"fascicle run ended with {done.returncode}: {done.stderr.strip()[-500:]}")


def hashes(home: Path) -> list[str]:
    """One line per table and document of the current release of a home, sorted."""
    database = home / "releases" / "current" / "fascicle.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        names = {
            row[0]: f"{row[1]} {row[2]} {row[3]}"
            for row in connection.execute(
                f"SELECT {_ID}, symbol, language, format FROM mart_document ORDER BY {_ID}"
            ).fetchall()
        }
        lines: list[str] = []
        for table, columns in _tables(connection).items():
            group = _ID if _ID in columns else "NULL"
            found = connection.execute(
                f"SELECT {group}, count(*), md5(string_agg(line, chr(10) ORDER BY line)) "
                f"FROM (SELECT {group}, md5(to_json(t)::VARCHAR) AS line FROM {table} t) GROUP BY 1"
            ).fetchall()
            lines += [f"{names.get(owner, 'release')} {table} {count} {digest}" for owner, count, digest in found]
    return sorted(lines)


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Columns by name of each table."""
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND table_name IN "
        "(SELECT table_name FROM duckdb_tables()) ORDER BY table_name"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found


if __name__ == "__main__":
    main()
