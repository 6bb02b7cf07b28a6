"""A writer of a lake, in a process of its own: publishes releases of a home in turn, once it is told to begin.

``python -m tests.warehouse.outputs.lake_writer HOME ADDRESS DATA_PATH SCHEMA RELEASE...``; a line on standard input
begins. ``--die`` in place of the releases publishes the current one and ends the process before the commit. It
publishes a few tables and a view: all of them take a second each time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from warehouse.home import Home
from warehouse.marts import views
from warehouse.outputs import ducklake
from warehouse.release import current_release, find_release
from warehouse.tables import TABLES

FEW = tuple(table for table in TABLES if table.name in ("mart_document", "mart_table", "mart_cell"))
VIEW = next(view for view in views() if view.name == "v_counted_document")
NAMES = (*(table.name for table in FEW), VIEW.name)


def main(home: str, address: str, data_path: str, schema: str, *releases: str) -> None:
    place = Home(Path(home))
    ducklake.views = lambda: (VIEW,)
    print("ready", flush=True)
    sys.stdin.readline()
    if releases == ("--die",):
        release = current_release(place)
        assert release is not None
        ducklake._record = lambda *_: os._exit(9)
        ducklake.publish(release, address, data_path=data_path, schema=schema, tables=FEW)
    for release_id in releases:
        ducklake.publish(find_release(place, release_id), address, data_path=data_path, schema=schema, tables=FEW)


if __name__ == "__main__":
    main(*sys.argv[1:])
