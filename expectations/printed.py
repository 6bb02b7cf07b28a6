"""Printed numbers as intervals: what is known of a value from the way it was printed.

``648.7`` means a true value in [648.65, 648.75]. Exact decimals throughout, as in interval
consistency of XBRL Calculations 1.1. A nil is the value 0, known as well as its neighbours in the
same column are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

HALF = Decimal("0.5")


def half_unit(precision_digits: int) -> Decimal:
    """Half a unit of the last printed digit: 1 -> 0.05, 0 -> 0.5, -2 -> 50."""
    return HALF.scaleb(-precision_digits)


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of exact decimals."""

    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, value: Decimal, half_width: Decimal) -> Interval:
        """The interval value +/- half_width."""
        return cls(value - half_width, value + half_width)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def scaled(self, factor: Decimal) -> Interval:
        """The interval times a factor, ends swapped when it is negative."""
        ends = (self.low * factor, self.high * factor)
        return Interval(min(ends), max(ends))

    def meets(self, other: Interval) -> bool:
        """True when a value lies in both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def width(self) -> Decimal:
        """High less low."""
        return self.high - self.low
