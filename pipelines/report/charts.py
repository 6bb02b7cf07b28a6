"""Geometry of the drawings, and how figures are written: treemaps, lines over years, pyramids of grades."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

WIDTH, HEIGHT = 960, 480
_LETTER = 7.2  # width of a letter in the drawings, in their units


def slug(text: str) -> str:
    """Letters, digits and hyphens only, for a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def plain(value: Any) -> str:
    """A value as words: nothing for None, no trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def number(value: Any) -> str:
    """A figure with its thousands separated, without decimals when it is whole; an empty string for None."""
    if value is None:
        return ""
    text = f"{Decimal(value):,.1f}"
    return text.removesuffix(".0").replace("-", "\N{MINUS SIGN}")


def percent(value: Any) -> str:
    """A change in per cent with its sign, one decimal."""
    return "" if value is None else f"{Decimal(value):+.1f} %".replace("-", "\N{MINUS SIGN}")


def treemap(items: Sequence[Mapping[str, Any]], groups: Mapping[str, int] | None = None) -> dict[str, Any] | None:
    """Rectangles whose areas are to one another as the amounts; None when nothing is above zero.

    Items have ``label``, ``name``, ``amount`` and perhaps ``group`` (items of one lie together) and ``address``.
    """
    shown = [dict(item) for item in items if item["amount"] and item["amount"] > 0]
    if not shown:
        return None
    totals: dict[str, float] = {}
    for item in shown:
        totals[item.get("group") or ""] = totals.get(item.get("group") or "", 0.0) + float(item["amount"])
    order = sorted(totals, key=lambda group: -totals[group])
    hues = {group: (37 * index + 205) % 360 for index, group in enumerate(sorted(totals))}
    boxes = []
    for group, place in zip(order, _places([totals[group] for group in order], 0, 0, WIDTH, HEIGHT), strict=True):
        inside = sorted((i for i in shown if (i.get("group") or "") == group), key=lambda item: -item["amount"])
        amounts = [float(item["amount"]) for item in inside]
        for rank, (item, box) in enumerate(zip(inside, _places(amounts, *place), strict=True)):
            hue = hues[group] if len(totals) > 1 else (37 * rank + 205) % 360
            boxes.append({**item, **_box(box), "hue": hue, "words": _fitting(item["label"], item["name"], box)})
    return {"width": WIDTH, "height": HEIGHT, "boxes": boxes, "total": sum(item["amount"] for item in shown)}


def _places(amounts: Sequence[float], x: float, y: float, dx: float, dy: float) -> list[tuple[float, ...]]:
    import squarify

    laid = squarify.squarify(squarify.normalize_sizes(list(amounts), dx, dy), x, y, dx, dy)
    return [(box["x"], box["y"], box["dx"], box["dy"]) for box in laid]


def _box(place: Sequence[float]) -> dict[str, float]:
    x, y, dx, dy = place
    return {"x": round(x, 1), "y": round(y, 1), "dx": round(max(dx - 1.5, 0.5), 1), "dy": round(max(dy - 1.5, 0.5), 1)}


def _fitting(label: str, name: str, place: Sequence[float]) -> list[str]:
    """Lines that fit into a box: its label, then as much of its name as there is room for, else nothing."""
    letters, lines = int((place[2] - 12) / _LETTER), int((place[3] - 6) / 16)
    if lines < 1 or letters < len(label):
        return []
    told, rest = [label], " ".join(name.split())
    while rest and len(told) < lines and letters >= 6:
        # Wide letters take two places.
        room = letters if rest.isascii() else letters // 2 if any(ord(sign) > 0x2E80 for sign in rest) else letters
        cut = rest[:room]
        if len(rest) > room and " " in cut:
            cut = cut.rsplit(" ", 1)[0]
        elif len(rest) > room and rest.isascii():
            # A word that is longer than the box is cut short, not broken.
            told.append(cut[: room - 1] + "…")
            break
        rest = rest[len(cut) :].strip()
        if rest and len(told) + 1 == lines:
            cut = cut[: room - 1] + "…"
        told.append(cut)
    return told


def lines(series: Sequence[Mapping[str, Any]], years: Sequence[int]) -> dict[str, Any] | None:
    """Points of amounts over years; ``series`` have ``name`` and ``values`` (year to amount or None)."""
    told = [one for one in series if sum(one["values"].get(year) is not None for year in years) > 1]
    if not told or len(years) < 2:
        return None
    top = max(float(amount) for one in told for amount in one["values"].values() if amount is not None) or 1.0
    left, right, upper, lower = 70, 650, 20, 330
    at = {year: left + (right - left) * index / (len(years) - 1) for index, year in enumerate(years)}
    drawn = []
    for index, one in enumerate(told):
        points = [
            (round(at[year], 1), round(lower - (lower - upper) * float(one["values"][year]) / top, 1))
            for year in years
            if one["values"].get(year) is not None
        ]
        drawn.append({"name": one["name"], "points": points, "hue": (37 * index + 205) % 360, "end": points[-1][1]})
    _spread(drawn, 17, upper, lower)
    ticks = [{"y": round(lower - (lower - upper) * step / 4, 1), "words": _short(top * step / 4)} for step in range(5)]
    height = max(360, int(max(one["end"] for one in drawn)) + 30)
    return {"series": drawn, "at": at, "ticks": ticks, "left": left, "right": right, "lower": lower, "height": height}


def _spread(drawn: list[dict[str, Any]], gap: float, upper: float, lower: float) -> None:
    """Names at the ends of lines, moved apart so that none covers another."""
    below = upper - gap
    for one in sorted(drawn, key=lambda line: line["end"]):
        one["end"] = below = max(one["end"], below + gap)


def _short(amount: float) -> str:
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if amount >= size:
            return f"{amount / size:.3g} {letter}"
    return f"{amount:.3g}"


def pyramid(grades: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Bars to the left (approved) and to the right (proposed) of each grade, the highest on top."""
    if not grades:
        return None
    most = max(float(grade[side] or 0) for grade in grades for side in ("approved", "proposed")) or 1.0
    middle, half, bars = 330, 190, []
    for index, grade in enumerate(grades):
        before, after = (round(half * float(grade[side] or 0) / most, 1) for side in ("approved", "proposed"))
        bars.append({**grade, "y": 30 + 24 * index, "before": before, "after": after})
    return {"bars": bars, "middle": middle, "height": 40 + 24 * len(grades), "width": 660}
