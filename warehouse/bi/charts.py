"""How datasets, charts and dashboards are declared, and the forms that Superset gives charts; ``assets`` renders them for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


USD = "$,.0f"
SHORT_USD: Mapping[str, Any] = {
    "y_axis_format": "SMART_NUMBER",
    "currency_format": {"symbol": "USD", "symbolPosition": "prefix"},
}
"""Dollars on axes and as large numbers, such as 3.4B."""


def number(name: str, dataset: str, metric: str, subtitle: str, width: int = 4, **form: Any) -> Chart:
    """One large number with words below it."""
    own = {"metric": metric, "subtitle": subtitle, "header_font_size": 0.4, "subtitle_font_size": 0.15}
    return Chart(name, dataset, "big_number_total", own | form, width=width, height=18)


def bars(axis: str, metrics: Sequence[str], groupby: Sequence[str] = (), **form: Any) -> dict[str, Any]:
    """Form of bars or lines over a column of words, in the order of the column."""
    return {
        "x_axis": axis,
        "metrics": list(metrics),
        "groupby": list(groupby),
        "orientation": "vertical",
        "show_legend": True,
        "legendOrientation": "top",
        "rich_tooltip": True,
        "row_limit": 1000,
        "truncate_metric": True,
        "x_axis_sort_asc": True,
        "x_axis_sort": axis,
        "xAxisLabelRotation": 0,
        "xAxisLabelInterval": "0",
        "y_axis_format": "SMART_NUMBER",
        "only_total": True,
    } | form


def bar_chart(
    name: str, dataset: str, form: Mapping[str, Any], doc: str, width: int, height: int = 50, where: str = ""
) -> Chart:
    """Bars; ``form`` comes from ``bars``."""
    return Chart(name, dataset, "echarts_timeseries_bar", form, doc, where, width, height)


def listing(groupby: Sequence[str], metrics: Sequence[str], row_limit: int = 200, **form: Any) -> dict[str, Any]:
    """Form of a table of metrics by some columns, that can be searched."""
    return {
        "query_mode": "aggregate",
        "groupby": list(groupby),
        "metrics": list(metrics),
        "order_desc": True,
        "row_limit": row_limit,
        "page_length": 20,
        "include_search": True,
        "show_cell_bars": False,
    } | form


def heatmap(axis: str, groupby: str, metric: str, margins: tuple[int, int], **form: Any) -> dict[str, Any]:
    """Form of a table of coloured numbers; ``margins`` are the bottom and left one, in pixels."""
    bottom, left = margins
    return {
        "x_axis": axis,
        "bottom_margin": bottom,
        "left_margin": left,
        "groupby": groupby,
        "metric": metric,
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        "normalize_across": "heatmap",
        "show_values": True,
        "show_legend": False,
        "linear_color_scheme": "superset_seq_1",
        "y_axis_format": ",d",
        "row_limit": 2000,
        "xscale_interval": 1,
        "yscale_interval": 1,
    } | form
