"""A run whose sources did not change, answered before any large library is imported.

The same plain functions that the steps call tell what the sources hold and which release that leads to; only the steps
around them are left out. Whatever is new, or in doubt, is left to the steps.
"""

from __future__ import annotations

import os

from pipelines.ingest.land import Landing
from pipelines.run.early_steps import Options, gather_documents, is_all_staged
from pipelines.run.publish import conclude, input_key, summarised, unchanged_release
from pipelines.run.results import Summary
from pipelines.run.store import store_of
from warehouse.home import ReleaseError
from warehouse.outputs.registry import ADDRESS_VARIABLE


def answer_unchanged(options: Options, landing: Landing) -> Summary | None:
    """The summary of a run whose current release was made from the same input; None where the steps have to run. The home is
    held by the caller.

    They are also taken where a copy elsewhere is kept (FASCICLE_PUBLISH_TO) or stages lie in a store: those may lack
    what is here. What goes wrong here is met again, and told, by the steps.
    """
    if options.is_rebuild or os.environ.get(ADDRESS_VARIABLE) or store_of() is not None:
        return None
    try:
        return _answer(options, landing)
    except (OSError, ValueError, ReleaseError):
        return None


def _answer(options: Options, landing: Landing) -> Summary | None:
    if not is_all_staged(options, landing):
        return None
    staged = gather_documents(options, landing, ())
    release = unchanged_release(options.place, input_key(options, staged)) if staged.documents else None
    if release is None:
        return None
    exit_code = 3 if staged.quarantined else 0
    return conclude(options, summarised(staged, "unchanged", exit_code, release, release.database))
