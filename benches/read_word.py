"""Times reading the Word documents of an edition: the floor, this reader, python-docx, in one run.

Usage: python benches/read_word.py [FOLDER] [--rounds N] [--files]
FOLDER defaults to the edition A/80/6 under FASCICLE_SHARED (or ../shared beside the repository).

Floor: unzip ``word/document.xml`` and parse it with lxml, nothing else. python-docx: open the document
and take the text of every cell of every row of the body's tables. Each figure is the least of its
rounds, the rounds of all three interleaved; times are CPU seconds of one process, so that what else the
machine does counts little.
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

from pipelines.read.word import read_word  # noqa: E402


def floor(data: bytes) -> None:
    """Unzip the main part and parse it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        etree.fromstring(archive.read("word/document.xml"))


def ours(data: bytes) -> None:
    """Read the document into blocks."""
    read_word(data)


def python_docx(data: bytes) -> None:
    """Visit every cell of every table of the body with python-docx."""
    import docx

    for table in docx.Document(io.BytesIO(data)).tables:
        for row in table.rows:
            for cell in row.cells:
                _ = cell.text


def timed(task: Callable[[bytes], None], data: bytes) -> float:
    """CPU seconds one call takes; garbage of earlier calls is collected before."""
    gc.collect()
    begun = time.process_time()
    task(data)
    return time.process_time() - begun


def main() -> None:
    """Print the three times and the ratios."""
    shared = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=shared / "corpus" / "A_80_6")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", action="store_true", help="also print each file")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.glob("*.docx"))
    if not paths:
        raise SystemExit(f"no Word documents in {arguments.folder}")
    tasks: list[Callable[[bytes], None]] = [floor, ours]
    try:
        import docx  # noqa: F401

        tasks.append(python_docx)
    except ImportError:
        print("python-docx is not installed: its time is left out")
    totals = dict.fromkeys(tasks, 0.0)
    for path in paths:
        data = path.read_bytes()
        best = {
            task: min(timed(task, data) for _ in range(1 if task is python_docx else arguments.rounds))
            for task in tasks
        }
        for task, seconds in best.items():
            totals[task] += seconds
        if arguments.files:
            print(f"{path.name:34}" + "".join(f"{seconds:9.3f}" for seconds in best.values()))
    print(f"{len(paths)} documents, {sum(path.stat().st_size for path in paths) / 2**20:.1f} MiB packed")
    for task in tasks:
        print(f"{task.__name__:12} {totals[task]:8.2f} s   {totals[task] / totals[floor]:6.2f} x floor")
    if python_docx in totals:
        print(f"python-docx / ours: {totals[python_docx] / totals[ours]:.1f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
