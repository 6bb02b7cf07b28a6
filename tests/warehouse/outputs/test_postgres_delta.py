"""A copy in PostgreSQL brought up to a release by the rows that changed: the same as a full copy, unseen by readers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from tests.warehouse.outputs.drawn_releases import (
    FIRST,
    SOME,
    SOME_VIEWS,
    Documents,
    Said,
    changed,
    changes,
    release_of,
    releases_of,
)
from tests.warehouse.outputs.postgres_server import PASSWORD, Server, running
from warehouse.home import Home
from warehouse.outputs import postgres
from warehouse.release import Release
from warehouse.schema.declare import Table

Copy = partial[postgres.Copied]
NAMES = [*(table.name for table in SOME), *(view.name for view in SOME_VIEWS)]
LESS = changed(FIRST, {"d": None})
OTHER = changed(FIRST, {"d": Said("2.2")})
# Of the four documents the second release of `releases` has one that says something else: a cell, no view.
ONE_CELL = 1
_places = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        run(started, "CREATE ROLE other_reader")
        yield started


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Three releases: a value of the last document is another in the second, and the document is gone from the third."""
    home = Home(tmp_path_factory.mktemp("small") / "home")
    return [release_of(home, documents) for documents in (FIRST, OTHER, LESS)]


@pytest.fixture(autouse=True)
def _few_views(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "views", lambda: SOME_VIEWS)


def place() -> str:
    """A schema that nothing is in."""
    return f"place_{next(_places)}"


@pytest.fixture
def copy(server: Server) -> Copy:
    """Copies into one fresh schema."""
    schema = place()
    return partial(copied, server, schema=schema, role="some_reader")


def copied(server: Server, release: Release, schema: str, role: str, tables: Sequence[Table] = SOME) -> postgres.Copied:
    return postgres.publish(release, server.address(), schema=schema, role=role, password="read-3", tables=tables)


