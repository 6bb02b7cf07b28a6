"""Mutation test of ``pipelines/parse``: random changes of its code, and which of them no test of ``tests/parse`` notices.

``python -m benches.mutants [--count 100] [--seed 1] [--mutant N ...]`` works in a copy of the checkout. Each test file
runs once to learn which functions it enters; each mutant is then tried by the test files that enter its function,
up to the first failure. Survivors are listed with their line before and after: kill each with a test of behaviour,
or delete code that nothing needs. A change that means the same (an equivalent mutant) can survive by right.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
ROOM, TESTS = "pipelines/parse", "tests/parse"
LIMIT_SECONDS = 600
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
# Writes the functions of the room that a test file enters, as lines "path:first line", to the file named by ENTERED.
_RECORDER = """
import os, sys
seen = set()
def note(frame, event, _):
    if event == "call" and "/pipelines/parse/" in frame.f_code.co_filename:
        seen.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))
sys.setprofile(note)
def pytest_sessionfinish():
    sys.setprofile(None)
    with open(os.environ["ENTERED"], "w") as out:
        out.writelines(f"{path}:{line}\\n" for path, line in sorted(seen))
"""


@dataclass(frozen=True)
class Mutant:
    """One change: its file, the line, the functions around it (first lines), the line before, the new file."""

    path: str
    line: int
    functions: frozenset[int]
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        """The place of the change with the code before and after."""
        return f"{self.path}:{self.line}\n    - {self.before}\n    + {self.after}"


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that can stand in the place of one: another comparison, constant, operator, or None for what is returned."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[place] = _OPPOSITE[type(operator)]()
            yield changed
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_empty(node.value):
        yield ast.Return(ast.Constant(None))


def _is_empty(node: ast.AST) -> bool:
    """Whether a value counts as false already: None in its place would mean the same to most callers."""
    return isinstance(node, ast.Constant) and not node.value


def mutants_of(path: Path) -> list[Mutant]:
    """Every change of one module, in the order of its code."""
    text = path.read_text("utf-8")
    name = str(path.relative_to(ROOT))
    found: list[Mutant] = []

    def visit(node: ast.AST, functions: frozenset[int]) -> None:
        if isinstance(node, ast.Assert):  # says something to the type checker
            return
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            functions = functions | {first}
        for changed in changes(node):
            found.append(_applied(name, text, node, changed, functions))
        for field, child in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for one in child if isinstance(child, list) else [child]:
                if isinstance(one, ast.AST):
                    visit(one, functions)

    visit(ast.parse(text), frozenset())
    return found


def _applied(name: str, text: str, node: ast.AST, changed: ast.AST, functions: frozenset[int]) -> Mutant:
    """The module with one node written anew in its place; the other lines stay where they are."""
    lines = text.splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno - 1  # type: ignore[attr-defined]
    head = lines[first].encode()[: node.col_offset].decode()  # type: ignore[attr-defined]
    tail = lines[last].encode()[node.end_col_offset :].decode()  # type: ignore[attr-defined]
    code = ast.unparse(changed)
    written = code if isinstance(node, ast.stmt) else f"({code})"
    filler = "\\\n" * (last - first)
    after = head + filler + (" " if filler else "") + written + tail
    original = "".join(lines[first : last + 1])
    return Mutant(
        name,
        node.lineno,  # type: ignore[attr-defined]
        functions,
        " ".join(original.split()),
        " ".join((head + written + tail).split()),
        "".join([*lines[:first], after, *lines[last + 1 :]]),
    )


def sample(count: int, seed: int) -> list[Mutant]:
    """Mutants drawn from all changes of the room that still compile."""
    every = [mutant for path in sorted((ROOT / ROOM).rglob("*.py")) for mutant in mutants_of(path)]
    drawn: list[Mutant] = []
    for mutant in random.Random(seed).sample(every, len(every)):
        try:
            compile(mutant.text, mutant.path, "exec")
        except SyntaxError:
            continue
        drawn.append(mutant)
        if len(drawn) == count:
            break
    return drawn


def run_tests(copy_of: Path, *arguments: str, **environment: str) -> int:
    """The exit code of pytest in a copy of the checkout; a test that does not end counts as failed."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "--no-header", *arguments]
    env = {**os.environ, "FASCICLE_SHARED": str(SHARED), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    try:
        done = subprocess.run(
            command, cwd=copy_of, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LIMIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return 1
    return done.returncode


def entered(copy_of: Path) -> dict[str, set[tuple[str, int]]]:
    """By test file, the functions of the room that it enters: path and first line."""
    (copy_of / "recorder_of_calls.py").write_text(_RECORDER)
    found: dict[str, set[tuple[str, int]]] = {}
    for path in sorted((copy_of / TESTS).rglob("test_*.py")):
        test = str(path.relative_to(copy_of))
        out = copy_of / "entered.txt"
        code = run_tests(copy_of, "-p", "recorder_of_calls", test, ENTERED=str(out), PYTHONPATH=str(copy_of))
        if code:
            raise click.ClickException(f"{test} fails before anything is changed")
        functions = (line.rpartition(":") for line in out.read_text().splitlines())
        found[test] = {(str(Path(name).relative_to(copy_of)), int(line)) for name, _, line in functions}
    return found


def tests_of(mutant: Mutant, by_test: dict[str, set[tuple[str, int]]]) -> list[str]:
    """Test files that enter the innermost function of a change (at module level: any function of the module), small first."""
    innermost = max(mutant.functions, default=None)
    touching = [
        test
        for test, functions in by_test.items()
        if any(path == mutant.path and (innermost is None or line == innermost) for path, line in functions)
    ]
    return sorted(touching, key=lambda test: len(by_test[test]))


def is_killed(copy_of: Path, mutant: Mutant, tests: list[str]) -> bool:
    """Whether any of these tests fails with the change."""
    target = copy_of / mutant.path
    before = target.read_text("utf-8")
    target.write_text(mutant.text, "utf-8")
    try:
        return bool(tests) and run_tests(copy_of, *tests) != 0
    finally:
        target.write_text(before, "utf-8")


def _copy(folder: Path) -> Path:
    """A copy of what is imported and tested."""
    for name in ("pipelines", "warehouse", "expectations", "tests", "benches"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "docs"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder


@click.command()
@click.option("--count", default=100, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--mutant", "only", multiple=True, type=int, help="Try these numbers of the sample only.")
@click.option("--workers", default=1, show_default=True)
@click.option("--calls", type=click.Path(path_type=Path), help="File in which the functions that tests enter are kept.")
def main(count: int, seed: int, only: tuple[int, ...], workers: int, calls: Path | None) -> None:
    """Try random mutants of pipelines/parse and list those that no test notices."""
    drawn = [(n, mutant) for n, mutant in enumerate(sample(count, seed)) if not only or n in only]
    with tempfile.TemporaryDirectory() as folder:
        copies = [_copy(Path(folder) / str(n)) for n in range(workers)]
        if calls is not None and calls.exists():
            by_test = {test: {(p, n) for p, n in found} for test, found in json.loads(calls.read_text()).items()}
        else:
            by_test = entered(copies[0])
            if calls is not None:
                calls.write_text(json.dumps({test: sorted(found) for test, found in by_test.items()}))

        def tried(place: int) -> list[int]:
            living = []
            for number, mutant in drawn[place::workers]:
                tests = tests_of(mutant, by_test)
                killed = is_killed(copies[place], mutant, tests)
                if not killed:
                    living.append(number)
                said = "killed" if killed else "LIVES" if tests else "LIVES, in no test"
                click.echo(f"{number} {said} {mutant}")
            return living

        with ThreadPoolExecutor(workers) as pool:
            lived = sorted(number for part in pool.map(tried, range(workers)) for number in part)
    click.echo(f"{len(drawn)} mutants, {len(drawn) - len(lived)} killed, {len(lived)} lived: {lived}")


if __name__ == "__main__":
    main()
