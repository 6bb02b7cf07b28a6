"""What the last steps of a run come to, as values that one step hands to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Built:
    """A warehouse file that is not published yet, or that of the current release when nothing is new.

    ``taken_out`` are documents that no file could be made with: reasons by identifier.
    """

    release_id: str
    path: str
    is_unchanged: bool
    input_key: str
    row_counts: dict[str, int]
    table_hashes: dict[str, str]
    taken_out: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What Great Expectations said of one table: expectations evaluated, failed, and ended in an error of ours.

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

    def told_of(self, rule: str) -> tuple[str, ...]:
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
    """What Great Expectations said, by table, and what the checks counted."""

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
