"""How Superset is started: its key, its folder, the port, the file it opens."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import stat
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sqlalchemy.engine import make_url

from tests.warehouse.made import filled
from tests.warehouse.support import small_rows
from warehouse.bi import serve
from warehouse.home import Home
from warehouse.query import QueryError


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    for name, value in (("one", "648.7"), ("two", "700.0")):
        (folder / name).mkdir()
        filled(folder / name / "fascicle.duckdb", small_rows(value))
    return folder


@pytest.fixture
def home(tmp_path, built):
    home = Home(tmp_path / "home")
    shutil.copytree(built, home.releases)
    home.current.symlink_to("one")
    return home.ensure()


@pytest.fixture
def configuration(home, monkeypatch):
    serve.make_state(home)
    monkeypatch.setenv("FASCICLE_HOME", str(home.root))
    spec = importlib.util.spec_from_file_location(
        "superset_config", Path(serve.__file__).with_name("superset_config.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_a_release_the_message_says_what_to_do(tmp_path, capsys):
    assert serve.main(["--home", str(tmp_path)]) == 2
    assert "make run" in capsys.readouterr().err


def test_a_release_of_an_older_version_is_reported(home, capsys):
    with duckdb.connect(str(home.releases / "one" / "fascicle.duckdb")) as connection:
        connection.execute("DROP VIEW v_section_post")
    assert serve.main(["--home", str(home.root)]) == 2
    assert "v_section_post" in capsys.readouterr().err


def test_a_port_that_is_in_use_is_reported(home, capsys):
    with socket.create_server((serve.ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main(["--home", str(home.root), "--port", str(port)]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err


def test_it_listens_on_loopback_only():
    assert serve.ADDRESS == "127.0.0.1"


def test_the_key_is_made_once_at_random_for_this_user_only(home, tmp_path):
    state = serve.make_state(home)
    key = state / "secret_key"
    first = key.read_text()
    assert len(first) >= 42
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    serve.make_state(home)
    assert key.read_text() == first
    other = serve.make_state(Home(tmp_path / "other").ensure())
    assert (other / "secret_key").read_text() != first


def test_superset_keeps_its_things_in_the_home(configuration, home):
    assert (home.root / "superset" / "secret_key").read_text() == configuration.SECRET_KEY
    assert str(home.root / "superset") in configuration.SQLALCHEMY_DATABASE_URI
    assert not configuration.LOAD_EXAMPLES


def test_pages_may_load_nothing_from_outside(configuration):
    policy = configuration.TALISMAN_CONFIG["content_security_policy"]
    assert not any("http" in source or "." in source for sources in policy.values() for source in sources)


def _open(configuration, address="duckdb:///:memory:"):
    url, params = configuration.DB_CONNECTION_MUTATOR(make_url(address), {}, None, None, None)
    arguments = params["connect_args"]
    return duckdb.connect(url.database, read_only=arguments["read_only"], config=arguments["config"])


def test_each_connection_opens_the_release_of_the_moment(configuration, home):
    question = "SELECT value FROM mart_cell WHERE NOT is_nil"
    with _open(configuration) as before:
        assert before.execute(question).fetchall()[0][0] == Decimal("648.7")
        link = home.releases / "next"
        link.symlink_to("two")
        link.rename(home.current)
        with _open(configuration) as after:
            assert after.execute(question).fetchall()[0][0] == 700
        # A question under way finishes on the file it began with.
        assert before.execute(question).fetchall()[0][0] == Decimal("648.7")


def test_any_duckdb_address_becomes_the_release(configuration, home):
    url, params = configuration.DB_CONNECTION_MUTATOR(
        make_url("duckdb:////etc/passwd?access_mode=x"), {}, None, None, None
    )
    assert Path(url.database) == (home.releases / "one" / "fascicle.duckdb").resolve()
    assert not url.query
    assert params["connect_args"]["read_only"] is True


def test_other_databases_are_left_alone(configuration):
    url = make_url("postgresql://localhost/x")
    assert configuration.DB_CONNECTION_MUTATOR(url, {}, None, None, None) == (url, {})


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t AS SELECT 1",
        "DELETE FROM mart_finding",
        "ATTACH ':memory:' AS other; CREATE TABLE other.t AS SELECT 1",
        "ATTACH '/tmp/other.duckdb' AS other",
        "COPY mart_cell TO '/tmp/stolen.csv'",
        "EXPORT DATABASE '/tmp/stolen'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_the_connection_refuses(configuration, sql):
    with _open(configuration) as connection, pytest.raises(duckdb.Error):
        connection.execute(sql).fetchall()


class _Database:
    backend = "duckdb"


@pytest.mark.parametrize(
    "sql", ["PRAGMA enable_profiling", "CALL pragma_version()", "SET threads = 1", "SELECT 1; DROP TABLE t"]
)
def test_other_than_reading_is_refused_before_it_is_sent(configuration, sql):
    with pytest.raises(QueryError):
        configuration.SQL_QUERY_MUTATOR(sql, security_manager=None, database=_Database())


def test_reading_passes_as_it_is(configuration):
    for sql in ("SELECT 1", "SELECT 1; SELECT 2", "WITH a AS (SELECT 1) SELECT * FROM a"):
        assert configuration.SQL_QUERY_MUTATOR(sql, security_manager=None, database=_Database()) == sql
