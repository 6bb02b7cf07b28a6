"""What is shown in Superset stands on declared columns, and its SQL runs on a release."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.warehouse.made import filled
from tests.warehouse.support import small_rows
from warehouse.bi.assets import ADDRESS, files, identifier, relations
from warehouse.bi.dashboards import DASHBOARDS
from warehouse.bi.datasets import DATASETS
from warehouse.marts import views
from warehouse.tables import TABLES

CHARTS = [(dashboard, chart) for dashboard in DASHBOARDS for chart in dashboard.charts]
COLUMN_KEYS = ("x_axis", "groupby", "all_columns")
METRIC_KEYS = ("metric", "metrics", "timeseries_limit_metric")


def _names(form, keys):
    for key in keys:
        value = form.get(key, [])
        yield from [value] if isinstance(value, str) else value


@pytest.fixture(scope="module")
def export():
    return {path: json.loads(text) for path, text in files().items()}


@pytest.fixture(scope="module")
def columns():
    made = {relation.name: {name for name, _, _ in relation.columns} for relation in relations()}
    for name, dataset in DATASETS.items():
        made[name] |= set(dataset.computed)
    return made


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    path = tmp_path_factory.mktemp("bi") / "w.duckdb"
    filled(path, small_rows())
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def test_every_table_and_view_is_a_dataset_with_its_comments(export):
    datasets = {d["table_name"]: d for path, d in export.items() if path.startswith("datasets/")}
    assert set(datasets) == {table.name for table in TABLES} | {view.name for view in views()}
    for table in TABLES:
        assert [c["column_name"] for c in datasets[table.name]["columns"]][: len(table.fields)] == list(
            table.column_names
        )
    for dataset in datasets.values():
        assert dataset["description"]
        assert all(column["description"] and column["type"] for column in dataset["columns"])
        assert all(metric["description"] for metric in dataset["metrics"])


@pytest.mark.parametrize(("dashboard", "chart"), CHARTS, ids=lambda x: getattr(x, "slug", None) or x.name)
def test_charts_name_columns_and_metrics_that_exist(dashboard, chart, columns):
    metrics = {"rows"} | {metric.name for metric in DATASETS[chart.dataset].metrics}
    assert set(_names(chart.form, COLUMN_KEYS)) <= columns[chart.dataset]
    assert set(_names(chart.form, METRIC_KEYS)) <= metrics
    # What bars are sorted by is a column or a metric.
    assert chart.form.get("x_axis_sort", "rows") in columns[chart.dataset] | metrics
    assert {name for name, _ in map(json.loads, chart.form.get("order_by_cols", ()))} <= columns[chart.dataset]
    assert set(chart.unfiltered) <= {chosen.label for chosen in dashboard.filters}


def test_filters_name_columns_that_exist(columns):
    for dashboard in DASHBOARDS:
        for chosen in dashboard.filters:
            assert chosen.column in columns[chosen.dataset]


def test_filters_apply_to_every_chart_they_are_not_kept_from(columns):
    for dashboard in DASHBOARDS:
        for chosen in dashboard.filters:
            for chart in dashboard.charts:
                if chosen.label not in chart.unfiltered and chart.dataset == chosen.dataset:
                    assert chosen.column in columns[chart.dataset]


@pytest.mark.parametrize("name", DATASETS)
def test_metrics_and_computed_columns_run_on_a_release(name, release):
    dataset = DATASETS[name]
    for sql in [metric.sql for metric in dataset.metrics] + [sql for sql, _ in dataset.computed.values()]:
        release.execute(f"SELECT {sql} FROM {name}").fetchall()


@pytest.mark.parametrize(("dashboard", "chart"), CHARTS, ids=lambda x: getattr(x, "slug", None) or x.name)
def test_conditions_run_on_a_release(dashboard, chart, release):
    release.execute(f"SELECT 1 FROM {chart.dataset} WHERE {chart.where or 'true'}").fetchall()


def test_rows_of_a_dashboard_fill_the_page():
    for dashboard in DASHBOARDS:
        assert [sum(chart.width for chart in row) for row in dashboard.rows] == [12] * len(dashboard.rows)


def test_the_export_holds_together(export):
    of_kind = {
        kind: {content["uuid"] for path, content in export.items() if path.startswith(f"{kind}/")}
        for kind in ("databases", "datasets", "charts", "dashboards")
    }
    assert [len(of_kind[kind]) for kind in of_kind] == [1, len(relations()), len(CHARTS), len(DASHBOARDS)]
    for path, content in export.items():
        if path.startswith("datasets/"):
            assert content["database_uuid"] in of_kind["databases"]
        if path.startswith("charts/"):
            assert content["dataset_uuid"] in of_kind["datasets"]
        if path.startswith("dashboards/"):
            placed = [
                p["meta"]["uuid"] for p in content["position"].values() if isinstance(p, dict) and p["type"] == "CHART"
            ]
            assert len(set(placed)) == len(placed) and set(placed) <= of_kind["charts"]
            for chosen in content["metadata"]["native_filter_configuration"]:
                assert chosen["targets"][0]["datasetUuid"] in of_kind["datasets"]


def test_the_export_is_the_same_each_time_and_names_no_file():
    assert files() == files()
    assert ADDRESS == "duckdb:///:memory:"
    assert identifier("chart", "a") == identifier("chart", "a") != identifier("chart", "b")


def test_the_database_allows_no_writing(export):
    database = export["databases/fascicle.yaml"]
    assert not any(database[name] for name in ("allow_dml", "allow_ctas", "allow_cvas", "allow_csv_upload"))
