"""A release in PostgreSQL: the same rows, keys and comments; swapped under readers; closed to all but reading."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import duckdb
import psycopg
import pytest
from dagster import DagsterInstance, ExecuteInProcessResult, materialize
from sqlalchemy import create_engine, inspect

from pipelines.defs import ASSETS, resources
from tests.command.support import fascicle
from tests.warehouse.outputs.postgres_server import PASSWORD, Server, running
from tests.warehouse.support import publish as make_release
from tests.warehouse.support import small_rows
from warehouse.home import Home
from warehouse.marts import views
from warehouse.outputs import postgres
from warehouse.release import current_release
from warehouse.schema.declare import column_comment, quote_identifier, table_comment
from warehouse.tables import TABLES

READER, READER_PASSWORD = "fascicle_reader", "read-only-2"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def copied(server: Server, published: Path) -> Server:
    """The server with the bundled edition's release in it, copied by the command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FASCICLE_READER_PASSWORD", READER_PASSWORD)
        done = fascicle(published, "publish", "--close", "--to", server.address())
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output and READER_PASSWORD not in done.output
    return server


def reading(server: Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server.address(READER, READER_PASSWORD), autocommit=True)


def digest(rows: list[tuple[object, ...]]) -> tuple[int, str]:
    """How many rows, and the hash of them in one order."""
    lines = sorted(repr(row) for row in rows)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_every_table_has_the_rows_of_the_release(copied: Server, published: Path) -> None:
    release = current_release(Home(published))
    assert release is not None
    names = [*(table.name for table in TABLES), *(view.name for view in views())]
    with duckdb.connect(str(release.database), read_only=True) as source, reading(copied) as reader:
        for name in names:
            select = f"SELECT * FROM {quote_identifier(name)}"
            expected = source.execute(select).fetchall()
            assert digest(reader.execute(select).fetchall()) == digest(expected), name
        made = reader.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'fascicle'").fetchall()
    assert {name for (name,) in made} == set(names)


def test_psql_describes_and_prepares(copied: Server) -> None:
    shown = copied.psql("postgres", "\\d fascicle.mart_cell").stdout
    assert '"mart_cell_pkey" PRIMARY KEY' in shown and "FOREIGN KEY (table_id) REFERENCES" in shown
    assert "numeric(20,4)" in shown and "btree (document_id)" in shown
    prepared = copied.psql(
        "postgres",
        "PREPARE cells(text) AS SELECT count(*) AS n FROM fascicle.mart_cell WHERE measure = $1",
        "EXECUTE cells('estimate')",
    )
    assert prepared.returncode == 0 and "(1 row)" in prepared.stdout, prepared.stderr


def test_sqlalchemy_reflects_keys_and_comments(copied: Server) -> None:
    engine = create_engine(copied.address(READER, READER_PASSWORD).replace("postgresql:", "postgresql+psycopg:"))
    try:
        seen = inspect(engine)
        for table in TABLES:
            assert seen.get_pk_constraint(table.name)["constrained_columns"] == list(table.key)
            assert seen.get_table_comment(table.name)["text"] == table_comment(table)
            told = {column["name"]: column["comment"] for column in seen.get_columns(table.name)}
            assert told == {field.name: column_comment(field) for field in table.fields}
        referred = {key["referred_table"] for key in seen.get_foreign_keys("mart_cell")}
        assert {"mart_table", "mart_document"} <= referred
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO mart_check SELECT * FROM mart_check",
        "UPDATE mart_cell SET value = 0",
        "DELETE FROM mart_cell",
        "TRUNCATE mart_cell",
        "DROP TABLE mart_cell",
        "ALTER TABLE mart_cell ADD COLUMN mine int",
        "CREATE TABLE fascicle.mine (a int)",
        "CREATE TABLE public.mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine SUPERUSER",
        "CREATE EXTENSION file_fdw",
        "COPY mart_cell TO PROGRAM 'cat'",
        "COPY (SELECT 1) TO '/tmp/mine'",
        "COPY mart_check FROM '/etc/passwd'",
        "COPY mart_check FROM PROGRAM 'cat /etc/passwd'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION postgres_fdw",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system'",
        "CREATE VIEW fascicle.mine AS SELECT 1",
        "CREATE INDEX mine ON mart_cell (value)",
        "CREATE DATABASE mine",
        "CREATE FOREIGN DATA WRAPPER mine",
        "DO $$ BEGIN EXECUTE 'CREATE TABLE public.mine (a int)'; END $$",
        "DO $$ BEGIN EXECUTE 'UPDATE fascicle.mart_cell SET value = 0'; END $$",
        "WITH gone AS (DELETE FROM mart_finding RETURNING 1) SELECT count(*) FROM gone",
        "SELECT * FROM mart_cell FOR UPDATE",
        "DO $$ BEGIN LOCK TABLE fascicle.mart_cell IN ACCESS EXCLUSIVE MODE; END $$",
        "COMMENT ON TABLE mart_cell IS 'mine'",
        "ALTER SCHEMA fascicle RENAME TO mine",
        "LOAD '/lib/x86_64-linux-gnu/libc.so.6'",
        "SELECT pg_read_binary_file('/etc/passwd')",
        "SELECT pg_stat_file('/etc/passwd')",
        "SELECT pg_reload_conf()",
        "SELECT pg_rotate_logfile()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
        "SELECT lo_export(0, '/tmp/mine')",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'mine')",
        "SELECT rolname FROM pg_authid",
        "SELECT passwd FROM pg_shadow",
        "SET temp_file_limit = -1",
        "SET session_replication_role = replica",
        "CREATE PUBLICATION mine FOR ALL TABLES",
        "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION pg_notify()",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER ROLE fascicle_reader SUPERUSER",
        "ALTER SYSTEM SET log_statement = 'none'",
        "DROP SCHEMA fascicle CASCADE",
        "GRANT INSERT ON mart_cell TO fascicle_reader",
    ],
)
def test_an_attack_is_refused_for_want_of_rights(copied: Server, statement: str) -> None:
    with reading(copied) as attacker:
        # The read-only default is a courtesy that anyone may switch off; the rights have to hold without it.
        attacker.execute("SET default_transaction_read_only = off")
        if statement.startswith("GRANT"):
            attacker.execute(statement)  # PostgreSQL only warns that nothing was granted
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                attacker.execute("INSERT INTO mart_cell DEFAULT VALUES")
            return
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.execute(statement)


