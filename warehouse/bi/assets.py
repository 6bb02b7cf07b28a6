"""Datasets, charts and dashboards rendered to the files of a Superset export.

The files are JSON, which is YAML too. Names give their identifiers, so an import renews what is there.
``python -m warehouse.bi.assets OUT.zip`` writes them for a Superset of one's own.
"""

from __future__ import annotations

import json
import sys
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.bi.charts import Chart, Dashboard, Filter
from warehouse.bi.dashboards import COLORS, DASHBOARDS
from warehouse.bi.datasets import DATASETS
from warehouse.marts import views
from warehouse.schema.declare import column_comment, script, table_comment
from warehouse.tables import TABLES

DATABASE = "Fascicle"
VERSION = "1.0.0"
SCHEME = "d3Category20"
# An address without a file: superset_config puts the current release in, whenever a connection is opened.
ADDRESS = "duckdb:///:memory:"
_NAMES = uuid.UUID("6f5b3d0e-9d4f-5c59-8a57-2f0a9c3c7d11")


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view of a release: name, what a row is, and (name, DuckDB type, meaning) of its columns."""

    name: str
    doc: str
    columns: tuple[tuple[str, str, str], ...]


def relations() -> tuple[Relation, ...]:
    """Every declared table and view; the types of a view's columns are DuckDB's own, from empty tables."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(script(TABLES))
        for view in views():
            for statement in view.statements():
                connection.execute(statement)
        types = {
            (table, column): kind
            for table, column, kind in connection.execute(
                "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
            ).fetchall()
        }
    made = [
        Relation(table.name, table_comment(table), tuple((f.name, f.type, column_comment(f)) for f in table.fields))
        for table in TABLES
    ]
    made += [
        Relation(view.name, view.doc, tuple((name, types[view.name, name], doc) for name, doc in view.columns))
        for view in views()
    ]
    return tuple(made)


def identifier(kind: str, name: str) -> str:
    """The identifier of a database, dataset, chart or dashboard: the same for the same name."""
    return str(uuid.uuid5(_NAMES, f"{kind}/{name}"))


def files() -> dict[str, str]:
    """The export: text by path, ``metadata.yaml`` first."""
    made: dict[str, Any] = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/fascicle.yaml": _database(),
    }
    for relation in relations():
        made[f"datasets/fascicle/{relation.name}.yaml"] = _dataset(relation)
    for dashboard in DASHBOARDS:
        for chart in dashboard.charts:
            made[f"charts/{dashboard.slug}_{_slug(chart.name)}.yaml"] = _chart(dashboard, chart)
        made[f"dashboards/{dashboard.slug}.yaml"] = _dashboard(dashboard)
    return {path: json.dumps(content, ensure_ascii=False, indent=1) + "\n" for path, content in made.items()}


def _slug(name: str) -> str:
    return "_".join(name.lower().split())


def _database() -> dict[str, Any]:
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": ADDRESS,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {"allows_virtual_table_explore": True, "metadata_params": {}, "engine_params": {}},
        "uuid": identifier("database", DATABASE),
        "version": VERSION,
    }


def _dataset(relation: Relation) -> dict[str, Any]:
    added = DATASETS.get(relation.name)
    columns = [_column(name, kind, doc) for name, kind, doc in relation.columns]
    metrics = [_metric("rows", "COUNT(*)", "Rows", relation.doc, ",d")]
    if added is not None:
        columns += [_column(name, "VARCHAR", doc, sql) for name, (sql, doc) in added.computed.items()]
        metrics += [_metric(m.name, m.sql, m.label, m.doc, m.format) for m in added.metrics]
    return {
        "table_name": relation.name,
        "schema": "main",
        "catalog": None,
        "sql": None,
        "description": relation.doc,
        "filter_select_enabled": True,
        "columns": columns,
        "metrics": metrics,
        "uuid": identifier("dataset", relation.name),
        "database_uuid": identifier("database", DATABASE),
        "version": VERSION,
    }


def _column(name: str, kind: str, doc: str, sql: str | None = None) -> dict[str, Any]:
    # Budget years are whole numbers, not instants: no column is a time of Superset's.
    return {
        "column_name": name,
        "verbose_name": name.replace("_", " ").capitalize(),
        "type": kind,
        "description": doc,
        "expression": sql,
        "groupby": True,
        "filterable": True,
        "is_dttm": False,
    }


def _metric(name: str, sql: str, label: str, doc: str, form: str) -> dict[str, Any]:
    return {"metric_name": name, "expression": sql, "verbose_name": label, "description": doc, "d3format": form}


