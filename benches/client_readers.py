"""Clients that read until a stop file is there; each runs in a process of its own and prints one line of JSON.

    python -m benches.client_readers CLIENT ADDRESS STOP

Every read is a new connection, as a notebook or dashboard makes it, and answers which release it saw.
``ADDRESS`` is a home for the clients that open files, an address for those that go through PostgreSQL.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

# The bench writes each release's number into a check of this name; the join makes it a real question.
SEEN = (
    "SELECT max(evaluated) AS seen FROM mart_check WHERE check_name = 'bench_release' "
    "AND EXISTS (SELECT 1 FROM mart_cell JOIN mart_table USING (table_id))"
)


def database(home: str) -> str:
    """The file of the current release, through the link, as a tool has it in its settings."""
    return str(Path(home) / "releases" / "current" / "fascicle.duckdb")


def duckdb_python(home: str) -> Any:
    import duckdb

    with duckdb.connect(database(home), read_only=True) as connection:
        row = connection.execute(SEEN).fetchone()
        return row and row[0]


def duckdb_adbc(home: str) -> Any:
    dbapi = import_module("adbc_driver_duckdb.dbapi")
    options = {"path": database(home), "access_mode": "READ_ONLY"}
    driver, manager = import_module("adbc_driver_duckdb"), import_module("adbc_driver_manager.dbapi")
    assert dbapi
    with (
        manager.connect(driver=driver.driver_path(), entrypoint="duckdb_adbc_init", db_kwargs=options) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(SEEN)
        return cursor.fetchone()[0]


def duckdb_cli(home: str) -> Any:
    program = Path(sys.executable).with_name("duckdb")
    asked = [str(program), "-readonly", "-noheader", "-csv", database(home), SEEN]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def sqlalchemy(home: str) -> Any:
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(f"duckdb:///{database(home)}", connect_args={"read_only": True})
    try:
        with engine.connect() as connection:
            assert len(inspect(connection).get_columns("mart_cell")) > 10
            return connection.execute(text(SEEN)).scalar_one()
    finally:
        engine.dispose()


def pandas(home: str) -> Any:
    import pandas as frames
    from sqlalchemy import create_engine

    engine = create_engine(f"duckdb:///{database(home)}", connect_args={"read_only": True})
    try:
        return frames.read_sql(SEEN, engine)["seen"].iloc[0]
    finally:
        engine.dispose()


def parquet_pandas(home: str) -> Any:
    import pandas as frames

    # Resolved first: the files of one release belong together.
    folder = (Path(home) / "releases" / "current").resolve() / "parquet"
    assert len(frames.read_parquet(folder / "mart_cell.parquet", columns=["value"]))
    checks = frames.read_parquet(folder / "mart_check.parquet")
    return checks.loc[checks["check_name"] == "bench_release", "evaluated"].iloc[0]


def polars(home: str) -> Any:
    import duckdb

    frames = import_module("polars")
    with duckdb.connect(database(home), read_only=True) as connection:
        return frames.read_database(SEEN, connection)["seen"][0]


def parquet_polars(home: str) -> Any:
    frames = import_module("polars")
    folder = (Path(home) / "releases" / "current").resolve() / "parquet"
    checks = frames.scan_parquet(folder / "mart_check.parquet")
    return checks.filter(frames.col("check_name") == "bench_release").collect()["evaluated"][0]


def ibis(home: str) -> Any:
    backend = import_module("ibis").duckdb.connect(database(home), read_only=True)
    try:
        checks = backend.table("mart_check")
        return checks.filter(checks.check_name == "bench_release").evaluated.max().execute()
    finally:
        backend.disconnect()


def excel(home: str) -> Any:
    openpyxl = import_module("openpyxl")
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "checks.xlsx"
        asked = [sys.executable, "-c", "from pipelines.command import main; main()", "export", str(book)]
        subprocess.run([*asked, "--home", home, "--sql", SEEN], check=True, capture_output=True, text=True)
        return openpyxl.load_workbook(book)["answer"]["A2"].value


def psycopg(address: str) -> Any:
    import psycopg as driver

    with driver.connect(address) as connection:
        row = connection.execute(SEEN, prepare=True).fetchone()
        return row and row[0]


def psql(address: str) -> Any:
    asked = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", address]
    commands = ["\\d mart_cell", f"PREPARE seen AS {SEEN}", "EXECUTE seen"]
    options = [part for command in commands for part in ("-c", command)]
    return subprocess.run([*asked, *options], check=True, capture_output=True, text=True).stdout.split()[-1]


def postgresql_adbc(address: str) -> Any:
    with import_module("adbc_driver_postgresql.dbapi").connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(SEEN)
        return cursor.fetch_arrow_table()["seen"][0].as_py()


def postgresql_sqlalchemy(address: str) -> Any:
    from sqlalchemy import MetaData, create_engine, func, select
    from sqlalchemy.pool import NullPool

    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    known = MetaData()
    known.reflect(engine, only=["mart_check"])
    checks = known.tables["mart_check"]
    with engine.connect() as connection:
        asked = select(func.max(checks.c.evaluated)).where(checks.c.check_name == "bench_release")
        return connection.execute(asked).scalar_one()


def postgresql_odbc(address: str) -> Any:
    from urllib.parse import urlsplit

    at = urlsplit(address)
    place = f"Server={at.hostname};Port={at.port};Database={at.path[1:]};UID={at.username};PWD={at.password}"
    connection = import_module("pyodbc").connect(f"Driver={{PostgreSQL Unicode}};{place}", readonly=True)
    try:
        return connection.execute(SEEN).fetchone()[0]
    finally:
        connection.close()


FILES: tuple[Callable[[str], Any], ...] = (
    duckdb_python,
    duckdb_adbc,
    duckdb_cli,
    sqlalchemy,
    pandas,
    parquet_pandas,
    polars,
    parquet_polars,
    ibis,
    excel,
)
DOOR: tuple[Callable[[str], Any], ...] = (
    psql,
    psycopg,
    postgresql_adbc,
    postgresql_sqlalchemy,
    postgresql_odbc,
)


def main(client: str, address: str, stop: str) -> None:
    """Read until told to stop, and once after; an error ends it and is printed."""
    read = {function.__name__: function for function in (*FILES, *DOOR)}[client]
    seen: list[str] = []
    reads, wrong, is_last = 0, "", False
    while not is_last and not wrong:
        is_last = Path(stop).exists()
        try:
            number = str(int(read(address)))
        except subprocess.CalledProcessError as problem:
            wrong = " ".join(f"{problem.stdout} {problem.stderr}".split())
        except Exception as problem:
            wrong = " ".join(f"{type(problem).__name__}: {problem}".split())
        else:
            reads += 1
            if reads == 1:
                print("reading", flush=True)
            if number not in seen:
                seen.append(number)
    print(json.dumps({"reads": reads, "seen": seen, "wrong": wrong}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
