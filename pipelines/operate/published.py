"""What the current release holds."""

from __future__ import annotations

from pathlib import Path

from warehouse.home import Home
from warehouse.query import run_query
from warehouse.release import current_release


def published_documents(home: Path) -> tuple[tuple[str, str], ...]:
    """Symbol and language of each document of the current release; none without a release. Raises ReleaseError."""
    release = current_release(Home(home))
    if release is None:
        return ()
    answer = run_query(release.database, "SELECT symbol, language FROM mart_document")
    return tuple((str(symbol), str(language)) for symbol, language in answer.rows)