def _chart(dashboard: Dashboard, chart: Chart) -> dict[str, Any]:
    filters = []
    if chart.where:
        filters.append(
            {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": chart.where, "filterOptionName": "where"}
        )
    return {
        "slice_name": chart.name,
        "description": chart.doc,
        "viz_type": chart.kind,
        "params": {
            "viz_type": chart.kind,
            "adhoc_filters": filters,
            "time_range": "No filter",
            "color_scheme": SCHEME,
            **chart.form,
        },
        "query_context": None,
        "cache_timeout": None,
        "uuid": identifier("chart", f"{dashboard.slug}/{chart.name}"),
        "dataset_uuid": identifier("dataset", chart.dataset),
        "version": VERSION,
    }


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "dashboard_title": dashboard.title,
        "slug": dashboard.slug,
        "description": dashboard.note,
        "css": "",
        "published": True,
        "uuid": identifier("dashboard", dashboard.slug),
        "version": VERSION,
        "position": dict(_position(dashboard)),
        "metadata": {
            "color_scheme": SCHEME,
            "label_colors": dict(COLORS),
            "cross_filters_enabled": True,
            "refresh_frequency": 0,
            "expanded_slices": {},
            "timed_refresh_immune_slices": [],
            "chart_configuration": {},
            "global_chart_configuration": {"scope": {"rootPath": ["ROOT_ID"], "excluded": []}, "chartsInScope": []},
            "native_filter_configuration": [_filter(dashboard, chosen) for chosen in dashboard.filters],
        },
    }


def _position(dashboard: Dashboard) -> Iterator[tuple[str, Any]]:
    """The grid: a row with the note, then the rows of charts."""
    rows = ["ROW-note", *(f"ROW-{n}" for n in range(len(dashboard.rows)))]
    above = ["ROOT_ID", "GRID_ID"]
    yield "DASHBOARD_VERSION_KEY", "v2"
    yield "ROOT_ID", {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]}
    yield "GRID_ID", {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]}
    yield "HEADER_ID", {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title}}
    yield "ROW-note", _row("ROW-note", ["MARKDOWN-note"])
    yield (
        "MARKDOWN-note",
        {
            "type": "MARKDOWN",
            "id": "MARKDOWN-note",
            "children": [],
            "parents": [*above, "ROW-note"],
            "meta": {"width": 12, "height": 10, "code": dashboard.note},
        },
    )
    for number, row in enumerate(dashboard.rows):
        names = [f"CHART-{_slug(chart.name)}" for chart in row]
        yield f"ROW-{number}", _row(f"ROW-{number}", names)
        for name, chart in zip(names, row, strict=True):
            meta = {
                "chartId": _number_of(dashboard, chart),
                "uuid": identifier("chart", f"{dashboard.slug}/{chart.name}"),
                "sliceName": chart.name,
                "width": chart.width,
                "height": chart.height,
            }
            parents = [*above, f"ROW-{number}"]
            yield name, {"type": "CHART", "id": name, "children": [], "parents": parents, "meta": meta}


def _row(name: str, children: list[str]) -> dict[str, Any]:
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    return {"type": "ROW", "id": name, "children": children, "parents": ["ROOT_ID", "GRID_ID"], "meta": meta}


def _number_of(dashboard: Dashboard, chart: Chart) -> int:
    """A number for the chart within the export; Superset replaces it by its own."""
    return 1 + dashboard.charts.index(chart)


def _filter(dashboard: Dashboard, chosen: Filter) -> dict[str, Any]:
    excluded = [_number_of(dashboard, chart) for chart in dashboard.charts if chosen.label in chart.unfiltered]
    mask: dict[str, Any] = {"extraFormData": {}, "filterState": {}, "ownState": {}}
    if chosen.default:
        values = list(chosen.default)
        mask["extraFormData"] = {"filters": [{"col": chosen.column, "op": "IN", "val": values}]}
        mask["filterState"] = {"value": values, "label": ", ".join(values)}
    return {
        "id": f"NATIVE_FILTER-{_slug(chosen.label)}",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": chosen.label,
        "description": "",
        "targets": [{"datasetUuid": identifier("dataset", chosen.dataset), "column": {"name": chosen.column}}],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
        "cascadeParentIds": [],
        # Without it the value shown first is not applied before somebody presses the button.
        "requiredFirst": chosen.newest,
        "defaultDataMask": mask,
        "controlValues": {
            "multiSelect": not chosen.newest,
            "enableEmptyFilter": chosen.newest,
            "defaultToFirstItem": chosen.newest,
            "sortAscending": not chosen.newest,
            "inverseSelection": False,
            "searchAllOptions": False,
        },
    }


def write_zip(path: str) -> None:
    """The export as one archive, as Superset's own import takes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files().items():
            archive.writestr(f"fascicle/{name}", text)


if __name__ == "__main__":
    write_zip(sys.argv[1])
