"""What runs found of files, kept in the home for the next one: a file that stays as it is need not be read to be known.

Kept are hashes of originals and of the files of releases, what the files of the sources were found to be, and which stages are
whole, each by what changes with a file (its number on the disk, size and times). A file that was changed a moment before
it was read is not kept, for the next change might not show.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from pipelines.ingest import land
from pipelines.run import staging_files
from pipelines.run.staging_files import code_version
from warehouse import file_hash

_NAME = "known_files.json"


def recall(staging: Path) -> None:
    """Know what the last run of the same code knew; nothing where that cannot be read."""
    try:
        kept = json.loads((staging / _NAME).read_text("utf-8"))
        if kept["code"] != code_version():
            return
        hashes = {tuple(mark): sha256 for mark, sha256 in kept["hashes"]}
        inputs = {tuple(mark): land.Seen(*seen) for mark, seen in kept["inputs"]}
        stages = {tuple(mark) for mark in kept["stages"]}
    except (OSError, ValueError, KeyError, TypeError):
        return
    file_hash.FOUND.update(hashes)
    land.SEEN.update(inputs)
    staging_files.WHOLE.update(stages)


def keep(staging: Path) -> None:
    """Keep what this run asked for; without it the next one takes longer, so that a disk that is full is no failure."""
    inputs = [(mark, land.SEEN[mark]) for mark in sorted(land.ASKED)]
    told = {
        "code": code_version(),
        "hashes": [(mark, file_hash.FOUND[mark]) for mark in sorted(file_hash.ASKED)],
        "inputs": [(mark, (seen.sha256, seen.format, seen.encoding, seen.size)) for mark, seen in inputs],
        "stages": sorted(staging_files.ASKED),
    }
    with suppress(OSError, ValueError):  # a name that is no UTF-8
        land.write_whole(staging / _NAME, json.dumps(told).encode())
