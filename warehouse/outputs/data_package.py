"""A release as a Frictionless data package: ``csv/<table>.csv.gz`` beside Parquet, described by ``datapackage.json``.

Fields, keys and meanings are those of the declared tables. Neither the CSV nor the description enters the content hash,
which is that of the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warehouse.file_hash import file_sha256
from warehouse.json_text import in_lines
from warehouse.schema.declare import Field, Table

LICENCE_NOTE = (
    "Figures, labels, titles and symbols are facts printed in documents of the United Nations; the documents themselves "
    "are under the terms of use of their publisher, https://www.un.org/en/about-us/terms-of-use."
)
_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DECIMAL(20,4)": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "VARCHAR[]": "string",
}


def data_package(folder: Path, tables: Sequence[Table], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a release's folder: a resource for the Parquet and the CSV of each table, and where it is from."""
    sources = [
        {
            "title": " ".join(str(part) for part in (d["symbol"] or d["document_id"], d["language"], d["format"])),
            "path": d["document_id"],
            "sha256": d["source_sha256"],
        }
        for d in manifest["documents"]
    ]
    names = {table.name for table in tables}
    resources = []
    for table in tables:
        for path, more in (
            (f"parquet/{table.name}.parquet", {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}),
            (f"csv/{table.name}.csv.gz", {"format": "csv", "compression": "gz", "encoding": "utf-8"}),
        ):
            file = folder / path
            if file.is_file():
                suffix = "-csv" if more["format"] == "csv" else ""
                resources.append(
                    {
                        "name": table.name.replace("_", "-") + suffix,
                        "type": "table",
                        "path": path,
                        "title": table.grain,
                        **more,
                        "bytes": file.stat().st_size,
                        "hash": f"sha256:{file_sha256(file)}",
                        "rowcount": manifest["row_counts"].get(table.name),
                        "schema": _schema(table, names, suffix),
                    }
                )
    return {
        "profile": "data-package",
        "name": "fascicle",
        "id": manifest["content_hash"],
        "title": "Budget fascicles of the United Nations: printed figures, checked",
        "version": manifest["release_id"],
        "created": manifest["created_at"],
        "content_hash": manifest["content_hash"],
        "versions": dict(manifest["versions"]),
        "description": LICENCE_NOTE,
        "licenses": [
            {"name": "other-open", "title": LICENCE_NOTE, "path": "https://www.un.org/en/about-us/terms-of-use"}
        ],
        "sources": sources,
        "resources": resources,
    }


def write_data_package(folder: Path, tables: Sequence[Table], manifest: Mapping[str, Any]) -> Path:
    """Write ``datapackage.json`` into a release's folder; returns its path."""
    path = folder / "datapackage.json"
    text = in_lines(data_package(folder, tables, manifest)) + "\n"
    path.write_text(text, "utf-8")
    return path


def _schema(table: Table, names: set[str], suffix: str) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(one, bool(suffix)) for one in table.fields],
        "primaryKey": list(table.key),
    }
    if foreign := [_foreign(one, table, suffix) for one in table.fields if _target(one) in names]:
        schema["foreignKeys"] = foreign
    return schema


def _field(one: Field, is_csv: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"name": one.name, "type": _TYPES[one.type], "description": one.doc}
    if one.unit:
        described["unit"] = one.unit
    constraints: dict[str, Any] = {}
    # An empty text, as in the key of a section of one entity, can't be told from an absent one in CSV.
    if one.required and not (is_csv and one.type == "VARCHAR"):
        constraints["required"] = True
    if one.allowed and one.type == "VARCHAR":
        constraints["enum"] = list(one.allowed)
    if constraints:
        described["constraints"] = constraints
    return described


def _target(one: Field) -> str | None:
    return one.references.split(".")[0] if one.references else None


def _foreign(one: Field, table: Table, suffix: str) -> dict[str, Any]:
    assert one.references
    target, column = one.references.split(".")
    resource = "" if target == table.name else target.replace("_", "-") + suffix
    return {"fields": [one.name], "reference": {"resource": resource, "fields": [column]}}
