"""Verdicts by printed precision. Each check with the mutation that breaks it is in test_mutations."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.printed import Interval, half_unit


@settings(max_examples=200)
@given(st.lists(st.decimals(-9999, 9999, places=4), min_size=1, max_size=12))
def test_rounded_truth_never_leaves_its_interval(values: list[Decimal]) -> None:
    """Printing true values to one decimal leaves their sum within the sum of the printed intervals."""
    printed = [value.quantize(Decimal("0.1")) for value in values]
    intervals = [Interval.around(p, half_unit(1)) for p in printed]
    whole = intervals[0]
    for interval in intervals[1:]:
        whole = whole + interval
    assert whole.low <= sum(values) <= whole.high
    assert whole.width == len(values) * Decimal("0.1")
