"""Stages: exact, whole, made anew when damaged."""

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.judging.judge import merge_checks
from pipelines.run import staging_files
from pipelines.run.release_tables import build_file
from tests.kept import rows_kept
from tests.shared import BUNDLED, ROOT
from warehouse.query import run_query

DOCUMENT = {
    "document_id": "A/77/6(Sect.10).zh.txt",
    "symbol": "A/77/6 (Sect. 10)",
    "language": "zh",
    "format": "txt",
    "kind": "fascicle",
    "source_sha256": "0" * 64,
    "unclaimed_line_count": 0,
    "unclaimed_table_line_count": 0,
    "unreadable_cell_count": 0,
}
CLAIM = {"claim_id": "c1", "document_id": DOCUMENT["document_id"], "source": "cell", "fact_id": "f", "is_nil": False}


def _nulls_dropped(rows: list[dict]) -> list[dict]:
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.dates(datetime.date(1946, 1, 1)))
def test_decimals_and_dates_come_back_exactly(tmp_path_factory, value: Decimal, day: datetime.date) -> None:
    path = tmp_path_factory.mktemp("stage") / "x.stage"
    resolution = {"symbol": "A/RES/1", "text_status": "metadata", "adopted_on": day}
    staging_files.write_stage(path, {}, {"mart_claim": [{**CLAIM, "value": value}], "mart_resolution": [resolution]})
    back = staging_files.StagedTables(path).rows()
    assert back["mart_claim"][0]["value"] == value
    assert _nulls_dropped(back["mart_resolution"]) == [resolution]


def test_a_plain_stage_gives_the_rows_that_arrow_gives(tmp_path: Path) -> None:
    rows = rows_kept(BUNDLED)
    staging_files.write_stage(tmp_path / "x.stage", {}, rows)
    staging_files.write_plain_stage(tmp_path / "plain.stage", {}, rows)
    plain = staging_files.StagedTables(tmp_path / "plain.stage")
    assert plain.rows() == staging_files.StagedTables(tmp_path / "x.stage").rows()
    assert plain.rows(["mart_cell", "mart_reference_value"]).keys() == {"mart_cell"}


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.dates(datetime.date(1946, 1, 1)))
def test_a_plain_stage_is_exact(tmp_path_factory, value: Decimal, day: datetime.date) -> None:
    folder = tmp_path_factory.mktemp("stage")
    resolution = {"symbol": "A/RES/1", "text_status": "metadata", "adopted_on": day}
    rows = {"mart_claim": [{**CLAIM, "value": value}], "mart_resolution": [resolution]}
    staging_files.write_stage(folder / "x.stage", {}, rows)
    staging_files.write_plain_stage(folder / "plain.stage", {}, rows)
    given_back = [staging_files.StagedTables(folder / f"{name}.stage").rows() for name in ("x", "plain")]
    assert given_back[0] == given_back[1]


def test_a_damaged_plain_stage_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "x.stage"
    staging_files.write_plain_stage(path, {}, {"mart_claim": [CLAIM]})
    path.write_bytes(path.read_bytes()[:-1])
    assert staging_files.open_stage(path) is None


def test_header_comes_back(tmp_path: Path) -> None:
    staging_files.write_stage(tmp_path / "x.stage", {"name": "中.txt", "refusal": "empty"}, {})
    opened = staging_files.open_stage(tmp_path / "x.stage")
    assert opened is not None
    assert (opened.header["name"], opened.refusal) == ("中.txt", "empty")


@pytest.mark.parametrize("damage", [slice(0, 40), slice(0, -1), slice(0, 0), slice(1, None)])
def test_a_cut_stage_is_as_good_as_none(tmp_path: Path, damage: slice) -> None:
    path = tmp_path / "x.stage"
    staging_files.write_stage(path, {}, {"mart_claim": [CLAIM]})
    path.write_bytes(path.read_bytes()[damage])
    assert staging_files.open_stage(path) is None


def test_one_flipped_bit_makes_a_stage_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "x.stage"
    staging_files.write_stage(path, {}, {"mart_claim": [CLAIM]})
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(bytes(data))
    assert staging_files.open_stage(path) is None
    with pytest.raises(ValueError, match="damaged"):
        staging_files.StagedTables(path)


