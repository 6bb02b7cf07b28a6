"""Pages and lists of findings: how many there are, where each finding stands, and what has to be written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.report import findings, write_report
from pipelines.report.last_release import LastReport
from warehouse import query

Rows = list[tuple[Any, ...]]


def _connection(found: Rows) -> duckdb.DuckDBPyConnection:
    """A release of these findings: document, edition, severity, difference, pattern, message."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE mart_document (document_id VARCHAR, symbol VARCHAR, language VARCHAR, format VARCHAR, "
        "edition_year INTEGER, section_code VARCHAR);"
        "CREATE TABLE mart_finding (finding_id VARCHAR, document_id VARCHAR, severity VARCHAR, difference DECIMAL(20,4), "
        "pattern_id VARCHAR, pattern_message VARCHAR, message VARCHAR, class VARCHAR, acknowledged BOOLEAN)"
    )
    for document, edition in dict.fromkeys(row[:2] for row in found):
        connection.execute(
            "INSERT INTO mart_document VALUES (?, ?, 'en', 'docx', ?, '1')", [document, document, edition]
        )
    for number, (document, _, severity, difference, pattern, message) in enumerate(found):
        row = [f"{number:04}", document, severity, difference, pattern, pattern, message, "sum", False]
        connection.execute("INSERT INTO mart_finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return connection


def _many(document: str, edition: int | None, count: int, errors: int) -> Rows:
    severities = ["error"] * errors + ["info"] * (count - errors)
    return [(document, edition, severity, number, None, f"m {number}") for number, severity in enumerate(severities)]


def test_findings_of_a_document_are_a_hundred_to_a_page_with_the_errors_first() -> None:
    pages = findings.pages_of(_connection([*_many("b", 2026, 250, 130), *_many("a", 2026, 100, 0)]))
    told = [(page["address"], page["part"], page["start"], page["count"], page["errors"]) for page in pages]
    assert told == [
        ("findings/a.html", "", 0, 100, 0),
        ("findings/b-1.html", "1", 0, 100, 100),
        ("findings/b-2.html", "2", 100, 100, 30),
        ("findings/b-3.html", "3", 200, 50, 0),
    ]


def test_the_worst_of_each_pattern_is_listed_with_its_rows_and_the_page_it_stands_on() -> None:
    several = [("b", 2026, "error", 500 + number, "p", f"of p {number}") for number in range(3)]
    connection = _connection([*_many("b", 2026, 250, 130), *several, *_many("a", 2025, 2, 1)])
    listed = findings.worst(connection, 3)
    assert [(row["message"], row["rows"], row["page"]) for row in listed] == [
        ("of p 2", 3, "findings/b-1.html"),
        ("m 129", 1, "findings/b-1.html"),
        ("m 128", 1, "findings/b-1.html"),
    ]
    every = findings.worst(connection)
    assert len(every) == 253 and sum(row["rows"] for row in every) == 255
    last = next(row for row in every if row["message"] == "m 130" and row["document_id"] == "b")
    assert last["page"] == "findings/b-3.html"  # infos stand behind 133 errors, the smallest difference last


def test_a_list_of_few_is_one_and_one_of_many_is_parted_by_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [*_many("a", 2025, 3, 1), *_many("b", 2026, 5, 2), *_many("c", None, 1, 1)]
    connection = _connection(found)
    (whole,) = findings.lists_of(connection, findings.pages_of(connection))
    assert (whole["pages"], whole["findings"], whole["patterns"]) == (["all.html"], 9, 9)
    monkeypatch.setattr(findings, "_ROWS_A_PAGE", 4)
    lists = findings.lists_of(connection, findings.pages_of(connection))
    assert [(one["name"], one["pages"], one["findings"]) for one in lists] == [
        ("2026", ["all.html", "all-2.html"], 5),
        ("2025", ["all-2025.html"], 3),
        ("other documents", ["all-other.html"], 1),
    ]
    for most in (4_096, 4, 1):
        monkeypatch.setattr(query, "_ROWS_AT_ONCE", most)
        told = list(findings.patterns_of(connection, lists))
        assert [one["name"] for one, _ in told] == ["2026", "2025", "other documents"]
        parts = [part for one, patterns in told for part in findings.parts_of(patterns, one)]
        assert [len(part["rows"]) for part in parts] == [4, 1, 3, 1]
        assert [part["rows"][0]["section"] for part in parts] == ["2026, 1", "2026, 1", "2025, 1", "None, 1"]


def test_a_slip_of_several_editions_is_one_pattern_of_the_release_and_one_of_each_edition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(findings, "_ROWS_A_PAGE", 1)
    connection = _connection([("a", 2025, "error", 1, "p", "in 2025"), ("b", 2026, "error", 2, "p", "in 2026")])
    lists = findings.lists_of(connection, findings.pages_of(connection))
    assert [row["rows"] for row in findings.worst(connection)] == [2]
    # In the order given, one without findings between them.
    years = [{**lists[0], "is_whole": False, "year": year} for year in (2025, 2024, 2026)]
    listed = findings.patterns_of(connection, years)
    assert [[row["message"] for row in patterns] for _, patterns in listed] == [["in 2025"], [], ["in 2026"]]


def test_a_list_changes_with_its_own_edition_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "_ROWS_A_PAGE", 4)
    found = [*_many("a", 2025, 3, 1), *_many("b", 2026, 5, 2)]

    def marks(rows: Rows) -> dict[str, str]:
        connection = _connection(rows)
        return {one["name"]: one["mark"] for one in findings.lists_of(connection, findings.pages_of(connection))}

    before, after = marks(found), marks([*found[:-1], (*found[-1][:-1], "other words")])
    assert before["2025"] == after["2025"] and before["2026"] != after["2026"]


