"""Numeric order: documents and sections as people list them, 9 before 10 before 29A; in SQL and in Python."""

from __future__ import annotations

import re

_DIGITS = 8


def order_by(*columns: str) -> str:
    """SQL expressions that sort columns of text by the numbers in it.

    >>> order_by("symbol")
    "regexp_replace(regexp_replace(symbol, '([0-9]+)', '00000000\\\\1', 'g'), '0*([0-9]{8})', '\\\\1', 'g')"
    """
    zeros = "0" * _DIGITS
    return ", ".join(
        f"regexp_replace(regexp_replace({column}, '([0-9]+)', '{zeros}\\1', 'g'), '0*([0-9]{{{_DIGITS}}})', '\\1', 'g')"
        for column in columns
    )


def order_key(text: str | None) -> tuple[tuple[str, int], ...]:
    """The same order as a sort key; None comes first.

    >>> sorted(["A/80/6 (Sect. 10)", "A/80/6 (Sect. 9)", "A/80/6 (Sect. 29A)"], key=order_key)
    ['A/80/6 (Sect. 9)', 'A/80/6 (Sect. 10)', 'A/80/6 (Sect. 29A)']
    """
    pieces = re.split(r"(\d+)", text or "")
    return tuple((word, int(number)) for word, number in zip(pieces[::2], [*pieces[1::2], -1], strict=True))
