"""The likely slip of a typist or a template behind a wrong figure, from the printed and the implied value."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.model.claims import Claim, PrintedTable

# From the most telling to the least; the order in which slips are tried and explanations preferred.
SLIPS: tuple[str, ...] = (
    "sign",
    "nil_for_value",
    "digits_swapped",
    "decimal_shifted",
    "copied_from_other_year",
    "row_shifted",
    "column_shifted",
    "digit_dropped",
    "digit_added",
    "last_digit",
    "digit_changed",
    "value_for_nil",
)
_LAST_DIGIT_UNITS = 2


def plausibility(slip: str | None) -> int:
    """Rank of a slip, 0 for the most plausible; one more than the last rank where no slip fits."""
    return SLIPS.index(slip) if slip is not None else len(SLIPS)


def likely_slip(
    claim: Claim, low: int | None, high: int | None, implied: int | None, tables: Mapping[str, PrintedTable]
) -> str | None:
    """The slip that turns a value in [low, high] into the printed one; None where none fits.

    Values in millionths. ``tables`` by table_id, to look at the neighbours of a cell.
    """
    if claim.value is None or implied is None or low is None or high is None:
        return None
    value = claim.value
    reach = claim.half_width
    low, high = low - reach, high + reach

    def fits(candidate: int) -> bool:
        return low <= candidate <= high

    if value and fits(-value):
        return "sign"
    if claim.is_nil:
        return "nil_for_value"
    step = 2 * claim.half_width or 1_000_000
    digits, implied_digits = abs(value) // step, abs(implied) // step
    same_sign = (value < 0) == (implied < 0)
    if same_sign and _is_swapped(digits, implied_digits):
        return "digits_swapped"
    if abs(value - implied) <= _LAST_DIGIT_UNITS * step:
        return "last_digit"
    for power in (10, 100, 1000) if implied_digits else ():
        if value and (fits(value * power) or (value % power == 0 and fits(value // power))):
            return "decimal_shifted"
    shifted = _shifted(claim, tables)
    if shifted is not None:
        return shifted
    if implied_digits == 0:
        return "value_for_nil"
    if same_sign:
        return _edited(str(digits), str(implied_digits))
    return None


def _is_swapped(printed: int, implied: int) -> bool:
    a, b = str(printed), str(implied)
    if len(a) != len(b):
        width = max(len(a), len(b))
        a, b = a.zfill(width), b.zfill(width)
    different = [i for i in range(len(a)) if a[i] != b[i]]
    return len(different) == 2 and a[different[0]] == b[different[1]] and a[different[1]] == b[different[0]]


def _edited(printed: str, implied: str) -> str | None:
    if len(implied) == len(printed) + 1 and any(implied[:i] + implied[i + 1 :] == printed for i in range(len(implied))):
        return "digit_dropped"
    if len(printed) == len(implied) + 1 and any(printed[:i] + printed[i + 1 :] == implied for i in range(len(printed))):
        return "digit_added"
    if len(printed) == len(implied) and sum(a != b for a, b in zip(printed, implied, strict=True)) == 1:
        return "digit_changed"
    return None


def _shifted(claim: Claim, tables: Mapping[str, PrintedTable]) -> str | None:
    table = tables.get(claim.row.get("table_id", ""))
    if table is None or not claim.value:
        return None
    row = table.rows.get(claim.row["row_number"])
    column = claim.row["column_number"]
    if row is None:
        return None
    year = claim.row.get("fiscal_year")
    for number, other in row.cells.items():
        if number != column and other.value == claim.value and other.row.get("unit") == claim.row.get("unit"):
            is_other_year = other.row.get("fiscal_year") != year and not _is_change(claim) and not _is_change(other)
            if is_other_year:
                return "copied_from_other_year"
            if abs(number - column) == 1:
                return "column_shifted"
    numbers = [number for number, other in table.rows.items() if column in other.cells]
    if row.number in numbers:
        place = numbers.index(row.number)
        for neighbour in numbers[max(place - 1, 0) : place + 2]:
            if neighbour != row.number and table.rows[neighbour].cells[column].value == claim.value:
                return "row_shifted"
    return None


def _is_change(claim: Claim) -> bool:
    measure: str = claim.row.get("measure") or ""
    return measure.endswith("_change") or measure in ("technical_adjustment", "new_expanded_mandate")
