"""Mutation test of ``pipelines/parse``: random changes of its code, and which of them no test of ``tests/parse`` notices.

``python -m benches.mutants [--count 100] [--seed 1] [--in PATH ...] [--each N] [--mutant N ...] [--near]``. Each mutant is
tried in a forked process, nearest test files first, up to the first failure. Survivors are listed with their line before and after: kill each with a test of behaviour,
or delete code that nothing needs. A change that means the same (an equivalent mutant) can survive by right.
"""

from __future__ import annotations

import ast
import copy
import gc
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

import click
import pytest

from tests.kept import ANEW

ROOT = Path(__file__).parents[1]
ROOM, TESTS = "pipelines/parse", "tests/parse"
EDITIONS = "tests/parse/test_edition.py"
WHOLE = "fascicle_blocks"
"""What tests import that parse small fascicles as a whole."""
LIMIT_SECONDS = 600
"""Of processor time, for the tests of one mutant."""
_BROKEN = 99
"""Exit code of a child that could not begin."""
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


def sample(count: int, seed: int, paths: Sequence[str] = (), each: int = 0) -> list[Mutant]:
    """Mutants drawn from the changes of some modules (none: all of the room) that still compile: ``count`` of them all
    together, or ``each`` of every module.
    """
    modules = sorted({module for path in paths or (ROOM,) for module in _modules(ROOT / path)})
    if each:
        return [mutant for module in modules for mutant in _drawn(mutants_of(module), each, seed)]
    return _drawn([mutant for module in modules for mutant in mutants_of(module)], count, seed)


def _modules(path: Path) -> list[Path]:
    return [path] if path.suffix else sorted(path.rglob("*.py"))


def _drawn(every: list[Mutant], count: int, seed: int) -> list[Mutant]:
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


def in_child(work: Callable[[], int]) -> int:
    """The exit code of ``work`` in a forked process, where every module is imported already; 1 when it does not end."""
    child = os.fork()
    if child == 0:
        code = _BROKEN
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_SECONDS)
            code = work()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == _BROKEN:
        raise click.ClickException("a change could not be tried")
    return code


def run_tests(tests: Sequence[str]) -> int:
    """The exit code of pytest, up to the first failure."""
    return int(pytest.main(["-n", "0", "-x", "-q", "--no-header", *(str(ROOT / test) for test in tests)]))


def tests_of(mutant: Mutant, every: Sequence[str], only_near: bool) -> list[str]:
    """Test files in the order in which they are tried: of the same folder or name, or that import the module or parse small
    whole fascicles, then of two editions, then the others."""
    module = Path(mutant.path)
    folder = Path(TESTS + str(module.parent).removeprefix(ROOM))
    imported = ".".join(module.with_suffix("").parts)
    texts = {test: (ROOT / test).read_text("utf-8") for test in every}
    near = [
        test
        for test in every
        if Path(test).parent == folder != Path(TESTS)
        or Path(test).stem[5:] == module.stem
        or imported in texts[test]
        or WHOLE in texts[test]
    ]
    return near if only_near else [*near, EDITIONS, *(test for test in every if test not in (*near, EDITIONS))]


def is_killed(mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether any of these tests fails with the change.

    A change within a function is put into the functions that are loaded already; one at module level is written to the
    file while a new process reads it.
    """
    if not tests:
        return False
    outermost = min(mutant.functions, default=None)
    if outermost is not None:
        return in_child(lambda: _replaced(mutant, outermost) or run_tests(tests)) != 0
    target = ROOT / mutant.path
    before = target.read_text("utf-8")
    target.write_text(mutant.text, "utf-8")
    try:
        command = [sys.executable, "-B", "-m", "pytest", "-n", "0", "-x", "-q", *tests]
        return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LIMIT_SECONDS).returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(before, "utf-8")


def _replaced(mutant: Mutant, first_line: int) -> int:
    """Give the loaded functions that begin on a line their changed code; 0 when there are any."""
    path = str(ROOT / mutant.path)
    changed = {(code.co_name, code.co_firstlineno): code for code in _codes(compile(mutant.text, path, "exec"))}
    functions = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == path
        and one.__code__.co_firstlineno == first_line
    ]
    for function in functions:
        function.__code__ = changed[function.__code__.co_name, first_line]
    if not functions:
        raise LookupError(f"{mutant.path}:{first_line} is not loaded")
    return 0


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@click.command()
@click.option("--count", default=100, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--in", "paths", multiple=True, help="Draw from these modules or folders only.")
@click.option("--each", default=0, help="Draw this many of every module instead of COUNT of all together.")
@click.option("--mutant", "only", multiple=True, type=int, help="Try these numbers of the sample only.")
@click.option(
    "--near", is_flag=True, help="Only tests of the same folder or name, that import the module, or on small fascicles."
)
def main(count: int, seed: int, paths: tuple[str, ...], each: int, only: tuple[int, ...], near: bool) -> None:
    """Try random mutants of pipelines/parse and list those that no test notices."""
    os.chdir(ROOT)
    os.environ[ANEW] = "1"
    drawn = {n: mutant for n, mutant in enumerate(sample(count, seed, paths, each)) if not only or n in only}
    tests = [str(path.relative_to(ROOT)) for path in sorted((ROOT / TESTS).rglob("test_*.py"))]
    pytest.main(["-n", "0", "-q", "--collect-only", "--no-header", *tests])
    needed = sorted({test for mutant in drawn.values() for test in tests_of(mutant, tests, near)})
    if in_child(lambda: run_tests(needed)):
        raise click.ClickException("tests fail before anything is changed")
    lived = []
    for number, mutant in drawn.items():
        killed = is_killed(mutant, tests_of(mutant, tests, near))
        if not killed:
            lived.append(number)
        click.echo(f"{number} {'killed' if killed else 'LIVES'} {mutant}")
    click.echo(f"{len(drawn)} mutants, {len(drawn) - len(lived)} killed, {len(lived)} lived: {lived}")


if __name__ == "__main__":
    main()
