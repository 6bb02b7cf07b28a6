"""The questions of docs/mandates.md, as they are printed there, asked of releases."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from pipelines.parse.resolutions.rows import parse_resolution
from pipelines.run.document import judged as with_judgement
from tests.kept import rows_kept
from tests.parse.resolutions.blocks import budget_resolution
from tests.shared import BUNDLED, ROOT, SHARED, asked, judged, released

COST, OLD, ADDED, UNLISTED = re.findall(r"```sql\n(.+?)```", (ROOT / "docs" / "mandates.md").read_text("utf-8"), re.S)
EDITIONS = [SHARED / "corpus" / f"A_{year}_6" / f"A_{year}_6_Sect.10.en.docx" for year in (80, 81)]
TEXTS = SHARED / "corpus" / "resolutions"
needs_editions = pytest.mark.skipif(not EDITIONS[0].exists(), reason=f"no documents in {EDITIONS[0].parent}")

Ask = Callable[[str], list[dict[str, Any]]]


def release(folder: Path, documents: list[tuple[str, dict[str, Any]]]) -> Ask:
    database = released(folder, [rows for _, rows in documents])
    return partial(asked, database)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return release(tmp_path_factory.mktemp("bundled"), [("one", judged(BUNDLED))])


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Section 10 of three editions, and a text that it rests on."""
    documents = [(path.stem, _read(path)) for path in [*EDITIONS, TEXTS / "A_RES_56_227.en.txt"]]
    return release(tmp_path_factory.mktemp("editions"), [*documents, ("bundled", judged(BUNDLED))])


@cache
def _read(path: Path) -> dict[str, Any]:
    return rows_kept(path)


def test_what_a_subprogramme_rests_on_and_costs(bundled: Ask) -> None:
    rows = bundled(COST)
    numbers = ("56/227", "65/280", "70/294", "74/232", "74/232 B", "75/227", "76/216", "76/251", "76/258")
    assert [row["symbol"] for row in rows] == [*(f"A/RES/{number}" for number in numbers), "E/RES/2021/19"]
    costs = ("rb_estimate_usd", "xb_estimate_usd", "rb_posts", "planned_deliverables")
    assert {tuple(row[name] for name in costs) for row in rows} == {(3695900, 1613700, 17, 88)}
    assert all(row["title"] for row in rows)


def test_old_mandates(bundled: Ask) -> None:
    assert [(row["symbol"], row["age_years"]) for row in bundled(OLD)] == [("A/RES/56/227", 22)]


def test_one_edition_alone_has_no_changes(bundled: Ask) -> None:
    assert bundled(ADDED) == []


def test_cited_and_listed_nowhere(bundled: Ask) -> None:
    assert [(row["symbol"], row["cited_in"]) for row in bundled(UNLISTED)] == [
        ("A/RES/76/245", ["A/77/6 (Sect. 10)"]),
        ("A/RES/72/219", ["A/77/6 (Sect. 10)"]),
        ("A/RES/74/297", ["A/77/6 (Sect. 10)"]),
        ("A/RES/75/233", ["A/77/6 (Sect. 10)"]),
    ]


@needs_editions
def test_a_subprogramme_over_editions(editions: Ask) -> None:
    cost = {row["edition_year"]: (row["rb_estimate_usd"], row["rb_posts"]) for row in editions(COST)}
    assert cost[2026] == (Decimal("3887800"), Decimal(17))
    # The plan of 2027 prints no money.
    assert cost[2027] == (None, None)
    symbols = [row["symbol"] for row in editions(COST) if row["edition_year"] == 2027]
    assert symbols and len(symbols) == len(set(symbols))


@needs_editions
def test_mandates_added_from_2026_to_2027(editions: Ask) -> None:
    added = editions(ADDED)
    then = {row["symbol"] for row in _read(EDITIONS[0])["mart_mandate"]}
    now = {row["symbol"] for row in _read(EDITIONS[1])["mart_mandate"]}
    assert {row["symbol"] for row in added} == now - then
    assert all(row["document_part"] == "(Sect. 10)" and row["places"] for row in added)


@needs_editions
def test_the_load_counts_the_editions_that_invoke(editions: Ask) -> None:
    (load,) = editions("SELECT * FROM mart_mandate_load WHERE symbol = 'A/RES/56/227'")
    assert (load["first_edition_year"], load["last_edition_year"], load["adopted_year_basis"]) == (2023, 2027, "date")
    assert load["has_text"] is True and load["section_codes"] == ["10"]


def test_appropriations_are_compared_with_what_the_next_edition_restates(tmp_path: Path) -> None:
    """The invented resolution appropriates for 2024; no fascicle of 2025 is here to restate it."""
    resolution = parse_resolution(budget_resolution(), source_sha256="3" * 64)
    ask = release(tmp_path, [("resolution", with_judgement(resolution)), ("bundled", judged(BUNDLED))])
    rows = ask("SELECT * FROM v_appropriation ORDER BY is_additional, section_code")
    assert [(row["section_code"], int(row["amount_usd"]), row["is_additional"]) for row in rows] == [
        ("1", 1000400, False),
        ("10", 7469900, False),
        ("2", 500600, False),
        ("29A", 30100, False),
        ("18", 2000, True),
        ("29E", 1000, True),
        (None, 3000, True),
    ]
    assert {(row["symbol"], row["fiscal_year"]) for row in rows} == {("A/RES/78/999", 2024)}
    # What a resolution appropriates is no row of a section's own table.
    assert ask("SELECT count(*) AS n FROM mart_financial_resource WHERE fiscal_year = 2024")[0]["n"] == 0
