"""Read documents of the current release again, from their originals in the archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipelines.run import staging_files
from pipelines.run.document import Task
from pipelines.run.early_steps import Options, read_batch
from warehouse.query import run_query
from warehouse.release import current_release


def archived_documents(options: Options, document_ids: Iterable[str]) -> dict[str, Task]:
    """Tasks by document_id, those left out that the current release does not hold. Raises ReleaseError, QueryError."""
    release = current_release(options.place)
    if release is None:
        return {}
    wanted, tasks = set(document_ids), {}
    rows = run_query(release.database, "SELECT document_id, format, source_sha256 FROM mart_document").rows
    for document_id, file_format, sha256 in rows:
        if document_id in wanted:
            archived = options.place.archive / sha256[:2] / f"{sha256}.{file_format}"
            path = staging_files.stage_path(options.place.staging, sha256, options.given)
            tasks[document_id] = Task(document_id, sha256, file_format, str(archived), str(path), options.given)
    return tasks


def read_again(options: Options, tasks: Mapping[str, Task]) -> dict[str, dict[str, Any]]:
    """Stage what this code has not staged yet; headers of the stages by document_id, ``refusal`` where there is none."""
    todo = [task for task in tasks.values() if staging_files.open_stage(Path(task.stage)) is None]
    reasons = read_batch(todo, options.limits).reasons
    headers = {}
    for document_id, task in tasks.items():
        staged = staging_files.open_stage(Path(task.stage))
        reason = reasons.get(task.sha256, "its staged rows could not be read back; run again")
        headers[document_id] = {"refusal": reason} if staged is None else staged.header
    return headers
