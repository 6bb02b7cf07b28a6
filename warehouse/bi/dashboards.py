"""Dashboards of the budget, of posts and of the quality of the print, and all that Superset shows."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.bi.charts import SHORT_USD, Chart, Dashboard, Filter, bar_chart, bars, heatmap, listing, number
from warehouse.bi.peacekeeping import PEACEKEEPING

BUDGET = Dashboard(
    slug="budget",
    title="Budget by part and section",
    note=(
        "Money of each section once, as printed in the edition chosen at the left: spent two years before, current "
        "(appropriated, or estimated) the year before, proposed for its year. A figure is what the print says; "
        "its quality stands in *Quality of the print*."
    ),
    filters=(
        Filter("Edition", "v_section_year", "edition_year", newest=True),
        Filter("Funding source", "v_section_year", "funding_source", default=("Regular budget",)),
        Filter("Part", "v_section_year", "part"),
        Filter("Section", "v_section_year", "section"),
    ),
    rows=(
        (
            number("Proposed", "v_section_year", "proposed", "all sections", **SHORT_USD),
            number("Current", "v_section_year", "current", "all sections", **SHORT_USD),
            number("Change", "v_section_year", "change_share", "proposed less current"),
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
            bar_chart(
                "Parts over time",
                "v_section_year",
                bars("budget_year", ["amount"], ["part"], stack="Stack", show_value=True, **SHORT_USD),
                doc="Only sections of which the edition prints all three years, so that years can be compared.",
                where="has_all_years",
                width=6,
                height=55,
            ),
            Chart(
                "Largest sections over time",
                "v_section_year",
                "echarts_timeseries_line",
                bars(
                    "budget_year",
                    ["amount"],
                    ["section_code"],
                    markerEnabled=True,
                    logAxis=True,
                    limit=12,
                    timeseries_limit_metric="amount",
                    **SHORT_USD,
                ),
                doc="Twelve largest of those chosen; each year by the newest edition that prints it; logarithmic.",
                where="is_newest",
                width=6,
                height=55,
                unfiltered=("Edition",),
            ),
        ),
        (
            bar_chart(
                "Current and proposed by section",
                "v_section_year",
                bars("section_order", ["current", "proposed"], **SHORT_USD),
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
                listing(
                    ["part", "section"],
                    ["spent", "current", "proposed", "change", "change_share"],
                    timeseries_limit_metric="proposed",
                ),
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
            number("Posts proposed", "v_section_post", "proposed", "all sections with a document"),
            number("Posts now", "v_section_post", "current", "all sections with a document"),
            number("Change in posts", "v_section_post", "change_of_posts", "proposed less current"),
        ),
        (
            bar_chart(
                "Proposed posts by section",
                "v_section_post",
                bars("section_order", ["proposed"], ["funding_source"], stack="Stack", y_axis_format=",d"),
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
            bar_chart(
                "Posts by grade",
                "v_section_grade",
                bars("grade", ["current", "proposed"], y_axis_format=",d", xAxisLabelRotation=45),
                doc="From the highest grade to the lowest; 99 stands before grades without an order.",
                where="proposed_posts IS NOT NULL",
                width=6,
                height=50,
            ),
            bar_chart(
                "Change by section",
                "v_section_post",
                bars("section_order", ["change_of_posts"], ["funding_source"], stack="Stack", y_axis_format="+,d"),
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
                heatmap("grade", "section_order", "proposed", (70, 50), xAxisLabelRotation=45),
                doc="Proposed posts of each grade.",
                where="proposed_posts IS NOT NULL",
                width=6,
                height=60,
            ),
            Chart(
                "Posts of sections",
                "v_section_post",
                "table",
                listing(["section"], ["current", "proposed", "change_of_posts"], timeseries_limit_metric="proposed"),
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
            number(
                "Relations that hold", "v_section_quality", "share_that_holds", "within the printed precision", width=3
            ),
            number("Relations evaluated", "v_section_quality", "relations", "among printed figures", width=3),
            number("Errors", "v_section_finding", "errors", "findings", width=3),
            number("All findings", "v_section_finding", "findings", "errors, warnings, notes", width=3),
        ),
        (
            bar_chart(
                "Findings by section",
                "v_section_finding",
                bars("section_order", ["findings"], ["class"], stack="Stack", y_axis_format=",d"),
                doc="By class of defect.",
                where="section_order IS NOT NULL",
                width=8,
                height=50,
            ),
            bar_chart(
                "Findings by edition",
                "v_section_finding",
                bars("edition", ["findings"], ["severity"], stack="Stack", y_axis_format=",d", show_value=True),
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
                heatmap("section_order", "class", "findings", (50, 90)),
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
