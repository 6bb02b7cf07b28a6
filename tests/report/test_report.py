"""The report of the bundled edition in a real browser, opened from the disk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from pipelines.report.charts import lines, pyramid, treemap
from tests.report.browser import Watched, broken_links, browser
from warehouse.query import run_query

LARGEST = 3_000_000


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def report(published: Path) -> Path:
    return (published / "releases" / "current" / "report").resolve()


def _pages(report: Path) -> list[Path]:
    return sorted(path for path in report.rglob("*.html") if "data_docs" not in path.parts)


def test_every_page_opens_from_the_disk_and_every_link_leads_somewhere(opened: Browser, report: Path) -> None:
    watched = Watched(opened)
    pages = _pages(report)
    assert {path.parent.name for path in pages} == {"report", "sections", "findings"}
    for path in pages:
        page = watched.open(path)
        assert broken_links(page, path) == [], path.name
        assert path.stat().st_size < LARGEST, path.name
        for drawing in page.query_selector_all("svg"):
            box = drawing.bounding_box()
            assert box and box["width"] > 100 and box["height"] > 50, path.name
            assert drawing.get_attribute("aria-label"), path.name
    assert watched.complaints == []
    assert watched.outside() == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_has_a_violation_of_accessibility(opened: Browser, report: Path, width: int, scheme: str) -> None:
    watched, axe = Watched(opened, width, scheme), Axe()
    for path in _pages(report):
        page = watched.open(path)
        found = axe.run(page)
        assert found.violations_count == 0, f"{path.name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name


def test_the_worst_finding_and_its_printed_place_are_three_clicks_away(
    opened: Browser, report: Path, published: Path
) -> None:
    database = published / "releases" / "current" / "fascicle.duckdb"
    finding_id, printed = run_query(
        database,
        "SELECT finding_id, printed_text FROM mart_finding WHERE severity = 'error' "
        "ORDER BY abs(difference) DESC NULLS LAST, finding_id LIMIT 1",
    ).rows[0]
    page = Watched(opened).open(report / "index.html")
    page.click("#findings ~ ol a >> nth=0")
    article = page.locator(f"article[id='{finding_id}']")
    assert article.is_visible()
    assert printed in article.inner_text()
    assert article.locator("dt", has_text="Equation").count() > 0
    marks = page.locator(f".printed a[href='#{finding_id}'] mark")
    assert marks.count() == 1
    assert marks.inner_text() == printed


def test_a_keyboard_reaches_the_content_first(opened: Browser, report: Path) -> None:
    page = Watched(opened).open(report / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_printed_table_is_drawn_with_its_heads_rows_and_figures(
    opened: Browser, report: Path, published: Path
) -> None:
    database = published / "releases" / "current" / "fascicle.duckdb"
    table_id, finding_id = run_query(
        database,
        "SELECT table_id, finding_id FROM mart_finding JOIN mart_cell USING (cell_id) ORDER BY finding_id LIMIT 1",
    ).rows[0]
    cells = run_query(
        database, f"SELECT row_label, printed_text FROM mart_cell WHERE table_id = '{table_id}' AND printed_text <> ''"
    ).rows
    page = Watched(opened).open(next((report / "findings").glob("*.html")))
    drawn = page.locator(f".printed[aria-label*='({table_id})']")
    assert drawn.locator(f"a[href='#{finding_id}']").count() == 1
    told = drawn.inner_text()
    assert len(cells) > 3
    assert [text for label, text in cells if text not in told or " ".join((label or "").split()) not in told] == []


def test_areas_of_a_treemap_are_as_its_amounts() -> None:
    drawn = treemap(
        [{"label": str(n), "name": "", "amount": n, "group": "A" if n < 3 else "B"} for n in (1, 2, 3, 6, 0)]
    )
    assert drawn is not None
    shares = {box["label"]: (box["dx"] + 1.5) * (box["dy"] + 1.5) / (960 * 480) for box in drawn["boxes"]}
    assert shares == pytest.approx({"1": 1 / 12, "2": 2 / 12, "3": 3 / 12, "6": 6 / 12}, rel=0.01)
    assert treemap([{"label": "x", "name": "", "amount": None}]) is None


def test_lines_need_two_years_and_names_do_not_cover_one_another() -> None:
    series = [{"name": name, "values": {2024: 10, 2025: amount}} for name, amount in (("a", 20), ("b", 20), ("c", 19))]
    drawn = lines([*series, {"name": "once", "values": {2025: 3}}], [2024, 2025])
    assert drawn is not None
    assert [one["name"] for one in drawn["series"]] == ["a", "b", "c"]
    ends = sorted(one["end"] for one in drawn["series"])
    assert all(after - before >= 17 for before, after in pairwise(ends))


def test_bars_of_a_pyramid_are_as_the_posts() -> None:
    drawn = pyramid(
        [{"grade_code": "P-5", "approved": 4, "proposed": 8}, {"grade_code": "P-4", "approved": None, "proposed": 2}]
    )
    assert drawn is not None
    assert [(bar["before"], bar["after"]) for bar in drawn["bars"]] == [(95.0, 190.0), (0.0, 47.5)]


@pytest.mark.parametrize(("locale", "language"), [("fr-CH", "fr"), ("ar", "ar"), ("de", "en")])
def test_labels_are_in_the_readers_language(
    opened: Browser, report: Path, published: Path, locale: str, language: str
) -> None:
    rows = run_query(
        published / "releases" / "current" / "fascicle.duckdb",
        f"SELECT coalesce(label_{language}, label_en) FROM dim_object WHERE object_code = 'consultants'",
    ).rows
    page = opened.new_context(locale=locale).new_page()
    page.goto(next((report / "sections").glob("*.html")).as_uri())
    assert page.evaluate("document.documentElement.dataset.reader") == language
    shown = page.get_by_role("rowheader", name=rows[0][0], exact=True)
    assert shown.count() == 1 and shown.inner_text() == rows[0][0]
    page.select_option("#reader", "ru")
    assert page.evaluate("document.documentElement.dataset.reader") == "ru"


def test_without_scripts_labels_are_english(opened: Browser, report: Path) -> None:
    page = opened.new_context(java_script_enabled=False).new_page()
    page.goto(next((report / "sections").glob("*.html")).as_uri())
    assert page.get_by_role("rowheader", name="Travel of staff", exact=True).count() == 1
    assert not page.locator("#reader").is_visible()
