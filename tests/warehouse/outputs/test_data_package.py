"""The data package of a release, held against Frictionless."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
from frictionless import Package

from warehouse.tables import TABLES


def _folder(published: Path) -> Path:
    return (published / "releases" / "current").resolve()


def test_the_package_describes_every_table_twice_and_says_where_it_is_from(published: Path) -> None:
    folder = _folder(published)
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert described["content_hash"] == manifest["content_hash"]
    assert described["version"] == manifest["release_id"]
    assert [source["sha256"] for source in described["sources"]] == [d["source_sha256"] for d in manifest["documents"]]
    paths = [resource["path"] for resource in described["resources"]]
    assert paths == [path for table in TABLES for path in (f"parquet/{table.name}.parquet", f"csv/{table.name}.csv.gz")]
    for resource in described["resources"]:
        sha256 = hashlib.sha256((folder / resource["path"]).read_bytes()).hexdigest()
        assert resource["hash"] == f"sha256:{sha256}", resource["path"]
        assert all(field["description"] for field in resource["schema"]["fields"]), resource["path"]


def test_frictionless_finds_descriptor_and_rows_valid(published: Path) -> None:
    package = Package(str(_folder(published) / "datapackage.json"))
    for resource in package.resources:
        if resource.format != "csv" or (resource.bytes or 0) > 60_000:
            continue
        resource.schema.foreign_keys = []  # each resource alone; the loader has held the keys already
        result = resource.validate()
        assert result.valid, (resource.name, result.flatten(["type", "rowNumber", "fieldName", "note"])[:3])


def test_csv_has_the_rows_of_the_release(published: Path) -> None:
    folder = _folder(published)
    with duckdb.connect() as connection:
        for table in ("mart_cell", "mart_section_total", "mart_finding"):
            told = connection.execute(f"SELECT count(*) FROM read_csv('{folder}/csv/{table}.csv.gz')").fetchall()
            kept = connection.execute(f"SELECT count(*) FROM '{folder}/parquet/{table}.parquet'").fetchall()
            assert told == kept, table
