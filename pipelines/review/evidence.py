"""Pictures of the places where figures are printed: the part of a PDF's page around a figure, with the figure marked.

Made from the originals in the archive of a home, each document in a guarded process. For Word and text the printed
table or lines are the evidence.
"""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.ingest.land import write_whole
from pipelines.review.judging import TABLES
from pipelines.review.places import Places, Spot, spot_of_json
from pipelines.run.document import Outcome, named
from pipelines.run.isolated import command
from pipelines.run.worker import work
from pipelines.run.workers import Limits, share_out

if TYPE_CHECKING:
    import duckdb

_SCALE = 2.0  # pixels of a point
_AROUND = 72.0  # points shown above and below the figure
_MARK = (200, 0, 0)
_MARGIN, _LINE = 5, 2  # pixels between a figure and its mark, and of the mark's width
_OF_DOCUMENT = frozenset(TABLES) - {"mart_relation_member", "mart_check"}


class NoPicture(Exception):
    """A figure of which no picture can be made; the message is one line with the reason."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Pictures to be made of one PDF: spots by name as JSON, and the folder they go to."""

    original: str
    spots: str
    folder: str

    @property
    def key(self) -> str:
        """The file of spots."""
        return self.spots

    @property
    def size(self) -> int:
        """Bytes of the original."""
        return Path(self.original).stat().st_size


def picture(data: bytes, spot: Spot) -> bytes:
    """A PNG of the page around a figure, which is marked. Raises NoPicture where it is not found."""
    import numpy
    import pypdfium2
    import pypdfium2.raw as pdfium

    from pipelines.review.pdf import boxes_of, page_text

    with pypdfium2.PdfDocument(data) as document:
        for index in (spot.page or 0) - 1, spot.page or 0:
            if not 0 <= index < len(document):
                continue
            page = document[index]
            boxes = boxes_of(spot, page, page_text(page))
            if not boxes:
                continue
            pixels = numpy.array(page.render(scale=_SCALE, rev_byteorder=True).to_numpy()[:, :, :3])
            height, width = pixels.shape[:2]
            marks = []
            for left, bottom, right, top in boxes:
                corners = []
                for x, y in ((left, top), (right, bottom)):
                    across, down = pdfium.c_int(), pdfium.c_int()
                    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
                    corners.append((across.value, down.value))
                (x0, y0), (x1, y1) = corners
                marks.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
            for mark in marks:
                _outline(pixels, mark)
            first = max(min(mark[1] for mark in marks) - int(_AROUND * _SCALE), 0)
            last = min(max(mark[3] for mark in marks) + int(_AROUND * _SCALE), height)
            return _png(pixels[first:last])
    raise NoPicture("the figure was not found on its page")


def _outline(pixels: Any, mark: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = mark[0] - _MARGIN, mark[1] - _MARGIN, mark[2] + _MARGIN, mark[3] + _MARGIN
    left, top = max(left, 0), max(top, 0)
    pixels[top : top + _LINE, left:right] = _MARK
    pixels[bottom - _LINE : bottom, left:right] = _MARK
    pixels[top:bottom, left : left + _LINE] = _MARK
    pixels[top:bottom, right - _LINE : right] = _MARK


def _png(pixels: Any) -> bytes:
    """An array of rows of red, green and blue as a PNG file."""
    import numpy

    height, width = pixels.shape[:2]
    rows = numpy.zeros((height, 1 + 3 * width), numpy.uint8)  # each row begins with its filter, none
    rows[:, 1:] = pixels.reshape(height, 3 * width)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


# -- of a release ----------------------------------------------------------------------------------------------------


def pictures_of(
    database: Path | duckdb.DuckDBPyConnection,
    archive: Path,
    wanted: Mapping[str, Sequence[dict[str, Any]]],
    folder: Path,
    limits: Limits,
) -> tuple[dict[str, Path], dict[str, str]]:
    """Pictures of findings and claims of a file, or of an open one, ``wanted`` by document, written to ``folder`` as PNG files.

    Rows are those of mart_finding, or have a ``claim_id`` alone. Returns paths by identifier, and reasons by
    identifier of those that have none.
    """
    if isinstance(database, Path):
        from warehouse.query import connect_read_only

        with connect_read_only(database) as connection:
            return pictures_of(connection, archive, wanted, folder, limits)
    folder.mkdir(parents=True, exist_ok=True)
    without: dict[str, str] = {}
    tasks: list[tuple[Drawing, list[str]]] = []
    for document_id, rows in wanted.items():
        names = [_name(row) for row in rows]
        try:
            document = _rows_of(database, document_id)
            original = _original(archive, document["mart_document"][0])
            places = Places(document)
            spots = {name: _spot(places, row) for name, row in zip(names, rows, strict=True)}
        except NoPicture as reason:
            without.update((name, str(reason)) for name in names)
            continue
        without.update((name, "it has no place on a page") for name, spot in spots.items() if spot is None)
        listed = {name: asdict(spot) for name, spot in spots.items() if spot is not None}
        path = folder / f".{len(tasks)}.spots.json"
        path.write_text(json.dumps(listed), "utf-8")
        tasks.append((Drawing(str(original), str(path), str(folder)), list(listed)))
    if tasks:
        for task, outcome in share_out([task for task, _ in tasks], limits, command("pipelines.review.evidence")):
            if outcome.refusal is not None:
                names = next(names for one, names in tasks if one is task)
                without.update((name, outcome.refusal) for name in names)
            Path(task.spots).unlink(missing_ok=True)
    made = {name: path for _, names in tasks for name in names if (path := folder / file_name(name)).is_file()}
    for _, names in tasks:
        without.update((name, "not found on its page") for name in names if name not in made and name not in without)
    return made, without


def file_name(identifier: str) -> str:
    """The name of the picture of a finding or claim."""
    return "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in identifier) + ".png"


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("finding_id") or row["claim_id"])


def _spot(places: Places, row: dict[str, Any]) -> Spot | None:
    spot = places.of_finding(row) if row.get("finding_id") else places.of_claim(row["claim_id"])
    return spot if spot is not None and spot.page is not None else None


def _rows_of(connection: duckdb.DuckDBPyConnection, document_id: str) -> dict[str, list[dict[str, Any]]]:
    from warehouse.query import records

    return {
        name: records(connection, f"SELECT * FROM {name} WHERE document_id = $1", [document_id])
        for name in TABLES
        if name in _OF_DOCUMENT
    }


def _original(archive: Path, document: Mapping[str, Any]) -> Path:
    """The PDF that a document was read from."""
    if document["format"] != "pdf":
        raise NoPicture(f"{document['document_id']} was not read from a PDF: its printed lines are the evidence")
    sha256 = str(document["source_sha256"])
    path = archive / sha256[:2] / f"{sha256}.pdf"
    if not path.is_file():
        raise NoPicture(f"the PDF of {document['document_id']} is not in {archive}; run again")
    return path


def draw(task: Drawing) -> Outcome:
    """Make the pictures of one PDF; a figure that is not found costs its own."""
    started = time.perf_counter()
    try:
        data = Path(task.original).read_bytes()
        for name, spot in json.loads(Path(task.spots).read_text("utf-8")).items():
            try:
                write_whole(Path(task.folder, file_name(name)), picture(data, spot_of_json(spot)))
            except NoPicture:
                continue
    except Exception as problem:  # one document's failure must not stop the others
        return Outcome(named(problem), time.perf_counter() - started, False)
    return Outcome(None, time.perf_counter() - started)


if __name__ == "__main__":
    work(Drawing, draw)
