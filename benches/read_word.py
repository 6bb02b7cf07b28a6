"""Times reading the Word documents of an edition: the floor, this reader, python-docx, in one run.

Usage: python benches/read_word.py [FOLDER] [--rounds N] [--files]
FOLDER defaults to the edition A/80/6 under FASCICLE_SHARED (or ../shared beside the repository).

Floor: unzip ``word/document.xml`` and parse it with lxml, nothing else. python-docx: open the document
and take the text of every cell of every row of the body's tables; and, to compare like with like, look
into the runs of those cells too, for that is where bold and footnote marks are. Each document takes its
turn in all of them; times are CPU seconds of one process, so that what else the machine does counts little.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.read.word.document import read_word  # noqa: E402

SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
EDITION = SHARED / "corpus" / "A_80_6"

Task = Callable[[bytes], None]


def floor(data: bytes) -> None:
    """Unzip the main part and parse it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        etree.fromstring(archive.read("word/document.xml"))


def read(data: bytes) -> None:
    """Read the document into blocks."""
    read_word(data)


def read_and_parse(data: bytes) -> None:
    """Read the document into blocks, and these into rows."""
    from pipelines.parse.fascicle import parse_document
    from pipelines.symbols.identity import identify
    from pipelines.vocabulary import vocabulary_of

    document = read_word(data)
    identity = identify(document)
    parse_document(document, identity, vocabulary_of(identity.language))


def python_docx(data: bytes) -> None:
    """Visit every cell of every table of the body with python-docx."""
    import docx

    for table in docx.Document(io.BytesIO(data)).tables:
        for row in table.rows:
            for cell in row.cells:
                _ = cell.text


def python_docx_runs(data: bytes) -> None:
    """The same, with the runs of each cell: words, weight, superscript."""
    import docx

    for table in docx.Document(io.BytesIO(data)).tables:
        for row in table.rows:
            for cell in row.cells:
                for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                    _ = run.text, run.bold, run.font.superscript


TASKS: dict[str, Task] = {
    "unzip and parse word/document.xml with lxml": floor,
    "read": read,
    "read and parse": read_and_parse,
    "python-docx, text of every cell": python_docx,
    "python-docx, runs of every cell": python_docx_runs,
}


def timed(task: Task, data: bytes) -> float:
    """CPU seconds one call takes; garbage of earlier calls is collected before."""
    gc.collect()
    begun = time.process_time()
    task(data)
    return time.process_time() - begun


def measure(paths: list[Path], rounds: int, tasks: dict[str, Task] = TASKS) -> dict[Path, dict[str, tuple[float, ...]]]:
    """CPU seconds of each round by document and task; python-docx, the slowest by far, gets one round."""
    found: dict[Path, dict[str, tuple[float, ...]]] = {}
    for task in tasks.values():  # what is imported on first use is no part of the work
        task(min(paths, key=lambda path: path.stat().st_size).read_bytes())
    for path in paths:
        data = path.read_bytes()
        found[path] = {
            name: tuple(timed(task, data) for _ in range(1 if "python-docx" in name else rounds))
            for name, task in tasks.items()
        }
    return found


def main() -> None:
    """Print the times and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=EDITION)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", action="store_true", help="also print each file")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.glob("*.docx"))
    if not paths:
        raise SystemExit(f"no Word documents in {arguments.folder}")
    found = measure(paths, arguments.rounds)
    if arguments.files:
        for path, times in found.items():
            print(f"{path.name:34}" + "".join(f"{min(seconds):9.3f}" for seconds in times.values()))
    totals = {name: sum(min(times[name]) for times in found.values()) for name in TASKS}
    least = next(iter(totals.values()))
    print(f"{len(paths)} documents, {sum(path.stat().st_size for path in paths) / 2**20:.1f} MiB packed")
    for name, seconds in totals.items():
        print(f"{name:44} {seconds:7.2f} s {seconds / least:6.2f} x floor")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
