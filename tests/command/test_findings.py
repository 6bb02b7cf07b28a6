"""``fascicle findings``: worst first, in words or as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.support import fascicle, queried

SEVERITIES = ("error", "warning", "info")


def test_findings_come_worst_first_with_all_their_fields(published: Path) -> None:
    found = json.loads(fascicle(published, "findings", "--json").output)
    order = [SEVERITIES.index(finding["severity"]) for finding in found]
    assert order == sorted(order)
    columns = {row["column_name"] for row in queried(published, "DESCRIBE mart_finding")}
    assert all(set(finding) == columns for finding in found)
    assert {finding["finding_id"] for finding in found} == {
        row["finding_id"] for row in queried(published, "SELECT finding_id FROM mart_finding")
    }


def test_words_name_place_and_identifier_and_what_to_type(published: Path) -> None:
    shown = fascicle(published, "findings", "--rows").output
    for finding in queried(published, "SELECT finding_id, message, table_number, line_first FROM mart_finding"):
        assert finding["finding_id"] in shown
        assert finding["message"] in shown
    worst = json.loads(fascicle(published, "findings", "--json").output)[0]["finding_id"]
    assert shown.splitlines()[-1].endswith(f"fascicle explain {worst}")


def test_findings_of_one_slip_are_grouped_unless_rows_are_asked_for(published: Path) -> None:
    shown = fascicle(published, "findings").output
    sql = "SELECT *, count(*) OVER (PARTITION BY pattern_id) AS rows FROM mart_finding"
    for finding in queried(published, sql):
        assert finding["finding_id"] in shown
        assert shown.count(finding["pattern_message"] if finding["rows"] > 1 else finding["message"]) == 1


def test_doubts_are_listed_separately(published: Path) -> None:
    assert "no doubts about the reading" in fascicle(published, "findings", "--doubts").output
    assert json.loads(fascicle(published, "findings", "--doubts", "--json").output) == []
    assert fascicle(published, "findings", "--doubts", "--severity", "error").exit_code == 2


@pytest.mark.parametrize("severity", SEVERITIES)
def test_one_severity_alone(published: Path, severity: str) -> None:
    found = json.loads(fascicle(published, "findings", "--json", "--severity", severity).output)
    assert found and {finding["severity"] for finding in found} == {severity}


def test_without_a_release_it_says_what_to_type(tmp_path: Path) -> None:
    answer = fascicle(tmp_path, "findings")
    assert answer.exit_code == 1
    assert "fascicle run" in answer.output
