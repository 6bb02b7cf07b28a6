"""Times reading PDF documents: the floor, this reader, pdfplumber, in one run.

Usage: python benches/read_pdf.py [FOLDER] [--rounds N] [--files]
FOLDER defaults to the edition A/81/6 under FASCICLE_SHARED (or ../shared beside the repository).

Floor: the words of every page with their boxes, through pypdfium2 and nothing else. pdfplumber:
``extract_tables`` of every page, one round. Times are CPU seconds of one process.
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benches.read_word import SHARED, Task, timed  # noqa: E402

EDITION = SHARED / "corpus" / "A_81_6"


def floor(data: bytes) -> None:
    """Words with boxes: the text of a page, and the box of every sign that is no white space."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for page in document:
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        words: list[tuple[str, float, float, float, float]] = []
        begun: int | None = None
        box = (0.0, 0.0, 0.0, 0.0)
        for index, sign in enumerate(text):
            if sign.isspace():
                if begun is not None:
                    words.append((text[begun:index], *box))
                begun = None
                continue
            left, bottom, right, top = text_page.get_charbox(index)
            if begun is None:
                begun, box = index, (left, bottom, right, top)
            else:
                box = (min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top))
        text_page.close()
        page.close()
    document.close()


def read(data: bytes) -> None:
    """Read the document into blocks."""
    from pipelines.read.pdf.document import read_pdf

    read_pdf(data)


def read_and_parse(data: bytes) -> None:
    """Read the document into blocks, and these into rows."""
    from pipelines.parse.fascicle import parse_document
    from pipelines.read.pdf.document import read_pdf
    from pipelines.symbols.identity import identify
    from pipelines.vocabulary import vocabulary_of

    document = read_pdf(data)
    identity = identify(document)
    parse_document(document, identity, vocabulary_of(identity.language))


def plumber(data: bytes) -> None:
    """The tables of every page with pdfplumber."""
    import io

    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_tables()
            page.close()


TASKS: dict[str, Task] = {
    "words with boxes, pypdfium2": floor,
    "read": read,
    "read and parse": read_and_parse,
    "pdfplumber extract_tables": plumber,
}


def measure(paths: list[Path], rounds: int) -> dict[Path, dict[str, float]]:
    """Least CPU seconds by document and task; pdfplumber, the slowest by far, gets one round."""
    for task in TASKS.values():  # what is imported on first use is no part of the work
        task(min(paths, key=lambda path: path.stat().st_size).read_bytes())
    found: dict[Path, dict[str, float]] = {}
    for path in paths:
        data = path.read_bytes()
        found[path] = {
            name: min(timed(task, data) for _ in range(1 if "pdfplumber" in name else rounds))
            for name, task in TASKS.items()
        }
    return found


def main() -> None:
    """Print the times and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=EDITION)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", action="store_true", help="also print each file")
    arguments = parser.parse_args()
    paths = sorted(arguments.folder.glob("*.pdf"))
    if not paths:
        raise SystemExit(f"no PDF documents in {arguments.folder}")
    found = measure(paths, arguments.rounds)
    if arguments.files:
        for path, times in found.items():
            print(f"{path.name:34}" + "".join(f"{seconds:9.3f}" for seconds in times.values()))
    totals = {name: sum(times[name] for times in found.values()) for name in TASKS}
    least = next(iter(totals.values()))
    print(f"{len(paths)} documents")
    for name, seconds in totals.items():
        print(f"{name:34} {seconds:7.2f} s {seconds / least:6.2f} x floor")
    print(f"pdfplumber takes {totals['pdfplumber extract_tables'] / totals['read']:.1f} x as long as read")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
