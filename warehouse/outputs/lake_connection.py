"""A DuckLake attached beside a release, by extensions that packages brought; its errors in one line, conflicts tried again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from warehouse.outputs.extensions import ExtensionError, load_extension
from warehouse.release import Release
from warehouse.schema.declare import quote_literal

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")

PREFIX = "ducklake:"
_ATTEMPTS = 12
# Needed before ATTACH, since nothing is loaded or installed by itself.
_SCANNERS = {"postgres": "postgres_scanner", "sqlite": "sqlite_scanner"}
_URIS = ("postgres://", "postgresql://")
_CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
# How DuckLake, and PostgreSQL below it, say that another writer came first.
_CONFLICT = re.compile(
    r"conflict|could not serialize|duplicate key|unique constraint|already exists|deadlock detected|concurrent", re.I
)
_LACKING = re.compile(r"does not exist|not found")
_SECRETS = ("PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class LakeError(RuntimeError):
    """A release that could not be published; the message is one line, without a password."""


class ConflictError(LakeError):
    """Another writer committed first: read the state again before retrying."""


def attempt(
    release: Release,
    address: str,
    data_path: str | None,
    work: Callable[[duckdb.DuckDBPyConnection, bool], T],
) -> T:
    """Run ``work``, retrying on write conflicts; passes it whether this is a retry."""
    import stamina

    attempts = stamina.retry_context(
        on=ConflictError, attempts=_ATTEMPTS, timeout=None, wait_initial=0.1, wait_max=5.0, wait_jitter=0.5
    )
    with _without_a_word():
        for one in attempts:
            with one, _one_line_errors(release, address), _connected(release, address, data_path) as connection:
                return work(connection, one.num > 1)
    raise AssertionError("unreachable")


@contextmanager
def _one_line_errors(release: Release, address: str) -> Iterator[None]:
    """What DuckDB raises as LakeError, or as ConflictError when another attempt may succeed."""
    import duckdb

    try:
        yield
    except ExtensionError as problem:
        raise LakeError(str(problem)) from None
    except duckdb.Error as problem:
        told = _one_line(problem, address)
        is_ours = isinstance(problem, (duckdb.CatalogException, duckdb.BinderException))
        if is_ours and _LACKING.search(told):
            raise LakeError(
                f"release {release.release_id} lacks what tables have today: publish a new one with fascicle run ({told})"
            ) from None
        if not is_ours and _CONFLICT.search(told):
            raise ConflictError(f"another writer keeps coming first: {told}") from None
        raise LakeError(f"the lake refused the release: {told}") from None


@contextmanager
def _without_a_word() -> Iterator[None]:
    """No line in the log for each attempt; other users of the library keep theirs."""
    from stamina.instrumentation import get_on_retry_hooks, set_on_retry_hooks

    hooks = get_on_retry_hooks()
    set_on_retry_hooks(())
    try:
        yield
    finally:
        set_on_retry_hooks(hooks)


def _one_line(problem: Exception, address: str) -> str:
    """The message as one line, without the address and whatever looks like a password or is one of ours."""
    text = str(problem).replace(address.removeprefix(PREFIX) or PREFIX, "***")
    secrets = [value for name in _SECRETS if (value := os.environ.get(name))]
    for secret in (*_password(address), *secrets):
        text = text.replace(secret, "***")
    return " ".join(text.split())


def _catalogue(address: str) -> str:
    """What DuckDB attaches: the address, a PostgreSQL address with the name of its scanner before it."""
    from psycopg import ProgrammingError

    place = address.removeprefix(PREFIX)
    try:
        _password(address)
    except ProgrammingError:
        # What libpq says of an address it can't read quotes parts of it, the password among them.
        place = ""
    if not place or place == address:
        raise LakeError(
            "the address isn't one of a lake: ducklake:postgresql://user@host:port/database, or ducklake:file"
        )
    return f"postgres:{place}" if place.startswith(_URIS) else place


def _password(address: str) -> tuple[str, ...]:
    """The password in an address of PostgreSQL, as it means and as it is written there; ProgrammingError for none."""
    from psycopg.conninfo import conninfo_to_dict

    place = address.removeprefix(PREFIX)
    if not place.startswith((*_URIS, "postgres:")):
        return ()
    password = str(
        conninfo_to_dict(place if place.startswith(_URIS) else place.removeprefix("postgres:")).get("password") or ""
    )
    return tuple(filter(None, {password, quote(password, safe="")}))


@contextmanager
def _connected(release: Release, address: str, data_path: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory with the lake attached as ``lake`` and the release, read-only, as ``release``."""
    import duckdb

    catalogue = _catalogue(address)
    # Every row goes into Parquet, none into the catalogue, where other tools would not find it.
    options = ["DATA_INLINING_ROW_LIMIT 0"]
    if data_path:
        options.append(f"DATA_PATH {quote_literal(data_path)}")
    with duckdb.connect(config=_CONFIG) as connection:
        needed = ["ducklake"]
        if not data_path or "://" in data_path:
            # A lake that exists knows itself where its files are. Keys are taken from the environment.
            needed.append("httpfs")
        if scanner := _SCANNERS.get(catalogue.partition(":")[0]):
            needed.append(scanner)
        for name in needed:
            load_extension(connection, name)
        if "httpfs" in needed and os.environ.get("DUCKDB_S3_ENDPOINT"):
            # A server of one's own has no name for each bucket.
            connection.execute("SET s3_url_style = 'path'")
        connection.execute(f"ATTACH {quote_literal(str(release.database))} AS release (READ_ONLY)")
        connection.execute(f"ATTACH {quote_literal(PREFIX + catalogue)} AS lake ({', '.join(options)})")
        yield connection
