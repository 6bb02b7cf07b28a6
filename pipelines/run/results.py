"""Results of the last steps of a run, and their JSON between processes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pipelines.ingest.land import Landing
from pipelines.run.early_steps import Batch, Plan, Staged


@dataclass(frozen=True, slots=True)
class Failure:
    """How a run failed: the class of the error, and one line to read."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Built:
    """A warehouse file that is not published yet, or that of the current release when nothing is new.

    ``taken_out`` are documents that no file could be made with: reasons by identifier. ``parts`` are what the file was made
    of (``last_parts.Parts``); ``carried_from`` is the release it was made from, None when it was built from nothing, and
    ``touched`` are then the documents with rows that may differ, ``groups`` the row groups of its Parquet files with such rows.
    """

    release_id: str
    path: str
    is_unchanged: bool
    input_key: str
    row_counts: dict[str, int]
    table_hashes: dict[str, str]
    taken_out: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    carried_from: str | None = None
    touched: tuple[str, ...] = ()
    groups: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """Result of Great Expectations for one table: expectations evaluated, failed, and ended in an error of ours.

    ``rules`` names the rules between tables among them.
    """

    table: str
    evaluated: int
    failed: tuple[str, ...]
    crashed: tuple[str, ...]
    rules: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True when something was evaluated and nothing failed or crashed."""
        return self.evaluated > 0 and not self.failed and not self.crashed

    @property
    def defects(self) -> tuple[str, ...]:
        """One line per expectation that failed, and per one that could not be evaluated at all."""
        crashed = tuple(f"could not be evaluated: {line}" for line in self.crashed)
        nothing = () if self.evaluated else ("no expectation was evaluated",)
        return (*self.failed, *crashed, *nothing)

    def messages_of(self, rule: str) -> tuple[str, ...]:
        """What failed or crashed of one rule."""
        return tuple(line for line in (*self.failed, *self.crashed) if line.startswith(f"{rule}:"))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How often a check was evaluated in the release, and its verdicts counted: its row of mart_check."""

    check_name: str
    about: str
    evaluated: int
    exact: int
    rounding: int
    violated: int
    unassessable: int

    @property
    def passed(self) -> bool:
        """True when something could be assessed and nothing was violated: what evaluated nothing has not passed."""
        return self.exact + self.rounding > 0 and not self.violated


@dataclass(frozen=True, slots=True)
class Validation:
    """Results of Great Expectations by table, and the counts of the checks."""

    results: tuple[SuiteResult, ...]
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended. ``outcome``: published, unchanged, refused (by the gate), empty (nothing could be read), failed.

    ``counts`` are rows by table; ``verdicts`` relations by verdict; ``severities`` findings by severity, of which
    ``known`` stand in the register of known discrepancies; ``doubts`` about our reading by kind; ``warnings`` are those of
    readers by kind; ``duplicates`` and ``passed_over`` are files with their reason.
    """

    outcome: str
    exit_code: int
    finished_at: str
    release_id: str | None
    release_path: str | None
    content_hash: str | None
    parsed: int
    reused: int
    counts: dict[str, int]
    verdicts: dict[str, int]
    severities: dict[str, int]
    quarantined: tuple[dict[str, Any], ...]
    known: int = 0
    reasons: tuple[str, ...] = ()
    doubts: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    duplicates: tuple[dict[str, str], ...] = ()
    passed_over: tuple[dict[str, str], ...] = ()


_KINDS = {kind.__name__: kind for kind in (Landing, Plan, Batch, Staged, Built, Validation, Summary)}


def to_plain(value: Any) -> dict[str, Any]:
    """A step's value as JSON's types. Raises KeyError for a type that no step hands on."""
    return {"kind": _KINDS[type(value).__name__].__name__, "value": _plain(value)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def from_plain(plain: dict[str, Any]) -> Any:
    """The value that ``to_plain`` made this of."""
    return _made(_KINDS[plain["kind"]], plain["value"])


def _made(kind: Any, plain: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _made(hints[name], value) for name, value in plain.items()})
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], item) for item in plain)
    if get_origin(kind) in (UnionType, Union):
        inner = [option for option in get_args(kind) if option is not type(None)]
        return None if plain is None else _made(inner[0], plain)
    return plain
