"""What a user says of documents reaches the reading of each."""

from __future__ import annotations

from pathlib import Path

from dagster import build_init_resource_context

from pipelines.defs.resources import RunOptions
from pipelines.document import GIVEN_NAMES, read_and_judge
from tests.shared import BUNDLED


def test_section_and_edition_given_by_the_user_are_read(tmp_path: Path) -> None:
    options = RunOptions(home=str(tmp_path), section="11", edition=2031)
    with options.yield_for_execution(build_init_resource_context()) as resource:
        given = resource.options.given
    assert set(given) <= set(GIVEN_NAMES)
    (document,) = read_and_judge(BUNDLED.read_bytes(), "txt", given, "0" * 64)["mart_document"]
    assert (document["section_code"], document["edition_year"]) == ("11", 2031)
