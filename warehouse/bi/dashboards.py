"""What Superset shows: metrics by table or view, and the four dashboards.

Every table and view of a release is a dataset; only metrics that never count twice are named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warehouse.bi.declare import LIST, Chart, Dashboard, Dataset, Filter, Metric
from warehouse.bi.peacekeeping import DATASETS as OF_MISSIONS
from warehouse.bi.peacekeeping import PEACEKEEPING

USD = "$,.0f"
# Axes and large numbers: 3.4B.
_SHORT: dict[str, Any] = {
    "y_axis_format": "SMART_NUMBER",
    "currency_format": {"symbol": "USD", "symbolPosition": "prefix"},
}
_STAGES = (("spent", "Spent"), ("current", "Current"), ("proposed", "Proposed"))


def _money_metrics() -> tuple[Metric, ...]:
    stages = tuple(
        Metric(
            name,
            f"SUM(amount_usd) FILTER (stage = '{label}')",
            label,
            f"{label} money in United States dollars; pick one edition.",
            USD,
        )
        for name, label in _STAGES
    )
    pair = "SUM(amount_usd) FILTER (stage = 'Proposed') - SUM(amount_usd) FILTER (stage = 'Current')"
    return (
        Metric(
            "amount", "SUM(amount_usd)", "US dollars", "Money in United States dollars; pick edition and year.", USD
        ),
        *stages,
        Metric("change", pair, "Change", "Proposed less current.", "+$,.0f"),
        Metric(
            "change_share",
            f"({pair})::DOUBLE / nullif(SUM(amount_usd) FILTER (stage = 'Current'), 0)",
            "Change, %",
            "Proposed less current, as a share of the current.",
            "+.1%",
        ),
    )


_POSTS = (
    Metric("current", "SUM(current_posts)", "Current posts", "Posts of the year before the edition."),
    Metric("proposed", "SUM(proposed_posts)", "Proposed posts", "Posts proposed for the year of the edition."),
    Metric("change_of_posts", "SUM(change)", "Change in posts", "Proposed less current.", "+,d"),
)

DATASETS: Mapping[str, Dataset] = {
    "v_section_year": Dataset(
        _money_metrics(),
        {"budget_year": ("CAST(fiscal_year AS VARCHAR)", "Budget year as text, for axes.")},
    ),
    "v_section_post": Dataset(_POSTS),
    "v_section_grade": Dataset(
        _POSTS,
        {"grade": ("lpad(CAST(grade_order AS VARCHAR), 2, '0') || ' ' || grade_code", "Order and grade, for axes.")},
    ),
    "v_section_finding": Dataset(
        (
            Metric("findings", "COUNT(*)", "Findings", "Claims found wrong or absent."),
            Metric("errors", "COUNT(*) FILTER (severity = 'error')", "Errors", "Findings of severity error."),
        )
    ),
    "v_section_quality": Dataset(
        (
            Metric("relations", "SUM(relation_count)", "Relations", "Relations among figures that were evaluated."),
            Metric(
                "share_that_holds",
                "SUM(relation_count) FILTER (verdict IN ('exact', 'rounding'))::DOUBLE"
                " / nullif(SUM(relation_count) FILTER (verdict <> 'unassessable'), 0)",
                "Share that holds",
                "Relations that hold within the printed precision, of those that could be assessed.",
                ".2%",
            ),
        )
    ),
    **OF_MISSIONS,
    "mart_check": Dataset(
        (
            Metric("times_evaluated", "SUM(evaluated)", "Evaluated", "Relations evaluated."),
            Metric("times_violated", "SUM(violated)", "Violated", "Relations that don't hold."),
        )
    ),
    "mart_section_total": Dataset(
        (
            Metric(
                "amount",
                "SUM(amount_usd)",
                "US dollars",
                "Money in United States dollars; pick one edition, measure and year.",
                USD,
            ),
        )
    ),
    "mart_deliverable": Dataset(
        (
            Metric(
                "quantity_planned", "SUM(quantity) FILTER (measure = 'planned')", "Planned", "Deliverables planned."
            ),
            Metric(
                "quantity_actual", "SUM(quantity) FILTER (measure = 'actual')", "Delivered", "Deliverables delivered."
            ),
        )
    ),
    "mart_mandate": Dataset(
        (Metric("mandates", "COUNT(DISTINCT symbol)", "Mandates", "Different texts that mandate the programme."),)
    ),
    "mart_citation": Dataset(
        (Metric("symbols", "COUNT(DISTINCT symbol)", "Symbols", "Different document symbols mentioned."),)
    ),
}


def _number(metric: str, subtitle: str, **more: Any) -> dict[str, Any]:
    return {"metric": metric, "subtitle": subtitle, "header_font_size": 0.4, "subtitle_font_size": 0.15} | more


def _bars(axis: str, metrics: list[str], groupby: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """Bars over a column of words, tallest first unless told otherwise."""
    return {
        "x_axis": axis,
        "metrics": metrics,
        "groupby": groupby or [],
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
    } | more


_BUDGET_FILTERS = (
    Filter("Edition", "v_section_year", "edition_year", newest=True),
    Filter("Funding source", "v_section_year", "funding_source", default=("Regular budget",)),
    Filter("Part", "v_section_year", "part"),
    Filter("Section", "v_section_year", "section"),
)

BUDGET = Dashboard(
    slug="budget",
    title="Budget by part and section",
    note=(
        "Money of each section once, as printed in the edition chosen at the left: spent two years before, current "
        "(appropriated, or estimated) the year before, proposed for its year. A figure is what the print says; "
        "its quality stands in *Quality of the print*."
    ),
    filters=_BUDGET_FILTERS,
    rows=(
        (
            Chart(
                "Proposed",
                "v_section_year",
                "big_number_total",
                _number("proposed", "all sections", **_SHORT),
                width=4,
                height=18,
            ),
            Chart(
                "Current",
                "v_section_year",
                "big_number_total",
                _number("current", "all sections", **_SHORT),
                width=4,
                height=18,
            ),
            Chart(
                "Change",
                "v_section_year",
                "big_number_total",
                _number("change_share", "proposed less current"),
                width=4,
                height=18,
            ),
        ),
        (
            Chart(
                "Proposal by part and section",
                "v_section_year",
                "treemap_v2",
                {
                    "groupby": ["part", "section"],
                    "metric": "proposed",
                    "label_type": "key_value",
                    "show_labels": True,
                    "show_upper_labels": True,
                    "number_format": "SMART_NUMBER",
                    "currency_format": {"symbol": "USD", "symbolPosition": "prefix"},
                    "row_limit": 500,
                },
                doc="What is proposed, each section within its part.",
                where="stage = 'Proposed'",
                width=12,
                height=65,
            ),
        ),
        (
            Chart(
                "Parts over time",
                "v_section_year",
                "echarts_timeseries_bar",
                _bars("budget_year", ["amount"], ["part"], stack="Stack", show_value=True, **_SHORT),
                doc="Only sections of which the edition prints all three years, so that years can be compared.",
                where="has_all_years",
                width=6,
                height=55,
            ),
            Chart(
                "Largest sections over time",
                "v_section_year",
                "echarts_timeseries_line",
                _bars(
                    "budget_year",
                    ["amount"],
                    ["section_code"],
                    markerEnabled=True,
                    logAxis=True,
                    limit=12,
                    timeseries_limit_metric="amount",
                    **_SHORT,
                ),
                doc="Twelve largest of those chosen; each year by the newest edition that prints it; logarithmic.",
                where="is_newest",
                width=6,
                height=55,
                unfiltered=("Edition",),
            ),
        ),
        (
            Chart(
                "Current and proposed by section",
                "v_section_year",
                "echarts_timeseries_bar",
                _bars("section_order", ["current", "proposed"], **_SHORT),
                doc="Sections by their number.",
                width=12,
                height=50,
            ),
        ),
        (
            Chart(
                "Sections",
                "v_section_year",
                "table",
                {
                    **LIST,
                    "groupby": ["part", "section"],
                    "metrics": ["spent", "current", "proposed", "change", "change_share"],
                    "timeseries_limit_metric": "proposed",
                },
                doc="The same as a table.",
                width=12,
                height=100,
            ),
        ),
    ),
)

POSTS = Dashboard(
    slug="posts",
    title="Posts",
    note=(
        "Posts of each section once, as printed in the edition chosen at the left. Grades stand for the sections that "
        "print them for the section as a whole; sections of several entities print them by entity."
    ),
    filters=(
        Filter("Edition", "v_section_post", "edition_year", newest=True),
        Filter("Funding source", "v_section_post", "funding_source"),
        Filter("Part", "v_section_post", "part"),
        Filter("Section", "v_section_post", "section"),
    ),
    rows=(
        (
            Chart(
                "Posts proposed",
                "v_section_post",
                "big_number_total",
                _number("proposed", "all sections with a document"),
                width=4,
                height=18,
            ),
            Chart(
                "Posts now",
                "v_section_post",
                "big_number_total",
                _number("current", "all sections with a document"),
                width=4,
                height=18,
            ),
            Chart(
                "Change in posts",
                "v_section_post",
                "big_number_total",
                _number("change_of_posts", "proposed less current"),
                width=4,
                height=18,
            ),
        ),
        (
            Chart(
                "Proposed posts by section",
                "v_section_post",
                "echarts_timeseries_bar",
                _bars("section_order", ["proposed"], ["funding_source"], stack="Stack", y_axis_format=",d"),
                doc="By the source that pays for them.",
                width=7,
                height=50,
            ),
            Chart(
                "Who pays",
                "v_section_post",
                "pie",
                {
                    "groupby": ["funding_source"],
                    "metric": "proposed",
                    "label_type": "percent",
                    "legendType": "plain",
                    "number_format": ",d",
                    "show_legend": True,
                    "donut": True,
                    "row_limit": 10,
                },
                doc="Proposed posts by funding source.",
                width=5,
                height=50,
            ),
        ),
        (
            Chart(
                "Posts by grade",
                "v_section_grade",
                "echarts_timeseries_bar",
                _bars("grade", ["current", "proposed"], y_axis_format=",d", xAxisLabelRotation=45),
                doc="From the highest grade to the lowest; 99 stands before grades without an order.",
                where="proposed_posts IS NOT NULL",
                width=6,
                height=50,
            ),
            Chart(
                "Change by section",
                "v_section_post",
                "echarts_timeseries_bar",
                _bars("section_order", ["change_of_posts"], ["funding_source"], stack="Stack", y_axis_format="+,d"),
                doc="Proposed less current; sections without a change are left out.",
                where="change <> 0",
                width=6,
                height=50,
            ),
        ),
        (
            Chart(
                "Sections and grades",
                "v_section_grade",
                "heatmap_v2",
                {
                    "x_axis": "grade",
                    "bottom_margin": 70,
                    "left_margin": 50,
                    "groupby": "section_order",
                    "metric": "proposed",
                    "sort_x_axis": "alpha_asc",
                    "sort_y_axis": "alpha_desc",
                    "xAxisLabelRotation": 45,
                    "normalize_across": "heatmap",
                    "show_values": True,
                    "show_legend": False,
                    "linear_color_scheme": "superset_seq_1",
                    "y_axis_format": ",d",
                    "row_limit": 2000,
                    "xscale_interval": 1,
                    "yscale_interval": 1,
                },
                doc="Proposed posts of each grade.",
                where="proposed_posts IS NOT NULL",
                width=6,
                height=60,
            ),
            Chart(
                "Posts of sections",
                "v_section_post",
                "table",
                {
                    **LIST,
                    "groupby": ["section"],
                    "metrics": ["current", "proposed", "change_of_posts"],
                    "timeseries_limit_metric": "proposed",
                },
                doc="All sources of funding that are chosen, together.",
                width=6,
                height=60,
            ),
        ),
    ),
)

QUALITY = Dashboard(
    slug="quality",
    title="Quality of the print",
    note=(
        "A finding is the smallest set of printed figures that must be wrong so that all the rest can hold. Tolerance "
        "comes from the printed precision alone. `fascicle explain ID` shows the lines and the equation."
    ),
    filters=(
        Filter("Edition", "v_section_finding", "edition"),
        Filter("Section", "v_section_finding", "section"),
        Filter("Severity", "v_section_finding", "severity"),
        Filter("Class", "v_section_finding", "class"),
    ),
    rows=(
        (
            Chart(
                "Relations that hold",
                "v_section_quality",
                "big_number_total",
                _number("share_that_holds", "within the printed precision"),
                width=3,
                height=18,
            ),
            Chart(
                "Relations evaluated",
                "v_section_quality",
                "big_number_total",
                _number("relations", "among printed figures"),
                width=3,
                height=18,
            ),
            Chart("Errors", "v_section_finding", "big_number_total", _number("errors", "findings"), width=3, height=18),
            Chart(
                "All findings",
                "v_section_finding",
                "big_number_total",
                _number("findings", "errors, warnings, notes"),
                width=3,
                height=18,
            ),
        ),
        (
            Chart(
                "Findings by section",
                "v_section_finding",
                "echarts_timeseries_bar",
                _bars("section_order", ["findings"], ["class"], stack="Stack", y_axis_format=",d"),
                doc="By class of defect.",
                where="section_order IS NOT NULL",
                width=8,
                height=50,
            ),
            Chart(
                "Findings by edition",
                "v_section_finding",
                "echarts_timeseries_bar",
                _bars("edition", ["findings"], ["severity"], stack="Stack", y_axis_format=",d", show_value=True),
                doc="By severity.",
                width=4,
                height=50,
            ),
        ),
        (
            Chart(
                "Sections and classes",
                "v_section_finding",
                "heatmap_v2",
                {
                    "x_axis": "section_order",
                    "bottom_margin": 50,
                    "left_margin": 90,
                    "groupby": "class",
                    "metric": "findings",
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
                },
                doc="Number of findings, section by section.",
                where="section_order IS NOT NULL",
                width=7,
                height=60,
            ),
            Chart(
                "Checks that fail",
                "mart_check",
                "table",
                {
                    "query_mode": "aggregate",
                    "groupby": ["description"],
                    "metrics": ["times_violated", "times_evaluated"],
                    "timeseries_limit_metric": "times_violated",
                    "order_desc": True,
                    "row_limit": 100,
                    "page_length": 20,
                    "show_cell_bars": False,
                },
                doc="All documents together; the filters don't apply.",
                where="violated > 0",
                width=5,
                height=60,
                unfiltered=("Edition", "Section", "Severity", "Class"),
            ),
        ),
        (
            Chart(
                "The findings",
                "v_section_finding",
                "table",
                {
                    "query_mode": "raw",
                    "all_columns": [
                        "severity",
                        "class",
                        "symbol",
                        "message",
                        "difference",
                        "page_number",
                        "finding_id",
                    ],
                    "order_by_cols": ['["severity", true]', '["explained_relations", false]'],
                    "row_limit": 1000,
                    "server_pagination": False,
                    "page_length": 20,
                    "include_search": True,
                    "show_cell_bars": False,
                    "table_timestamp_format": "smart_date",
                },
                doc="Errors first, those that explain most relations before others.",
                width=12,
                height=90,
            ),
        ),
    ),
)

# One colour for a word on every chart, so that two words never share one.
COLORS: Mapping[str, str] = {
    "Spent": "#8d99ae",
    "Current": "#457b9d",
    "Proposed": "#e07a1f",
    "current": "#457b9d",
    "proposed": "#e07a1f",
    "Current posts": "#457b9d",
    "Proposed posts": "#e07a1f",
    "Regular budget": "#1f77b4",
    "Other assessed": "#2a9d8f",
    "Extrabudgetary": "#e9c46a",
    "error": "#c1121f",
    "warning": "#f4a261",
    "info": "#8ecae6",
    "material": "#c1121f",
    "sign": "#7b2cbf",
    "missing": "#e07a1f",
    "restated": "#2a9d8f",
    "structure": "#6c757d",
    "citation": "#8ecae6",
}

DASHBOARDS = (BUDGET, POSTS, QUALITY, PEACEKEEPING)