def test_what_the_user_says_is_part_of_the_name(tmp_path: Path) -> None:
    plain = staging_files.stage_path(tmp_path, "ab", {})
    assert staging_files.stage_path(tmp_path, "ab", {"section": None}) == plain
    assert staging_files.stage_path(tmp_path, "ab", {"section": "10"}) != plain
    assert staging_files.code_version() in plain.name


def test_stages_of_other_code_are_swept(tmp_path: Path) -> None:
    current = staging_files.stage_path(tmp_path, "ab", {})
    staging_files.write_stage(current, {}, {})
    staging_files.write_stage(tmp_path / "ab-000000000000.stage", {}, {})
    assert staging_files.sweep(tmp_path, []) == 1
    assert [path.name for path in tmp_path.iterdir()] == [current.name]


def test_documents_are_joined_in_any_order_to_the_same(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        document = {**DOCUMENT, "document_id": f"d{number}"}
        path = tmp_path / f"{number}.stage"
        section = {"edition_year": 2026, "section_code": "10", "label": "Ten" if number == 2 else None}
        staging_files.write_stage(
            path, {}, {"mart_document": [document], "dim_entity": [{**section, "entity_code": "E"}]}
        )
        paths.append(path)
    stages = [staging_files.StagedTables(path) for path in paths]
    forth, back = build_file(tmp_path / "forth.duckdb", stages), build_file(tmp_path / "back.duckdb", stages[::-1])
    assert forth == back
    assert run_query(tmp_path / "forth.duckdb", "SELECT document_id FROM mart_document").rows == (("d1",), ("d2",))
    assert run_query(tmp_path / "forth.duckdb", "SELECT label FROM dim_entity").rows == (("Ten",),)


def test_counts_of_one_check_are_added_up() -> None:
    row = {
        "check_name": "c",
        "about": "print",
        "evaluated": 2,
        "exact": 1,
        "rounding": 1,
        "violated": 0,
        "unassessable": 0,
    }
    merged = {check["check_name"]: check for check in merge_checks([[row], [dict(row)]])}
    assert (merged["c"]["evaluated"], merged["c"]["rounding"]) == (4, 2)


def test_a_change_of_wording_rereads_the_documents_of_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("fr", "zh"):
        staging_files.write_stage(tmp_path / f"{language}.stage", {"document": {"language": language}}, {})
    staging_files.write_stage(tmp_path / "refused.stage", {"refusal": "no fascicle"}, {})
    names = ("fr", "zh", "refused")
    assert [staging_files.open_stage(tmp_path / f"{name}.stage") is not None for name in names] == [True, True, True]
    own = tmp_path / "own"
    own.mkdir()
    (own / "fr.toml").write_text('[objects]\nconsultants = ["Conseillers"]\n', encoding="utf-8")
    monkeypatch.setenv("FASCICLE_VOCABULARY", str(own))
    # What could not be read in any language may be readable now.
    assert [staging_files.open_stage(tmp_path / f"{name}.stage") is not None for name in names] == [False, True, False]


_LOADED = """
import sys
from pathlib import Path
from pipelines.run.document import read_and_judge
path = Path(sys.argv[1])
read_and_judge(path.read_bytes(), path.suffix[1:], {}, "0" * 64)
for name, module in sys.modules.items():
    if name.partition(".")[0] in ("pipelines", "expectations", "warehouse"):
        print(module.__file__)
"""
_STORE_OR_FETCH = {
    "pipelines/ingest/land.py",
    "pipelines/ingest/sources.py",
    "pipelines/run/plain_rows.py",
    "pipelines/run/staging_files.py",
    "warehouse/build.py",
    "warehouse/file_hash.py",
    "warehouse/memory.py",
}
"""Loaded with the code that reads, and without a part in what the rows say."""


def test_code_that_makes_rows_is_part_of_their_version() -> None:
    """Every module that is loaded to read a document changes the version of the code, but for those that store rows."""
    run = subprocess.run(
        [sys.executable, "-c", _LOADED, str(BUNDLED)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {Path(line) for line in run.stdout.splitlines() if not line.endswith("__init__.py")}
    forgotten = loaded - set(staging_files._source_files())
    assert {str(path.relative_to(ROOT)) for path in forgotten} <= _STORE_OR_FETCH
    assert ROOT / "warehouse" / "fact.py" in loaded
