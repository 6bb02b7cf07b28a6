"""The steps of a run, one after the other in this process, as ``fascicle run`` takes them.

Dagster's assets are the same functions, and leave the same values for whoever takes up one step by itself. The command does
without Dagster: its import and an instance whose records would end with the process take longer than most of the steps.
"""

from __future__ import annotations

import os
import traceback
from uuid import uuid4

from pipelines.ingest.land import Landing
from pipelines.ingest.sources import find_files
from pipelines.run import early_steps, known_files, marker, publish, step_values
from pipelines.run.copies import copy_release
from pipelines.run.early_steps import Options
from pipelines.run.publish import GateRefused
from pipelines.run.results import Failure
from pipelines.run.suites import suites_of
from pipelines.run.unchanged import answer_unchanged

_ROOMS = ("pipelines.", "expectations.", "warehouse.")


def take_steps(options: Options) -> Failure | None:
    """Take all steps, the home held meanwhile; returns how that failed, None when the run came to its end. Where nothing is
    new, that is told after the first.

    A release that the gate refused is an end, too: its reasons are in the summary. With FASCICLE_TRACEBACK an error is raised
    as it is.
    """
    try:
        with options.place.locked():
            # Before the run is noted: a source that is not there is no run.
            found = find_files(options.sources, options.place.landing)
            marker.begin(options.home, str(uuid4()))
            known_files.recall(options.place.staging)
            landing = early_steps.land_files(options, found)
            if answer_unchanged(options, landing) is None:
                take_steps_after_landing(options, landing)
    except GateRefused:
        return None
    except Exception as problem:
        if os.environ.get("FASCICLE_TRACEBACK"):
            raise
        return Failure(type(problem).__name__, _words(problem))
    return None


def take_steps_after_landing(options: Options, landing: Landing) -> None:
    """The other steps, while a process of its own imports what validation needs. Raises what they raise."""
    from pipelines.run.isolated import command
    from pipelines.run.subprocess import ahead
    from pipelines.run.workers import READER, Pool
    from warehouse.memory import allow_pandas, spare_pandas

    keep = step_values.keeper(options.home)
    # Processes that read documents compare them, too: of a few, to start others takes longer than to compare.
    with ahead(suites_of, "expectations.gx.rules"), Pool(options.limits, command(READER)) as pool:
        spare_pandas()
        try:
            keep("landed_file", landing)
            staged = keep("staged_document", early_steps.stage_documents(options, landing, pool))
            built = keep("warehouse_file", publish.build(options, staged, pool))
            validation = keep("validation", publish.validate(options, built))
            keep("release", publish.release(options, staged, built, validation))
        finally:
            allow_pandas()
    copy_release(options.place)


def _words(problem: Exception) -> str:
    """One line; for our own errors without the name of the class."""
    line = " ".join(traceback.format_exception_only(problem)[-1].split())
    name, _, words = line.partition(": ")
    return words if words and name.startswith(_ROOMS) else line