def test_what_costs_too_much_is_ended(copied: Server) -> None:
    endless = "SELECT count(*) FROM mart_cell a, mart_cell b, mart_cell c, mart_cell d"
    with reading(copied) as attacker:
        limits = [attacker.execute(f"SHOW {name}").fetchone() for name in ("statement_timeout", "temp_file_limit")]
        assert limits == [("5min",), ("4GB",)]
        attacker.execute("SET statement_timeout = '100ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            attacker.execute(endless)


def test_changes_by_the_reader_role_and_its_locks_end_with_the_next_copy(server: Server, tmp_path: Path) -> None:
    place = {"schema": "stolen", "role": "stealing", "password": READER_PASSWORD}
    release = make_release(Home(tmp_path / "home"), small_rows())
    postgres.publish(release, server.address(), **place)
    with psycopg.connect(server.address("stealing", READER_PASSWORD), autocommit=True) as attacker:
        attacker.execute("SET default_transaction_read_only = off")
        # PostgreSQL lets every role change its own password and settings.
        attacker.execute("ALTER ROLE stealing PASSWORD 'mine'")
        attacker.execute("ALTER ROLE stealing SET search_path = nowhere")
        attacker.execute("SELECT pg_advisory_lock(hashtext('fascicle:stolen'))")
        assert not postgres.publish(release, server.address(), **place).notes
    with psycopg.connect(server.address("stealing", READER_PASSWORD)) as reader:
        assert reader.execute("SELECT count(*) FROM mart_cell").fetchone() == (2,)
        assert reader.execute("SHOW default_transaction_read_only").fetchone() == ("on",)


def test_two_copies_at_once_follow_each_other(server: Server, tmp_path: Path) -> None:
    release = make_release(Home(tmp_path / "home"), small_rows())
    problems: list[Exception] = []

    def copy() -> None:
        try:
            postgres.publish(release, server.address(), schema="twice", role="twice_reader", password=READER_PASSWORD)
        except Exception as problem:
            problems.append(problem)

    copy()
    threads = [threading.Thread(target=copy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not problems


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "by rows"])
def test_readers_see_one_release_or_the_next(server: Server, tmp_path: Path, is_whole: bool) -> None:
    """A release that is not kept can't be compared: the next is copied whole."""
    home = Home(tmp_path / "home")
    values = [f"{600 + n}.7" for n in range(4)]
    releases = [make_release(home, small_rows(value)) for value in values]
    schema = "swapped" if is_whole else "exchanged"
    place = {"schema": schema, "role": "swap_reader", "password": READER_PASSWORD}
    postgres.publish(releases[0], server.address(), **place)
    started, done = threading.Barrier(5), threading.Event()
    problems: list[Exception] = []
    seen: list[set[str]] = []

    def read() -> None:
        mine: set[str] = set()
        seen.append(mine)
        try:
            with psycopg.connect(server.address("swap_reader", READER_PASSWORD), autocommit=True) as reader:
                started.wait(timeout=20)
                while True:
                    is_last = done.is_set()
                    rows = reader.execute(
                        "SELECT c.printed_text FROM mart_cell c JOIN mart_table USING (table_id) "
                        "WHERE c.row_number = 1",
                        prepare=True,
                    ).fetchall()
                    assert len(rows) == 1, rows
                    mine.add(str(rows[0][0]))
                    if is_last:
                        return
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait(timeout=20)
    for last, release in pairwise(releases):
        if is_whole:
            shutil.rmtree(last.path)
        sent = postgres.publish(release, server.address(), **place)
        assert (sent.rows_sent == sum(sent.row_counts.values())) == is_whole
    done.set()
    for thread in threads:
        thread.join(timeout=30)
    assert not problems
    assert all(values[-1] in mine and mine <= set(values) for mine in seen)
    assert len(set().union(*seen)) > 1
    with psycopg.connect(server.address()) as admin:
        kept = admin.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [schema]).fetchall()
    assert len(kept) == (2 if is_whole else 1), "beside the release, the one it replaced for those still reading"


