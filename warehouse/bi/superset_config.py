"""Superset's configuration. Superset reads this file; ``serve`` names it to Superset.

A connection is opened for each question and closed after it (Superset's NullPool), on the file that
``releases/current`` points at in that moment: a new release is seen by the next question, and one
that is under way finishes on the old file. The handle is that of ``fascicle query``: read-only,
without access to files, networks or extensions, its configuration locked.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb

from warehouse.home import Home
from warehouse.query import READ_ONLY_CONFIG, refuse_other_than_read

_HOME = Home(Path(os.environ["FASCICLE_HOME"]))
_STATE = _HOME.root / "superset"

SECRET_KEY = (_STATE / "secret_key").read_text("ascii")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_STATE / 'superset.db'}"
LOG_LEVEL = "ERROR"
LOAD_EXAMPLES = False
SESSION_COOKIE_SAMESITE = "Lax"
# Thumbnails, reports and other things that want a broker are off; nothing is fetched from outside.
FEATURE_FLAGS = {"ALERT_REPORTS": False, "THUMBNAILS": False, "SQLLAB_BACKEND_PERSISTENCE": True}
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
SQLLAB_TIMEOUT = 30
SQL_MAX_ROW = 100_000
# One question may not take the machine.
_LIMITS = {"memory_limit": "2GB"}


def DB_CONNECTION_MUTATOR(
    uri: Any, params: dict[str, Any], username: str | None, security_manager: Any, source: Any
) -> tuple[Any, dict[str, Any]]:
    """Put the current release, locked, in the place of any DuckDB address.

    Raises FileNotFoundError when there is no release.
    """
    if uri.get_backend_name() != "duckdb":
        return uri, params
    # Resolved, so that each release is a file of its own name: DuckDB keeps open files by name.
    release = (_HOME.current / "fascicle.duckdb").resolve(strict=True)
    params["connect_args"] = {"read_only": True, "config": READ_ONLY_CONFIG | _LIMITS}
    return uri.set(database=str(release), query={}), params


def SQL_QUERY_MUTATOR(sql: str, **more: Any) -> str:
    """Let statements that read pass, and no others; Superset calls it before each question.

    The locked connection refuses writing by itself; this refuses what would be harmless and useless
    too, such as pragmas. Raises QueryError.
    """
    database = more.get("database")
    if database is not None and database.backend == "duckdb":
        with duckdb.connect(":memory:", config=READ_ONLY_CONFIG) as parser:
            refuse_other_than_read(parser, sql, most=100)
    return sql
