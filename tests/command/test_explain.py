"""``fascicle explain``: from a finding or a claim to its printed lines, its equations and the other claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command.support import fascicle, queried
from tests.shared import BUNDLED

LINES = BUNDLED.read_text(encoding="utf-8").split("\n")


def _finding(home: Path, condition: str) -> dict[str, object]:
    return queried(home, f"SELECT * FROM mart_finding WHERE {condition} ORDER BY finding_id LIMIT 1")[0]


def _explained(home: Path, identifier: object, *more: str) -> str:
    answer = fascicle(home, "explain", str(identifier), *more)
    assert answer.exit_code == 0, answer.output
    return answer.output


def _marked(output: str) -> list[str]:
    """The printed lines that are marked as the finding's own."""
    return [line[11:] for line in output.splitlines() if line.startswith("  > ")]


def test_a_wrong_figure_comes_with_its_line_equation_and_what_the_rest_implies(published: Path) -> None:
    finding = _finding(published, "class = 'sign'")
    output = _explained(published, finding["finding_id"])
    assert str(finding["message"]) in output
    assert _marked(output) == [LINES[int(str(finding["line_first"])) - 1].rstrip()]
    assert "printed   0.9" in output and "implied   -0.9" in output
    assert "100 × (2.8) = 0.9 × 306.6" in output and "violated" in output
    document = queried(published, "SELECT source_sha256 FROM mart_document")[0]
    assert document["source_sha256"] in output


def test_a_total_printed_nil_shows_who_else_states_it(published: Path) -> None:
    finding = _finding(published, "class = 'material' AND measure = 'total_change' AND row_label = '共计'")
    output = _explained(published, finding["finding_id"])
    assert "the same fact elsewhere" in output and "83.5" in output.split("the same fact elsewhere")[1]
    assert output.index("violated\n") < output.index("exact\n")


def test_an_absent_cell_shows_its_row_and_the_equation_that_misses_it(published: Path) -> None:
    finding = _finding(published, "class = 'missing'")
    output = _explained(published, finding["finding_id"])
    assert "printed   nothing" in output
    assert _marked(output) == [LINES[int(str(finding["line_first"])) - 1].rstrip()]
    assert "unassessable" in output and "[ ]" in output


def test_an_amount_in_prose_shows_its_paragraph_and_the_table(published: Path) -> None:
    finding = _finding(published, "paragraph_number = '10.72' AND class = 'restated'")
    output = _explained(published, finding["finding_id"])
    assert "395 500" in "".join(_marked(output))
    assert "395 500 美元 = 395.6" in output


def test_a_citation_shows_its_line_and_no_equation(published: Path) -> None:
    finding = _finding(published, "class = 'citation' AND line_first IS NOT NULL")
    output = _explained(published, finding["finding_id"])
    assert _marked(output)
    assert "members" not in output and "explains" not in output


@pytest.mark.parametrize(
    ("table", "key", "condition"),
    [
        ("mart_cell", "cell_id", "table_number = '10.16' AND row_label = '共计' AND measure = 'expenditure'"),
        ("mart_cell", "cell_id", "table_number = '10.6' AND row_label = '4. 大会会议' AND fiscal_year = 2023"),
        ("mart_stated_amount", "stated_amount_id", "paragraph_number = '10.61' AND measure = 'estimate'"),
        ("mart_chart_value", "chart_value_id", "printed_text = '303.8'"),
        ("mart_org_unit_post", "org_unit_post_id", "grade = 'USG'"),
        ("mart_claim", "claim_id", "source = 'detail'"),
    ],
)
def test_every_kind_of_claim_leads_to_its_lines_and_relations(
    published: Path, table: str, key: str, condition: str
) -> None:
    claim = queried(published, f"SELECT * FROM {table} WHERE {condition} ORDER BY {key} LIMIT 1")[0]
    output = _explained(published, claim[key])
    assert str(claim[key]) in output
    held = "".join(_marked(output)).replace(" ", "")
    assert str(claim["printed_text"]).replace(" ", "") in held
    assert "residual" in output
    # Every member of every equation is shown as it is printed.
    assert not [line for line in output.splitlines() if " x " in line and "[ ]" in line]


def test_lines_around_are_as_many_as_asked_for(published: Path) -> None:
    finding = _finding(published, "class = 'sign'")["finding_id"]
    lone, some = _explained(published, finding, "--around", "0"), _explained(published, finding, "--around", "2")
    numbered = [[line for line in text.splitlines() if line[4:9].strip().isdigit()] for text in (lone, some)]
    assert [len(lines) for lines in numbered] == [1, 5]


def test_the_beginning_of_an_identifier_is_enough_where_one_has_it(published: Path) -> None:
    finding = str(_finding(published, "class = 'sign'")["finding_id"])
    assert _explained(published, finding[:10]) == _explained(published, finding)
    several = fascicle(published, "explain", "A/77/6")
    assert several.exit_code == 2 and "several begin with" in several.output


def test_an_unknown_identifier_is_a_usage_error(published: Path) -> None:
    answer = fascicle(published, "explain", "nowhere")
    assert answer.exit_code == 2
    assert "fascicle findings" in answer.output
