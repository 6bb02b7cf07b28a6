"""The cookbook: questions of a budget analyst, their SQL and the answers of a release.

A question is one file ``docs/cookbook/NN-name.sql``: a line of SQL comment with the question, lines
that say what to mind, a line ``-- documents:`` with the symbols its answer needs, or ``corpus`` for
the whole of it. Its answer is recorded beside it as CSV, and for the bundled edition alone as
``NN-name.bundled.csv`` where that answers it too. ``python -m warehouse.cookbook docs/cookbook.md``
renders the page; with a database (and ``bundled``) behind it, answers are recorded from that first.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.query import run_query, to_csv

FOLDER = Path(__file__).parents[1] / "docs" / "cookbook"
BUNDLED_YEARS = 2023 - 2026  # the bundled edition is three years before the one that most questions are about
_HEAD = """# Cookbook

Questions of a budget analyst, each one statement on the current release (`fascicle query "..."`), with the answer
recorded. The files are in `docs/cookbook`; `make cookbook` asks them of a release of the whole corpus, and `make test`
those that few documents answer, and all of the bundled edition, with years moved by three. This page is rendered from
them by `make docs`.

**Documents.** The corpus is 25 documents of the edition of 2026 (A/80/6) and five of that of 2027 (A/81/6) in Word,
these five in PDF too, section 10 of the edition of 2023 (A/77/6) in Chinese, 28 resolutions and two reference datasets.
Where an answer needs fewer, they are named beside it.

**Three rules.** Sum over one `scope` and one `breakdown` only, or ask a view that says "each once". Compare amounts
of parts only when `section_count` is the same. Any number leads to its places: join `v_claim_place` on `fact_id`.

"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question: name of its file, the question, what to note, the symbols it needs (none: the corpus), its SQL."""

    name: str
    title: str
    note: str
    documents: tuple[str, ...]
    sql: str

    def moved(self, years: int) -> str:
        """Its SQL with every year moved: the same question of another edition."""
        return re.sub(r"\b20\d\d\b", lambda year: str(int(year[0]) + years), self.sql)

    def answer_path(self, is_bundled: bool = False) -> Path:
        """Where its answer is recorded."""
        return FOLDER / f"{self.name}{'.bundled' if is_bundled else ''}.csv"


def parse_question(name: str, text: str) -> Question:
    """Read one file; raises ValueError when its head lacks the question or its documents."""
    lines = text.strip().splitlines()
    head = []
    while lines and lines[0].startswith("--"):
        head.append(lines.pop(0).removeprefix("--").strip())
    named = [line for line in head if line.startswith("documents: ")]
    if len(head) < 2 or len(named) != 1:
        raise ValueError(f"{name}.sql: the head has the question, notes and a line '-- documents: ...'")
    listed = named[0].removeprefix("documents: ")
    symbols = () if listed == "corpus" else tuple(listed.split(", "))
    notes = " ".join(line for line in head[1:] if line not in named)
    return Question(name, head[0], notes, symbols, "\n".join(lines).rstrip(";"))


def questions() -> tuple[Question, ...]:
    """Every question, in the order of the files."""
    return tuple(parse_question(path.stem, path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.sql")))


def answer(database: Path, question: Question, is_bundled: bool = False) -> str:
    """What a release answers, as CSV; the bundled edition is asked of its own years. Raises QueryError."""
    return to_csv(run_query(database, question.moved(BUNDLED_YEARS) if is_bundled else question.sql))


def record(database: Path, is_bundled: bool) -> None:
    """Write the answers of a release; of the bundled edition only those that have rows."""
    for question in questions():
        text = answer(database, question, is_bundled)
        if not is_bundled or text.count("\n") > 1:
            question.answer_path(is_bundled).write_text(text, "utf-8")


def render() -> str:
    """The page as Markdown, from the questions and their recorded answers."""
    made = [_HEAD]
    for number, question in enumerate(questions(), start=1):
        needs = ", ".join(question.documents) or "the corpus"
        bundled = " The bundled edition answers it too." if question.answer_path(True).exists() else ""
        made.append(
            f"## {number}. {question.title}\n\n{question.note} Documents: {needs}.{bundled}\n\n"
            f"```sql\n{question.sql}\n```\n\n{_table(question.answer_path().read_text('utf-8'))}\n"
        )
    checked = FOLDER / "checked.md"
    made.append(checked.read_text("utf-8") if checked.exists() else "")
    return "".join(made).rstrip() + "\n"


def _table(text: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    marks = ["---:" if all(_is_number(row[i]) for row in rows[1:]) else "---" for i in range(len(rows[0]))]
    return "\n".join([lines[0], "| " + " | ".join(marks) + " |", *lines[1:]]) + "\n"


def _cell(text: str) -> str:
    if _is_number(text) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("|", "\\|")


def _is_number(text: str) -> bool:
    try:
        float(text or "0")
    except ValueError:
        return False
    return True


def main(arguments: Sequence[str]) -> int:
    """Render the page to the path given, after recording from a database where one follows; 2 for other arguments."""
    if not 1 <= len(arguments) <= 3 or (len(arguments) == 3 and arguments[2] != "bundled"):
        print("usage: python -m warehouse.cookbook PAGE [DATABASE [bundled]]", file=sys.stderr)
        return 2
    if len(arguments) > 1:
        record(Path(arguments[1]), len(arguments) == 3)
    Path(arguments[0]).write_text(render(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
