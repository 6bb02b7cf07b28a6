"""How datasets, charts and dashboards are declared; ``assets`` renders them for Superset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Metric:
    """An aggregate of a dataset: name, SQL over its columns, label, meaning and number format (d3)."""

    name: str
    sql: str
    label: str
    doc: str
    format: str = ",d"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: title, dataset, Superset's chart type and its form data, place in the row.

    ``where`` is SQL over the dataset's columns; ``width`` is in twelfths of the page, ``height`` in
    units of 8 pixels. ``unfiltered`` names the filters of the dashboard that don't apply to it.
    """

    name: str
    dataset: str
    kind: str
    form: Mapping[str, Any]
    doc: str = ""
    where: str = ""
    width: int = 6
    height: int = 45
    unfiltered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a dashboard: label, dataset and column; the first or last value, or ``default``, stands first.

    Without ``default`` and ``newest`` all values are shown.
    """

    label: str
    dataset: str
    column: str
    default: tuple[str, ...] = ()
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard: address, title, a note at its head (Markdown), its filters and rows of charts."""

    slug: str
    title: str
    note: str
    filters: tuple[Filter, ...]
    rows: tuple[tuple[Chart, ...], ...]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart, in reading order."""
        return tuple(chart for row in self.rows for chart in row)


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is added to a declared table or view: metrics, and columns computed from its own (name -> SQL, meaning)."""

    metrics: tuple[Metric, ...] = ()
    computed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