def test_a_reader_that_holds_the_old_release_keeps_it(server: Server, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    place = {"schema": "held", "role": "held_reader", "password": READER_PASSWORD}
    first, second, third = (make_release(home, small_rows(value)) for value in ("1.1", "2.2", "3.3"))
    postgres.publish(first, server.address(), **place)
    select = "SELECT printed_text FROM mart_cell WHERE row_number = 1"
    with psycopg.connect(server.address("held_reader", READER_PASSWORD)) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert reader.execute(select).fetchall() == [("1.1",)]
        shutil.rmtree(first.path)  # what is not kept can't be compared: each is copied whole
        postgres.publish(second, server.address(), **place)
        shutil.rmtree(second.path)
        # An old snapshot that looks the table up again finds rows, not an empty table.
        assert reader.execute(select).fetchall() == [("2.2",)]
        notes = postgres.publish(third, server.address(), **place).notes
    assert any("still being read" in note for note in notes)
    assert not postgres.publish(third, server.address(), **place).notes


def test_a_release_of_another_version_is_refused_in_words(server: Server, tmp_path: Path) -> None:
    release = make_release(Home(tmp_path / "home"), small_rows())
    later = [*TABLES, replace(TABLES[-1], name="mart_of_tomorrow")]
    with pytest.raises(postgres.PostgresError, match="fascicle run"):
        postgres.publish(release, server.address(), schema="earlier", role="earlier_reader", tables=later)


def test_a_schema_of_others_stays_as_it_is(copied: Server, published: Path) -> None:
    with psycopg.connect(copied.address(), autocommit=True) as admin:
        admin.execute("CREATE SCHEMA theirs")
    refused = fascicle(published, "publish", "--to", copied.address(), "--schema", "theirs")
    assert refused.exit_code == 1 and "not made by fascicle" in refused.output
    powerful = fascicle(published, "publish", "--to", copied.address(), "--role", "postgres")
    assert powerful.exit_code == 1 and "may do more than read" in powerful.output


@pytest.mark.parametrize("address", ["postgresql://u:hidden-3@127.0.0.1:1/x", "postgresql://u:hidden-3@h:no-port/x"])
def test_no_message_repeats_the_password(published: Path, address: str) -> None:
    refused = fascicle(published, "publish", "--to", address)
    assert refused.exit_code == 1
    assert "hidden-3" not in refused.output and refused.output.startswith("Error: ")


def test_the_servers_log_has_no_password(copied: Server) -> None:
    log = copied.log.read_text("utf-8")
    assert "CREATE ROLE" in log and "SCRAM-SHA-256$" in log
    assert READER_PASSWORD not in log and PASSWORD not in log


def _copy_step(home: Path) -> ExecuteInProcessResult:
    """The step after a release, alone."""
    with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        return materialize(
            ASSETS,
            selection=["postgresql_copy"],
            instance=instance,
            resources=resources({"home": str(home)}),
            raise_on_error=False,
        )


def _outcome(result: ExecuteInProcessResult) -> object:
    (made,) = result.asset_materializations_for_node("postgresql_copy")
    return made.metadata["outcome"].value


def test_a_run_copies_its_release_where_that_is_configured(
    server: Server, published: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FASCICLE_PUBLISH_TO", raising=False)
    assert _outcome(_copy_step(published)) == "not configured"
    monkeypatch.setenv("FASCICLE_PUBLISH_TO", server.address())
    monkeypatch.setenv("FASCICLE_PUBLISH_SCHEMA", "from_run")
    assert _outcome(_copy_step(published)) == "copied"
    with psycopg.connect(server.address()) as admin:
        assert admin.execute("SELECT count(*) > 0 FROM from_run.mart_cell").fetchone() == (True,)
    monkeypatch.setenv("FASCICLE_PUBLISH_TO", f"postgresql://u:{PASSWORD}@127.0.0.1:1/x")
    failed = _copy_step(published)
    assert not failed.success
    told = capfd.readouterr()
    assert "was not copied" in told.err + told.out and PASSWORD not in told.err + told.out
