"""Linear programmes of one component: can all printed intervals hold at once, and if not, which clash?

Unknowns are deviations of true values from the printed ones, so that coefficients and right-hand sides stay
small whatever the amounts. HiGHS solves them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# Deviations count in twentieths of the fact's unit: half a unit of the first decimal is 1.
UNIT = 50_000
# Intervals that touch are compatible: each end gives way by far less than a printed digit.
_HAIR = 1e-6
_INFINITY = 1e30
_DUAL, _PRIMAL = 1, 4
_NOBODY = -1
"""Stands for the claim behind a bound that holds always."""


class SolverError(RuntimeError):
    """HiGHS came to no answer on a programme."""


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


Terms = list[tuple[int, float]]
"""(variable, coefficient) pairs."""


@dataclass(slots=True)
class Programme:
    """What must hold between free variables.

    ``equalities`` hold always: (terms, value); ``floors`` are least values of variables, which hold always too.
    ``intervals`` say of one variable what a claim says of it: (claim number, variable, low, high). ``bounds`` are of
    several variables and belong to a claim too: (claim number, terms, low, high), the ends infinite where there are
    none.
    """

    variable_count: int
    equalities: list[tuple[Terms, float]] = field(default_factory=list)
    floors: dict[int, float] = field(default_factory=dict)
    intervals: list[tuple[int, int, float, float]] = field(default_factory=list)
    bounds: list[tuple[int, Terms, float, float]] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    terms: Terms
    low: float
    high: float
    claim: int | None


class Solver:
    """A programme loaded once, asked many times with different claims set aside.

    Claims about a variable alone are its bounds in the solver: the tightest of those not set aside. Where these
    cross, two claims contradict each other without any equation, and the solver sees the variable free.
    """

    def __init__(self, programme: Programme) -> None:
        import highspy

        self._highspy = highspy
        self._highs: Any = new_highs()
        for option, value in (("presolve", "off"), ("solver", "simplex")):
            self._highs.setOptionValue(option, value)
        self._rows = [_Row(terms, value, value, None) for terms, value in programme.equalities]
        self._rows += [
            _Row(terms, max(low - _HAIR, -_INFINITY), min(high + _HAIR, _INFINITY), claim)
            for claim, terms, low, high in programme.bounds
        ]
        self._rows_of_claim: dict[int, list[int]] = {}
        for number, row in enumerate(self._rows):
            if row.claim is not None:
                self._rows_of_claim.setdefault(row.claim, []).append(number)
        self._said: list[list[tuple[int, float, float]]] = [[] for _ in range(programme.variable_count)]
        self._variable_of_claim: dict[int, int] = {}
        for variable, low in programme.floors.items():
            self._said[variable].append((_NOBODY, low - _HAIR, _INFINITY))
        for claim, variable, low, high in programme.intervals:
            self._said[variable].append((claim, low - _HAIR, high + _HAIR))
            self._variable_of_claim[claim] = variable
        self._set_aside: frozenset[int] = frozenset()
        self._crossed: dict[int, frozenset[int]] = {}
        self._load([self._interval(variable) for variable in range(programme.variable_count)])

    def _load(self, columns: list[tuple[float, float]]) -> None:
        import numpy

        model = self._highspy.HighsLp()
        model.num_col_, model.num_row_ = len(columns), len(self._rows)
        model.col_cost_ = numpy.zeros(len(columns))
        model.col_lower_ = numpy.array([low for low, _ in columns])
        model.col_upper_ = numpy.array([high for _, high in columns])
        model.row_lower_ = numpy.array([row.low for row in self._rows])
        model.row_upper_ = numpy.array([row.high for row in self._rows])
        model.a_matrix_.format_ = self._highspy.MatrixFormat.kRowwise
        starts = numpy.cumsum([0, *(len(row.terms) for row in self._rows)])
        model.a_matrix_.start_ = starts.astype(numpy.int32)
        terms = [term for row in self._rows for term in row.terms]
        model.a_matrix_.index_ = numpy.array([variable for variable, _ in terms], dtype=numpy.int32)
        model.a_matrix_.value_ = numpy.array([coefficient for _, coefficient in terms])
        self._highs.passModel(model)

    def _interval(self, variable: int) -> tuple[float, float]:
        """What the claims not set aside say of a variable together; everything where they contradict each other."""
        low, high = -_INFINITY, _INFINITY
        lowest = highest = _NOBODY
        for claim, claim_low, claim_high in self._said[variable]:
            if claim in self._set_aside:
                continue
            if claim_low > low:
                low, lowest = claim_low, claim
            if claim_high < high:
                high, highest = claim_high, claim
        self._crossed.pop(variable, None)
        if low > high:
            self._crossed[variable] = frozenset({lowest, highest} - {_NOBODY})
            return -_INFINITY, _INFINITY
        return low, high

    def _set_apart(self, claims: frozenset[int]) -> None:
        changed = claims ^ self._set_aside
        self._set_aside = claims
        for variable in sorted(
            {self._variable_of_claim[claim] for claim in changed if claim in self._variable_of_claim}
        ):
            self._highs.changeColBounds(variable, *self._interval(variable))
        for claim in sorted(changed):
            for number in self._rows_of_claim.get(claim, ()):
                row = self._rows[number]
                is_free = claim in claims
                self._highs.changeRowBounds(number, *((-_INFINITY, _INFINITY) if is_free else (row.low, row.high)))

    def conflict(self, set_aside: frozenset[int]) -> frozenset[int] | None:
        """Claims that cannot all hold, the given ones set aside; None when the rest can.

        Where they cannot, the simplex ends on a ray of the dual: a certificate of Farkas, whose claims are a minimal
        clash (Gleeson and Ryan 1990). Raises SolverError when the solver gives neither.
        """
        self._set_apart(set_aside)
        if self._crossed:
            return self._crossed[min(self._crossed)]
        for _ in range(2):
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == self._highspy.HighsModelStatus.kOptimal:
                return None
            _, has_ray, ray = self._highs.getDualRay()
            if status == self._highspy.HighsModelStatus.kInfeasible and has_ray:
                found = self._claims_of_ray(ray)
                if found:
                    return found
            # A warm start can leave the simplex stuck; a fresh start decides.
            self._highs.clearSolver()
        raise SolverError(f"HiGHS found neither a solution nor a clash: {self._highs.modelStatusToString(status)}")

    def _claims_of_ray(self, ray: Sequence[float]) -> frozenset[int]:
        """Claims that a certificate of Farkas leans on; empty when it certifies nothing.

        The rows, weighted by the ray, sum to a weighted sum of variables. What bounds say of the rows and of the
        variables contradict each other: one sum's least value is more than the other's most.
        """
        least = 1e-9 * max(map(abs, ray))
        used = [(number, weight) for number, weight in enumerate(ray) if abs(weight) > least]
        columns: dict[int, float] = {}
        rows_low = rows_high = 0.0
        claims: set[int] = set()
        for number, weight in used:
            row = self._rows[number]
            if row.claim is not None:
                claims.add(row.claim)
            ends = sorted((weight * row.low, weight * row.high))
            rows_low, rows_high = rows_low + ends[0], rows_high + ends[1]
            for variable, coefficient in row.terms:
                columns[variable] = columns.get(variable, 0.0) + weight * coefficient
        weights = {variable: weight for variable, weight in columns.items() if abs(weight) > 10 * least}
        sides: dict[bool, float] = {}
        leaning: dict[bool, set[int]] = {}
        for is_most in (False, True):
            total, own = 0.0, set[int]()
            for variable, weight in weights.items():
                claim, end = self._end(variable, (weight > 0) == is_most)
                total += weight * end
                own.add(claim)
            sides[is_most], leaning[is_most] = total, own
        if sides[True] < rows_low:
            return frozenset(claims | leaning[True] - {_NOBODY})
        if sides[False] > rows_high:
            return frozenset(claims | leaning[False] - {_NOBODY})
        return frozenset()

    def _end(self, variable: int, is_high: bool) -> tuple[int, float]:
        """The claim that bounds a variable on one side, and the bound; ``_NOBODY`` and infinite where none does."""
        active = [said for said in self._said[variable] if said[0] not in self._set_aside]
        if not active:
            return _NOBODY, _INFINITY if is_high else -_INFINITY
        if is_high:
            claim, _, end = min(active, key=lambda said: said[2])
            return claim, end
        claim, end, _ = max(active, key=lambda said: said[1])
        return claim, end

    def span(self, variable: int, set_aside: frozenset[int]) -> tuple[float | None, float | None]:
        """Lowest and highest value of a variable that the claims not set aside allow; None where unbounded."""
        self._set_apart(set_aside)
        # With another objective the last answer still holds, which the primal simplex goes on from.
        self._highs.setOptionValue("simplex_strategy", _PRIMAL)
        ends: list[float | None] = []
        for sign in (1.0, -1.0):
            self._highs.changeColCost(variable, sign)
            self._highs.run()
            is_found = self._highs.getModelStatus() == self._highspy.HighsModelStatus.kOptimal
            ends.append(sign * self._highs.getInfo().objective_function_value if is_found else None)
        self._highs.changeColCost(variable, 0.0)
        self._highs.setOptionValue("simplex_strategy", _DUAL)
        return ends[0], ends[1]