def test_no_finding_is_an_empty_list() -> None:
    (whole,) = findings.lists_of(_connection([]), [])
    assert whole["pages"] == ["all.html"] and whole["patterns"] == 0


@pytest.mark.parametrize("rows_a_page", [4_000, 3])
def test_a_report_of_the_same_release_is_linked_and_one_of_a_touched_document_written(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_a_page: int
) -> None:
    monkeypatch.setattr(findings, "_ROWS_A_PAGE", rows_a_page)
    database = published / "releases" / "current" / "fascicle.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        documents = frozenset(
            name for (name,) in connection.execute("SELECT document_id FROM mart_document").fetchall()
        )
    for name, last in (
        ("first", None),
        ("same", LastReport(tmp_path / "first", frozenset())),
        ("touched", LastReport(tmp_path / "first", documents)),
    ):
        write_report(database, tmp_path / name, database, frozenset(), last)
    pages = {path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*.html")}
    for name in ("same", "touched"):
        assert {path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*.html")} == pages
        for page in pages:
            assert (tmp_path / name / page).read_bytes() == (tmp_path / "first" / page).read_bytes(), page
    linked = {page for page in pages if (tmp_path / "same" / page).samefile(tmp_path / "first" / page)}
    assert {page.parts[0] for page in linked if page.parent.name} == {"findings", "sections"}
    assert {page.name for page in linked if page.name.startswith("all")} == {
        page.name for page in pages if page.name.startswith("all")
    }
    assert not any(
        (tmp_path / "touched" / page).samefile(tmp_path / "first" / page)
        for page in pages
        if page.parts[0] == "findings"
    )


def test_templates_that_are_kept_compiled_make_the_same_pages_even_where_they_are_damaged(
    published: Path, tmp_path: Path
) -> None:
    database, compiled = published / "releases" / "current" / "fascicle.duckdb", tmp_path / "compiled"
    reports = [tmp_path / name for name in ("plain", "first", "again", "damaged")]
    write_report(database, reports[0])
    for report in reports[1:]:
        write_report(database, report, compiled=compiled)
        kept = list(compiled.iterdir())
        assert len(kept) > 5
        if report.name == "again":
            for file in kept:
                file.write_bytes(file.read_bytes()[:-9])
    for page in reports[0].rglob("*.html"):
        told = page.read_bytes()
        assert all((report / page.relative_to(reports[0])).read_bytes() == told for report in reports[1:]), page
