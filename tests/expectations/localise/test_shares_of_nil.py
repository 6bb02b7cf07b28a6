"""A dash where other tables print 100 per cent: what is new grows from nothing."""

from __future__ import annotations

import pytest

from expectations.judging.judge import figure_findings
from expectations.model.claims import SCALE, Claim, DocumentClaims
from expectations.model.relation import Member, Relation, judge_relation
from expectations.relations.facts import SAME_FACT

PLACE = {"row_label": "4. Maps", "table_number": "99.1", "measure": "percent_change", "fiscal_year": 2026}


def _claim(name: str, value: int, **place: str) -> Claim:
    row = {**PLACE, "cell_id": name, **place}
    return Claim(name, "d", "cell", value * SCALE, 0, None, row, is_nil=not value, printed_text=str(value or "–"))


@pytest.mark.parametrize(
    ("base", "severity", "is_unique"),
    [pytest.param(0, "warning", False, id="no base"), pytest.param(5, "error", True, id="a base tells")],
)
def test_a_dash_for_a_share_of_nil_is_no_nil_for_a_value(base: int, severity: str, is_unique: bool) -> None:
    dash, hundreds = _claim("dash", 0), [_claim(f"hundred {number}", 100) for number in range(2)]
    relations = [
        Relation(SAME_FACT.name, "d", "99.1", other.claim_id, (Member(dash, 1, "restated"), Member(other, -1, "total")))
        for other in hundreds
    ]
    change, whole = _claim("change", 5, measure="total_change"), _claim("base", base, measure="approved")
    members = (Member(change, 1, "change"), Member(dash, 1, "percentage"), Member(whole, 1, "base"))
    relations.append(Relation("percentage", "d", "99.1", "p", members, kind="percent"))
    document = DocumentClaims("d", {}, [], [dash, *hundreds, change, whole], {})
    (finding,) = figure_findings(document, [(relation, judge_relation(relation)) for relation in relations])
    assert (finding["claim_id"], finding["severity"], finding["is_unique"]) == ("dash", severity, is_unique)
