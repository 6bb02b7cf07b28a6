"""A folder as they come: good documents, one bad one of every kind, odd names, and modules that must not be run."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from pipelines.ingest.land import list_quarantine
from tests.command.support import fascicle, queried
from tests.shared import BUNDLED, ROOT

FASCICLE = (sys.executable, "-c", "from pipelines.__main__ import main; main()")
PLANTED = (
    *("org", "copy", "json", "re", "pickle", "sitecustomize", "usercustomize", "multiprocessing", "runpy"),
    *("click", "dagster", "duckdb", "pandas", "pyarrow", "numpy", "great_expectations", "lxml", "pypdfium2", "orjson"),
)
TEXT = BUNDLED.read_text(encoding="utf-8")


def _resolution(number: int) -> str:
    """A resolution of our own words, as a text."""
    return (
        f"United Nations A/RES/90/{number}\n\nGeneral Assembly Distr.: General\n\n12 December 2035\n\n"
        f"Ninetieth session\n\nAgenda item {number}\n\nResolution adopted by the General Assembly on 12 December 2035\n\n"
        f"90/{number}. Matter {number} of the bench\n\nThe General Assembly,\n\nRecalling its resolution 89/{number} "
        "of 24 December 2034,\n\n1. Takes note of the report of the Secretary-General;\n\n"
        f"2. Decides to appropriate the amount of {number} 000 dollars for 2036.\n\n"
    )


REPORT = (
    "United Nations A/90/700\n\nGeneral Assembly Distr.: General\n\n12 December 2035\n\nNinetieth session\n\n"
    "Agenda item 138\n\nProposed programme budget for 2036\n\nReport of the Secretary-General\n\n"
    "1. The present report tells of section 4 (A/90/6 (Sect. 4)).\n\n2. It costs 1,000 dollars.\n\n"
)
GOOD = {f"A_RES_90_{number}.en.txt": _resolution(number) for number in range(1, 20)} | {BUNDLED.name: TEXT}


def _word(document: bytes, name: str = "word/document.xml") -> bytes:
    """A Word file, or another zip, of one part."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, document)
    return held.getvalue()


