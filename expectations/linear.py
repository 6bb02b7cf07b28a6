"""Linear programmes of one component: can all printed intervals hold at once, and if not, which clash?

Unknowns are deviations of true values from the printed ones, so that coefficients and right-hand sides stay
small whatever the amounts. HiGHS solves them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# Deviations count in twentieths of the fact's unit: half a unit of the first decimal is 1.
UNIT = 50_000
_TOLERANCE = 1e-6
_INFINITY = 1e30


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep the banner that HiGHS writes on creation, before any option can be set, off standard output."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def new_highs() -> Any:
    """A silent HiGHS that works on one thread, so that it gives the same answer everywhere."""
    import highspy

    with _silenced():
        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


@dataclass(slots=True)
class Programme:
    """Rows ``low <= sum(coefficient * variable) <= high`` over ``variable_count`` free variables.

    ``equalities`` hold always. ``bounds`` belong to a claim each: (claim number, terms, low, high, width), where
    ``width`` says how much the row gives way per unit of strain. Terms are (variable, coefficient) pairs.
    """

    variable_count: int
    equalities: list[tuple[list[tuple[int, float]], float]] = field(default_factory=list)
    bounds: list[tuple[int, list[tuple[int, float]], float, float, float]] = field(default_factory=list)


class Solver:
    """A programme loaded once, asked many times with different claims set aside."""

    def __init__(self, programme: Programme) -> None:
        import highspy

        self._highspy = highspy
        self._programme = programme
        self._strain = programme.variable_count
        self._highs: Any = new_highs()
        for option, value in (("presolve", "off"), ("solver", "simplex")):
            self._highs.setOptionValue(option, value)
        self._rows_of_claim: dict[int, list[tuple[int, float, float]]] = {}
        self._claim_of_row: dict[int, int] = {}
        self._set_aside: frozenset[int] = frozenset()
        self._load()

    def _load(self) -> None:
        import numpy

        starts: list[int] = [0]
        indices: list[int] = []
        values: list[float] = []
        lows: list[float] = []
        highs: list[float] = []

        def add(terms: list[tuple[int, float]], low: float, high: float) -> None:
            for variable, coefficient in terms:
                indices.append(variable)
                values.append(coefficient)
            starts.append(len(indices))
            lows.append(low)
            highs.append(high)

        for terms, value in self._programme.equalities:
            add(terms, value, value)
        for claim, terms, low, high, width in self._programme.bounds:
            for is_low in (True, False):
                end = low if is_low else high
                if abs(end) >= _INFINITY:
                    continue
                row = len(lows)
                span = (end, _INFINITY) if is_low else (-_INFINITY, end)
                self._rows_of_claim.setdefault(claim, []).append((row, *span))
                self._claim_of_row[row] = claim
                add([*terms, (self._strain, width if is_low else -width)], *span)
        model = self._highspy.HighsLp()
        columns = self._programme.variable_count + 1
        model.num_col_ = columns
        model.num_row_ = len(lows)
        model.col_cost_ = numpy.array([0.0] * (columns - 1) + [1.0])
        model.col_lower_ = numpy.array([-_INFINITY] * (columns - 1) + [0.0])
        model.col_upper_ = numpy.full(columns, _INFINITY)
        model.row_lower_ = numpy.array(lows)
        model.row_upper_ = numpy.array(highs)
        model.a_matrix_.format_ = self._highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = numpy.array(starts, dtype=numpy.int32)
        model.a_matrix_.index_ = numpy.array(indices, dtype=numpy.int32)
        model.a_matrix_.value_ = numpy.array(values)
        self._highs.passModel(model)

    def _set_apart(self, claims: frozenset[int]) -> None:
        for claim in self._set_aside - claims:
            for row, low, high in self._rows_of_claim.get(claim, ()):
                self._highs.changeRowBounds(row, low, high)
        for claim in claims - self._set_aside:
            for row, _, _ in self._rows_of_claim.get(claim, ()):
                self._highs.changeRowBounds(row, -_INFINITY, _INFINITY)
        self._set_aside = claims

    def conflict(self, set_aside: frozenset[int]) -> frozenset[int] | None:
        """Claims that cannot all hold, the given ones set aside; None when the rest can.

        The least common strain that makes the rest compatible is 0 exactly when they are; if not, the claims with
        a nonzero dual price at the optimal vertex are a minimal clash (Gleeson and Ryan 1990).
        Raises RuntimeError when the solver gives no optimum.
        """
        self._set_apart(set_aside)
        self._run()
        if self._highs.getInfo().objective_function_value <= _TOLERANCE:
            return None
        prices = self._highs.getSolution().row_dual
        return frozenset(claim for row, claim in self._claim_of_row.items() if abs(prices[row]) > 1e-9)

    def span(self, variable: int, set_aside: frozenset[int]) -> tuple[float | None, float | None]:
        """Lowest and highest value of a variable that the claims not set aside allow; None where unbounded."""
        self._set_apart(set_aside)
        self._highs.changeColBounds(self._strain, 0.0, _TOLERANCE)
        self._highs.changeColCost(self._strain, 0.0)
        ends: list[float | None] = []
        for sign in (1.0, -1.0):
            self._highs.changeColCost(variable, sign)
            status = self._run(allow_unbounded=True)
            ends.append(sign * self._highs.getInfo().objective_function_value if status else None)
        self._highs.changeColCost(variable, 0.0)
        self._highs.changeColCost(self._strain, 1.0)
        self._highs.changeColBounds(self._strain, 0.0, _INFINITY)
        return ends[0], ends[1]

    def _run(self, allow_unbounded: bool = False) -> bool:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == self._highspy.HighsModelStatus.kOptimal:
            return True
        if not allow_unbounded:
            # A warm start can leave the simplex stuck; a fresh start decides.
            self._highs.clearSolver()
            self._highs.run()
            if self._highs.getModelStatus() == self._highspy.HighsModelStatus.kOptimal:
                return True
            raise RuntimeError(f"HiGHS found no optimum: {self._highs.modelStatusToString(status)}")
        return False
