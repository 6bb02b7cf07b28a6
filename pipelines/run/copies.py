"""The current release in an output elsewhere, where FASCICLE_PUBLISH_TO is an address of one.

The address comes from the environment when the step runs, so it is in no run configuration, log or release. If the server
is not reached, the release stands, and readers there keep the last copy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.home import Home

if TYPE_CHECKING:
    from warehouse.outputs.registry import Output, Published


class CopyFailed(Exception):
    """The release is published and was not copied; one line, with the reason."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A release that was copied: its identifier, and what the copy came to."""

    release_id: str
    copy: Published


def copy_release(home: Home, only: Output | None = None) -> Copied | None:
    """Copy the current release to the output that the environment names, where that is ``only``, if given.

    None where no output is named, or another, or there is no release. Raises CopyFailed.
    """
    from warehouse.outputs.registry import ADDRESS_VARIABLE, OutputError, options_of, output_of
    from warehouse.release import current_release

    address = os.environ.get(ADDRESS_VARIABLE)
    made = current_release(home) if address else None
    if not address or made is None:
        return None
    output = output_of(address)
    if only is not None and output is not only:
        return None
    try:
        return Copied(made.release_id, output.publish(made, address, options_of(os.environ)))
    except OutputError as problem:
        raise CopyFailed(f"release {made.release_id} is published, but was not copied: {problem}") from problem