def _encrypted() -> bytes:
    """A PDF that opens with a password alone."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_encryption("owner", "secret", EncryptionMethod.RC4)
    return bytes(pdf.output())


ENTITY = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]><w>&x;</w>'
WHOLE = _word(b"<w/>" * 400)
# file name -> its bytes, and words of the reason it is refused for
BAD: dict[bytes, tuple[bytes, str]] = {
    b"empty.txt": (b"", "empty"),
    b"binary.txt": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "binary"),
    b"web.docx": (b"<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
    b"zip.docx": (b"PK\x03\x04 but not for long", "cut off or damaged"),
    b"end.pdf": (b"%PDF-1.7\n1 0 obj\n", "cut off"),
    b"noise.pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 8 + b"\n%%EOF", "PDF"),
    b"half.txt": (TEXT[: TEXT.index("工作人员差旅 85.0")].encode(), "cut off"),
    b"latin.txt": ("Décidé à l'été, où ça coûte très cher. ".encode("latin-1") * 40, "encoding"),
    b"rival.txt": (TEXT.replace("6 488.3", "6 488.4").encode(), "a second text of A/77/6 (Sect. 10)"),
    "第十款.txt".encode("gbk"): (b"\x00\x01\x02 no text", "binary"),
    b"line\nbreak.txt": ("从前有一座山。\n".encode() * 40, "not recognised"),
    b"-dash.txt": (b"{}", "JSON"),
    b"n" * 246 + b".txt": (b"\x00\x01 either", "binary"),
    b"one [bold].txt": (b" ", "empty"),
    b"half.docx": (WHOLE[: len(WHOLE) // 2], "cut off or damaged"),
    b"bomb.docx": (_word(b" " * 60_000_000), "zip bomb"),
    b"entity.docx": (_word(ENTITY), "declares a document type or entities"),
    b"words.docx": (_word(b"<w:document><w:p>"), "no well-formed XML"),
    b"sheet.docx": (_word(b"<workbook/>", "xl/workbook.xml"), "an Excel file"),
    b"packed.docx": (_word(WHOLE, "A_85_6.docx"), "holds no Word document"),
    b"rich.doc": (b"{\\rtf1 General Assembly}", "Rich Text"),
    b"old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "old Office file"),
    b"locked.pdf": (_encrypted(), "password"),
    b"A_RES_90_60.en.pdf": (b"<!DOCTYPE html><title>A/RES/90/60</title><p>The General Assembly,", "web page"),
    b"A_RES_90_61.en.txt": ("<html><body>Not found</body></html>".encode("utf-16"), "web page"),
    b"marc.txt": (b'<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim"><rec', "XML file"),
    b"names.txt": (b'[{"symbol": "A/RES/90/1"}]' * 40, "not recognised"),
    b"picture.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(1000), "binary"),
    b"report.txt": (REPORT.encode(), "a report of"),
}
ODD_GOOD = (
    "决议.txt".encode("gbk"),
    b"two\nlines.txt",
    b"--home.txt",
    b"l" * 246 + b".txt",
    b"per%cent #1 ?'\".txt",
)


def _plant(folder: Path, marks: Path) -> None:
    """Modules in a folder that leave a mark when they are run, and configuration that would lead to them."""
    marks.mkdir(exist_ok=True)
    for name in PLANTED:
        mark = str(marks / name)
        (folder / f"{name}.py").write_text(f"open({mark!r}, 'w').close(); print('planted {name}')\n")
    for package in ("pipelines", "warehouse", "gx", "great_expectations"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(f"open({str(marks / package)!r}, 'w').close()\n")
    (folder / ".duckdbrc").write_text(f".shell touch {marks / 'duckdbrc'}\n")
    (folder / "dagster.yaml").write_text("run_launcher: {module: org, class: Launcher}\n")
    (folder / "pyproject.toml").write_text('[tool.dagster]\nmodule_name = "org"\n')
    (folder / "gunicorn.conf.py").write_text(f"open({str(marks / 'gunicorn')!r}, 'w').close()\n")


NO_FILES = {
    "pipe.txt": "no file",
    "gone.txt": "leads nowhere",
    "round.txt": "leads nowhere",
    "elsewhere": "not followed",
    "up": "not followed",
}


def _put_no_files(folder: Path) -> None:
    """What lies in a folder and is no file, by the names and words above; a folder named like a document is a folder."""
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").symlink_to("nothing.txt")
    (folder / "round.txt").symlink_to("round.txt")
    (folder / "elsewhere").symlink_to(folder.parent)
    (folder / "again" / "up").symlink_to(folder)
    (folder / "A_RES_90_70.en.txt").mkdir()
    (folder / "A_RES_90_70.en.txt" / "within.txt").write_text(_resolution(70), encoding="utf-8")


def _ran(folder: Path, *arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a process in a folder, found by PYTHONPATH beside that folder."""
    path = os.pathsep.join([str(ROOT)])
    env = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": path, **environment}
    return subprocess.run([*FASCICLE, *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=300)


def test_good_documents_are_published_whatever_lies_beside_them(tmp_path: Path) -> None:
    folder, home, marks = tmp_path / "in", tmp_path / "a home, 100% #1'\"", tmp_path / "marks"
    (folder / "again").mkdir(parents=True)
    _plant(folder, marks)
    odd = dict(zip(ODD_GOOD, (_resolution(number) for number in range(31, 36)), strict=True))
    for name, text in {**{os.fsencode(name): text for name, text in GOOD.items()}, **odd}.items():
        (folder / os.fsdecode(name)).write_text(text, encoding="utf-8")
    for name, (data, _) in BAD.items():
        (folder / os.fsdecode(name)).write_bytes(data)
    # Two documents of one name, the same bytes twice, and what is no document.
    (folder / "again" / "A_RES_90_1.en.txt").write_text(_resolution(40), encoding="utf-8")
    (folder / "again" / "copy.txt").write_text(GOOD["A_RES_90_2.en.txt"], encoding="utf-8")
    (folder / "chart.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "figures.xlsx").write_bytes(b"PK\x03\x04")
    _put_no_files(folder)

    done = _ran(folder, "run", ".", "--home", str(home), FASCICLE_HOME="")
    assert done.returncode == 3, done.stdout + done.stderr
    assert not list(marks.iterdir())
    expected = len(GOOD) + len(odd) + 2
    assert queried(home, "SELECT count(*) AS n FROM mart_document") == [{"n": expected}]
    told = dict(list_quarantine(home / "quarantine"))
    assert len(told) == len(BAD)
    for name, (_, words) in BAD.items():
        named = [said for said in told if said[:12] == _shown(name)[:12]]
        assert len(named) == 1 and words in told[named[0]], (name, told)
    assert "duplicate    copy.txt: its bytes are those of A_RES_90_2.en.txt" in done.stdout
    assert re.search(r"passed over  \d+ in folders .*chart\.png", done.stdout)
    assert all(line.isprintable() for line in done.stdout.splitlines())
    last = json.loads((home / "last_run.json").read_text("utf-8"))
    over = {file["name"]: file["reason"] for file in last["passed_over"]}
    assert {"chart.png", "figures.xlsx"} <= over.keys()
    for name, words in NO_FILES.items():
        assert words in over[name], over

    # What is said to be typed next can be pasted into a shell.
    said = done.stdout.partition("Next: fascicle ")[2].splitlines()[0]
    typed = subprocess.run(["sh", "-c", f"printf '%s\\n' {said}"], capture_output=True, text=True, check=True)
    assert typed.stdout.splitlines() == ["findings", "--home", str(home)]

    for asked in (
        *(("status",), ("status", "--json"), ("findings",), ("releases",), ("search", "bench")),
        ("query", "SELECT count(*) FROM mart_cell", "--format", "csv", "--bom"),
        ("export", str(tmp_path / "cells.xlsx"), "--table", "mart_document"),
    ):
        answered = _ran(folder, *asked, "--home", str(home))
        assert answered.returncode == 0, answered.stdout + answered.stderr
    assert not list(marks.iterdir())


def _shown(name: bytes) -> str:
    from pipelines.ingest.sources import shown

    return shown(os.fsdecode(name))


def test_a_python_path_of_the_user_does_not_lead_into_our_processes(tmp_path: Path) -> None:
    """Modules that nothing has loaded before the program begins; what Python itself runs at its start is Python's."""
    folder, marks = tmp_path / "in", tmp_path / "marks"
    folder.mkdir()
    _plant(folder, marks)
    for name in ("sitecustomize", "usercustomize", "re", "copy", "pickle"):
        (folder / f"{name}.py").unlink()
    shutil.rmtree(folder / "pipelines")
    (folder / "a.txt").write_text(_resolution(1), encoding="utf-8")
    (folder / "b.txt").write_text(_resolution(2), encoding="utf-8")
    path = os.pathsep.join([str(ROOT), "", str(folder)])
    done = _ran(folder, "run", ".", "--home", str(tmp_path / "home"), PYTHONPATH=path, PYTHONSTARTUP="org.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(marks.iterdir())


@pytest.mark.parametrize("module", ["pipelines.run.worker", "pipelines.run.subprocess"])
def test_each_of_our_processes_starts_isolated(module: str, tmp_path: Path) -> None:
    from pipelines.run.isolated import command

    marks = tmp_path / "marks"
    _plant(tmp_path, marks)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": "org.py"}
    done = subprocess.run(command(module, "512"), cwd=tmp_path, env=env, input=b"", capture_output=True, timeout=120)
    assert done.stdout == b"" and (done.returncode == 0 or module == "pipelines.run.subprocess"), done.stderr
    assert not list(marks.iterdir())


def test_a_home_that_duckdb_cannot_use_is_refused_as_that(tmp_path: Path) -> None:
    done = fascicle(tmp_path / "what?", "run", str(BUNDLED))
    assert done.exit_code == 2 and "question mark" in done.output
    assert not (tmp_path / "what?").exists()


def test_a_byte_order_mark_is_put_where_it_is_asked_for(published: Path, tmp_path: Path) -> None:
    asked = ("query", "SELECT 1 AS one", "--format", "csv")
    assert fascicle(published, *asked).output == "one\n1\n"
    assert fascicle(published, *asked, "--bom").output == "\ufeffone\n1\n"
    assert fascicle(published, "query", "SELECT 1", "--bom").exit_code == 2
    for target, marks in (("a.csv", 3), ("b.csv", 0)):
        more = ["--bom"] if marks else []
        assert fascicle(published, "export", str(tmp_path / target), "--sql", "SELECT 1 AS one", *more).exit_code == 0
        assert (tmp_path / target).read_bytes() == b"\xef\xbb\xbf"[:marks] + b"one\n1\n"
    refused = fascicle(published, "export", str(tmp_path / "c.json"), "--sql", "SELECT 1", "--bom")
    assert refused.exit_code == 2 and "--bom goes with .csv" in refused.output