def dumped(server: Server, schema: str) -> list[str]:
    """What pg_dump says of a schema: rows, keys, indexes, comments, rights; in one order, without the schema's name."""
    done = subprocess.run(
        [str(server.programs / "pg_dump"), "--schema", schema, server.address()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    said = re.sub(r"form [0-9a-f]+|\\(un)?restrict \w+", "", done.stdout)
    return sorted(re.sub(rf"\b{schema}\b", "SCHEMA", said).splitlines())


def freshly(server: Server, release: Release, role: str = "some_reader", tables: Sequence[Table] = SOME) -> list[str]:
    """The same of a full copy into a schema of its own."""
    schema = place()
    copied(server, release, schema, role, tables)
    return dumped(server, schema)


def versions(server: Server, schema: str) -> Mapping[str, set[object]]:
    """Of each table, where its rows lie and which transactions wrote them: others once a row was written again."""
    with psycopg.connect(server.address()) as admin:
        return {
            name: set(admin.execute(f'SELECT tableoid, ctid, xmin FROM {schema}."{name}"').fetchall()) for name in NAMES
        }


def run(server: Server, *statements: str) -> None:
    with psycopg.connect(server.address(), autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_whatever_changed_the_copy_is_what_a_full_one_would_be(
    server: Server, tmp_path_factory: pytest.TempPathFactory, drawn: Sequence[Mapping[str, Said | None]]
) -> None:
    schema = place()
    for release in releases_of(Home(tmp_path_factory.mktemp("drawn") / "home"), drawn):
        done = copied(server, release, schema, "some_reader")
        assert dumped(server, schema) == freshly(server, release)
        assert done.row_counts.items() >= {name: release.manifest["row_counts"][name] for name in NAMES[:-2]}.items()


def test_a_row_that_changed_is_sent_and_no_other_is_touched(
    server: Server, copy: Copy, releases: list[Release]
) -> None:
    schema = str(copy.keywords["schema"])
    first, other, _ = releases
    done = copy(first)
    assert done.rows_sent == sum(done.row_counts.values())
    before = versions(server, schema)
    assert copy(other).rows_sent == ONE_CELL
    after = versions(server, schema)
    assert {name: len(after[name] - before[name]) for name in NAMES if after[name] != before[name]} == {"mart_cell": 1}
    assert copy(other).rows_sent == 0 and versions(server, schema) == after
    with psycopg.connect(server.address()) as admin:
        schemas = admin.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [schema]).fetchall()
    assert schemas == [(schema,)], "nothing was replaced, and nothing is left of what was sent"


def test_a_document_that_went_and_came_again(server: Server, copy: Copy, releases: list[Release]) -> None:
    schema = str(copy.keywords["schema"])
    first, _, less = releases
    copy(first)
    for release in (less, first):
        done = copy(release)
        assert dumped(server, schema) == freshly(server, release)
        assert 0 < done.rows_sent < sum(done.row_counts.values()) / 2


def test_a_row_changes_though_others_refer_to_it(server: Server, copy: Copy, tmp_path: Path) -> None:
    schema = str(copy.keywords["schema"])
    home = Home(tmp_path / "home")
    documents: list[Documents] = [FIRST, changed(FIRST, {"a": Said(sha256="b" * 64)})]
    first, other = (release_of(home, one) for one in documents)
    copy(first)
    assert copy(other).rows_sent == 1
    assert dumped(server, schema) == freshly(server, other)


def test_a_transaction_that_began_before_goes_on_seeing_its_release(
    server: Server, copy: Copy, releases: list[Release]
) -> None:
    schema = str(copy.keywords["schema"])
    first, other, less = releases
    values, number = f"SELECT DISTINCT printed_text FROM {schema}.mart_cell", f"SELECT count(*) FROM {schema}.mart_row"
    copy(first)
    reader = f"{server.address('some_reader', 'read-3')}"
    with psycopg.connect(reader) as early, psycopg.connect(reader, autocommit=True) as late:
        early.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert set(early.execute(values).fetchall()) == {("1.1",), ("—",)}
        # It holds locks on what it read: nothing waits for them, and what it has not read yet is of its release too.
        for release, said in ((other, 3), (less, 2)):
            assert not copy(release).notes
            assert len(late.execute(values).fetchall()) == said
            assert set(early.execute(values).fetchall()) == {("1.1",), ("—",)}
        assert early.execute(number).fetchone() == (8,) and late.execute(number).fetchone() == (6,)


def test_a_publisher_needs_no_more_rights_than_for_a_full_copy(server: Server, releases: list[Release]) -> None:
    schema = place()
    run(server, "CREATE ROLE publisher LOGIN PASSWORD 'some-4'", "GRANT CREATE ON DATABASE postgres TO publisher")
    address = server.address("publisher", "some-4")
    copies = [
        postgres.publish(release, address, schema=schema, role="some_reader", tables=SOME) for release in releases
    ]
    whole, cell, document = (done.rows_sent for done in copies)
    assert whole == sum(copies[0].row_counts.values())
    assert cell == ONE_CELL < document < whole / 2


SPOILT = {
    "an index is gone": 'DROP INDEX {0}."mart_row_document_id_idx"',
    "an index came": "CREATE INDEX ON {0}.mart_cell (printed_text)",
    "a column came": "ALTER TABLE {0}.mart_cell ADD COLUMN mine INTEGER",
    "a column is of another type": "ALTER TABLE {0}.mart_cell ALTER COLUMN row_number TYPE BIGINT",
    "a reference is gone": "ALTER TABLE {0}.mart_cell DROP CONSTRAINT mart_cell_table_id_fkey",
    "a comment is another": "COMMENT ON TABLE {0}.mart_cell IS 'mine'",
    "a comment of a column is another": "COMMENT ON COLUMN {0}.mart_cell.value IS 'mine'",
    "somebody else may read": "GRANT SELECT ON {0}.mart_cell TO other_reader",
    "the reader may not": "REVOKE SELECT ON {0}.mart_cell FROM some_reader",
    "the schema is shut": "REVOKE USAGE ON SCHEMA {0} FROM some_reader",
    "it is somebody else's": "ALTER TABLE {0}.mart_cell OWNER TO other_reader",
    "rows set off something": "CREATE TRIGGER t BEFORE UPDATE ON {0}.mart_cell EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "references are not checked": "ALTER TABLE {0}.mart_cell DISABLE TRIGGER ALL",
    "rows are for some": "ALTER TABLE {0}.mart_cell ENABLE ROW LEVEL SECURITY",
    "rows are gone": "DELETE FROM {0}.mart_cell WHERE starts_with(cell_id, 'A/77/6(Sect.a)')",
    "a row that changes is gone": "DELETE FROM {0}.mart_finding; DELETE FROM {0}.mart_cell WHERE starts_with(cell_id, 'A/77/6(Sect.d)')",
    "a row that goes has another key": "UPDATE {0}.mart_finding SET finding_id = 'mine' WHERE finding_id = 'fd'",
    "a row of a view is another": "UPDATE {0}.v_finding_source SET message = 'mine'",
    "the release is not known": "COMMENT ON SCHEMA {0} IS 'Fascicle release 20200101T000000-000000, content ab, form ab'",
    "an older version made it": "COMMENT ON SCHEMA {0} IS 'Fascicle release 20200101T000000-000000, content ab'",
}


@pytest.mark.parametrize("why", SPOILT)
def test_a_full_copy_is_made_where(server: Server, copy: Copy, releases: list[Release], why: str) -> None:
    schema = str(copy.keywords["schema"])
    first, _, less = releases
    copy(first)
    run(server, SPOILT[why].format(schema))
    done = copy(less)
    assert done.rows_sent == sum(done.row_counts.values())
    assert dumped(server, schema) == freshly(server, less)


def test_a_full_copy_is_made_for_another_role(server: Server, copy: Copy, releases: list[Release]) -> None:
    schema = str(copy.keywords["schema"])
    first, other, _ = releases
    copy(first)
    done = copied(server, other, schema, "second_reader")
    assert done.rows_sent == sum(done.row_counts.values())
    assert dumped(server, schema) == freshly(server, other, "second_reader")


def test_a_full_copy_is_made_where_a_table_was_declared_otherwise(
    server: Server, copy: Copy, releases: list[Release]
) -> None:
    schema = str(copy.keywords["schema"])
    first, other, less = releases
    *others, finding = SOME
    tables = (*others, replace(finding, grain="other words"))
    copy(first)
    done = copy(other, tables=tables)
    assert done.rows_sent == sum(done.row_counts.values())
    assert dumped(server, schema) == freshly(server, other, tables=tables)
    done = copy(less, tables=tables)
    assert 0 < done.rows_sent < sum(done.row_counts.values())


def test_a_full_copy_is_made_where_a_table_that_changed_has_no_key(
    server: Server, copy: Copy, releases: list[Release]
) -> None:
    schema = str(copy.keywords["schema"])
    first, _, less = releases
    *others, finding = SOME
    tables = (*others, replace(finding, key=()))
    for release in (less, first):
        done = copy(release, tables=tables)
    assert done.rows_sent == sum(done.row_counts.values())
    assert dumped(server, schema) == freshly(server, first, tables=tables)


@pytest.mark.parametrize("what", ["removed", "damaged", "damaged inside"])
def test_a_full_copy_is_made_where_the_last_release_is(server: Server, copy: Copy, tmp_path: Path, what: str) -> None:
    schema = str(copy.keywords["schema"])
    first, other = (release_of(Home(tmp_path / "home"), one) for one in (FIRST, OTHER))
    copy(first)
    if what == "removed":
        shutil.rmtree(first.path)
    elif what == "damaged":
        first.database.write_bytes(b"no database")
    else:
        data = first.database.read_bytes()
        first.database.write_bytes(data[:12_288] + bytes(len(data) - 12_288))
    done = copy(other)
    assert done.rows_sent == sum(done.row_counts.values())
    assert dumped(server, schema) == freshly(server, other)


def test_a_full_copy_is_made_where_most_rows_changed(server: Server, copy: Copy, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first, other = (release_of(home, dict.fromkeys(names, Said())) for names in ("abcd", "efgh"))
    copy(first)
    done = copy(other)
    assert done.rows_sent == sum(done.row_counts.values())


def test_a_full_copy_is_made_where_somebody_keeps_a_table_from_being_changed(
    server: Server, copy: Copy, releases: list[Release]
) -> None:
    schema = str(copy.keywords["schema"])
    first, other, _ = releases
    copy(first)
    with psycopg.connect(server.address()) as admin:
        admin.execute(f"LOCK TABLE {schema}.mart_cell IN SHARE MODE")
        done = copy(other)
        assert done.rows_sent == sum(done.row_counts.values())
    assert dumped(server, schema) == freshly(server, other)


def test_a_copy_that_fails_leaves_the_rows_that_were(
    server: Server, copy: Copy, releases: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = str(copy.keywords["schema"])
    first, _, less = releases
    copy(first)
    before = dumped(server, schema)

    def broken(*_: object) -> str:
        raise psycopg.OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(postgres.Mark, "text", broken)
        with pytest.raises(postgres.PostgresError, match="lost"):
            copy(less)
    assert dumped(server, schema) == before
    assert PASSWORD not in "".join(before)
    assert copy(less).rows_sent < 60
